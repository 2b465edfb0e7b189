//! What two locks say of a secret, entry by entry; locks made in code.

use countersign::config::{Decode, Delivery, HashKind, Keep};
use countersign::diag::Place;
use countersign::lock::{Dress, Entry, Generation, Lock, Picked, Pinned, Previous, Selection};
use countersign::review::{Review, SecretReview, Side, Status, compare};
use countersign::vault::{Engine, SecretPath};

pub const CREATED: &str = "2026-11-01T09:00:00Z";

pub fn path(path: &str) -> SecretPath {
    SecretPath {
        namespace: None,
        mount: "kvv2".to_owned(),
        path: path.to_owned(),
        engine: Engine::KvV2,
    }
}

/// One source at a version, with these keys under their own names.
pub fn pinned(at: &str, version: u64, created: &str, keys: &[&str]) -> Pinned {
    let picked = keys.iter().map(|key| Picked {
        key: (*key).to_owned(),
        from: (*key).to_owned(),
        decode: Decode::Text,
    });
    Pinned {
        secret: path(at),
        runner_namespace: None,
        version: Some(version),
        created: Some(created.to_owned()),
        keys: Selection::Picked(picked.collect()),
    }
}

pub fn generation(suffix: &str, sources: Vec<Pinned>) -> Generation {
    Generation {
        suffix: Some(suffix.to_owned()),
        scheme: 1,
        delivery: Delivery::VaultStaticSecret,
        hash: HashKind::Version,
        digest: None,
        hash_key: None,
        secret_type: "Opaque".to_owned(),
        name_suffix: true,
        sources,
        object: Dress::default(),
        place: Place::default(),
    }
}

pub fn entry(name: &str, current: Option<Generation>) -> Entry {
    Entry {
        name: name.to_owned(),
        config: "orders".to_owned(),
        namespace: Some("shop".to_owned()),
        current,
        keep: Keep::default(),
        previous: Vec::new(),
    }
}

fn previous(generation: Generation) -> Previous {
    Previous {
        since: CREATED.to_owned(),
        until: CREATED.to_owned(),
        generation,
    }
}

fn side(entries: Vec<Entry>) -> Side {
    Side {
        locks: vec![Lock { entries }],
        ..Side::default()
    }
}

fn plan(before: Vec<Entry>, after: Vec<Entry>) -> Review {
    compare(&side(before), &side(after))
}

fn one(before: Entry, after: Entry) -> SecretReview {
    let mut review = plan(vec![before], vec![after]);
    assert_eq!(review.secrets.len(), 1);
    review.secrets.remove(0)
}

fn db(version: u64, created: &str, suffix: &str) -> Entry {
    entry(
        "db",
        Some(generation(
            suffix,
            vec![pinned("db", version, created, &["a"])],
        )),
    )
}

#[test]
fn versions_say_forward_back_and_anew() {
    let at = |version, created, suffix| db(version, created, suffix);
    let status = |a: Entry, b: Entry| one(a, b).status;
    assert_eq!(
        status(at(1, CREATED, "x"), at(2, CREATED, "y")),
        Status::Moved
    );
    assert_eq!(
        status(at(2, CREATED, "x"), at(1, CREATED, "y")),
        Status::RolledBack
    );
    assert_eq!(
        status(at(1, CREATED, "x"), at(1, "2026-11-02T09:00:00Z", "y")),
        Status::Rewritten
    );
    assert_eq!(
        status(at(1, CREATED, "x"), at(1, CREATED, "x")),
        Status::Unchanged
    );
}

#[test]
fn one_source_of_two_moves_alone() {
    let two = |version| {
        let sources = vec![
            pinned("a", 1, CREATED, &["a"]),
            pinned("b", version, CREATED, &["b"]),
        ];
        entry("db", Some(generation(&format!("s{version}"), sources)))
    };
    let secret = one(two(3), two(4));
    assert_eq!(secret.moves.len(), 1);
    assert_eq!(secret.moves[0].path, path("b"));
    assert_eq!(secret.status, Status::Moved);
}

#[test]
fn another_path_is_a_source_that_comes_and_one_that_goes() {
    let at = |p| {
        entry(
            "db",
            Some(generation(p, vec![pinned(p, 1, CREATED, &["a"])])),
        )
    };
    let secret = one(at("old"), at("new"));
    assert_eq!(secret.status, Status::Changed);
    let moves: Vec<(&str, bool, bool)> = secret
        .moves
        .iter()
        .map(|m| (m.path.path.as_str(), m.from.is_some(), m.to.is_some()))
        .collect();
    assert_eq!(moves, [("new", false, true), ("old", true, false)]);
    assert_eq!(secret.keys_changed, ["a"]);
}

#[test]
fn keys_appear_go_and_are_decoded_otherwise() {
    let with = |keys: Selection| {
        let mut source = pinned("db", 1, CREATED, &[]);
        source.keys = keys;
        entry("db", Some(generation("x", vec![source])))
    };
    let picked = |key: &str, decode| Picked {
        key: key.to_owned(),
        from: key.to_owned(),
        decode,
    };
    let secret = one(
        with(Selection::All(vec!["a".to_owned(), "b".to_owned()])),
        with(Selection::Picked(vec![
            picked("b", Decode::Base64),
            picked("c", Decode::Text),
        ])),
    );
    assert_eq!(secret.keys_removed, ["a"]);
    assert_eq!(secret.keys_changed, ["b"]);
    assert_eq!(secret.keys_added, ["c"]);
}

#[test]
fn a_secret_that_follows_is_unreviewed_whatever_else() {
    let follows = || {
        let mut current = generation("x", vec![pinned("db", 1, CREATED, &["a"])]);
        current.suffix = None;
        current.sources[0].version = None;
        current.sources[0].created = None;
        entry("db", Some(current))
    };
    assert_eq!(one(follows(), follows()).status, Status::Unreviewed);
    let secret = one(db(1, CREATED, "x"), follows());
    assert_eq!(secret.status, Status::Unreviewed);
    let follow = secret.settings.iter().find(|s| s.name == "follow");
    assert!(follow.is_some(), "{:?}", secret.settings);
}

#[test]
fn no_key_of_a_secret_goes_because_nobody_knows_them_any_more() {
    let mut source = pinned("db", 1, CREATED, &[]);
    source.keys = Selection::All(Vec::new());
    let mut follows = generation("x", vec![source]);
    follows.suffix = None;
    let follows = || entry("db", Some(follows.clone()));
    let to = one(db(1, CREATED, "x"), follows());
    let from = one(follows(), db(1, CREATED, "x"));
    assert!(to.keys_removed.is_empty() && from.keys_added.is_empty());
}

#[test]
fn a_removed_secret_leaves_what_is_kept_of_it() {
    let mut tombstone = entry("db", None);
    let was = db(1, CREATED, "x");
    tombstone.previous = vec![previous(was.current.clone().expect("it has one"))];
    let secret = one(was, tombstone.clone());
    assert_eq!(secret.status, Status::Removed);
    assert_eq!(secret.kept[0].secret, "db-x");
    assert!(secret.kept[0].is_new);
    assert!(secret.dropped.is_empty());
    // later it goes as well
    let review = plan(vec![tombstone], Vec::new());
    assert_eq!(review.secrets[0].status, Status::Kept);
    assert_eq!(review.secrets[0].dropped, ["db-x"]);
}

#[test]
fn a_removed_secret_without_a_trace_is_dropped() {
    let review = plan(vec![db(1, CREATED, "x")], Vec::new());
    assert_eq!(review.secrets[0].status, Status::Removed);
    assert_eq!(review.secrets[0].dropped, ["db-x"]);
}

#[test]
fn the_same_sources_under_another_name_are_a_rename() {
    let named = |name, suffix| {
        let mut entry = db(1, CREATED, suffix);
        entry.name = String::from(name);
        entry
    };
    let review = plan(
        vec![named("db", "x"), named("other", "o")],
        vec![named("database", "y"), named("other", "o")],
    );
    let said: Vec<(&str, &Status)> = review
        .secrets
        .iter()
        .map(|s| (s.name.as_str(), &s.status))
        .collect();
    assert_eq!(
        said,
        [
            ("database", &Status::Renamed("db".to_owned())),
            ("other", &Status::Unchanged),
        ]
    );
    assert_eq!(review.secrets[0].dropped, ["db-x"]);
}

#[test]
fn two_namespaces_are_two_secrets() {
    let within = |namespace: &str, version| {
        let mut entry = db(version, CREATED, &format!("{namespace}{version}"));
        entry.namespace = Some(namespace.to_owned());
        entry
    };
    let review = plan(
        vec![within("a", 1), within("b", 1)],
        vec![within("a", 1), within("b", 2)],
    );
    let said: Vec<_> = review.secrets.iter().map(|s| s.status.clone()).collect();
    assert_eq!(said, [Status::Unchanged, Status::Moved]);
}

#[test]
fn a_namespace_that_one_lock_does_not_know_makes_no_other_secret() {
    let mut nameless = db(1, CREATED, "x");
    nameless.namespace = None;
    assert_eq!(one(nameless, db(2, CREATED, "y")).status, Status::Moved);
}

#[test]
fn what_no_lock_covers_is_said_to_be_unreviewed() {
    let stream = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db-x\n  annotations: {countersign.dev/secret: db, countersign.dev/generation: x}\n";
    let side = Side {
        manifests: stream.to_owned(),
        ..Side::default()
    };
    let review = compare(&side, &side.clone());
    assert_eq!(review.secrets[0].status, Status::Unlocked);
    assert_eq!(review.secrets[0].name, "db");
}
