//! The tree that edits rest on shows what Go's YAML shows: same nodes, same texts, and never a string where Go guesses
//! another type. A document that the two could read differently must be refused.

use std::fs;
use std::path::Path;

use countersign::yaml::Tree;
use countersign::yaml::split::split;

#[path = "support/go_yaml.rs"]
mod go_yaml;
#[path = "oracle/oddities.rs"]
mod oddities;
#[path = "support/same_nodes.rs"]
mod same_nodes;

use same_nodes::difference;

#[test]
fn odd_documents_are_refused_or_read_as_go_reads_them() {
    let wrong: Vec<String> = oddities::DOCUMENTS
        .iter()
        .filter_map(|text| Some(format!("{text:?}: {}", difference(text)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn odd_documents_that_everybody_may_write_are_not_refused() {
    let refused: Vec<&str> = oddities::DOCUMENTS
        .iter()
        .filter(|text| go_yaml::nodes(text).is_some() && Tree::parse(text).is_err())
        .copied()
        .collect();
    assert_eq!(refused, oddities::REFUSED);
}

#[test]
fn manifests_of_the_world_are_read_as_go_reads_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wild");
    let mut units = 0;
    for entry in fs::read_dir(&folder).expect("the manifests are in the checkout") {
        let path = entry.expect("the folder can be read").path();
        let text = fs::read_to_string(&path).expect("a manifest is text");
        for unit in split(&text) {
            let unit = &text[unit];
            assert!(
                Tree::parse(unit).is_ok(),
                "{}: refused:\n{unit}",
                path.display()
            );
            assert_eq!(difference(unit), None, "{}:\n{unit}", path.display());
            units += 1;
        }
    }
    assert!(units > 40, "only {units} documents were read");
}
