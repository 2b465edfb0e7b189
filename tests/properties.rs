//! Laws that hold for every document, also for those that nobody would write; Go's own YAML readers are the judges.

#[path = "support/go_yaml.rs"]
mod go_yaml;
#[path = "support/pipeline.rs"]
mod pipeline;
#[path = "properties/mod.rs"]
mod properties;
#[path = "support/same_nodes.rs"]
mod same_nodes;
