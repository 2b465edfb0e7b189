//! The servers' behaviour as a table: status and body in, code and sentence out.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::facts::{Facts, Mount, Versions};
use super::said::{declines, said};
use super::*;
use crate::diag::Code;
use crate::vault::{Contents, Reading, Refusal, SecretPath};

const NOW: crate::vault::rfc3339::Instant = (1_795_300_000, 0);

fn ask(engine: Engine, path: &str, version: Option<u64>, depth: Depth) -> Ask {
    let secret = SecretPath {
        namespace: None,
        mount: "kv".into(),
        path: path.into(),
        engine,
    };
    Ask {
        secret,
        version,
        depth,
        login: None,
    }
}

fn v2(version: Option<u64>) -> Ask {
    ask(Engine::KvV2, "shop/db", version, Depth::Values)
}

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        body: Zeroizing::new(body.as_bytes().to_vec()),
    }
}

fn refused(ask: &Ask, status: u16, body: &str, facts: &Facts) -> Refusal {
    let endpoint = endpoints(ask).1;
    let said = answer::interpret(ask, endpoint, &answer(status, body), NOW)
        .err()
        .unwrap();
    refuse::refusal(&said, ask, endpoint, "https://vault:8200", facts)
}

fn read(ask: &Ask, endpoint: Endpoint, body: &str) -> Reading {
    answer::interpret(ask, endpoint, &answer(200, body), NOW)
        .ok()
        .unwrap()
}

#[test]
fn the_recorded_answers_give_the_bytes_that_the_operator_writes() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../../fixtures/vectors/vso-bytes.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let url = case["url"].as_str().unwrap();
        let version = url.split_once("version=").map(|(_, v)| v.parse().unwrap());
        let engine = if url.starts_with("kv1") {
            Engine::KvV1
        } else {
            Engine::KvV2
        };
        let ask = ask(engine, "gold", version, Depth::Values);
        let answer = Answer {
            status: u16::try_from(case["status"].as_u64().unwrap()).unwrap(),
            body: Zeroizing::new(STANDARD.decode(case["wire"].as_str().unwrap()).unwrap()),
        };
        let endpoint = endpoints(&ask).1;
        let result = answer::interpret(&ask, endpoint, &answer, NOW);
        let want = case["data"].as_object().unwrap();
        match (version, result) {
            (Some(gone @ (2 | 3)), result) => {
                let said = result.err().unwrap();
                let refusal = refuse::refusal(&said, &ask, endpoint, "a", &Facts::default());
                let codes = [Code::VersionDeleted, Code::VersionDestroyed];
                assert_eq!(
                    refusal.code,
                    codes[usize::try_from(gone).unwrap() - 2],
                    "{url}"
                );
            }
            (
                _,
                Ok(Reading {
                    contents: Contents::Values(values),
                    ..
                }),
            ) => {
                let got: Vec<_> = values
                    .iter()
                    .map(|(key, value)| (key.clone(), STANDARD.encode(value.expose())))
                    .collect();
                let want: Vec<_> = want
                    .iter()
                    .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
                    .collect();
                assert!(got == want, "{url}");
            }
            _ => panic!("{url} gave no values"),
        }
    }
}

#[test]
fn every_failure_has_its_own_code_and_sentence() {
    use Code::*;
    let none = || Facts::default();
    let gone = |time: &str, destroyed: bool| {
        format!(
            r#"{{"data":{{"data":null,"metadata":{{"created_time":"2026-11-21T02:30:07Z","custom_metadata":null,"deletion_time":"{time}","destroyed":{destroyed},"version":2}}}},"errors":null}}"#
        )
    };
    let deleted = gone("2026-11-21T02:30:08Z", false);
    let destroyed = gone("", true);
    let v1 = ask(Engine::KvV1, "data/shop/db", None, Depth::Values);
    #[rustfmt::skip]
    let rows: &[(u16, &str, &Ask, Code, &str)] = &[
        (404, &deleted, &v2(Some(2)), VersionDeleted, "version 2 of `kv/shop/db` was deleted at `2026-11-21T02:30:08Z`"),
        (404, &deleted, &v2(None), VersionDeleted, "version 2, the newest of `kv/shop/db`, was deleted at `2026-11-21T02:30:08Z`"),
        (404, &destroyed, &v2(Some(2)), VersionDestroyed, "version 2 of `kv/shop/db` was destroyed"),
        (404, r#"{"errors":[]}"#, &v2(None), SecretAbsent, "there is no secret at `kv/shop/db`"),
        (404, r#"{"errors":[]}"#, &v2(Some(7)), VersionAbsent, "there is no version 7 of `kv/shop/db`"),
        (404, r#"{"errors":[]}"#, &v1, SecretAbsent, "there is no secret at `kv/data/shop/db`"),
        (404, r#"{"data":null,"warnings":["Invalid path for a versioned K/V secrets engine. See the API docs"]}"#, &v1, WrongEngine, "`kv` is a kv-v2 engine, but kv-v1 was asked for"),
        (404, r#"{"errors":["no handler for route \"kv/data/x\". route entry not found."]}"#, &v2(None), MountAbsent, "nothing is mounted at `kv`"),
        (404, r#"{"errors":["namespace not found"]}"#, &v2(None), NamespaceAbsent, "there is no namespace ``"),
        (404, r#"{"errors":["1 error occurred:\n\t* unsupported path\n\n"]}"#, &v2(None), WrongEngine, "`kv` does not answer as a kv-v2 engine"),
        (403, r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#, &v2(None), Denied, "the token may not read `kv/shop/db`"),
        (403, r#"{"errors":["permission denied"]}"#, &v2(None), BadToken, "`https://vault:8200` does not accept the token"),
        (403, r#"{"errors":["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]}"#, &v2(None), BadToken, "`https://vault:8200` does not accept the token"),
        (503, r#"{"errors":["Vault is sealed"]}"#, &v2(None), Sealed, "`https://vault:8200` is sealed or not initialised"),
        (429, r#"{"errors":["request path \"kv/data/x\": rate limit quota exceeded"]}"#, &v2(None), RateLimited, "`https://vault:8200` refuses more requests for now"),
        (429, "<html>", &v2(None), RateLimited, "`https://vault:8200` refuses more requests for now"),
        (412, r#"{"errors":["required index state not present"]}"#, &v2(None), Unavailable, "`https://vault:8200` has not caught up with the state that the token was made in"),
        (473, r#"{"errors":[]}"#, &v2(None), Unavailable, "`https://vault:8200` is a standby that does not answer reads"),
        (500, r#"{"errors":["1 error occurred:\n\t* \u001b[31mbroken\n"]}"#, &v2(None), ServerError, "`https://vault:8200` fails with 500 on `kv/shop/db`: `1 error occurred: * [31mbroken`"),
        (502, r#"{"errors":[]}"#, &v2(None), Unavailable, "`https://vault:8200` answers 502"),
        (503, r#"{"errors":["draining"]}"#, &v2(None), Unavailable, "`https://vault:8200` answers 503: `draining`"),
        (400, r#"{"errors":["Field validation failed"]}"#, &v2(None), ServerError, "`https://vault:8200` answers 400 to the question for `kv/shop/db`: `Field validation failed`"),
        (405, r#"{"errors":[]}"#, &v2(None), WrongEngine, "`kv/shop/db` cannot be read as kv-v2"),
        (404, "<html>not here</html>", &v2(None), BadAnswer, "`https://vault:8200` answers 404 with something that no Vault or OpenBao sends"),
        (200, "<html>log in</html>", &v2(None), BadAnswer, "`https://vault:8200` answers 200 with something that no Vault or OpenBao sends"),
        (204, "", &v2(None), BadAnswer, "`https://vault:8200` answers 204 with something that no Vault or OpenBao sends"),
        (200, r#"{"lease_id":"database/creds/r/1","data":{"password":"s3cr3t"}}"#, &v1, DynamicEngine, "`kv` gives a credential that every read would make anew"),
        (200, r#"{"lease_id":"","data":{"data":{"a":"s3cr3t"},"metadata":{"created_time":"2026-11-01T09:00:00Z","version":1}}}"#, &v1, WrongEngine, "`kv` is a kv-v2 engine, but kv-v1 was asked for"),
        (200, r#"{"data":{"a":"s3cr3t"}}"#, &v2(None), BadAnswer, "`https://vault:8200` answers 200 with something that no Vault or OpenBao sends"),
        (200, r#"{"data":{"data":{"a":"s3cr3t"},"metadata":{"created_time":"now","version":2}}}"#, &v2(Some(2)), BadAnswer, "`https://vault:8200` answers 200 with something that no Vault or OpenBao sends"),
        (200, r#"{"data":{"data":{"a":"s3cr3t"},"metadata":{"created_time":"2026-11-01T09:00:00Z","version":3}}}"#, &v2(Some(2)), BadAnswer, "`https://vault:8200` answers 200 with something that no Vault or OpenBao sends"),
    ];
    for (status, body, ask, code, message) in rows {
        let refusal = refused(ask, *status, body, &none());
        assert_eq!(
            (refusal.code, refusal.message.as_str()),
            (*code, *message),
            "{status} {body}"
        );
        assert!(
            !refusal.hint.contains("s3cr3t") && refusal.hint.ends_with('.'),
            "{}",
            refusal.hint
        );
    }
}

#[test]
fn a_long_text_of_the_server_is_cut() {
    let body = format!(r#"{{"errors":["{}"]}}"#, "é".repeat(500));
    let refusal = refused(&v2(None), 500, &body, &Facts::default());
    assert!(refusal.message.len() < 500 && refusal.message.ends_with("…`"));
}

#[test]
fn facts_make_better_hints() {
    let metadata = r#"{"data":{"current_version":4,"delete_version_after":"3s","versions":{
        "3":{"created_time":"2026-11-21T02:30:07Z","deletion_time":"","destroyed":false},
        "4":{"created_time":"2026-11-21T02:30:07Z","deletion_time":"2026-11-21T02:30:08Z","destroyed":false}}}}"#;
    let versions = Versions::read(&answer(200, metadata)).unwrap();
    let facts = Facts {
        newest_live: versions.newest_live(NOW),
        versions: Some(versions),
        ..Facts::default()
    };
    assert_eq!(facts.newest_live, Some(3));
    let absent = refused(&v2(Some(1)), 404, r#"{"errors":[]}"#, &facts);
    assert_eq!(
        absent.hint,
        "ask for one that exists: the server keeps versions 3 to 4. Old ones go when `max_versions` is reached."
    );
    let gone = r#"{"data":{"data":null,"metadata":{"created_time":"2026-11-01T09:00:00Z","deletion_time":"T","version":4}}}"#;
    assert_eq!(
        refused(&v2(None), 404, gone, &facts).hint,
        "ask for version 3, the newest that can be read, or bring this one back with `vault kv undelete -mount=kv -versions=4 shop/db`. Versions here delete themselves after `3s`."
    );
}

#[test]
fn the_mount_tells_a_wrong_engine_from_an_absent_path() {
    #[rustfmt::skip]
    let rows = [
        (r#"{"type":"kv","options":{"version":"2"}}"#, Code::SecretAbsent, "there is no secret at `kv/shop/db`"),
        (r#"{"type":"kv","options":{}}"#, Code::WrongEngine, "`kv` is a kv-v1 engine, but kv-v2 was asked for"),
        (r#"{"type":"kv","options":null}"#, Code::WrongEngine, "`kv` is a kv-v1 engine, but kv-v2 was asked for"),
        (r#"{"type":"transit","options":{}}"#, Code::WrongEngine, "`kv` is a `transit` engine, not a KV engine"),
        (r#"{"type":"database","options":{}}"#, Code::DynamicEngine, "`kv` gives `database` credentials that every read would make anew"),
    ];
    for (mount, code, message) in rows {
        let body = format!(r#"{{"data":{mount}}}"#);
        let facts = Facts {
            mount: Mount::read(&answer(200, &body)),
            ..Facts::default()
        };
        let refusal = refused(&v2(None), 404, r#"{"errors":[]}"#, &facts);
        assert_eq!((refusal.code, refusal.message.as_str()), (code, message));
    }
    let path = ask(Engine::KvV2, "data/shop/db", None, Depth::Values);
    let refusal = refused(&path, 404, r#"{"errors":[]}"#, &Facts::default());
    assert!(refusal.hint.starts_with("write `path: shop/db`"));
}

#[test]
fn metadata_and_subkeys_need_no_value() {
    let subkeys = r#"{"data":{"subkeys":{"b":null,"a":{"c":null}},"metadata":{"created_time":"2026-11-01T09:00:00Z","deletion_time":"","version":2}}}"#;
    let keys = ask(Engine::KvV2, "shop/db", None, Depth::Keys);
    let reading = read(&keys, Endpoint::Subkeys, subkeys);
    assert_eq!(
        (reading.version, reading.created.as_deref()),
        (Some(2), Some("2026-11-01T09:00:00Z"))
    );
    assert!(matches!(reading.contents, Contents::Keys(names) if names == ["a", "b"]));

    let data = r#"{"data":{"data":{"b":"1","a":2},"metadata":{"created_time":"2026-11-01T09:00:00Z","version":2}}}"#;
    let reading = read(&keys, Endpoint::Data, data);
    assert!(matches!(reading.contents, Contents::Keys(names) if names == ["a", "b"]));

    let listing = |deletion: &str| {
        format!(
            r#"{{"data":{{"current_version":2,"versions":{{"1":{{"created_time":"2026-11-01T09:00:00Z","deletion_time":"","destroyed":false}},"2":{{"created_time":"2026-11-02T09:00:00Z","deletion_time":"{deletion}","destroyed":false}}}}}}}}"#
        )
    };
    let newest = ask(Engine::KvV2, "shop/db", None, Depth::Metadata);
    for live in ["", "2999-01-01T00:00:00Z"] {
        let reading = read(&newest, Endpoint::Metadata, &listing(live));
        assert_eq!(
            (reading.version, reading.created.as_deref()),
            (Some(2), Some("2026-11-02T09:00:00Z"))
        );
        assert!(matches!(reading.contents, Contents::Unknown));
    }
    let body = listing("2026-11-21T02:30:08Z");
    let said = answer::interpret(&newest, Endpoint::Metadata, &answer(200, &body), NOW).err();
    let refusal = refuse::refusal(
        &said.unwrap(),
        &newest,
        Endpoint::Metadata,
        "a",
        &Facts::default(),
    );
    assert_eq!(refusal.code, Code::VersionDeleted);
    assert!(
        refusal
            .hint
            .starts_with("ask for version 1, the newest that can be read, or")
    );
}

#[test]
fn only_denials_and_unknown_endpoints_lead_to_the_next_one() {
    let denied = r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#;
    let unknown = r#"{"errors":["1 error occurred:\n\t* unsupported path\n\n"]}"#;
    let next = |status, body: &str| declines(&answer(status, body)).is_some();
    assert!(next(403, denied));
    assert!(next(404, unknown));
    assert!(next(405, r#"{"errors":[]}"#));
    assert!(!next(403, r#"{"errors":["permission denied"]}"#));
    assert!(!next(404, r#"{"errors":[]}"#));
    assert!(!next(200, "{}"));
    assert_eq!(said(&answer(403, denied)), said::Said::Denied);
}

#[test]
fn paths_are_encoded_and_pinned() {
    let target = |ask: &Ask, endpoint| request::target(ask, endpoint).unwrap();
    let odd = ask(Engine::KvV2, "a b/ü?x=1#y%2e", Some(3), Depth::Values);
    let encoded = "a%20b/%C3%BC%3Fx%3D1%23y%252e";
    assert_eq!(
        target(&odd, Endpoint::Data),
        format!("/v1/kv/data/{encoded}?version=3")
    );
    assert_eq!(
        target(&odd, Endpoint::Subkeys),
        format!("/v1/kv/subkeys/{encoded}?version=3")
    );
    assert_eq!(
        target(&odd, Endpoint::Metadata),
        format!("/v1/kv/metadata/{encoded}")
    );
    let plain = ask(Engine::KvV1, "a", Some(3), Depth::Values);
    assert_eq!(target(&plain, Endpoint::Plain), "/v1/kv/a");
}

#[test]
fn paths_that_lead_elsewhere_are_refused_before_any_request() {
    for path in [
        "", "a//b", "/a", "a/", "..", "a/../b", "a/./b", "a\nb", "a\u{7f}",
    ] {
        let refusal = request::target(
            &ask(Engine::KvV2, path, None, Depth::Values),
            Endpoint::Data,
        );
        assert_eq!(refusal.unwrap_err().code, Code::BadValue, "{path:?}");
    }
    for mount in ["sys", "auth/token", "identity", "cubbyhole"] {
        let mut ask = ask(Engine::KvV1, "lookup-self", None, Depth::Values);
        ask.secret.mount = mount.into();
        let refusal = request::target(&ask, Endpoint::Plain).unwrap_err();
        assert_eq!(refusal.code, Code::WrongEngine, "{mount}");
    }
    assert!(request::namespace_header("a\r\nX-Vault-Token: t").is_err());
    assert!(request::namespace_header("a/../b").is_err());
    assert_eq!(
        request::namespace_header("/team-a/sub/"),
        Ok(Some("team-a/sub".into()))
    );
    assert_eq!(request::namespace_header(""), Ok(None));
}
