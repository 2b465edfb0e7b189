//! What is told of a real lock, held against a cluster.

use super::*;
use crate::lock::LockText;
use crate::locking::file::read_all;
use crate::stage::Input;

const LOCK: &str = include_str!("../../../fixtures/locks/after-a-rotation.lock");
const DB: &str = "orders-db-dm7c497m6m";
const CACHE: &str = "orders-cache-28bkbf429f";

fn locks(texts: &[&str]) -> Vec<LockFile> {
    let texts = texts.iter().map(|text| LockText {
        name: "prod/countersign.lock".into(),
        text: Some((*text).to_owned()),
    });
    read_all(texts.collect(), |_| vec!["prod".to_owned()])
        .unwrap_or_else(|report| panic!("{report:?}"))
}

fn told(items: &[String]) -> String {
    let text = format!("{{\"kind\": \"List\", \"items\": [{}]}}", items.join(", "));
    let objects = Objects::of(&[Input {
        file: "<stdin>".into(),
        text: text.into(),
        only_configs: false,
    }]);
    assert!(objects.problems.is_empty(), "{:?}", objects.problems);
    text::text(&find(&locks(&[LOCK]), &objects))
}

/// An object that takes all of a Secret.
fn user(kind: &str, name: &str, secret: &str, more: &str) -> String {
    let spec =
        format!(r#""containers": [{{"envFrom": [{{"secretRef": {{"name": "{secret}"}}}}]}}]"#);
    let spec = if kind == "Pod" {
        format!("{{{spec}}}")
    } else {
        format!(r#"{{"replicas": 0, "template": {{"spec": {{{spec}}}}}}}"#)
    };
    let version = if kind == "Pod" { "v1" } else { "apps/v1" };
    format!(
        r#"{{"apiVersion": "{version}", "kind": "{kind}", "metadata": {{"name": "{name}", "namespace": "shop"{more}}}, "spec": {spec}, "status": {{"phase": "Running"}}}}"#
    )
}

/// An object that countersign made.
fn ours(kind: &str, name: &str, (logical, generation): (&str, &str), more: &str) -> String {
    let version = if kind == "Secret" {
        "v1"
    } else {
        "secrets.hashicorp.com/v1beta1"
    };
    format!(
        r#"{{"apiVersion": "{version}", "kind": "{kind}", "metadata": {{"name": "{name}", "namespace": "shop", "annotations": {{"countersign.dev/secret": "{logical}", "countersign.dev/generation": "{generation}"}}{more}}}, "spec": {{"destination": {{"name": "{name}"}}}}}}"#
    )
}

const BY_DEPLOYMENT: &str = r#", "ownerReferences": [{"kind": "Deployment", "name": "web"}]"#;

#[test]
fn what_nothing_refers_to_can_go_and_the_command_is_there() {
    assert_eq!(
        told(&[user("Pod", "new", "orders-db-dbfh4f54f4", "")]),
        "prod/countersign.lock
  orders-cache-28bkbf429f: nothing here uses it; kept until 2026-11-22T15:41:07Z at least
  orders-db-dm7c497m6m: nothing here uses it; kept until another takes its place, and until 2026-11-24T10:00:00Z at least
  countersign lock prod --drop-previous
"
    );
}

#[test]
fn what_runs_or_may_come_back_is_needed() {
    let items = [
        user("ReplicaSet", "web-1", DB, BY_DEPLOYMENT),
        user("Pod", "web-1-x", CACHE, ""),
    ];
    assert_eq!(
        told(&items),
        "prod/countersign.lock
  orders-cache-28bkbf429f: needed, kept until 2026-11-22T15:41:07Z at least
    Pod/web-1-x in namespace shop: Running
  orders-db-dm7c497m6m: needed, kept until 2026-11-24T10:00:00Z at least
    ReplicaSet/web-1 in namespace shop: no pods, kept for a rollback
"
    );
}

#[test]
fn one_secret_alone_is_dropped_by_moving_it_to_where_it_stands() {
    let text = told(&[user("Pod", "a", CACHE, "")]);
    let want = "  orders-db-dm7c497m6m: nothing here uses it; kept until another takes its place, and until 2026-11-24T10:00:00Z at least
  countersign lock prod --upgrade orders-db@3 --drop-previous
";
    assert!(text.ends_with(want), "{text}");
}

#[test]
fn what_cannot_be_dropped_alone_says_how_it_goes() {
    // no config defines it any more, so there is nothing to move
    let text = told(&[user("Pod", "a", DB, "")]);
    let want = "  orders-cache-28bkbf429f: nothing here uses it; kept until 2026-11-22T15:41:07Z at least\n";
    assert!(text.contains(want), "{text}");
    assert!(!text.contains("--drop-previous"), "{text}");
}

#[test]
fn a_generation_is_known_under_the_name_that_an_overlay_gave_it() {
    let named = ours("Secret", "eu-orders-db", ("orders-db", "dm7c497m6m"), "");
    let text = told(&[named, user("Pod", "a", "eu-orders-db", "")]);
    assert!(text.contains("orders-db-dm7c497m6m: needed"), "{text}");
}

#[test]
fn many_that_need_it_are_counted() {
    let pods: Vec<String> = (0..9)
        .map(|n| user("Pod", &format!("p{n}"), DB, ""))
        .collect();
    let text = told(&pods);
    assert!(
        text.contains("    Pod/p4 in namespace shop: Running\n    and 4 more\n"),
        "{text}"
    );
}

#[test]
fn what_no_lock_knows_is_left_over() {
    let gone = ("orders-db", "aaaaaaaaaa");
    let owned = r#", "ownerReferences": [{"kind": "VaultStaticSecret", "name": "orders-db-a"}]"#;
    let items = [
        ours("VaultStaticSecret", "orders-db-a", gone, ""),
        ours("Secret", "orders-db-a", gone, owned),
        ours("Secret", "odd; rm -rf x", gone, ""),
        ours("Secret", "used", gone, ""),
        user("Pod", "a", "used", ""),
        ours("Secret", "current", ("orders-db", "dbfh4f54f4"), ""),
        ours("Secret", "keys", ("orders-session-keys", "followed"), ""),
        ours("Secret", "elsewhere", gone, "").replace("shop", "till"),
    ];
    let text = told(&items);
    let want = "
made by countersign, in none of these locks, and used:
  Secret/used in namespace shop: Pod/a in namespace shop

made by countersign, in none of these locks, and nothing uses it; if no other lock knows it:
  kubectl delete --namespace shop vaultstaticsecret.secrets.hashicorp.com/orders-db-a
  kubectl delete --namespace shop 'secret/odd; rm -rf x'

not looked at: what countersign made in namespaces of other locks: till
";
    assert!(text.ends_with(want), "{text}");
}

#[test]
fn a_lock_without_previous_generations_says_so() {
    let before = include_str!("../../../fixtures/locks/every-field.lock");
    let prune = find(&locks(&[before]), &Objects::default());
    assert_eq!(
        text::text(&prune),
        "prod/countersign.lock\n  no previous generation is kept\n"
    );
}

#[test]
fn what_one_lock_needs_is_dropped_from_no_lock_of_the_same_build() {
    let mut files = locks(&[LOCK, LOCK]);
    files[1].name = "prod/locks/web.lock".into();
    for entry in &mut files[1].lock.entries {
        entry.namespace = Some("web".to_owned());
    }
    let told = |files: &[LockFile], items: &[String]| {
        let text = format!("{{\"kind\": \"List\", \"items\": [{}]}}", items.join(", "));
        let objects = Objects::of(&[Input {
            file: "<stdin>".into(),
            text: text.into(),
            only_configs: false,
        }]);
        text::text(&find(files, &objects))
    };
    let needed = [user("Pod", "a", DB, ""), user("Pod", "b", CACHE, "")];
    let text = told(&files, &needed);
    assert!(!text.contains("--drop-previous"), "{text}");
    let text = told(&files, &[]);
    let command = "  countersign lock prod --drop-previous\n";
    assert_eq!(text.matches("--drop-previous").count(), 1, "{text}");
    assert!(text.ends_with(command), "{text}");
    files[1].target = vec!["web".to_owned()];
    let text = told(&files, &needed);
    assert!(
        text.ends_with("  countersign lock web --drop-previous\n"),
        "{text}"
    );
}
