//! Manifests as the world writes them: fixtures/wild. What is not meant keeps every byte, what is meant changes for Go too.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::difference::{differences, stamps, unstamped};
use super::rendering::is_inserted_into;
use crate::{go_yaml, pipeline};

const CONFIG: &str = "
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: wild}
spec:
  delivery: VaultStaticSecret
  lock: none
  vault: {mount: kvv2}
  operator: {vaultAuthRef: wild}
  secrets:
  - {name: orders-db, path: orders/db, keys: {DB_PASSWORD: password}}
  - {name: web-tls, path: orders/db, keys: {tls.crt: username, tls.key: password}, type: kubernetes.io/tls}
  - {name: registry-pull, path: orders/db, keys: {.dockerconfigjson: password}, type: kubernetes.io/dockerconfigjson}
";

/// The managed names that stand in each file where Kubernetes takes them for a Secret's name, and how many pod templates
/// use one. Counted by hand.
const MEANT: &[(&str, usize, usize)] = &[
    ("already-rendered.yaml", 1, 1),
    ("anchors.yaml", 1, 1),
    ("byte-order-mark.yaml", 1, 0),
    ("cert-and-gateway.yaml", 2, 0),
    ("dates-and-octals.yaml", 2, 1),
    ("grafana-dashboards.yaml", 2, 1),
    ("helm-release.yaml", 2, 1),
    ("kubectl-export.yaml", 1, 1),
    ("languages.yaml", 1, 1),
    ("list.json", 1, 1),
    ("list.yaml", 1, 1),
    ("no-line-break-at-the-end.yaml", 2, 1),
    ("operator-install.yaml", 4, 1),
    ("rbac.yaml", 1, 0),
    ("rollouts-and-knative.yaml", 3, 2),
    ("scripts.yaml", 1, 1),
    ("templates-in-strings.yaml", 2, 0),
    ("unusual-layout.yaml", 1, 1),
    ("windows-line-ends.yaml", 1, 1),
];

fn manifests() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wild");
    let entries = std::fs::read_dir(folder).expect("the manifests are in the checkout");
    let files: BTreeMap<String, String> = entries
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let name = path
                .file_name()
                .expect("a file has a name")
                .to_string_lossy()
                .into_owned();
            (
                name,
                std::fs::read_to_string(&path).expect("a manifest is text"),
            )
        })
        .collect();
    files.into_iter().collect()
}

#[test]
fn every_manifest_has_its_numbers() {
    let files: Vec<String> = manifests().into_iter().map(|(name, _)| name).collect();
    let known: Vec<&str> = MEANT.iter().map(|(name, ..)| *name).collect();
    assert_eq!(files, known);
}

#[test]
fn a_config_that_matches_nothing_leaves_every_byte() {
    let config = CONFIG
        .replace("name: orders-db", "name: a")
        .replace("name: web-tls", "name: b");
    let config = config.replace("name: registry-pull", "name: c");
    for (file, text) in manifests() {
        match pipeline::render_files(&[&text], &config) {
            Ok(rendered) => assert!(is_inserted_into(&text, &rendered), "{file}:\n{rendered}"),
            Err(report) => panic!("{file}: {:#?}", report.diagnostics),
        }
    }
}

#[test]
fn a_config_that_matches_changes_only_what_is_meant() {
    let mut found = Vec::new();
    for (file, text) in manifests() {
        // what the file says on purpose to show a refusal
        let rendered = match pipeline::render_files(&[&text], CONFIG) {
            Ok(rendered) => rendered,
            Err(report) => panic!("{file}: {:#?}", report.diagnostics),
        };
        let (before, after) = (go_yaml::read(&text), go_yaml::read(&rendered));
        let v2 = (
            before.v2.expect("v2 reads it"),
            after.v2.expect("v2 reads the output"),
        );
        let v3 = (
            before.v3.expect("v3 reads it"),
            after.v3.expect("v3 reads the output"),
        );
        let counts = [v2, v3].map(|(before, after)| changes(&file, &before, &after));
        assert_eq!(counts[0], counts[1], "{file}");
        let (references, stamps) = counts[0];
        found.push((file, references, stamps));
    }
    let found: Vec<(&str, usize, usize)> =
        found.iter().map(|(f, r, s)| (f.as_str(), *r, *s)).collect();
    assert_eq!(found, MEANT);
}

/// Counts renamed references and new stamps; anything else that changed is a failure.
fn changes(file: &str, before: &[Value], after: &[Value]) -> (usize, usize) {
    let ours = |d: &&Value| d["kind"] == "VaultStaticSecret" && !before.contains(d);
    let (generations, after): (Vec<&Value>, Vec<&Value>) = after.iter().partition(ours);
    let names: Vec<&str> = generations
        .iter()
        .filter_map(|g| g["metadata"]["name"].as_str())
        .collect();
    assert_eq!(names.len(), 3, "{file}: {names:?}");
    let solid = |documents: Vec<&Value>| {
        documents
            .into_iter()
            .filter(|d| !d.is_null())
            .cloned()
            .collect::<Vec<_>>()
    };
    let (before, after) = (solid(before.iter().collect()), solid(after));
    assert_eq!(before.len(), after.len(), "{file}");
    let mut references = 0;
    let mut new_stamps = 0;
    for (old, new) in before.iter().zip(&after) {
        for change in differences(&unstamped(old), &unstamped(new)) {
            let old = change
                .before
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or_default();
            let new = change
                .after
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or_default();
            let meant = names.contains(&new)
                && new
                    .strip_prefix(old)
                    .is_some_and(|rest| rest.starts_with('-'));
            assert!(meant, "{file}: {change:?}");
            references += 1;
        }
        let (old, new) = (stamps(old), stamps(new));
        new_stamps += new.iter().filter(|stamp| !old.contains(stamp)).count();
    }
    (references, new_stamps)
}
