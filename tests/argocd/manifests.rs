//! What the example tells Argo CD: fields that its definitions have, and what becomes of each application.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::server::Server;

/// Fields as in the definitions of Argo CD 3.5, below the objects that the example writes. `*` is any key.
const FIELDS: &[(&str, &[&str])] = &[
    ("", &["apiVersion", "kind", "metadata", "spec"]),
    ("metadata", &["name", "namespace"]),
    ("spec", APPLICATION),
    (
        "set",
        &[
            "goTemplate",
            "goTemplateOptions",
            "generators",
            "template",
            "syncPolicy",
        ],
    ),
    (
        "generators",
        &["list", "git", "clusters", "matrix", "merge", "pullRequest"],
    ),
    ("list", &["elements", "elementsYaml", "template"]),
    ("elements", &["*"]),
    ("template", &["metadata", "spec"]),
    ("destination", &["server", "name", "namespace"]),
    (
        "source",
        &["repoURL", "targetRevision", "path", "plugin", "name", "ref"],
    ),
    ("plugin", &["name", "env", "parameters"]),
    ("env", &["name", "value"]),
    ("parameters", &["name", "string", "array", "map"]),
    ("map", &["*"]),
    ("sourceHydrator", &["drySource", "hydrateTo", "syncSource"]),
    (
        "drySource",
        &["repoURL", "targetRevision", "path", "plugin"],
    ),
    ("hydrateTo", &["targetBranch"]),
    ("syncSource", &["targetBranch", "path", "repoURL"]),
    (
        "syncPolicy",
        &[
            "automated",
            "syncOptions",
            "retry",
            "managedNamespaceMetadata",
        ],
    ),
    ("automated", &["prune", "selfHeal", "allowEmpty", "enabled"]),
];
const APPLICATION: &[&str] = &[
    "project",
    "destination",
    "source",
    "sources",
    "sourceHydrator",
    "syncPolicy",
];

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/argocd-app")
}

fn manifest(name: &str) -> Value {
    let text = fs::read_to_string(example().join(name)).expect("it is there");
    serde_yaml::from_str(&text).expect("it is YAML")
}

fn check(node: &Value, name: &str, path: &str) {
    match node {
        Value::Object(fields) => {
            let row = FIELDS.iter().find(|(known, _)| *known == name);
            let (_, known) = row.unwrap_or_else(|| panic!("{path}: no such object"));
            for (field, value) in fields {
                let path = format!("{path}/{field}");
                let is_known = known.contains(&"*") || known.contains(&field.as_str());
                assert!(is_known, "{path}: no such field");
                check(value, field, &path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check(item, name, path)),
        _ => {}
    }
}

/// The applications of the example: those of the set as its template makes them.
fn applications() -> Vec<Value> {
    let set = manifest("applicationset.yaml");
    let spec = &set["spec"];
    let elements = spec["generators"][0]["list"]["elements"].as_array();
    let made = elements.expect("a list").iter().map(|element| {
        let mut text = spec["template"].to_string();
        for (key, value) in element.as_object().expect("an element") {
            text = text.replace(
                &format!("{{{{ .{key} }}}}"),
                value.as_str().expect("a text"),
            );
        }
        assert!(!text.contains("{{"), "{text}");
        let mut one: Value = serde_json::from_str(&text).expect("as it was");
        one["apiVersion"] = json!("argoproj.io/v1alpha1");
        one["kind"] = json!("Application");
        one
    });
    let alone = ["application.yaml", "hydrator.yaml"].map(manifest);
    made.chain(alone).collect()
}

#[test]
fn every_field_is_one_of_argo_cd() {
    for name in ["application.yaml", "hydrator.yaml"] {
        check(&manifest(name), "", name);
    }
    let mut set = manifest("applicationset.yaml");
    let spec = set["spec"].take();
    check(&set, "", "applicationset.yaml");
    check(&spec, "set", "applicationset.yaml/spec");
}

#[test]
fn every_application_names_the_plugin_and_is_locked_and_rendered_alike() {
    let mut rendered = Vec::new();
    for application in applications() {
        let source = match &application["spec"]["source"] {
            Value::Null => &application["spec"]["sourceHydrator"]["drySource"],
            source => source,
        };
        let plugin = &source["plugin"];
        assert_eq!(plugin["name"], "countersign");
        let text = |node: &Value| node.as_str().expect("a text").to_owned();
        let name = text(&application["metadata"]["name"]);
        let path = text(&source["path"]);
        let server = Server::with_kustomize()
            .set("ARGOCD_APP_NAME", &name)
            .set(
                "ARGOCD_APP_NAMESPACE",
                &text(&application["spec"]["destination"]["namespace"]),
            )
            .set("ARGOCD_APP_SOURCE_PATH", &path)
            .parameters(&plugin["parameters"]);
        let file = format!(
            "--application={}",
            server.file("application.json", &application.to_string())
        );
        server.runs(&example(), &["lock", &path, "--check", &file]);
        let answer = server.generate_below(&example(), &path);
        assert_eq!(answer.objects().len(), 2, "{name}");
        assert_eq!(answer.stderr, "", "{name}");
        rendered.push((name, answer.stdout));
    }
    let [staging, prod, alone, hydrated] = &rendered[..] else {
        panic!("four applications");
    };
    assert_eq!(prod.1, alone.1);
    assert_eq!(prod.1, hydrated.1);
    assert_ne!(prod.1, staging.1);
    assert!(
        staging.1.contains("kvv2/shop/orders/staging/db@1"),
        "{}",
        staging.1
    );
    assert!(prod.1.contains("kvv2/shop/orders/prod/db@1"), "{}", prod.1);
}
