//! What is told of two real locks when Vault has moved on.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;
use crate::diag::render::render;
use crate::lock::LockText;
use crate::locking::file::read_all;
use crate::vault::{Ask, Reading, VersionFact};

mod schema;
mod together;

const ORDERS: &str = include_str!("../../../fixtures/locks/after-a-rotation.lock");
const BILLING: &str = include_str!("../../../fixtures/locks/every-field.lock");
const DB: &str = "sample/orders/orders-prod";

/// What a lock is built from: the folder that it lies in.
fn folder(name: &str) -> Vec<String> {
    let folder = name.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    folder.into_iter().collect()
}

fn locks(texts: &[(&str, &str)]) -> Vec<LockFile> {
    let texts = texts.iter().map(|(name, text)| LockText {
        name: (*name).into(),
        text: Some((*text).to_owned()),
    });
    read_all(texts.collect(), folder).unwrap_or_else(|report| panic!("{report:?}"))
}

fn orders() -> Vec<LockFile> {
    locks(&[("overlays/prod/countersign.lock", ORDERS)])
}

/// Plays Vault: what stands in the locks, and what is said otherwise.
struct Vault {
    histories: BTreeMap<String, Result<History, Refusal>>,
    namespace: Option<&'static str>,
    asked: RefCell<Vec<Vec<SecretPath>>>,
}

impl Vault {
    /// Every pin of the locks is there as it was locked, and nothing else.
    fn of(files: &[LockFile]) -> Self {
        let mut histories: BTreeMap<String, Result<History, Refusal>> = BTreeMap::new();
        let mut add = |secret: &SecretPath, version: Option<u64>, created: Option<&String>| {
            if let (Some(version), Some(created)) = (version, created) {
                let known = histories.entry(secret.path.clone());
                let known = known.or_insert_with(|| Ok(History::default()));
                let versions = &mut known.as_mut().unwrap().versions;
                versions.push(fact(version, created));
                versions.sort_by_key(|fact| fact.version);
            }
        };
        for entry in files.iter().flat_map(|file| &file.lock.entries) {
            let kept = entry.previous.iter().map(|one| &one.generation);
            for generation in entry.current.iter().chain(kept) {
                for pin in &generation.sources {
                    add(&pin.secret, pin.version, pin.created.as_ref());
                }
                if let Some(key) = &generation.hash_key {
                    add(&key.secret, key.version, key.created.as_ref());
                }
            }
        }
        Self {
            histories,
            namespace: None,
            asked: RefCell::default(),
        }
    }

    fn history(mut self, path: &str, change: impl FnOnce(&mut History)) -> Self {
        change(self.histories.get_mut(path).unwrap().as_mut().unwrap());
        self
    }

    fn refuse(mut self, path: &str, code: Code) -> Self {
        let refusal = Refusal::new(code, format!("no `{path}`"), "ask for it.");
        self.histories.insert(path.to_owned(), Err(refusal));
        self
    }
}

impl Store for Vault {
    fn read(&self, _asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        panic!("a value is never asked for")
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        let secrets = asks.iter().map(|ask| ask.secret.clone());
        self.asked.borrow_mut().push(secrets.collect());
        let each = asks
            .iter()
            .map(|ask| self.histories[&ask.secret.path].clone());
        each.collect()
    }

    fn address(&self) -> Option<&str> {
        None
    }

    fn namespace(&self) -> Option<&str> {
        self.namespace
    }
}

fn fact(version: u64, created: &str) -> VersionFact {
    VersionFact {
        version,
        created: created.to_owned(),
        deleted: false,
        destroyed: false,
        created_by: None,
        deletes_at: None,
    }
}

/// What a person reads, after the name of the file.
fn told(files: &[LockFile], vault: &Vault) -> (Status, String) {
    let outdated = find(files, vault).unwrap_or_else(|report| panic!("{report:?}"));
    let text = text::text(&outdated, &groups::by_secret(files, &outdated));
    let text = text.split_once('\n').unwrap().1.to_owned();
    (outdated.status(), text)
}

fn refused(files: &[LockFile], vault: &Vault) -> String {
    let report = find(files, vault).expect_err("refused");
    render(&report.sorted(), false)
}

#[test]
fn locks_at_the_newest_versions_need_nothing() {
    let files = orders();
    let (status, text) = told(&files, &Vault::of(&files));
    assert_eq!(status, Status::Current);
    assert_eq!(
        text,
        "  shop/orders-cache is not defined any more, only previous generations are left
  shop/orders-session-keys follows Vault, unreviewed
  2 secrets stand at the newest version
"
    );
}

#[test]
fn a_newer_version_is_told_with_who_wrote_it_and_how_to_move() {
    let files = orders();
    let vault = Vault::of(&files).history(DB, |history| {
        history.versions.push(VersionFact {
            deleted: true,
            ..fact(4, "2026-11-19T00:00:00Z")
        });
        history.versions.push(VersionFact {
            created_by: Some("userpass-ada \u{1b}[2J".to_owned()),
            ..fact(5, "2026-11-20T00:00:00Z")
        });
    });
    let (status, text) = told(&files, &vault);
    assert_eq!(status, Status::Outdated);
    let want = r"  shop/orders-db is outdated
    `kvv2/sample/orders/orders-prod`: version 3 (2026-11-03T09:00:02.662871Z) → 5 (2026-11-20T00:00:00Z, by userpass-ada \u{1b}[2J), 2 versions behind
";
    assert!(text.contains(want), "{text}");
    assert!(
        text.ends_with("  countersign lock overlays/prod --upgrade orders-db\n"),
        "{text}"
    );
}

/// What happened to a path.
type Change = fn(&mut History);

#[test]
fn a_pin_that_is_gone_or_another_one_needs_somebody() {
    let cases: [(&str, Change); 4] = [
        ("was deleted", |h| h.versions[1].deleted = true),
        ("was destroyed", |h| h.versions[1].destroyed = true),
        ("the server does not have version 3 any more", |h| {
            h.versions.pop();
        }),
        (
            "version 3 was created at 2026-11-03T09:00:02.662871Z when it was locked, and the server says 2026-11-09T00:00:00Z",
            |h| {
                h.versions[1].created = "2026-11-09T00:00:00Z".to_owned();
            },
        ),
    ];
    for (want, change) in cases {
        let files = orders();
        let (status, text) = told(&files, &Vault::of(&files).history(DB, change));
        assert_eq!(status, Status::Broken, "{want}");
        assert!(
            text.contains("shop/orders-db stands at what is no longer there\n"),
            "{text}"
        );
        assert!(text.contains(want), "{text}");
    }
}

#[test]
fn a_previous_generation_that_is_gone_is_told_and_changes_nothing() {
    let files = orders();
    let vault = Vault::of(&files).history(DB, |history| history.versions[0].destroyed = true);
    let (status, text) = told(&files, &vault);
    assert_eq!(status, Status::Current);
    let want = "  shop/orders-db stands at the newest version
    previous orders-db-dm7c497m6m: `kvv2/sample/orders/orders-prod`: version 2 was destroyed
";
    assert!(text.contains(want), "{text}");
}

#[test]
fn a_pin_that_the_next_writes_drop_is_told() {
    let warned = |max: u64| {
        let files = orders();
        let vault = Vault::of(&files).history(DB, |h| h.max_versions = Some(max));
        let (status, text) = told(&files, &vault);
        assert_eq!(status, Status::Current);
        let lines = text.lines().filter(|line| line.contains("keeps"));
        lines
            .map(|line| line.rsplit(": ").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // versions 2 and 3 are there: the next write makes 4 and drops 4 - max and older
    assert_eq!(
        warned(1),
        [
            "the next write drops version 3, the server keeps 1",
            "the next write drops version 2, the server keeps 1"
        ]
    );
    assert_eq!(
        warned(2),
        [
            "two more writes drop version 3, the server keeps 2",
            "the next write drops version 2, the server keeps 2"
        ]
    );
    assert_eq!(
        warned(3),
        ["two more writes drop version 2, the server keeps 3"]
    );
    assert!(warned(4).is_empty());
}

#[test]
fn a_version_that_deletes_itself_is_told() {
    let files = orders();
    let vault = Vault::of(&files).history(DB, |history| {
        history.versions[1].deletes_at = Some("2026-12-01T00:00:00Z".to_owned());
    });
    let (_, text) = told(&files, &vault);
    assert!(
        text.contains("version 3 deletes itself at 2026-12-01T00:00:00Z"),
        "{text}"
    );
}

#[test]
fn each_path_is_asked_once_and_all_in_one_go() {
    let files = locks(&[
        ("a/countersign.lock", ORDERS),
        ("b/countersign.lock", ORDERS),
    ]);
    let vault = Vault::of(&files[..1]);
    find(&files, &vault).unwrap();
    let asked = vault.asked.into_inner();
    assert_eq!(asked.len(), 1);
    let paths: Vec<&str> = asked[0].iter().map(|secret| secret.path.as_str()).collect();
    let want = ["sample/orders/cache", "sample/orders/jks", DB, "shared/ca"];
    assert_eq!(paths, want);
}

#[test]
fn refusals_come_together_and_a_path_that_is_gone_is_an_answer() {
    let files = orders();
    let vault = Vault::of(&files).refuse("shared/ca", Code::Denied);
    let vault = vault.refuse("sample/orders/jks", Code::MountAbsent);
    let vault = vault.refuse(DB, Code::SecretAbsent);
    let said = refused(&files, &vault);
    assert!(
        said.contains("error[denied]: no `shared/ca`\n  --> overlays/prod/countersign.lock:"),
        "{said}"
    );
    assert!(
        said.contains("error[mount-absent]: no `sample/orders/jks`"),
        "{said}"
    );
    assert!(!said.contains(DB), "{said}");
    let (status, text) = told(&files, &Vault::of(&files).refuse(DB, Code::SecretAbsent));
    assert_eq!(status, Status::Broken);
    assert!(
        text.contains("the server does not have version 3 any more"),
        "{text}"
    );
}

#[test]
fn the_same_path_in_another_namespace_is_another_secret() {
    let files = orders();
    let vault = Vault {
        namespace: Some("team-b"),
        ..Vault::of(&files)
    };
    let said = refused(&files, &vault);
    let want = "error[lock-rewritten]: `overlays/prod/countersign.lock` was made in the root namespace, and this runner uses `team-b`";
    assert!(said.starts_with(want), "{said}");
    assert!(vault.asked.borrow().is_empty());
}

#[test]
fn a_policy_that_shows_the_newest_version_alone_says_what_it_can() {
    let files = orders();
    let newest = |h: &mut History| {
        h.partial = true;
        h.versions = vec![fact(5, "2026-11-20T00:00:00Z")];
    };
    let (status, text) = told(&files, &Vault::of(&files).history(DB, newest));
    assert_eq!(status, Status::Outdated);
    let want = "the policy does not show whether version 3 still is what it was\n";
    assert!(text.contains(want), "{text}");
}

#[test]
fn kv_v1_has_nothing_to_compare_and_a_newer_hash_key_is_no_news() {
    let files = locks(&[("countersign.lock", BILLING)]);
    let newer = |h: &mut History| h.versions.push(fact(2, "2026-11-20T00:00:00Z"));
    let (status, text) = told(&files, &Vault::of(&files).history("shared/hmac", newer));
    assert_eq!(status, Status::Current);
    assert_eq!(
        text,
        "  billing comes from kv-v1, which has no versions
  till/tokens follows Vault, unreviewed
  1 secret stands at the newest version
"
    );
    let gone = |h: &mut History| h.versions[0].destroyed = true;
    let (status, text) = told(&files, &Vault::of(&files).history("shared/hmac", gone));
    assert_eq!(status, Status::Broken);
    let want = "`kvv2/shared/hmac` in namespace `team-a`: version 1 was destroyed";
    assert!(text.contains(want), "{text}");
}
