//! Who uses a path, told from a real lock, manifests and a cluster.

use super::*;
use crate::lock::LockText;
use crate::locking::file::read_all;
use crate::stage::Input;

const LOCK: &str = include_str!("../../../fixtures/locks/after-a-rotation.lock");
const BILLING: &str = include_str!("../../../fixtures/locks/every-field.lock");
const DB: &str = "kvv2/sample/orders/orders-prod";

fn locks(texts: &[&str]) -> Vec<LockFile> {
    let texts = texts.iter().map(|text| LockText {
        name: "prod/countersign.lock".into(),
        text: Some((*text).to_owned()),
    });
    read_all(texts.collect(), |_| Vec::new()).unwrap_or_else(|report| panic!("{report:?}"))
}

fn objects(manifests: &str) -> Objects {
    let objects = Objects::of(&[Input {
        file: "web.yaml".into(),
        text: manifests.to_owned().into(),
        only_configs: false,
    }]);
    assert!(objects.problems.is_empty(), "{:?}", objects.problems);
    objects
}

fn pod(name: &str, secret: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{volumes: [{{name: v, secret: {{secretName: {secret}}}}}]}}\n"
    )
}

#[track_caller]
fn told(path: &str, files: &[LockFile], manifests: &str, want: &str) {
    let text = text::text(&find(path, files, &objects(manifests)));
    assert_eq!(text, want, "\n{text}");
}

#[test]
fn a_lock_tells_current_and_previous_generations_and_who_uses_which() {
    let manifests = pod("new", "orders-db-dbfh4f54f4")
        + &pod("old", "orders-db-dm7c497m6m")
        + &pod("source", "orders-db")
        + &pod("other", "orders-cache");
    told(
        DB,
        &locks(&[LOCK]),
        &manifests,
        "`kvv2/sample/orders/orders-prod` is used by 1 secret and 3 objects; 1 lock and 4 objects were looked at

prod/countersign.lock
  orders-db-dbfh4f54f4 in namespace shop: version 3 of 2026-11-03T09:00:02.662871Z
    Pod/new in namespace shop (web.yaml)
    Pod/source in namespace shop (web.yaml)
  orders-db-dm7c497m6m in namespace shop: version 2 of 2026-09-14T08:12:55.201993Z, previous until 2026-11-24T10:00:00Z at least
    Pod/old in namespace shop (web.yaml)
",
    );
}

#[test]
fn followed_secrets_and_hash_keys_count() {
    let files = locks(&[LOCK, BILLING]);
    let roles = |path: &str| {
        let uses = find(path, &files, &Objects::default());
        let found = uses.found.iter();
        found
            .map(|one| (one.role.word(), one.version))
            .collect::<Vec<_>>()
    };
    assert_eq!(roles("kvv2/sample/orders/session"), [("followed", None)]);
    assert_eq!(roles("kvv2/shared/hmac"), [("key", Some(1))]);
    assert_eq!(roles("kv/billing"), [("current", None)]);
    assert_eq!(roles("kvv2/sample/orders/cache"), [("previous", Some(4))]);
}

#[test]
fn a_cluster_tells_of_its_own() {
    let cluster = r#"{"kind": "List", "items": [
      {"apiVersion": "secrets.hashicorp.com/v1beta1", "kind": "VaultStaticSecret",
       "metadata": {"name": "by-hand", "namespace": "shop"},
       "spec": {"mount": "kvv2", "path": "sample/orders/orders-prod", "namespace": "team-a", "destination": {"name": "made"}}},
      {"apiVersion": "v1", "kind": "Secret",
       "metadata": {"name": "orders-db-dbfh4f54f4", "namespace": "shop", "annotations": {
         "countersign.dev/secret": "orders-db", "countersign.dev/generation": "dbfh4f54f4",
         "countersign.dev/source": "kvv2/sample/orders/orders-prod@3"}}},
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"},
       "spec": {"volumes": [{"name": "v", "secret": {"secretName": "made"}}]}}]}"#;
    told(
        DB,
        &[],
        cluster,
        "`kvv2/sample/orders/orders-prod` is used by 2 secrets and 1 object; 0 locks and 3 objects were looked at

web.yaml
  VaultStaticSecret/by-hand in namespace shop: no version is named, Vault namespace team-a
    Pod/a in namespace shop
  Secret/orders-db-dbfh4f54f4 in namespace shop: version 3
",
    );
}

#[test]
fn a_label_tells_where_the_annotation_was_taken_away() {
    let secret = SecretPath {
        namespace: None,
        mount: "kvv2".to_owned(),
        path: "sample/orders/orders-prod".to_owned(),
        engine: crate::vault::Engine::KvV2,
    };
    let label = crate::kube::own::source_label(&secret);
    let manifest = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders-db-dbfh4f54f4\n  labels: {{countersign.dev/source-0: {label}}}\n  annotations: {{countersign.dev/secret: orders-db, countersign.dev/generation: dbfh4f54f4}}\n"
    );
    let uses = find(DB, &[], &objects(&manifest));
    assert_eq!(uses.found.len(), 1);
    assert!(
        find("kvv2/sample/orders", &[], &objects(&manifest))
            .found
            .is_empty()
    );
}

#[test]
fn a_secret_and_its_maker_are_one_use() {
    let annotations = "annotations: {countersign.dev/secret: orders-db, countersign.dev/generation: dbfh4f54f4, countersign.dev/source: kvv2/sample/orders/orders-prod@3}";
    let manifests = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: x, namespace: shop, {annotations}}}\n---\napiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nmetadata: {{name: x, namespace: shop, {annotations}}}\nspec: {{mount: kvv2, path: sample/orders/orders-prod, version: 3, destination: {{name: x}}}}\n"
    );
    let uses = find(DB, &[], &objects(&manifests));
    let names: Vec<&str> = uses.found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["VaultStaticSecret/x"]);
}

#[test]
fn a_config_without_lock_counts() {
    let config = "apiVersion: countersign.dev/v1alpha1\nkind: VaultSecrets\nmetadata: {name: orders}\nspec:\n  lock: none\n  delivery: Secret\n  vault: {mount: kvv2}\n  secrets: [{name: orders-db, path: sample/orders/orders-prod}]\n";
    let manifests = config.to_owned() + &pod("a", "orders-db");
    told(
        DB,
        &[],
        &manifests,
        "`kvv2/sample/orders/orders-prod` is used by 1 secret and 1 object; 0 locks and 2 objects were looked at

web.yaml
  VaultSecrets/orders: no version is named, defines orders-db
    Pod/a in namespace shop
",
    );
}

#[test]
fn nothing_found_is_said_plainly_and_a_near_path_is_named() {
    told(
        "kvv2/sample/orders/orders-prd",
        &locks(&[LOCK]),
        "",
        "nothing uses `kvv2/sample/orders/orders-prd`; 1 lock and 0 objects were looked at
did you mean `kvv2/sample/orders/orders-prod`?
",
    );
    told(
        "a/b",
        &[],
        "",
        "nothing uses `a/b`; 0 locks and 0 objects were looked at\n",
    );
}

#[test]
fn hostile_names_stay_what_they_are_and_programs_get_them_whole() {
    let manifests = pod("\"\\e[2J\"", "orders-db");
    let uses = find(DB, &locks(&[LOCK]), &objects(&manifests));
    let text = text::text(&uses);
    assert!(text.contains(r"Pod/\u{1b}[2J in namespace shop"), "{text}");
    let json = json::json(&uses);
    assert!(!json.contains('\u{1b}'));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["uses"][0]["users"][0]["name"], "\u{1b}[2J");
    assert_eq!(json["uses"][0]["version"], 3);
    assert_eq!(json["uses"][1]["until"], "2026-11-24T10:00:00Z");
}

#[test]
fn the_names_to_look_for_are_those_of_generations_and_of_what_others_make() {
    let maker = "apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nspec: {mount: kvv2, path: sample/orders/orders-prod, destination: {name: made}}\n";
    let names: Vec<String> = names(DB, &locks(&[LOCK]), &objects(maker))
        .into_iter()
        .collect();
    assert_eq!(
        names,
        [
            "made",
            "orders-db",
            "orders-db-dbfh4f54f4",
            "orders-db-dm7c497m6m"
        ]
    );
}
