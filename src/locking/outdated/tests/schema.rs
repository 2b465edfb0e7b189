//! `docs/outdated.schema.json` says what is printed: every field of it, and no other.

use std::rc::Rc;

use serde_json::Value;

use super::{BILLING, DB, ORDERS, Vault, fact, locks};
use crate::locking::objects::Objects;
use crate::locking::outdated::{find, groups, json};

const SCHEMA: &str = include_str!("../../../../docs/outdated.schema.json");

#[test]
fn the_schema_describes_what_is_printed() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let files = locks(&[
        ("a/countersign.lock", ORDERS),
        ("countersign.lock", BILLING),
    ]);
    let vault = Vault::of(&files);
    let vault = vault.history(DB, |h| {
        h.max_versions = Some(3);
        h.versions.push(fact(4, "2026-11-20T00:00:00Z"));
    });
    let vault = vault.history("shared/ca", |h| {
        h.versions[0].created = "2026-01-01T00:00:00Z".into();
    });
    let outdated = find(&files, &vault).unwrap();
    let objects = vec![Rc::new(Objects::default())];
    let forms = [
        groups::by_secret(&files, &outdated),
        groups::by_workload(&files, &outdated, &[objects.clone(), objects]),
    ];
    for groups in forms {
        let printed: Value = serde_json::from_str(&json::json(&outdated, &groups)).unwrap();
        assert!(groups.len() == 2, "{groups:?}");
        holds(&schema, &schema, &printed, "$");
    }
}

/// The few words of JSON Schema that ours uses.
fn holds(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return holds(root, root.pointer(pointer).unwrap(), value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        // ours are all "this, or null"
        assert_eq!(any[1]["type"], "null", "{at}");
        if !value.is_null() {
            holds(root, &any[0], value, at);
        }
        return;
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    assert!(
        types.contains(&Value::from(kind(value))),
        "{at}: {value} is no {types:?}"
    );
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value}");
    }
    if let Some(fields) = value.as_object() {
        let known = schema["properties"].as_object().unwrap();
        let required = schema["required"].as_array().unwrap();
        assert!(fields.keys().eq(known.keys()), "{at}: {fields:?}");
        assert_eq!(required.len(), known.len(), "{at}");
        for (name, field) in fields {
            assert!(
                required.contains(&Value::from(name.as_str())),
                "{at}.{name}"
            );
            holds(root, &known[name], field, &format!("{at}.{name}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        holds(root, &schema["items"], item, &format!("{at}[]"));
    }
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
