//! The versions of a secret through its life on a real OpenBao, and what each policy lets one know.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use countersign::diag::Code;
use countersign::vault::http::HttpStore;
use countersign::vault::{Ask, Depth, Engine, History, Refusal, SecretPath, Store};

use crate::asking::{ask, of, read, refused, with_token};
use crate::openbao::OpenBao;

fn secret(mount: &str, path: &str) -> SecretPath {
    ask(mount, path, None, Depth::Metadata).secret
}

fn asked(store: &HttpStore, mount: &str, path: &str) -> Result<History, Refusal> {
    store
        .history(&[Ask::history(secret(mount, path))])
        .remove(0)
}

fn told(store: &HttpStore, mount: &str, path: &str) -> History {
    asked(store, mount, path).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn newest(history: &History) -> Option<u64> {
    history.newest_live().map(|v| v.version)
}

fn numbers(history: &History) -> Vec<u64> {
    history.versions.iter().map(|v| v.version).collect()
}

/// A token that may read one part of a mount's API.
fn token(bao: &OpenBao, mount: &str, part: &str) -> String {
    let policy = format!(r#"path "{mount}/{part}/*" {{ capabilities = ["read"] }}"#);
    bao.token_with(&format!("{mount}-{part}"), &policy)
}

fn write(bao: &OpenBao, mount: &str, path: &str, times: usize) {
    for i in 1..=times {
        bao.write(mount, path, &format!(r#"{{"k":"s3cr3t-{i}"}}"#));
    }
}

#[test]
fn the_newest_live_version_is_found_below_deleted_and_destroyed_ones() {
    let bao = OpenBao::shared();
    bao.mount_v2("life");
    write(&bao, "life", "a", 4);
    let store = of(&bao);
    let before = told(&store, "life", "a");
    assert_eq!((newest(&before), before.max_versions), (Some(4), Some(10)));
    for version in &before.versions {
        let asked = ask("life", "a", Some(version.version), Depth::Values);
        let reading = read(&store, asked).ok().unwrap();
        assert_eq!(reading.created.as_deref(), Some(version.created.as_str()));
    }
    bao.must("DELETE", "life/data/a", "");
    bao.must("POST", "life/destroy/a", r#"{"versions":[3]}"#);
    let after = told(&store, "life", "a");
    assert_eq!(
        (numbers(&after), newest(&after)),
        (vec![1, 2, 3, 4], Some(2))
    );
    let (third, fourth) = (after.version(3).unwrap(), after.version(4).unwrap());
    assert_eq!((third.deleted, third.destroyed), (false, true));
    assert_eq!((fourth.deleted, fourth.destroyed), (true, false));
    assert_eq!(fourth.created, before.version(4).unwrap().created);
    bao.must("POST", "life/undelete/a", r#"{"versions":[4]}"#);
    assert_eq!(newest(&told(&store, "life", "a")), Some(4));
}

#[test]
fn the_larger_number_of_secret_and_mount_is_what_the_server_keeps() {
    let bao = OpenBao::shared();
    bao.mount_v2("kept");
    bao.must("POST", "kept/config", r#"{"max_versions":4}"#);
    bao.must("POST", "kept/metadata/less", r#"{"max_versions":2}"#);
    bao.must("POST", "kept/metadata/more", r#"{"max_versions":6}"#);
    let root = of(&bao);
    let only_list = with_token(&bao, &token(&bao, "kept", "metadata"));
    assert_eq!(told(&root, "kept", "less").newest_live(), None);
    for (path, kept) in [("none", 4), ("less", 4), ("more", 6)] {
        write(&bao, "kept", path, 8);
        let history = told(&root, "kept", path);
        assert_eq!(history.max_versions, Some(kept), "{path}");
        let oldest = 8 + 1 - kept;
        assert_eq!(numbers(&history), (oldest..=8).collect::<Vec<_>>());
        assert_eq!(told(&only_list, "kept", path), history);
        // the next write drops what the number says
        write(&bao, "kept", path, 1);
        assert_eq!(told(&root, "kept", path).version(oldest), None);
    }
    write(&bao, "kept", "young", 3);
    assert_eq!(told(&root, "kept", "young").max_versions, Some(4));
    assert_eq!(told(&only_list, "kept", "young").max_versions, None);
    write(&bao, "kept", "young", 1);
    assert_eq!(told(&only_list, "kept", "young").max_versions, Some(4));
}

#[test]
fn a_rewritten_path_has_a_version_one_of_another_time() {
    let bao = OpenBao::shared();
    bao.mount_v2("again");
    write(&bao, "again", "a", 2);
    let store = of(&bao);
    let before = told(&store, "again", "a");
    bao.must("DELETE", "again/metadata/a", "");
    let absent = asked(&store, "again", "a").unwrap_err();
    assert_eq!(absent.code, Code::SecretAbsent);
    write(&bao, "again", "a", 1);
    let after = told(&store, "again", "a");
    assert_eq!(numbers(&after), [1]);
    let created = |history: &History| history.version(1).unwrap().created.clone();
    assert_ne!(created(&after), created(&before));
}

#[test]
fn a_version_that_will_delete_itself_says_when() {
    let bao = OpenBao::shared();
    bao.mount_v2("lapse");
    bao.must(
        "POST",
        "lapse/metadata/a",
        r#"{"delete_version_after":"1h"}"#,
    );
    write(&bao, "lapse", "a", 1);
    for part in ["metadata", "subkeys", "data"] {
        let store = with_token(&bao, &token(&bao, "lapse", part));
        let history = told(&store, "lapse", "a");
        let version = history.newest_live().unwrap();
        assert!(!version.deleted);
        let when = version.deletes_at.as_deref().unwrap();
        assert!(
            when > version.created.as_str() && when.ends_with('Z'),
            "{when}"
        );
    }
}

#[test]
fn a_policy_decides_how_much_of_the_history_is_known() {
    let bao = OpenBao::shared();
    bao.mount_v2("rights");
    write(&bao, "rights", "a", 3);
    let stores = ["metadata", "subkeys", "data", "nothing"]
        .map(|part| with_token(&bao, &token(&bao, "rights", part)));
    let whole = told(&of(&bao), "rights", "a");
    let [list, subkeys, data, nothing] = &stores;
    assert_eq!(told(list, "rights", "a").versions, whole.versions);
    for store in [subkeys, data] {
        let history = told(store, "rights", "a");
        assert!(history.partial);
        assert_eq!(history.versions, [whole.version(3).unwrap().clone()]);
    }
    let denied = asked(nothing, "rights", "a").unwrap_err();
    assert_eq!(denied.code, Code::Denied);
    assert!(
        denied
            .hint
            .starts_with("grant `read` on `rights/metadata/a`.")
    );

    for (way, code) in [
        ("delete", Code::VersionDeleted),
        ("destroy", Code::VersionDestroyed),
    ] {
        bao.must("POST", &format!("rights/{way}/a"), r#"{"versions":[3]}"#);
        assert_eq!(newest(&told(list, "rights", "a")), Some(2));
        for store in [subkeys, data] {
            let gone = asked(store, "rights", "a").unwrap_err();
            assert_eq!(gone.code, code);
            assert!(
                gone.message
                    .starts_with("version 3, the newest of `rights/a`, was")
            );
            assert!(
                gone.hint
                    .starts_with("grant `read` on `rights/metadata/a`:")
            );
        }
    }
}

#[test]
fn an_exact_version_tells_under_every_policy_why_it_cannot_be_read() {
    let bao = OpenBao::shared();
    bao.mount_v2("exact");
    bao.must("POST", "exact/config", r#"{"max_versions":4}"#);
    write(&bao, "exact", "a", 6);
    bao.must("POST", "exact/delete/a", r#"{"versions":[4]}"#);
    bao.must("POST", "exact/destroy/a", r#"{"versions":[5]}"#);
    for part in ["metadata", "subkeys", "data"] {
        let store = with_token(&bao, &token(&bao, "exact", part));
        let why = |path: &str, version| {
            refused(read(
                &store,
                ask("exact", path, Some(version), Depth::Metadata),
            ))
            .0
        };
        assert_eq!(why("a", 2), Code::VersionAbsent, "{part}");
        assert_eq!(why("a", 9), Code::VersionAbsent, "{part}");
        assert_eq!(why("a", 4), Code::VersionDeleted, "{part}");
        assert_eq!(why("a", 5), Code::VersionDestroyed, "{part}");
        assert_eq!(why("b", 2), Code::SecretAbsent, "{part}");
    }
    let store = with_token(&bao, &token(&bao, "exact", "metadata"));
    let pruned = read(&store, ask("exact", "a", Some(2), Depth::Metadata));
    assert_eq!(
        pruned.err().unwrap().hint,
        "ask for one that exists: the server keeps versions 3 to 6. Old ones go when `max_versions` is reached."
    );
}

#[test]
fn what_is_no_secret_of_the_engine_has_no_history() {
    let bao = OpenBao::shared();
    bao.mount_v2("here");
    bao.must("POST", "sys/mounts/flat", r#"{"type":"kv"}"#);
    bao.must("POST", "flat/a", r#"{"k":"s3cr3t-v"}"#);
    bao.must("POST", "flat/metadata/a", r#"{"k":"s3cr3t-v"}"#);
    let store = of(&bao);
    let code = |mount: &str, path: &str| asked(&store, mount, path).unwrap_err().code;
    assert_eq!(code("here", "b"), Code::SecretAbsent);
    assert_eq!(code("nowhere", "a"), Code::MountAbsent);
    assert_eq!(code("flat", "b"), Code::WrongEngine);
    // a path of kv-v1 that looks like the list of a kv-v2 one
    assert_eq!(code("flat", "a"), Code::BadAnswer);
    let mut plain = secret("flat", "a");
    plain.engine = Engine::KvV1;
    assert_eq!(
        store.history(&[Ask::history(plain)]),
        [Ok(History::default())]
    );
}
