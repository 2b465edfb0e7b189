//! The text of a lock as a whole: what each field looks like, and what may differ without a difference.

use super::read::read;
use super::write::write;
use super::{
    Dress, Entry, Generation, Lock, Picked, Pinned, PinnedKey, Previous, Selection, order, suffix,
};
use crate::config::{Decode, Delivery, GitOps, HashKind, Keep, Operator};
use crate::diag::{Place, render};
use crate::hash;
use crate::vault::{Engine, SecretPath};

const EVERY_FIELD: &str = include_str!("../../fixtures/locks/every-field.lock");
const BEFORE: &str = include_str!("../../fixtures/locks/before-a-rotation.lock");
const AFTER: &str = include_str!("../../fixtures/locks/after-a-rotation.lock");

fn text(word: &str) -> String {
    word.to_owned()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(k, v)| (text(k), text(v))).collect()
}

fn pick(key: &str, from: &str, decode: Decode) -> Picked {
    Picked {
        key: text(key),
        from: text(from),
        decode,
    }
}

/// An unpinned source of kv-v1 that gives all of its keys.
fn source(mount: &str, path: &str, keys: &[&str]) -> Pinned {
    Pinned {
        secret: SecretPath {
            namespace: None,
            mount: text(mount),
            path: text(path),
            engine: Engine::KvV1,
        },
        runner_namespace: None,
        version: None,
        created: None,
        keys: Selection::All(keys.iter().map(|key| text(key)).collect()),
    }
}

/// With a digest of something.
fn generation(delivery: Delivery, hash: HashKind, source: Pinned) -> Generation {
    Generation {
        suffix: None,
        scheme: hash::SCHEME,
        delivery,
        hash,
        digest: Some(hash::digest(&["s3cr3t-data"])),
        hash_key: None,
        secret_type: text("Opaque"),
        name_suffix: true,
        sources: vec![source],
        object: Dress::default(),
        place: Place::default(),
    }
}

/// An entry of `billing` with the suffix that it must have.
fn entry(name: &str, namespace: Option<&str>, mut current: Generation) -> Entry {
    current.suffix = suffix::suffix("billing", name, &current);
    Entry {
        name: text(name),
        config: text("billing"),
        namespace: namespace.map(text),
        current: Some(current),
        keep: Keep::default(),
        previous: Vec::new(),
    }
}

fn content() -> Entry {
    let mut source = source("kv", "billing", &["user", "password"]);
    source.runner_namespace = Some(text("team-b"));
    entry(
        "billing",
        None,
        generation(Delivery::Secret, HashKind::Content, source),
    )
}

fn keyed() -> Entry {
    let keys = vec![
        pick("y", "no", Decode::Text),
        pick("tls.key", "key", Decode::Base64),
        pick("tls.crt", "certificate chain", Decode::Text),
        pick(".extra", "123", Decode::Text),
    ];
    let mut source = source("kvv2", "sample/billing/tls", &[]);
    source.secret.engine = Engine::KvV2;
    source.secret.namespace = Some(text("team-a/billing"));
    source.version = Some(7);
    source.created = Some(text("2026-10-01T06:00:00.25Z"));
    source.keys = Selection::Picked(keys);
    let mut hash_key = source.secret.clone();
    hash_key.namespace = Some(text("team-a"));
    hash_key.path = text("shared/hmac");
    let mut generation = generation(Delivery::Both, HashKind::Keyed, source);
    generation.secret_type = text("kubernetes.io/tls");
    generation.name_suffix = false;
    generation.hash_key = Some(PinnedKey {
        secret: hash_key,
        version: Some(1),
        created: Some(text("2026-01-02T03:04:05Z")),
        key: text("key"),
    });
    generation.object = Dress {
        operator: Operator {
            auth_ref: Some(text("vault/billing")),
            refresh_after: text("90m"),
            hmac_secret_data: Some(false),
            labels: pairs(&[("team", "billing")]),
            annotations: pairs(&[("example.com/note", "copied: by the operator")]),
        },
        labels: pairs(&[("tier", "1"), ("app.kubernetes.io/part-of", "billing")]),
        annotations: pairs(&[("example.com/owner", "Ada & Grace")]),
        immutable: true,
        gitops: Some(GitOps::ArgoCd),
    };
    entry("billing-tls", None, generation)
}

fn followed() -> Entry {
    let mut source = source("kv", "billing/tokens", &[]);
    source.keys = Selection::Picked(vec![pick("TOKEN", "token", Decode::Text)]);
    let mut generation = generation(Delivery::VaultStaticSecret, HashKind::Keyed, source);
    generation.digest = None;
    generation.name_suffix = false;
    let mut entry = entry("tokens", Some("till"), generation);
    entry.current.as_mut().expect("it has one").suffix = None;
    entry.keep = Keep {
        count: 0,
        at_least: 45 * 60,
    };
    entry
}

/// An entry whose only previous generation is a copy of the one now.
fn with_itself(mut entry: Entry) -> Lock {
    let generation = entry.current.clone().expect("it has one");
    entry.previous.push(Previous {
        since: text("2026-11-21T10:00:00Z"),
        until: text("2026-11-24T10:00:00Z"),
        generation,
    });
    Lock {
        entries: vec![entry],
    }
}

/// Reads it again, or says why not.
fn again(text: &str) -> Result<Lock, String> {
    read("countersign.lock", text).map_err(|report| render::render(&report.sorted(), false))
}

#[test]
fn every_field_has_its_line() {
    let mut lock = Lock {
        entries: vec![followed(), keyed(), content()],
    };
    assert_eq!(write(&lock), EVERY_FIELD);
    order::lock(&mut lock);
    assert_eq!(again(EVERY_FIELD), Ok(lock));
}

#[test]
fn a_lock_of_nothing_can_be_read() {
    let lock = Lock::default();
    let want = "# Written by `countersign lock`: at which versions secrets stand. Review it; do not edit it.\n\
        apiVersion: countersign.dev/v1alpha1\nkind: Lock\nsecrets: []\n";
    assert_eq!(write(&lock), want);
    assert_eq!(again(want), Ok(lock));
}

#[test]
fn a_rotation_changes_the_lines_of_one_secret() {
    let (before, after): (Vec<&str>, Vec<&str>) = (
        BEFORE.split("\n- name: ").collect(),
        AFTER.split("\n- name: ").collect(),
    );
    let changed = before.iter().zip(&after).filter(|(b, a)| b != a);
    let changed: Vec<&str> = changed.filter_map(|(b, _)| b.lines().next()).collect();
    assert_eq!(before.len(), after.len());
    assert_eq!(changed, ["orders-db"]);
}

#[test]
fn comments_styles_and_the_order_of_fields_say_nothing() {
    let flow = "{kind: 'Lock', \"secrets\": [ # flow, and another order\n  {sources: [{path: /kv/a/, keys: {A: 'b'}, \
        engine: 'kv-v1', mount: kv, }], delivery: VaultStaticSecret, follow: True, config: c, name: \"db\"}],\n  \
        apiVersion: countersign.dev/v1alpha1}";
    let want = "# Written by `countersign lock`: at which versions secrets stand. Review it; do not edit it.\n\
        apiVersion: countersign.dev/v1alpha1\nkind: Lock\nsecrets:\n- name: db\n  config: c\n  follow: true\n  \
        delivery: VaultStaticSecret\n  sources:\n  - mount: kv\n    path: kv/a\n    engine: kv-v1\n    keys:\n      A: b\n";
    assert_eq!(again(flow).map(|lock| write(&lock)), Ok(text(want)));
}

#[test]
fn two_generations_with_one_suffix_are_refused() {
    let said = again(&write(&with_itself(content()))).expect_err("both have one suffix");
    let want = "\
error[lock-broken]: two generations of `billing` have the suffix `SUFFIX`
  --> countersign.lock:21:17 (Lock secrets[0].previous[0].generation)
   |
21 |   - generation: SUFFIX
   |                 ^^^^^^^^^^
hint: delete one of the two.
";
    let suffix = content()
        .current
        .and_then(|c| c.suffix)
        .expect("it is pinned");
    assert_eq!(said, want.replace("SUFFIX", &suffix));
}

#[test]
fn two_generations_of_one_name_are_refused() {
    let mut lock = with_itself(keyed());
    let current = lock.entries[0].current.as_mut().expect("it has one");
    current.digest = Some(hash::digest(&["s3cr3t-other"]));
    current.suffix = suffix::suffix("billing", "billing-tls", current);
    let said = again(&write(&lock)).expect_err("both have the plain name");
    assert_eq!(
        said.lines().next(),
        Some(
            "error[lock-broken]: two generations of `billing-tls` are called `billing-tls`, without a suffix"
        )
    );
}

#[test]
fn a_secret_that_came_to_follow_vault_keeps_what_old_pods_need() {
    let mut lock = with_itself(content());
    lock.entries[0].current = followed().current;
    order::lock(&mut lock);
    assert_eq!(again(&write(&lock)), Ok(lock));
}
