//! The JSON form is what `docs/plan.schema.json` describes, and all of it is described.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use countersign::review::json::{SCHEMA_VERSION, json};
use serde_json::Value;

use crate::json_schema::check;
use crate::plans::{folders, review};

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan.schema.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("it is JSON")
}

#[test]
fn every_plan_is_what_the_schema_says() {
    let schema = schema();
    for folder in folders() {
        let plan: Value = serde_json::from_str(&json(&review(&folder))).expect("it is JSON");
        let wrong = check(&schema, "", &plan).wrong;
        assert!(wrong.is_empty(), "{folder}: {wrong:#?}");
    }
}

#[test]
fn the_schema_says_its_version() {
    let schema = schema();
    assert_eq!(
        schema["properties"]["schemaVersion"]["const"],
        SCHEMA_VERSION
    );
}

#[test]
fn a_plan_that_is_wrong_is_found() {
    let schema = schema();
    let folder = &folders()[0];
    let plan: Value = serde_json::from_str(&json(&review(folder))).expect("it is JSON");
    let damages: [fn(&mut Value); 4] = [
        |plan| plan["schemaVersion"] = 2.into(),
        |plan| plan["more"] = true.into(),
        |plan| plan["rolls"] = "yes".into(),
        |plan| plan["secrets"][0]["status"] = "gone".into(),
    ];
    for damage in damages {
        let mut plan = plan.clone();
        damage(&mut plan);
        let wrong = check(&schema, "", &plan).wrong;
        assert_eq!(wrong.len(), 1, "{wrong:?}");
    }
}

#[test]
fn every_property_of_the_schema_is_in_some_plan() {
    let schema = schema();
    let mut met = BTreeSet::new();
    for folder in folders() {
        let plan: Value = serde_json::from_str(&json(&review(&folder))).expect("it is JSON");
        met.extend(check(&schema, "", &plan).met);
    }
    let definitions = schema["$defs"].as_object().expect("definitions").iter();
    let definitions = definitions.map(|(name, described)| (name.as_str(), described));
    for (of, described) in definitions.chain([("", &schema)]) {
        let properties = described["properties"].as_object().expect("properties");
        for name in properties.keys() {
            let property = format!("{of}.{name}");
            assert!(met.contains(&property), "no plan shows `{property}`");
        }
    }
}
