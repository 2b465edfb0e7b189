//! Every folder of `fixtures/plans`, read and compared.

use std::fs;
use std::path::{Path, PathBuf};

use countersign::lock::Lock;
use countersign::lock::read::read;
use countersign::review::{Review, Side, Status, What, compare};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans")
}

/// The folders, by name.
pub fn folders() -> Vec<String> {
    let entries = fs::read_dir(root()).expect("the fixtures are there");
    let entries = entries.map(|entry| entry.expect("it can be read"));
    let names = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name());
    let mut names: Vec<String> = names
        .map(|name| name.into_string().expect("plain names"))
        .collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

fn lock(folder: &Path, name: &str) -> Vec<Lock> {
    let Ok(text) = fs::read_to_string(folder.join(name)) else {
        return Vec::new();
    };
    vec![
        read(name, &text)
            .unwrap_or_else(|report| panic!("{}/{name}: {report:?}", folder.display())),
    ]
}

/// One side of a folder.
pub fn side(folder: &str, name: &str) -> Side {
    let folder = root().join(folder);
    Side {
        manifests: fs::read_to_string(folder.join(format!("{name}.yaml"))).expect("a stream"),
        locks: lock(&folder, &format!("{name}.lock")),
        notes: Vec::new(),
    }
}

/// The plan of a folder.
pub fn review(folder: &str) -> Review {
    compare(&side(folder, "before"), &side(folder, "after"))
}

#[test]
fn manifests_without_a_lock_say_their_generations_and_versions_themselves() {
    let folder = "a-rotated-secret-moves-each-kind-of-workload-in-its-own-way";
    let (before, after) = (side(folder, "before"), side(folder, "after"));
    let rendered = Side {
        locks: Vec::new(),
        ..before
    };
    let review = compare(&rendered, &after);
    let said: Vec<(&str, &Status)> = review
        .secrets
        .iter()
        .map(|s| (s.name.as_str(), &s.status))
        .collect();
    assert_eq!(
        said,
        [
            ("orders-cache", &Status::Unchanged),
            ("orders-db", &Status::Moved),
        ]
    );
    let from = review.secrets[1].moves[0]
        .from
        .as_ref()
        .expect("its version");
    // the lock after it keeps this very generation, so its time is known
    let created = from.created.as_deref();
    assert_eq!(
        (from.version, created),
        (Some(1), Some("2026-11-01T09:00:00Z"))
    );
}

#[test]
fn what_one_rendered_file_does_not_say_is_not_made_up() {
    let folder = "two-rendered-files-say-their-versions-themselves";
    let (before, mut after) = (side(folder, "before"), side(folder, "after"));
    // as it is rendered for a review, without a lock
    after.manifests = after
        .manifests
        .replace("shop/orders-db@2", "shop/orders-db");
    let review = compare(&before, &after);
    let secret = review.secrets.iter().find(|s| s.name == "orders-db");
    let secret = secret.expect("it is in both");
    assert_eq!((&secret.status, secret.moves.len()), (&Status::Unlocked, 0));
}

#[test]
fn a_side_that_is_empty_makes_everything_new() {
    let folder = "a-rotated-secret-moves-each-kind-of-workload-in-its-own-way";
    let review = compare(&Side::default(), &side(folder, "after"));
    assert!(review.secrets.iter().all(|s| s.status == Status::Added));
    assert!(review.objects.iter().all(|o| o.what == What::Added));
    assert!(!review.rolls());
}

#[test]
fn the_data_of_our_secrets_is_no_difference_where_one_side_has_it() {
    let folder = "a-secret-that-keeps-its-name-and-one-that-follows";
    let before = side(folder, "before");
    let mut applied = before.clone();
    let kind = "type: \"Opaque\"\nimmutable: true\n";
    assert!(applied.manifests.contains(kind));
    let data = format!("{kind}data:\n  DB_PASSWORD: \"eA==\"\n");
    applied.manifests = applied.manifests.replace(kind, &data);
    let review = compare(&applied, &before);
    assert!(review.objects.is_empty(), "{:?}", review.objects);
}
