//! The schemas say what the decoders say: the same fields everywhere, and what is accepted is valid.
//!
//! The decoders are asked, not read: an unknown field in a mapping makes each list the fields it knows.

#[path = "schema/decoders.rs"]
mod decoders;
#[path = "support/json_schema.rs"]
mod json_schema;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use countersign::yaml::split::documents;
use decoders::{KINDS, Kind};
use json_schema::{check, target};
use serde_json::Value;
use walkdir::WalkDir;

/// No decoder knows it, and it is like no field.
const STRANGER: &str = "zzzzzzzzzzzz";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn complete(kind: &Kind) -> Vec<Value> {
    let read = |file: &&str| fs::read_to_string(root().join(file)).expect("the file");
    let values = kind.complete.iter().map(read);
    values
        .map(|text| serde_yaml::from_str(&text).expect("YAML"))
        .collect()
}

/// Without what is null: to every decoder that is absent.
fn present(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name, present(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(present).collect(),
        other => other,
    }
}

/// Every mapping with fields of ours: (its place in the schema, its pointer in the value, its fields).
fn mappings(
    schema: &Value,
    rule: &Value,
    value: &Value,
    at: &str,
    found: &mut Vec<(String, String, BTreeSet<String>)>,
) {
    if let Some(reference) = rule.get("$ref") {
        return mappings(schema, target(schema, reference), value, at, found);
    }
    for one in rule["anyOf"].as_array().into_iter().flatten() {
        mappings(schema, one, value, at, found);
    }
    if let (Some(properties), true) = (rule["properties"].as_object(), value.is_object()) {
        let names = properties.keys().cloned().collect();
        found.push((rule["description"].to_string(), at.to_owned(), names));
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        let own = rule["properties"].get(name);
        if let Some(rule) = own.or(rule.get("additionalProperties")) {
            let name = name.replace('~', "~0").replace('/', "~1");
            mappings(schema, rule, inner, &format!("{at}/{name}"), found);
        }
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        if let Some(rule) = rule.get("items") {
            mappings(schema, rule, item, &format!("{at}/{n}"), found);
        }
    }
}

/// The fields that a decoder lists when it meets one that it does not know.
fn known(kind: &Kind, value: &Value, at: &str) -> BTreeSet<String> {
    let mut value = value.clone();
    value.pointer_mut(at).expect("a mapping")[STRANGER] = 1.into();
    let mistakes = (kind.mistakes)(&value.to_string());
    // a file store may be full of values: its reader says what is expected, and not what it met
    let mut mistakes_of_form = mistakes.iter();
    let said = mistakes_of_form.find(|said| said.contains(STRANGER) || said.contains("expected"));
    let Some(said) = said else {
        // whose reader names no field knows those of the value, which it accepts, and no other
        assert!(!mistakes.is_empty(), "{}{at}: anything goes", kind.name);
        let fields = value.pointer(at).and_then(Value::as_object);
        let fields = fields.into_iter().flat_map(serde_json::Map::keys).cloned();
        return fields.filter(|name| name != STRANGER).collect();
    };
    let words = said.split('`').skip(1).step_by(2);
    let words = words.filter(|word| !word.contains(STRANGER) && !has_ending(word, "yaml"));
    words.map(str::to_owned).collect()
}

#[test]
fn every_mapping_has_the_fields_that_its_decoder_knows() {
    for kind in KINDS {
        let schema = kind.schema();
        let mut described = BTreeSet::new();
        let mut asked = 0;
        for value in complete(kind) {
            let mut found = Vec::new();
            mappings(&schema, &schema, &value, "", &mut found);
            for (place, at, fields) in found {
                assert_eq!(fields, known(kind, &value, &at), "{}{at}", kind.name);
                described.insert(place);
                asked += 1;
            }
        }
        assert!(asked > 3, "{}", kind.name);
        let definitions = schema["$defs"].as_object().expect("definitions").values();
        for rule in definitions.filter(|rule| rule.get("properties").is_some()) {
            let place = rule["description"].to_string();
            assert!(
                described.contains(&place),
                "{}: nobody asked for {place}",
                kind.name
            );
        }
    }
}

#[test]
fn what_is_complete_is_accepted_and_valid() {
    for kind in KINDS {
        let schema = kind.schema();
        for value in complete(kind) {
            assert_eq!(
                (kind.mistakes)(&value.to_string()),
                Vec::<String>::new(),
                "{}",
                kind.name
            );
            assert_eq!(
                check(&schema, "", &value).wrong,
                Vec::<String>::new(),
                "{}",
                kind.name
            );
        }
    }
}

#[test]
fn what_the_stories_show_and_the_program_accepts_is_valid() {
    let mut seen = [0; 4];
    for folder in ["fixtures/stories", "fixtures/locks", "examples"] {
        for entry in WalkDir::new(root().join(folder)).sort_by_file_name() {
            let entry = entry.expect("the checkout can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            if !has_ending(&name, "yaml") && !has_ending(&name, "lock") {
                continue;
            }
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            for range in documents(&text) {
                for (n, kind) in KINDS.iter().enumerate() {
                    let text = &text[range.clone()];
                    if !text.contains(&format!("\nkind: {}\n", kind.says)) {
                        continue;
                    }
                    let Ok(value) = serde_yaml::from_str::<Value>(text) else {
                        continue;
                    };
                    let schema = kind.schema();
                    if (kind.mistakes)(text).is_empty() {
                        let wrong = check(&schema, "", &present(value)).wrong;
                        assert_eq!(wrong, Vec::<String>::new(), "{}", entry.path().display());
                        seen[n] += 1;
                    }
                }
            }
        }
    }
    assert!(seen.iter().all(|seen| *seen > 3), "{seen:?}");
}

#[test]
fn what_the_program_refuses_for_its_form_is_not_valid() {
    let damages: &[(&str, &str, Value)] = &[
        ("vaultsecrets", "/spec/delivery", "secret".into()),
        ("vaultsecrets", "/spec/lock", "no".into()),
        ("vaultsecrets", "/spec/hash", 7.into()),
        ("vaultsecrets", "/spec/secrets", "orders-db".into()),
        ("vaultsecrets", "/spec/secrets/0/version", 0.into()),
        ("vaultsecrets", "/spec/secrets/3/immutable", "yes".into()),
        (
            "vaultsecrets",
            "/spec/secrets/1/data/tls.crt/decode",
            "hex".into(),
        ),
        ("vaultsecrets", "/spec/vault/auth/method", "password".into()),
        ("vaultsecrets", "/spec/operator/emit/0", "VaultRole".into()),
        ("vaultsecrets", "/spec/keep/count", "one".into()),
        ("policy", "/rules/0/deliveries/0", "secret".into()),
        ("policy", "/rules/0/name", "".into()),
        ("policy", "/unlocked", "yes".into()),
        ("file-store", "/mounts/kv/engine", "kv".into()),
        ("lock", "/secrets/0/delivery", "secret".into()),
        ("lock", "/secrets/0/sources", "kv".into()),
    ];
    for (name, at, damage) in damages {
        let kind = KINDS
            .iter()
            .find(|kind| kind.name == *name)
            .expect("a kind");
        let mut value = complete(kind).remove(0);
        *value.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = damage.clone();
        let schema = kind.schema();
        assert!(
            !(kind.mistakes)(&value.to_string()).is_empty(),
            "{name}{at} is accepted"
        );
        assert!(
            !check(&schema, "", &value).wrong.is_empty(),
            "{name}{at} is valid"
        );
    }
}

fn has_ending(name: &str, ending: &str) -> bool {
    let own = std::path::Path::new(name).extension();
    own.is_some_and(|own| own == ending)
}

#[test]
fn every_file_of_an_example_tells_an_editor_its_schema() {
    let mut told = BTreeSet::new();
    for entry in WalkDir::new(root().join("examples")).sort_by_file_name() {
        let entry = entry.expect("the checkout can be read");
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        let own = |kind: &&Kind| {
            kind.name != "lock" && text.contains(&format!("\nkind: {}\n", kind.says))
        };
        let file = entry.path().display();
        // no editor can read a template before Helm has
        if file.to_string().contains("/templates/") {
            continue;
        }
        if !has_ending(&file.to_string(), "yaml") || !text.contains("apiVersion: countersign.dev/")
        {
            continue;
        }
        let Some(kind) = KINDS.iter().find(own) else {
            continue;
        };
        let line = text.lines().next().unwrap_or_default();
        let schema = line.strip_prefix("# yaml-language-server: $schema=");
        let schema = schema.unwrap_or_else(|| panic!("{file} does not begin with its schema"));
        let schema = entry.path().parent().expect("a folder").join(schema);
        let own = root().join(format!("docs/schema/{}.schema.json", kind.name));
        assert_eq!(
            schema.canonicalize().ok(),
            own.canonicalize().ok(),
            "{file}: {line}"
        );
        told.insert(kind.name);
    }
    assert_eq!(told.len(), KINDS.len() - 1, "{told:?}");
}

#[test]
fn the_line_that_the_page_tells_names_the_file_that_its_command_makes() {
    let page = fs::read_to_string(root().join("docs/install.md")).expect("it is checked in");
    let (_, line) = page
        .split_once("`# yaml-language-server: $schema=")
        .expect("it is shown");
    let name = line.split('`').next().expect("a name");
    assert!(
        page.contains(&format!("$ countersign schema > {name}\n")),
        "{name}"
    );
}
