//! Every object for the operator in the stories has only fields that its CRDs know, of their types, and
//! none is missing. An unknown field would be dropped by the API server without a word.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_yaml::Value;

/// By path: type, whether it is required, the words or the form that are allowed.
type Fields = BTreeMap<String, (String, bool, Option<String>)>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// By kind.
fn known() -> BTreeMap<String, Fields> {
    let file = root().join("fixtures/vectors/vso-fields.txt");
    let text = fs::read_to_string(file).expect("it is there");
    let mut kinds: BTreeMap<String, Fields> = BTreeMap::new();
    let mut kind = String::new();
    for line in text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let Some(field) = line.strip_prefix("  ") else {
            line.clone_into(&mut kind);
            continue;
        };
        let words: Vec<&str> = field.split(' ').collect();
        let required = words.contains(&"required");
        let allowed = words[2..].iter().find(|word| **word != "required");
        let row = (
            words[1].to_owned(),
            required,
            allowed.map(|w| (*w).to_owned()),
        );
        let fields = kinds.entry(kind.clone()).or_default();
        fields.insert(words[0].to_owned(), row);
    }
    kinds
}

/// What is wrong with a value at a path.
fn check(fields: &Fields, path: &str, value: &Value, wrong: &mut Vec<String>) {
    let Some((kind, _, allowed)) = fields.get(path) else {
        wrong.push(format!("`{path}` is unknown"));
        return;
    };
    let right = match kind.as_str() {
        "string" => value.is_string(),
        "boolean" => value.is_bool(),
        "integer" => value.is_u64(),
        "array" => value.is_sequence(),
        _ => value.is_mapping(),
    };
    if !right {
        wrong.push(format!("`{path}` is no {kind}"));
    }
    if let (Some(allowed), Some(text)) = (allowed, value.as_str()) {
        let fits = if allowed == "duration" {
            let number = text.trim_end_matches(['s', 'm', 'h']);
            number.len() + 1 == text.len() && number.parse::<f64>().is_ok()
        } else {
            allowed.split('|').any(|word| word == text)
        };
        if !fits {
            wrong.push(format!("`{path}` cannot be {text}"));
        }
    }
    if let Some(items) = value.as_sequence() {
        for item in items {
            check(fields, &format!("{path}[]"), item, wrong);
        }
    }
    if let Some(pairs) = value.as_mapping() {
        let free = fields.contains_key(&format!("{path}{{}}"));
        for (key, value) in pairs {
            let key = key.as_str().unwrap_or_default();
            let path = if free {
                format!("{path}{{}}")
            } else {
                format!("{path}.{key}")
            };
            check(fields, &path, value, wrong);
        }
        let below = fields.iter().filter_map(|(known, (_, required, _))| {
            let name = known.strip_prefix(path)?.strip_prefix('.')?;
            (*required && !name.contains(['.', '[', '{'])).then_some(name)
        });
        for name in below.filter(|name| value.get(name).is_none()) {
            wrong.push(format!("`{path}` lacks `{name}`"));
        }
    }
}

/// The documents of what the stories print, the items of lists among them.
fn printed() -> Vec<Value> {
    let stories = fs::read_dir(root().join("fixtures/stories")).expect("there are stories");
    let mut out = Vec::new();
    for story in stories.flatten() {
        let Ok(files) = fs::read_dir(story.path().join("want")) else {
            continue;
        };
        for file in files.flatten().map(|file| file.path()) {
            if file.extension().is_none_or(|end| end != "yaml") {
                continue;
            }
            let text = fs::read_to_string(&file).expect("it can be read");
            // stands for a text; where kustomize took the quotes away it would read as a list
            let text = text.replace("[hash-", "hash-");
            for document in serde_yaml::Deserializer::from_str(&text) {
                let Ok(value) = Value::deserialize(document) else {
                    break;
                };
                out.extend(value["items"].as_sequence().cloned().unwrap_or_default());
                out.push(value);
            }
        }
    }
    out
}

/// The objects of a kind that carry an annotation of ours.
fn ours<'d>(documents: &'d [Value], kind: &str) -> Vec<&'d Value> {
    let ours = |value: &&Value| {
        let annotations = value["metadata"]["annotations"].as_mapping();
        let ours = |key: &Value| {
            key.as_str()
                .is_some_and(|k| k.starts_with("countersign.dev/"))
        };
        value["kind"] == kind
            && value["apiVersion"] == "secrets.hashicorp.com/v1beta1"
            && annotations.is_some_and(|pairs| pairs.keys().any(ours))
    };
    documents.iter().filter(ours).collect()
}

#[test]
fn the_operator_knows_every_field_of_what_is_emitted() {
    let documents = printed();
    let mut wrong = Vec::new();
    for (kind, fields) in known() {
        let objects = ours(&documents, &kind);
        assert!(!objects.is_empty(), "no story emits a {kind}");
        for object in objects {
            let mut faults = Vec::new();
            check(&fields, "spec", &object["spec"], &mut faults);
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            wrong.extend(
                faults
                    .into_iter()
                    .map(|fault| format!("{kind}/{name}: {fault}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_field_that_is_wrong_is_found() {
    let known = known();
    let faults = |kind: &str, text: &str| {
        let value: Value = serde_yaml::from_str(text).expect("it is YAML");
        let mut wrong = Vec::new();
        check(&known[kind], "spec", &value, &mut wrong);
        wrong
    };
    assert_eq!(
        faults("VaultConnection", "{adress: a, skipTLSVerify: 'no'}"),
        [
            "`spec.adress` is unknown",
            "`spec.skipTLSVerify` is no boolean",
            "`spec` lacks `address`"
        ]
    );
    assert_eq!(
        faults(
            "VaultAuth",
            "{method: approle, kubernetes: {audiences: [1]}}"
        ),
        [
            "`spec.method` cannot be approle",
            "`spec.kubernetes.audiences[]` is no string"
        ]
    );
}
