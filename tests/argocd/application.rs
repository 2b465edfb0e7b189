//! The example's application, from the lock to what Argo CD applies, and what its author can choose.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::server::Server;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/argocd-app/orders")
}

/// A copy of the example in which a text is another.
fn changed(from: &str, to: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let mut times = 0;
    for entry in WalkDir::new(example()).min_depth(1) {
        let entry = entry.expect("it can be read");
        let text = fs::read_to_string(entry.path()).expect("it is read");
        times += text.matches(from).count();
        fs::write(
            folder.path().join(entry.file_name()),
            text.replace(from, to),
        )
        .expect("it is written");
    }
    assert_ne!(times, 0, "`{from}` is in the example");
    folder
}

/// The example that follows the newest values.
fn unlocked() -> TempDir {
    let folder = changed(
        "spec:\n  delivery: VaultStaticSecret",
        "spec:\n  lock: none\n  delivery: Secret",
    );
    fs::remove_file(folder.path().join("countersign.lock")).expect("it is there");
    folder
}

const STORE: &str = "apiVersion: countersign.dev/v1alpha1
kind: FileStore
mounts:
  kvv2:
    engine: kv-v2
    secrets:
      shop/orders/prod/db:
      - {created: 2026-11-02T10:30:00Z, data: {username: s3cr3t-user, password: s3cr3t-password}}
";

const POLICY: &str = "apiVersion: countersign.dev/v1alpha1
kind: RunnerPolicy
unlocked: true
variables:
  project: {env: ARGOCD_APP_PROJECT_NAME}
rules:
- name: paths of the project
  paths: ['kvv2/{{ project }}/**']
  deliveries: [Secret]
";

#[test]
fn the_example_is_rendered_without_any_vault() {
    let answer = Server::with_kustomize().generate(&example());
    assert_eq!(answer.stderr, "");
    let file = example().join("../rendered/prod.yaml");
    assert_eq!(answer.stdout, fs::read_to_string(file).unwrap_or_default());
    let objects = answer.objects();
    let kinds: Vec<&str> = objects.iter().filter_map(|o| o["kind"].as_str()).collect();
    assert_eq!(kinds, ["VaultStaticSecret", "Deployment"]);
    let name = &objects[0]["metadata"]["name"];
    let container = &objects[1]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(&container["envFrom"][0]["secretRef"]["name"], name);
}

#[test]
fn values_are_read_only_for_a_runner_with_a_policy() {
    let unlocked = unlocked();
    let server = Server::with_kustomize();
    let store = format!("file:{}", server.file("store.yaml", STORE));
    let server = server.set("COUNTERSIGN_STORE", &store);
    let answer = server.generate(unlocked.path());
    let begin = "error[no-policy]: this runner has no policy, so that it reads no secret for an application\n";
    assert!(answer.failure().starts_with(begin), "{}", answer.stderr);

    let policy = server.file("policy.yaml", POLICY);
    let server = server.set("COUNTERSIGN_POLICY", &policy);
    let objects = server.generate(unlocked.path()).objects();
    assert_eq!(objects[0]["kind"], "Secret");
    assert_eq!(objects[0]["data"]["DB_PASSWORD"], "czNjcjN0LXBhc3N3b3Jk");

    let server = server.set("ARGOCD_APP_PROJECT_NAME", "other");
    let answer = server.generate(unlocked.path());
    assert!(
        answer.failure().starts_with("error[policy-denied]: "),
        "{}",
        answer.stderr
    );
}

#[test]
fn an_author_can_insist_on_the_lock() {
    let unlocked = unlocked();
    let server = Server::with_kustomize();
    let store = format!("file:{}", server.file("store.yaml", STORE));
    let policy = server.file("policy.yaml", POLICY);
    let server = server
        .set("COUNTERSIGN_STORE", &store)
        .set("COUNTERSIGN_POLICY", &policy);
    let server = server.parameters(&json!([{"name": "locked-only", "string": "true"}]));
    let answer = server.generate(unlocked.path());
    let begin = "error[lock-missing]: `orders` has no lock: every render follows the newest versions, and this application renders only what is locked\n";
    assert!(answer.failure().starts_with(begin), "{}", answer.stderr);
}

#[test]
fn a_lock_of_another_name_is_found_below_the_application_only() {
    let folder = changed("orders", "orders");
    let lock = folder.path().join("countersign.lock");
    fs::rename(lock, folder.path().join("prod.lock")).expect("it is there");
    let named = |name: &str| {
        let parameters = json!([{"name": "lock", "string": name}]);
        Server::with_kustomize()
            .parameters(&parameters)
            .generate(folder.path())
    };
    assert_eq!(named("prod.lock").objects().len(), 2);
    for outside in ["../prod.lock", "/etc/prod.lock"] {
        let answer = named(outside);
        let begin = format!("error[bad-value]: the lock `{outside}` is not below `.`\n");
        assert!(answer.failure().starts_with(&begin), "{}", answer.stderr);
    }
}

#[test]
fn a_plugin_that_is_asked_says_yes_or_nothing() {
    let server = Server::new();
    let answer = server.call(&example(), &["discover"]);
    assert_eq!(
        (answer.exit, answer.stdout.as_str(), answer.stderr.as_str()),
        (Some(0), "countersign\n", "")
    );
    let other = tempfile::tempdir().expect("a scratch folder");
    fs::write(other.path().join("a.yaml"), "kind: ConfigMap\n").expect("it is written");
    let answer = server.call(other.path(), &["discover"]);
    assert_eq!(
        (answer.exit, answer.stdout.as_str(), answer.stderr.as_str()),
        (Some(0), "", "")
    );
}

#[test]
fn the_form_of_the_application_offers_texts() {
    let answer = Server::new().call(&example(), &["parameters"]);
    let all: Vec<Value> = serde_json::from_str(&answer.stdout).expect("one array");
    let names: Vec<&str> = all.iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(
        names,
        ["type", "lock", "locked-only", "allow-empty", "parameters"]
    );
}

#[test]
fn what_generate_could_not_begin_with_fails_before() {
    let parameters = json!([{"name": "lok", "string": "a"}]);
    let answer = Server::new()
        .parameters(&parameters)
        .call(&example(), &["init"]);
    assert!(
        answer
            .failure()
            .starts_with("error[usage]: there is no parameter `lok`\n")
    );
    let answer = Server::new().call(&example(), &["init"]);
    assert_eq!(
        (answer.exit, answer.stdout.as_str(), answer.stderr.as_str()),
        (Some(0), "", "")
    );
}
