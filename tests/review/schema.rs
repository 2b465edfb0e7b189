//! The JSON form is what `docs/plan.schema.json` describes, and all of it is described.
//!
//! Understands as much of JSON Schema as that file uses, and refuses what it does not understand.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use countersign::review::json::{SCHEMA_VERSION, json};
use serde_json::Value;

use crate::plans::{folders, review};

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan.schema.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("it is JSON")
}

/// Where a value is not what the schema says; `seen` collects the properties that were met.
fn check(
    root: &Value,
    schema: &Value,
    value: &Value,
    at: &str,
    seen: &mut BTreeSet<String>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (word, rule) in schema.as_object().expect("a schema is an object") {
        match word.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "properties" => {}
            "$ref" => {
                let name = rule.as_str().and_then(|r| r.strip_prefix("#/$defs/"));
                let target = &root["$defs"][name.expect("a reference within the file")];
                wrong.extend(check(root, target, value, at, seen));
            }
            "const" if rule == value => {}
            "const" => wrong.push(format!("{at}: {value} is not {rule}")),
            "enum" if rule.as_array().expect("words").contains(value) => {}
            "enum" => wrong.push(format!("{at}: {value} is none of {rule}")),
            "type" => {
                let one = rule.as_str().map(|one| vec![one]);
                let all = || {
                    rule.as_array()
                        .expect("types")
                        .iter()
                        .filter_map(Value::as_str)
                };
                let is = kind(value);
                if !one.unwrap_or_else(|| all().collect()).contains(&is) {
                    wrong.push(format!("{at}: {is} instead of {rule}"));
                }
            }
            "required" => {
                for name in rule
                    .as_array()
                    .expect("names")
                    .iter()
                    .filter_map(Value::as_str)
                {
                    if value.is_object() && value.get(name).is_none() {
                        wrong.push(format!("{at}: `{name}` is missing"));
                    }
                }
            }
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    wrong.extend(check(root, rule, item, &format!("{at}[]"), seen));
                }
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                for (name, inner) in value.as_object().into_iter().flatten() {
                    let at = format!("{at}.{name}");
                    match schema["properties"].get(name) {
                        Some(rule) => {
                            seen.insert(at.clone());
                            wrong.extend(check(root, rule, inner, &at, seen));
                        }
                        None => wrong.push(format!("{at} is not described")),
                    }
                }
            }
            other => panic!("`{other}` is more of JSON Schema than this test knows"),
        }
    }
    wrong
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn every_plan_is_what_the_schema_says() {
    let schema = schema();
    for folder in folders() {
        let plan: Value = serde_json::from_str(&json(&review(&folder))).expect("it is JSON");
        let wrong = check(&schema, &schema, &plan, "", &mut BTreeSet::new());
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
        let wrong = check(&schema, &schema, &plan, "", &mut BTreeSet::new());
        assert_eq!(wrong.len(), 1, "{wrong:?}");
    }
}

#[test]
fn every_property_of_the_schema_is_in_some_plan() {
    let schema = schema();
    let mut seen = BTreeSet::new();
    for folder in folders() {
        let plan: Value = serde_json::from_str(&json(&review(&folder))).expect("it is JSON");
        check(&schema, &schema, &plan, "", &mut seen);
    }
    let met: BTreeSet<&str> = seen.iter().filter_map(|at| at.rsplit('.').next()).collect();
    let mut missing = Vec::new();
    let definitions = schema["$defs"].as_object().expect("definitions").values();
    for described in definitions.chain([&schema]) {
        for name in described["properties"]
            .as_object()
            .expect("properties")
            .keys()
        {
            if !met.contains(name.as_str()) {
                missing.push(name.clone());
            }
        }
    }
    assert!(missing.is_empty(), "no plan shows {missing:?}");
}
