//! The stores against a real OpenBao: every row of its behaviour that a development server shows.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/asking.rs"]
mod asking;
#[path = "vault_live/certificates.rs"]
mod certificates;
#[path = "vault_live/history.rs"]
mod history;
#[path = "support/openbao.rs"]
mod openbao;
#[path = "vault_live/writing.rs"]
mod writing;

use std::time::{Duration, Instant};

use asking::{ask, of, plain, read, refused, shown, store, values, with_token};
use countersign::diag::Code;
use countersign::vault::file_store::FileStore;
use countersign::vault::{Contents, Depth, Store};
use openbao::OpenBao;

#[test]
fn a_server_and_a_file_give_the_same_bytes() {
    let bao = OpenBao::shared();
    bao.mount_v2("bytes2");
    bao.must("POST", "sys/mounts/bytes1", r#"{"type":"kv"}"#);
    let json = r#"{"big":12345678901234567890123,"e":1e3,"f":1.50,"l":[1.0,"<&>"],"n":null,"neg":-0.0,"o":{"z":1,"a":{"b":"é"}},"s":"p<1>&x","small":0.0000001,"t":true}"#;
    bao.write("bytes2", "a", json);
    bao.must("POST", "bytes1/a", json);
    let file = FileStore::parse(
        "vault.yaml",
        &format!(
            "{{apiVersion: countersign.dev/v1alpha1, kind: FileStore, mounts: {{
              bytes2: {{engine: kv-v2, secrets: {{a: [{{created: 2026-11-01T09:00:00Z, data: {json}}}]}}}},
              bytes1: {{engine: kv-v1, secrets: {{a: {json}}}}}}}}}"
        ),
    );
    let file = file.unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let asks = [values("bytes2", "a", None), plain("bytes1", "a")];
    for (server, file) in of(&bao).read(&asks).into_iter().zip(file.read(&asks)) {
        let (server, file) = (server.ok().unwrap(), file.ok().unwrap());
        assert_eq!(server.version, file.version);
        let (Contents::Values(server), Contents::Values(file)) = (server.contents, file.contents)
        else {
            panic!("no values");
        };
        assert_eq!(server.len(), 10);
        for (server, file) in server.iter().zip(&file) {
            assert_eq!(server.0, file.0);
            assert!(server.1.expose() == file.1.expose(), "{}", server.0);
        }
    }
}

#[test]
fn versions_that_cannot_be_read_are_told_apart() {
    let bao = OpenBao::shared();
    bao.mount_v2("versions");
    bao.must("POST", "versions/metadata/a", r#"{"max_versions":4}"#);
    for i in 1..=6 {
        bao.write("versions", "a", &format!(r#"{{"k":"{i}"}}"#));
    }
    bao.must("POST", "versions/destroy/a", r#"{"versions":[4]}"#);
    bao.must("POST", "versions/delete/a", r#"{"versions":[5]}"#);
    let store = of(&bao);
    let get = |path: &str, version| read(&store, values("versions", path, version));
    assert_eq!(shown(get("a", None)), "6: k=6");
    assert_eq!(shown(get("a", Some(3))), "3: k=3");
    assert_eq!(refused(get("a", Some(4))).0, Code::VersionDestroyed);
    let deleted = get("a", Some(5)).err().unwrap();
    assert_eq!(deleted.code, Code::VersionDeleted);
    assert!(
        deleted
            .message
            .starts_with("version 5 of `versions/a` was deleted at `2")
    );
    assert!(
        deleted
            .hint
            .starts_with("ask for version 6, the newest that can be read, or")
    );
    for version in [1, 9] {
        let absent = get("a", Some(version)).err().unwrap();
        assert_eq!(absent.code, Code::VersionAbsent);
        assert!(absent.hint.contains("versions 3 to 6"), "{}", absent.hint);
    }
    assert_eq!(
        refused(get("b", None)),
        (
            Code::SecretAbsent,
            "there is no secret at `versions/b`".into()
        )
    );
    assert_eq!(refused(get("b", Some(1))).0, Code::SecretAbsent);
    assert_eq!(refused(get("data/a", None)).0, Code::SecretAbsent);

    // The newest is deleted: every depth says so, and names the newest that is left.
    bao.must("DELETE", "versions/data/a", "");
    for depth in [Depth::Values, Depth::Keys, Depth::Metadata] {
        let gone = read(&store, ask("versions", "a", None, depth))
            .err()
            .unwrap();
        assert_eq!(gone.code, Code::VersionDeleted);
        assert!(gone.hint.starts_with("ask for version 3,"), "{}", gone.hint);
    }
    bao.must("DELETE", "versions/metadata/a", "");
    assert_eq!(refused(get("a", None)).0, Code::SecretAbsent);
}

#[test]
fn an_expired_version_is_deleted() {
    let bao = OpenBao::shared();
    bao.mount_v2("expiry");
    bao.must(
        "POST",
        "expiry/metadata/a",
        r#"{"delete_version_after":"1s"}"#,
    );
    bao.write("expiry", "a", r#"{"k":"v"}"#);
    let store = of(&bao);
    assert_eq!(
        shown(read(&store, ask("expiry", "a", None, Depth::Metadata))),
        "1: k"
    );
    let start = Instant::now();
    let refusal = loop {
        match read(&store, values("expiry", "a", None)) {
            Err(refusal) => break refusal,
            Ok(_) => assert!(start.elapsed() < Duration::from_secs(20)),
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(refusal.code, Code::VersionDeleted);
    assert!(
        refusal
            .hint
            .ends_with("Versions here delete themselves after `1s`."),
        "{}",
        refusal.hint
    );
}

#[test]
fn wrong_engines_and_mounts_are_told_apart() {
    let bao = OpenBao::shared();
    bao.mount_v2("two");
    bao.must("POST", "sys/mounts/one", r#"{"type":"kv"}"#);
    bao.must("POST", "sys/mounts/db", r#"{"type":"database"}"#);
    bao.must("POST", "sys/mounts/crypt", r#"{"type":"transit"}"#);
    bao.write("two", "a", r#"{"k":"v"}"#);
    bao.must("POST", "one/a", r#"{"k":"v"}"#);
    let store = of(&bao);
    #[rustfmt::skip]
    let rows = [
        (plain("two", "a"), Code::WrongEngine, "`two` is a kv-v2 engine, but kv-v1 was asked for"),
        (plain("two", "data/a"), Code::WrongEngine, "`two` is a kv-v2 engine, but kv-v1 was asked for"),
        (values("one", "a", None), Code::WrongEngine, "`one` is a kv-v1 engine, but kv-v2 was asked for"),
        (values("one", "a", Some(1)), Code::WrongEngine, "`one` is a kv-v1 engine, but kv-v2 was asked for"),
        (plain("one", "b"), Code::SecretAbsent, "there is no secret at `one/b`"),
        (values("db", "a", None), Code::DynamicEngine, "`db` gives `database` credentials that every read would make anew"),
        (plain("db", "creds/a"), Code::DynamicEngine, "`db` gives `database` credentials that every read would make anew"),
        (values("crypt", "a", None), Code::WrongEngine, "`crypt` is a `transit` engine, not a KV engine"),
        (values("absent", "a", None), Code::MountAbsent, "nothing is mounted at `absent`"),
        (plain("absent", "a"), Code::MountAbsent, "nothing is mounted at `absent`"),
        (plain("auth/token", "lookup-self"), Code::WrongEngine, "`auth/token` belongs to the server itself and holds no secrets"),
    ];
    for (ask, code, message) in rows {
        assert_eq!(refused(read(&store, ask)), (code, message.into()));
    }
    assert_eq!(shown(read(&store, plain("one", "a"))), "-: k=v");
}

#[test]
fn odd_paths_arrive_as_they_are_written() {
    let bao = OpenBao::shared();
    bao.mount_v2("odd/deep");
    for (path, encoded) in [
        ("a b", "a%20b"),
        ("ü/ö", "%C3%BC/%C3%B6"),
        ("q?x=1#y", "q%3Fx=1%23y"),
    ] {
        bao.write("odd/deep", encoded, r#"{"k":"v"}"#);
        assert_eq!(
            shown(read(&of(&bao), values("odd/deep", path, None))),
            "1: k=v"
        );
    }
}

#[test]
fn namespaces_are_the_runner_s_or_the_config_s() {
    let bao = OpenBao::shared();
    for namespace in ["team-a", "team-b"] {
        bao.must("POST", &format!("sys/namespaces/{namespace}"), "{}");
        let mount = r#"{"type":"kv"}"#;
        assert_eq!(bao.api_in(namespace, "POST", "sys/mounts/kv", mount).0, 204);
        let body = format!(r#"{{"k":"{namespace}"}}"#);
        assert_eq!(bao.api_in(namespace, "POST", "kv/a", &body).0, 204);
    }
    let store = store(&[
        ("VAULT_ADDR", &bao.addr),
        ("VAULT_TOKEN", "root"),
        ("VAULT_NAMESPACE", "team-a"),
        ("VAULT_MAX_RETRIES", "0"),
    ]);
    let within = |namespace: &str| {
        let mut ask = plain("kv", "a");
        ask.secret.namespace = Some(namespace.into());
        read(&store, ask)
    };
    assert_eq!(shown(read(&store, plain("kv", "a"))), "-: k=team-a");
    assert_eq!(shown(within("team-b/")), "-: k=team-b");
    assert_eq!(
        refused(within("team-x")),
        (
            Code::NamespaceAbsent,
            "there is no namespace `team-x`".into()
        )
    );
    assert_eq!(
        refused(within("")),
        (Code::MountAbsent, "nothing is mounted at `kv`".into())
    );
    assert_eq!(
        refused(read(&store, plain("kv", "b"))).1,
        "there is no secret at `kv/b` in namespace `team-a`"
    );
}

#[test]
fn a_policy_decides_which_endpoint_answers() {
    let bao = OpenBao::shared();
    bao.mount_v2("acl");
    bao.write("acl", "a", r#"{"k":"v","b":{"c":1}}"#);
    let token = |part: &str| {
        let policy = format!(r#"path "acl/{part}/*" {{ capabilities = ["read"] }}"#);
        bao.token_with(&format!("only-{part}"), &policy)
    };
    let all = [Depth::Metadata, Depth::Keys, Depth::Values];
    #[rustfmt::skip]
    let rows = [
        ("data", ["1: b k", "1: b k", "1: b={\"c\":1} k=v"]),
        ("subkeys", ["1: b k", "1: b k", "denied"]),
        ("metadata", ["1: ?", "denied", "denied"]),
        ("nothing", ["denied", "denied", "denied"]),
    ];
    for (part, want) in rows {
        let store = with_token(&bao, &token(part));
        let got = all.map(|depth| match read(&store, ask("acl", "a", None, depth)) {
            Err(refusal) => {
                assert_eq!(refusal.code, Code::Denied);
                let least = match depth {
                    Depth::Values => "grant `read` on `acl/data/a`.",
                    _ => "grant `read` on `acl/subkeys/a` (on `data` where the server has no `subkeys`).",
                };
                assert!(refusal.hint.starts_with(least), "{}", refusal.hint);
                "denied".to_owned()
            }
            reading => shown(reading),
        });
        assert_eq!(got, want, "{part}");
    }
    // Without rights, what does not exist looks the same.
    let store = with_token(&bao, &token("data"));
    assert_eq!(
        refused(read(&store, values("nowhere", "a", None))).0,
        Code::Denied
    );
    assert_eq!(refused(read(&store, plain("nowhere", "a"))).0, Code::Denied);
    assert_eq!(
        refused(read(&store, values("acl", "a", Some(7)))).0,
        Code::VersionAbsent
    );
}

#[test]
fn a_bad_token_is_no_policy() {
    let bao = OpenBao::shared();
    let (code, message) = refused(read(
        &with_token(&bao, "s.bad"),
        values("secret", "a", None),
    ));
    assert_eq!(
        (code, message),
        (
            Code::BadToken,
            format!("`{}` does not accept the token", bao.addr)
        )
    );
    assert_eq!(
        refused(read(&with_token(&bao, "s.bad"), plain("secret", "a"))).0,
        Code::BadToken
    );
    let none = store(&[("VAULT_ADDR", &bao.addr)]);
    assert_eq!(
        refused(read(&none, values("secret", "a", None))).0,
        Code::NoToken
    );
}

#[test]
fn a_quota_and_a_seal_are_failures_of_the_whole_store() {
    let bao = OpenBao::start();
    bao.write("secret", "a", r#"{"k":"v"}"#);
    let quota = r#"{"path":"secret/","rate":1,"interval":"1h"}"#;
    bao.must("POST", "sys/quotas/rate-limit/slow", quota);
    let store = of(&bao);
    assert_eq!(shown(read(&store, values("secret", "a", None))), "1: k=v");
    assert_eq!(
        refused(read(&store, values("secret", "a", None))).0,
        Code::RateLimited
    );
    bao.must("DELETE", "sys/quotas/rate-limit/slow", "");
    bao.must("POST", "sys/seal", "");
    let (code, message) = refused(read(&of(&bao), values("secret", "a", None)));
    assert_eq!(
        (code, message),
        (
            Code::Sealed,
            format!("`{}` is sealed or not initialised", bao.addr)
        )
    );
}
