//! The kustomize Component is what the tables generate, and the real kustomize understands it.
//!
//! Every test but the first runs kustomize itself, on trees in a scratch directory; none knows how
//! the tables are written. `SNAPSHOTS=overwrite` writes the generated file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use countersign::kube::component::name_references;
use countersign::kube::sites::path::segments;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// What a base holds when countersign ran in it: the names are minted, the logical name is
/// remembered in the annotations that kustomize itself uses for that.
const MINTED: &str = r"
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata:
  name: orders-db-2456789bcd
  annotations:
    internal.config.kubernetes.io/previousNames: orders-db
    internal.config.kubernetes.io/previousNamespaces: default
    internal.config.kubernetes.io/previousKinds: VaultStaticSecret
spec:
  vaultAuthRef: orders
  destination: {name: orders-db-2456789bcd}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: orders}
spec: {appRole: {secretRef: orders-db-2456789bcd}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: orders}
spec: {template: {spec: {containers: [{name: app, envFrom: [{secretRef: {name: orders-db-2456789bcd}}]}]}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: orders}
secrets: [{name: orders-db}]
";

/// Sites that kustomize lacks in kinds that it knows.
const GAPS: &str = r"
apiVersion: v1
kind: ReplicationController
metadata: {name: orders}
spec: {template: {spec: {volumes: [{name: db, secret: {secretName: orders-db}}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  template:
    spec:
      ephemeralContainers:
      - name: shell
        env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: orders-db, key: password}}}]
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: drift}
spec: {destination: {name: orders-db}}
";

const GENERATOR: &str = "secretGenerator: [{name: orders-db, literals: [password=one]}]\n";

#[test]
fn the_checked_in_file_is_the_generated_one() {
    let file = component_dir().join("name-references.yaml");
    let generated = name_references();
    if env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&file, &generated).expect("the file can be written");
    }
    let checked_in = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        checked_in == generated,
        "{} differs from the tables in src/kube; `SNAPSHOTS=overwrite cargo test --test component` writes it",
        file.display()
    );
}

#[test]
fn every_listed_field_follows_a_generated_secret() {
    let (objects, fields) = one_object_of_each_kind();
    let tree = Tree::new(
        &objects,
        &format!("{GENERATOR}components: [../component]\n"),
    );
    let built = tree.build();
    let name = name_with_hash(&built, "prod-orders-db-");
    // Every field and the Secret itself; nothing else mentions the name.
    assert_eq!(built.matches(&name).count(), fields + 1);
    assert_eq!(built.matches("orders-db").count(), fields + 1);
}

#[test]
fn every_listed_field_follows_a_static_secret_where_no_secret_exists() {
    let (objects, fields) = one_object_of_each_kind();
    let minted = MINTED.split("---\n").next().expect("the first document");
    let tree = Tree::new(
        &format!("{objects}---\n{minted}"),
        "components: [../component]\n",
    );
    let built = tree.build();
    let name = "prod-orders-db-2456789bcd";
    // Every field, the minted object and its destination.
    assert_eq!(built.matches(name).count(), fields + 2);
    assert_eq!(built.matches("orders-db").count(), fields + 2);
}

#[test]
fn names_minted_in_a_base_survive_an_overlay_with_a_prefix() {
    let tree = Tree::new(MINTED, "components: [../component]\n");
    let built = tree.build();
    assert_eq!(
        built.matches("prod-orders-db-2456789bcd").count(),
        5,
        "{built}"
    );
    assert_eq!(built.matches("orders-db").count(), 5, "{built}");
    assert!(built.contains("vaultAuthRef: prod-orders"), "{built}");
}

#[test]
fn without_the_component_references_stay_behind() {
    let built = Tree::new(MINTED, "").build();
    assert!(
        built.contains("    secretRef: orders-db-2456789bcd"),
        "{built}"
    );
    assert!(built.contains("    name: orders-db-2456789bcd"), "{built}");
    assert!(built.contains("vaultAuthRef: orders\n"), "{built}");
}

#[test]
fn gaps_in_kinds_that_kustomize_knows_are_closed() {
    let built = Tree::new(GAPS, &format!("{GENERATOR}components: [../component]\n")).build();
    let name = name_with_hash(&built, "prod-orders-db-");
    assert_eq!(built.matches(&name).count(), 4, "{built}");
    assert_eq!(built.matches("orders-db").count(), 4, "{built}");
}

#[test]
fn a_component_that_is_listed_in_two_layers_does_no_harm() {
    let tree = Tree::new(MINTED, "components: [../component]\n");
    let once = tree.build();
    let overlay = tree.0.path().join("overlay/kustomization.yaml");
    let text = fs::read_to_string(&overlay).expect("the overlay was written");
    fs::write(&overlay, text + "components: [../component]\n").expect("it can be written");
    assert_eq!(tree.build(), once);
}

/// `base/` with the objects, `overlay/` with a prefix and a namespace, `component/`.
struct Tree(TempDir);

impl Tree {
    fn new(objects: &str, base: &str) -> Self {
        let dir = TempDir::new().expect("a scratch directory");
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a parent")).expect("made");
            fs::write(path, text).expect("written");
        };
        write("base/objects.yaml", objects);
        write(
            "base/kustomization.yaml",
            &format!("resources: [objects.yaml]\n{base}"),
        );
        write(
            "overlay/kustomization.yaml",
            "resources: [../base]\nnamePrefix: prod-\nnamespace: shop\n",
        );
        let component = component_dir().join("kustomization.yaml");
        let component = fs::read_to_string(component).expect("it is checked in");
        write("component/kustomization.yaml", &component);
        write("component/name-references.yaml", &name_references());
        Self(dir)
    }

    fn build(&self) -> String {
        let kustomize = env::var_os("COUNTERSIGN_TEST_KUSTOMIZE")
            .expect("COUNTERSIGN_TEST_KUSTOMIZE names no kustomize: run `make test`");
        let output = Command::new(kustomize)
            .arg("build")
            .arg(self.0.path().join("overlay"))
            .output()
            .expect("kustomize starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

fn component_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin/kustomize")
}

/// The first name that starts like this, with its 10 characters of hash.
fn name_with_hash(built: &str, start: &str) -> String {
    let at = built.find(start).expect("the name is in the build");
    built[at..at + start.len() + 10].to_owned()
}

/// One object for each kind of the Component, with `orders-db` in every listed field; and how many
/// fields that are.
fn one_object_of_each_kind() -> (String, usize) {
    let component: Value = serde_yaml::from_str(&name_references()).expect("it is YAML");
    let fields = component["nameReference"][0]["fieldSpecs"]
        .as_array()
        .expect("the entries of the Secret");
    let mut objects: BTreeMap<(&str, &str), Value> = BTreeMap::new();
    for field in fields {
        let text = |key: &str| field[key].as_str().unwrap_or_default();
        let api_version = match text("group") {
            "" => "v1".to_owned(),
            group => format!("{group}/v1"),
        };
        let object = objects
            .entry((text("group"), text("kind")))
            .or_insert_with(|| {
                json!({"apiVersion": api_version, "kind": text("kind"), "metadata": {"name": "one"}})
            });
        insert(object, &segments(text("path")));
    }
    let documents: Vec<String> = objects.values().map(Value::to_string).collect();
    (documents.join("\n---\n") + "\n", fields.len())
}

fn insert(object: &mut Value, path: &[String]) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let parent = parents
        .iter()
        .fold(object, |at, key| child(at).entry(key).or_insert(json!({})));
    child(parent).insert(last.clone(), json!("orders-db"));
}

fn child(at: &mut Value) -> &mut Map<String, Value> {
    at.as_object_mut().expect("no field lies below another")
}
