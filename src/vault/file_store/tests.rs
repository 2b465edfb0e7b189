//! A store in a few lines, and everything it says no to.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::*;

const STORE: &str = "\
apiVersion: countersign.dev/v1alpha1
kind: FileStore
mounts:
  kvv2:
    engine: kv-v2
    secrets:
      shop/db:
      - {created: 2026-11-01T09:00:00Z, data: {username: orders, password: one}}
      - {created: 2026-11-02T09:00:00Z, data: {username: orders, n: 1.50, e: 1e3, big: 12345678901234567890123, z: null, y: yes, t: true, o: {b: [1, \"<\"], a: -0.0}}}
      - {created: 2026-11-03T09:00:00Z, deleted: true}
      shop/gone:
      - {destroyed: true}
  kv1:
    engine: kv-v1
    secrets:
      legacy: {n: 1.50, e: 1e3, neg: -0.0, big: 12345678901234567890123, hex: 0x1F, s: '1.50', l: [1.0, {x: 2.50}]}
namespaces:
  team-a:
    mounts:
      kvv2:
        engine: kv-v2
        secrets:
          shop/db:
          - {created: 2026-11-01T09:00:00Z, data: {username: team}}
";

fn ask(mount: &str, path: &str, version: Option<u64>) -> Ask {
    let engine = if mount == "kv1" {
        Engine::KvV1
    } else {
        Engine::KvV2
    };
    let secret = SecretPath {
        namespace: None,
        mount: mount.into(),
        path: path.into(),
        engine,
    };
    Ask {
        secret,
        version,
        depth: Depth::Values,
        login: None,
    }
}

fn read(ask: Ask) -> Result<Reading, Refusal> {
    let store = FileStore::parse("vault.yaml", STORE).unwrap_or_else(|r| panic!("{r:?}"));
    store.read(&[ask]).remove(0)
}

fn values(ask: Ask) -> String {
    let Ok(Reading {
        contents: Contents::Values(values),
        ..
    }) = read(ask)
    else {
        panic!("no values");
    };
    let shown = values
        .iter()
        .map(|(key, value)| format!("{key}={}", String::from_utf8_lossy(value.expose())));
    shown.collect::<Vec<_>>().join(" ")
}

fn refused(ask: Ask) -> (Code, String, String) {
    let refusal = read(ask).err().unwrap();
    (refusal.code, refusal.message, refusal.hint)
}

fn broken(text: &str) -> String {
    let refusal = FileStore::parse("vault.yaml", text).err().unwrap();
    assert_eq!(refusal.code, Code::FileStoreBroken);
    assert!(!format!("{refusal:?}").contains("s3cr3t"), "{refusal:?}");
    let message = refusal
        .message
        .strip_prefix("`vault.yaml` is no file store: ");
    message.unwrap().to_owned()
}

#[test]
fn versions_are_numbered_from_the_oldest() {
    assert_eq!(
        values(ask("kvv2", "shop/db", Some(1))),
        "password=one username=orders"
    );
    let reading = read(ask("kvv2", "shop/db", Some(2))).ok().unwrap();
    assert_eq!(
        (reading.version, reading.created.as_deref()),
        (Some(2), Some("2026-11-02T09:00:00Z"))
    );
}

#[test]
fn kv_v2_numbers_are_floats_as_on_a_server() {
    assert_eq!(
        values(ask("kvv2", "shop/db", Some(2))),
        "big=1.2345678901234568e+22 e=1000 n=1.5 o={\"a\":-0,\"b\":[1,\"\\u003c\"]} t=true username=orders y=yes z=null"
    );
}

#[test]
fn kv_v1_numbers_keep_their_literals() {
    assert_eq!(
        values(ask("kv1", "legacy", None)),
        "big=12345678901234567890123 e=1e3 hex=31 l=[1.0,{\"x\":2.50}] n=1.50 neg=-0.0 s=1.50"
    );
}

#[test]
fn a_question_for_keys_gets_no_values() {
    let mut ask = ask("kvv2", "shop/db", Some(1));
    ask.depth = Depth::Metadata;
    let reading = read(ask).ok().unwrap();
    assert!(matches!(reading.contents, Contents::Keys(keys) if keys == ["password", "username"]));
}

#[test]
fn namespaces_are_apart() {
    let mut team = ask("kvv2", "shop/db", None);
    team.secret.namespace = Some("team-a".into());
    assert_eq!(values(team.clone()), "username=team");
    team.secret.namespace = Some("team-b".into());
    let (code, message, hint) = refused(team);
    assert_eq!(code, Code::NamespaceAbsent);
    assert_eq!(message, "there is no namespace `team-b`");
    assert_eq!(hint, "did you mean `team-a`?");
}

#[test]
fn refusals_are_those_of_a_server() {
    #[rustfmt::skip]
    let rows = [
        (ask("kvv2", "shop/db", None), Code::VersionDeleted, "version 3, the newest of `kvv2/shop/db`, was deleted", "ask for version 2, the newest that can be read."),
        (ask("kvv2", "shop/db", Some(3)), Code::VersionDeleted, "version 3 of `kvv2/shop/db` was deleted", "ask for version 2, the newest that can be read."),
        (ask("kvv2", "shop/gone", Some(1)), Code::VersionDestroyed, "version 1 of `kvv2/shop/gone` was destroyed", "add a version: none of this secret can be read."),
        (ask("kvv2", "shop/db", Some(9)), Code::VersionAbsent, "there is no version 9 of `kvv2/shop/db`", "ask for version 2, the newest that can be read."),
        (ask("kvv2", "shop/db", Some(0)), Code::VersionAbsent, "there is no version 0 of `kvv2/shop/db`", "ask for version 2, the newest that can be read."),
        (ask("kvv2", "shop/bd", None), Code::SecretAbsent, "there is no secret at `kvv2/shop/bd`", "did you mean `shop/db`?"),
        (ask("kv2", "shop/db", None), Code::MountAbsent, "nothing is mounted at `kv2`", "did you mean `kvv2`?"),
        (ask("zzz", "shop/db", None), Code::MountAbsent, "nothing is mounted at `zzz`", "check `mount` for a typo."),
    ];
    for (ask, code, message, hint) in rows {
        assert_eq!(refused(ask), (code, message.into(), hint.into()));
    }
    let mut other = ask("kv1", "legacy", None);
    other.secret.engine = Engine::KvV2;
    assert_eq!(
        refused(other).1,
        "`kv1` is a kv-v1 engine, but kv-v2 was asked for"
    );
}

#[test]
fn the_history_is_the_list_of_the_file() {
    let store = FileStore::parse("vault.yaml", STORE).unwrap_or_else(|r| panic!("{r:?}"));
    let of = |mount: &str, path: &str| store.history(&[ask(mount, path, None)]).remove(0);
    let history = of("kvv2", "shop/db").unwrap();
    let seen: Vec<_> = history
        .versions
        .iter()
        .map(|v| (v.version, v.created.as_str(), v.deleted, v.destroyed))
        .collect();
    assert_eq!(
        seen,
        [
            (1, "2026-11-01T09:00:00Z", false, false),
            (2, "2026-11-02T09:00:00Z", false, false),
            (3, "2026-11-03T09:00:00Z", true, false),
        ]
    );
    assert_eq!(history.newest_live(), history.version(2));
    assert_eq!((history.max_versions, history.partial), (None, false));
    let gone = of("kvv2", "shop/gone").unwrap();
    assert_eq!((gone.newest_live(), gone.versions.len()), (None, 1));
    assert!(gone.versions[0].destroyed && gone.versions[0].created.is_empty());
    assert_eq!(of("kv1", "legacy"), Ok(History::default()));
    assert_eq!(
        of("kvv2", "shop/bd").unwrap_err().hint,
        "did you mean `shop/db`?"
    );
}

#[test]
fn what_is_wrong_is_placed_and_no_value_is_shown() {
    let head = "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\n";
    let secret = |entry: &str| {
        format!("{head}mounts:\n  kv:\n    engine: kv-v2\n    secrets:\n      a: {entry}\n")
    };
    let version = |entry: &str| secret(&format!("[{{created: 2026-11-01T09:00:00Z, {entry}}}]"));
    #[rustfmt::skip]
    let rows = [
        (String::new(), "it is empty"),
        ("a: [".into(), "this is not YAML in line 1, column 4"),
        ("kind: FileStore".into(), "`apiVersion` is missing in line 1, column 1"),
        ("apiVersion: s3cr3t\nkind: FileStore".into(), "`apiVersion: countersign.dev/v1alpha1` and `kind: FileStore` are expected"),
        (format!("{head}mount: s3cr3t"), "one of `apiVersion`, `kind`, `mounts`, `namespaces` is expected in line 3, column 1"),
        (format!("{head}mounts: s3cr3t"), "a map is expected in line 3, column 9"),
        (format!("{head}mounts: {{kv: {{engine: s3cr3t, secrets: {{}}}}}}"), "`kv-v2` or `kv-v1` is expected in line 3, column 23"),
        (format!("{head}mounts: {{kv: {{secrets: {{}}}}}}"), "`engine` is missing in line 3, column 14"),
        (secret("s3cr3t"), "a list of versions (kv-v2) or a map (kv-v1) is expected in line 7, column 10"),
        (secret("[s3cr3t]"), "a version with `created` and `data`, `deleted` or `destroyed` is expected in line 7, column 11"),
        (secret("{k: s3cr3t}"), "`kv/a` is a map, but a kv-v2 secret is a list of versions"),
        (secret("[]"), "`kv/a` has no version"),
        (secret("[{data: {k: s3cr3t}}]"), "version 1 of `kv/a` needs `created`, as `2026-11-01T09:00:00Z`"),
        (secret("[{created: s3cr3t, data: {k: s3cr3t}}]"), "version 1 of `kv/a` needs `created`, as `2026-11-01T09:00:00Z`"),
        (secret("[{created: s3cr3t, deleted: true}]"), "version 1 of `kv/a` needs `created`, as `2026-11-01T09:00:00Z`"),
        (version("dat: {k: s3cr3t}"), "one of `created`, `data`, `deleted`, `destroyed` is expected in line 7, column 43"),
        (version("data: s3cr3t"), "a map is expected in line 7, column 49"),
        (version("deleted: s3cr3t"), "a boolean is expected in line 7, column 52"),
        (version("deleted: false"), "version 1 of `kv/a` has no `data` and is not `deleted`"),
        (version("data: {k: .inf}"), "something that no KV engine can hold stands in line 7, column 53"),
        (version("data: {k: s3cr3t, k: s3cr3t}"), "a key stands twice in one map, the second time in line 7, column 61"),
        (version("data: {k: !s3cr3t v}"), "a tag stands in line 7, column 61"),
        (version("data: {k: &a s3cr3t, l: *a}"), "an alias stands in line 7, column 67"),
        (version(&format!("data: {{k: {}}}", "[".repeat(100) + &"]".repeat(100))), "the nesting is too deep in line 7, column 110"),
        (format!("{head}---\na: b"), "a second document begins in line 3, column 1"),
        (format!("{head}? [a]\n: b"), "a list or map stands as a key in line 3, column 3"),
        (" ".repeat(MAX_SIZE + 1), "it is larger than 16 MiB"),
    ];
    let got: Vec<String> = rows.iter().map(|(text, _)| broken(text)).collect();
    let want: Vec<&str> = rows.iter().map(|(_, want)| *want).collect();
    assert_eq!(got, want, "{got:#?}");
    let kv1 = secret("[{data: {k: s3cr3t}}]").replace("kv-v2", "kv-v1");
    assert_eq!(
        broken(&kv1),
        "`kv/a` is a list, but a kv-v1 secret is one map"
    );
}
