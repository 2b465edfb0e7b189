//! The numbers of documents in the log are those of the documents in the output.

use countersign::Runner;
use countersign::audit::trail::Trail;
use countersign::stage::facts::Facts;
use countersign::stage::{Input, Request, Shape};
use countersign::vault::file_store::FileStore;
use serde::Deserialize;
use serde_yaml::Value;

const SECRETS: &str = "
apiVersion: countersign.dev/v1alpha1
kind: FileStore
mounts:
  kvv2:
    engine: kv-v2
    secrets:
      orders/db:
      - {created: 2026-11-01T09:00:00Z, data: {password: s3cr3t-one}}
      orders/api:
      - {created: 2026-11-02T09:00:00Z, data: {token: s3cr3t-two}}
";

const SPEC: &str = "{delivery: Both, lock: none, vault: {mount: kvv2}, operator: {vaultAuthRef: orders}, \
    secrets: [{name: orders-db, path: orders/db}, {name: orders-api, delivery: VaultStaticSecret, path: orders/api}]}";

fn config() -> String {
    format!(
        "{{apiVersion: countersign.dev/v1alpha1, kind: VaultSecrets, metadata: {{name: orders}}, spec: {SPEC}}}"
    )
}

fn pod(name: &str, secret: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{containers: [{{name: a, image: \"a:1\", envFrom: [{{secretRef: {{name: {secret}}}}}]}}]}}}}"
    )
}

fn plain(name: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}")
}

/// What was printed, and what was taken down.
fn run(files: &[(String, bool)], shape: Shape) -> (Vec<Value>, Facts) {
    let input = |(at, (text, only_configs)): (usize, &(String, bool))| Input {
        file: format!("{at}.yaml").into(),
        text: text.clone().into(),
        only_configs: *only_configs,
    };
    let request = Request::new(files.iter().enumerate().map(input).collect(), shape);
    let store = FileStore::parse("vault.yaml", SECRETS).unwrap_or_else(|why| panic!("{why:?}"));
    let trail = Trail::default();
    let runner = Runner {
        trail: Some(&trail),
        ..Runner::unlocked(&store)
    };
    let rendered = countersign::render(&request, runner).unwrap_or_else(|why| panic!("{why:?}"));
    let mut text = Vec::new();
    rendered.write_to(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let documents = serde_yaml::Deserializer::from_str(&text);
    let mut all: Vec<Value> = documents
        .map(|one| Value::deserialize(one).unwrap())
        .collect();
    if shape == Shape::ResourceList {
        all = all[0]["items"].as_sequence().cloned().unwrap();
    }
    (all, trail.take_facts())
}

/// Each object stands where the log says; `users` manifests use secrets.
#[track_caller]
fn holds(files: &[(String, bool)], shape: Shape, users: usize) {
    let (all, facts) = run(files, shape);
    let emitted = facts
        .emitted
        .iter()
        .map(|one| (one.document, one.kind, &one.name));
    assert_eq!(emitted.clone().count(), 3);
    for (document, kind, name) in emitted {
        let found = &all[document - 1];
        assert_eq!(
            (&found["kind"], &found["metadata"]["name"]),
            (&kind.into(), &name.as_str().into())
        );
    }
    assert_eq!(facts.used.len(), users);
    for one in &facts.used {
        let found = &all[one.document - 1];
        let names = |object: &Value| object["metadata"]["name"] == one.name.as_str();
        let items = found["items"].as_sequence();
        assert!(
            names(found) || items.is_some_and(|items| items.iter().any(names)),
            "{found:?}"
        );
    }
}

fn stream(documents: &[String]) -> (String, bool) {
    (documents.join("\n---\n"), false)
}

#[test]
fn in_a_stream_objects_stand_before_their_first_user() {
    let (a, b) = (pod("a", "orders-db"), pod("b", "orders-api"));
    holds(
        &[stream(&[
            plain("x"),
            config(),
            plain("y"),
            a,
            plain("z"),
            b,
        ])],
        Shape::Stream,
        2,
    );
}

#[test]
fn configs_are_no_documents_of_the_output_and_empty_documents_are() {
    let comment = "# only a comment".to_owned();
    let documents = [comment.clone(), plain("x"), comment, pod("a", "orders-db")];
    holds(&[stream(&documents), (config(), true)], Shape::Stream, 1);
}

#[test]
fn a_list_in_a_stream_is_one_document() {
    let list = |items: &[String]| {
        format!(
            "{{apiVersion: v1, kind: List, items: [{}]}}",
            items.join(", ")
        )
    };
    let mixed = list(&[plain("x"), config(), pod("a", "orders-db")]);
    holds(
        &[stream(&[plain("y"), mixed, plain("z")])],
        Shape::Stream,
        1,
    );
    let consumed = list(&[config()]);
    holds(
        &[stream(&[plain("y"), consumed, pod("a", "orders-db")])],
        Shape::Stream,
        1,
    );
}

#[test]
fn several_files_are_one_stream() {
    let files = [
        stream(&[plain("x")]),
        stream(&[config(), pod("a", "orders-db")]),
        stream(&[pod("b", "orders-db")]),
    ];
    holds(&files, Shape::Stream, 2);
}

#[test]
fn without_a_user_objects_stand_where_the_config_was() {
    holds(
        &[stream(&[plain("x"), config(), plain("y")])],
        Shape::Stream,
        0,
    );
}

#[test]
fn in_a_resource_list_items_are_counted_and_ours_come_last() {
    let items = [
        plain("x"),
        config(),
        pod("a", "orders-db"),
        pod("b", "orders-api"),
    ];
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {}\n",
        items.join("\n- ")
    );
    holds(&[(list, false)], Shape::ResourceList, 2);
}

#[test]
fn a_stand_in_for_kustomize_counts_as_well() {
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig: {}\n",
        config().replace(
            "metadata: {name: orders}",
            "metadata: {name: orders, annotations: {config.kubernetes.io/function: 'exec: {path: countersign}'}}"
        )
    );
    holds(&[(list, false)], Shape::ResourceList, 0);
}

#[test]
fn versions_and_their_users_are_taken_down_and_no_value_is() {
    let documents = [config(), pod("a", "orders-db")];
    let (_, facts) = run(&[stream(&documents)], Shape::Stream);
    let used = &facts.used[0].secrets[0];
    let source = &used.sources[0];
    assert_eq!(
        (used.secret.as_str(), source.version),
        ("orders-db", Some(1))
    );
    assert_eq!(source.created.as_deref(), Some("2026-11-01T09:00:00Z"));
    assert_eq!(facts.emitted[0].name, used.name);
    assert!(!format!("{facts:?}").contains("s3cr3t"));
}
