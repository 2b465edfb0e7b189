//! The data files of fixtures/vectors: each of them made, or written down, without any of this program's code.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::hash::{config_map_suffix, secret_suffix, wrapped_base64};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

#[path = "vectors/edits.rs"]
mod edits;
#[path = "support/go_yaml.rs"]
mod go_yaml;

fn vectors<T: DeserializeOwned>(file: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/vectors")
        .join(file);
    let text = std::fs::read_to_string(&path).expect("the vectors are in the checkout");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Fails once, with every vector that does not hold.
#[track_caller]
fn all_hold(wrong: &[String], of: usize) {
    assert!(of > 100, "only {of} vectors were read");
    assert!(
        wrong.is_empty(),
        "{} of {of} vectors do not hold:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn decoded(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).expect("vectors are base64")
}

#[derive(Deserialize)]
struct SecretVector {
    comment: String,
    r#type: String,
    data: BTreeMap<String, String>,
    suffix: String,
}

#[test]
fn a_secret_gets_the_suffix_that_kustomize_gives_it() {
    let vectors: Vec<SecretVector> = vectors("secret-hash.json");
    let mut wrong = Vec::new();
    for vector in &vectors {
        let data: Vec<(String, String)> = vector
            .data
            .iter()
            .map(|(key, value)| (key.clone(), wrapped_base64(&decoded(value))))
            .collect();
        let ours = secret_suffix(&vector.r#type, &data);
        if ours != vector.suffix {
            wrong.push(format!(
                "{}: `{ours}`, kustomize says `{}`",
                vector.comment, vector.suffix
            ));
        }
    }
    all_hold(&wrong, vectors.len());
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigMapVector {
    comment: String,
    data: BTreeMap<String, String>,
    binary_data: BTreeMap<String, String>,
    suffix: String,
}

#[test]
fn a_config_map_gets_the_suffix_that_kustomize_gives_it() {
    let vectors: Vec<ConfigMapVector> = vectors("configmap-hash.json");
    let mut wrong = Vec::new();
    for vector in &vectors {
        let text: Vec<(String, String)> = vector.data.clone().into_iter().collect();
        let binary: Vec<(String, String)> = vector
            .binary_data
            .iter()
            .map(|(key, value)| (key.clone(), wrapped_base64(&decoded(value))))
            .collect();
        let some = |pairs: Vec<(String, String)>| (!pairs.is_empty()).then_some(pairs);
        let ours = config_map_suffix(some(text).as_deref(), some(binary).as_deref());
        if ours != vector.suffix {
            wrong.push(format!(
                "{}: `{ours}`, kustomize says `{}`",
                vector.comment, vector.suffix
            ));
        }
    }
    all_hold(&wrong, vectors.len());
}
