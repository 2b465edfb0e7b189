//! countersign and the real kustomize: in every layer, in every position, with everything that
//! kustomize may do before and after it.

mod app;
mod built;
mod built_layer;
mod equal_data;
mod failing;
mod folder;
mod generator;
mod legacy;
mod lower_layer;
mod neighbours;
mod package;
mod package_contents;
mod page;
mod resource_list;
mod second_pass;
mod skipped;
