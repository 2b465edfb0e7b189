//! `docs/outdated.schema.json` says what is printed: every field of it, and no other.

use std::rc::Rc;

use serde_json::Value;

use super::{BILLING, DB, ORDERS, Vault, fact, locks};
use crate::json_schema::check;
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
        assert_eq!(check(&schema, "", &printed).wrong, Vec::<String>::new());
    }
    // nothing is ever left out
    for (of, described) in definitions(&schema) {
        for name in described["properties"].as_object().unwrap().keys() {
            let required = described["required"].as_array().unwrap();
            assert!(required.contains(&name.as_str().into()), "{of}.{name}");
        }
    }
}

fn definitions(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let named = schema["$defs"].as_object().unwrap().iter();
    let named = named.map(|(name, described)| (name.as_str(), described));
    named.chain([("", schema)])
}
