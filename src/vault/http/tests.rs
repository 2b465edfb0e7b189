//! The transport against a listener that misbehaves as told: no real server, no fixed port.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod courtesy;
mod exchange;
pub mod fake;
mod history;
mod proof;
mod session;
mod write;

use std::time::Duration;

use super::*;
use crate::diag::Code;
use crate::vault::{Contents, Depth, SecretPath};
use fake::{Fake, nobody, response};

const SECRET: &str = r#"{"lease_id":"","data":{"data":{"k":"v"},"metadata":{"created_time":"2026-11-01T09:00:00Z","deletion_time":"","destroyed":false,"version":1}}}"#;
const BUSY: &str = r#"{"errors":["busy"]}"#;

pub fn store_with(address: &str, extra: &[(&str, &str)]) -> HttpStore {
    let env = |name: &str| match name {
        "VAULT_ADDR" => Some(address.to_owned()),
        "VAULT_TOKEN" => Some("t0ken".to_owned()),
        _ => extra
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, text)| (*text).to_owned()),
    };
    let no_file = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    let mut store = HttpStore::new(Settings::from_environment(&env, &no_file).ok().unwrap());
    store.policy.pause = Duration::from_millis(1);
    store
}

fn store(fake: &Fake) -> HttpStore {
    store_with(&fake.address, &[])
}

fn ask(path: &str) -> Ask {
    let secret = SecretPath {
        namespace: None,
        mount: "kv".into(),
        path: path.into(),
        engine: Engine::KvV2,
    };
    Ask {
        secret,
        version: None,
        depth: Depth::Values,
        login: None,
    }
}

fn refused(store: &HttpStore) -> (Code, String) {
    let refusal = store.read(&[ask("a")]).remove(0).err().unwrap();
    let shown = format!("{refusal:?}");
    assert!(!shown.contains("t0ken"), "{shown}");
    (refusal.code, refusal.message)
}

#[test]
fn each_distinct_question_is_asked_once_and_answers_keep_their_order() {
    let fake = Fake::start(|_, request| {
        let path = request
            .split_whitespace()
            .nth(1)
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        response(200, "", &SECRET.replace("\"v\"", &format!("\"{path}\"")))
    });
    let paths: Vec<String> = (0..40).map(|i| format!("p{}", i % 30)).collect();
    let asks: Vec<Ask> = paths.iter().map(|path| ask(path)).collect();
    let answers = store(&fake).read(&asks);
    for (path, answer) in paths.iter().zip(answers) {
        let Ok(Reading {
            contents: Contents::Values(values),
            ..
        }) = answer
        else {
            panic!("no answer for {path}");
        };
        assert!(values[0].1.expose() == path.as_bytes(), "{path}");
    }
    assert_eq!(fake.requests().len(), 30);
}

#[test]
fn nothing_is_asked_when_there_is_no_question() {
    let store = store_with("http://127.0.0.1:1", &[("VAULT_CACERT", "/absent")]);
    assert!(store.read(&[]).is_empty());
    assert!(store.connection.get().is_none());
}

#[test]
fn requests_carry_token_namespace_and_mark() {
    let fake = Fake::start(|_, _| response(200, "", SECRET));
    let store = store_with(&fake.address, &[("VAULT_NAMESPACE", "team-a/")]);
    let mut other = ask("b");
    other.secret.namespace = Some("team-b".into());
    assert!(store.read(&[ask("a"), other]).iter().all(Result::is_ok));
    let requests = fake.requests.lock().unwrap();
    for (request, namespace) in requests.iter().zip(["team-a", "team-b"]) {
        for header in ["x-vault-token: t0ken", "x-vault-request: true"] {
            assert!(request.contains(header), "{request}");
        }
        assert!(
            request.contains(&format!("x-vault-namespace: {namespace}\r\n")),
            "{request}"
        );
    }
}

#[test]
fn passing_failures_are_tried_again() {
    for status in [412, 429, 500, 503] {
        let fake = Fake::start(move |number, _| match number {
            0 | 1 => response(status, "", BUSY),
            _ => response(200, "", SECRET),
        });
        assert!(store(&fake).read(&[ask("a")])[0].is_ok(), "{status}");
        assert_eq!(fake.requests().len(), 3);
    }
    let cut = Fake::start(|number, _| match number {
        0 => String::new(),
        1 => response(200, "", SECRET).replace("\"k\"", ""),
        _ => response(200, "", SECRET),
    });
    assert!(store(&cut).read(&[ask("a")])[0].is_ok());
}

#[test]
fn retries_end_and_can_be_turned_off() {
    let fake = Fake::start(|_, _| response(503, "", BUSY));
    let message = format!("`{}` answers 503: `busy`", fake.address);
    assert_eq!(refused(&store(&fake)), (Code::Unavailable, message));
    assert_eq!(fake.requests().len(), 3);

    let fake = Fake::start(|_, _| response(429, "", BUSY));
    let store = store_with(&fake.address, &[("BAO_MAX_RETRIES", "0")]);
    assert_eq!(refused(&store).0, Code::RateLimited);
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn retry_after_is_honoured_so_far_as_time_is_left() {
    let fake = Fake::start(|_, _| response(429, "Retry-After: 3600\r\n", BUSY));
    assert_eq!(refused(&store(&fake)).0, Code::RateLimited);
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn the_token_does_not_follow_a_redirect_to_another_host() {
    let other = Fake::start(|_, _| response(200, "", SECRET));
    let location = format!("Location: {}/v1/kv/data/a\r\n", other.address);
    let fake = Fake::start(move |_, _| response(307, &location, ""));
    let message = format!("`{}` redirects to `{}`", fake.address, other.address);
    assert_eq!(refused(&store(&fake)), (Code::Redirected, message));
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn a_redirect_to_the_same_origin_is_followed_once() {
    let once = Fake::start(|number, _| match number {
        0 => response(307, "Location: /v1/kv/data/b?x=1\r\n", ""),
        _ => response(200, "", SECRET),
    });
    assert!(store(&once).read(&[ask("a")])[0].is_ok());
    assert_eq!(
        once.requests(),
        ["GET /v1/kv/data/a", "GET /v1/kv/data/b?x=1"]
    );
    let ever = Fake::start(|_, _| response(302, "Location: /v1/kv/data/b\r\n", ""));
    assert_eq!(refused(&store(&ever)).0, Code::Redirected);
    assert_eq!(ever.requests().len(), 2);
}

#[test]
fn one_failure_of_the_whole_store_ends_the_asking() {
    let fake = Fake::start(|_, _| response(403, "", r#"{"errors":["permission denied"]}"#));
    let asks: Vec<Ask> = (0..50).map(|i| ask(&format!("p{i}"))).collect();
    for answer in store(&fake).read(&asks) {
        let refusal = answer.err().unwrap();
        assert_eq!(
            refusal.message,
            format!("`{}` does not accept the token", fake.address)
        );
    }
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn one_failure_of_a_path_leaves_the_others_alone() {
    let denied = r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#;
    let fake = Fake::start(|_, request| {
        if request.contains("/secret ") {
            response(403, "", denied)
        } else {
            response(200, "", SECRET)
        }
    });
    let answers = store(&fake).read(&[ask("secret"), ask("a"), ask("b")]);
    let codes: Vec<_> = answers
        .iter()
        .map(|answer| answer.as_ref().err().map(|r| r.code))
        .collect();
    assert_eq!(codes, [Some(Code::Denied), None, None]);
}

#[test]
fn what_cannot_be_reached_is_named() {
    let closed = nobody();
    assert_eq!(
        refused(&store_with(&closed, &[])),
        (Code::Unreachable, format!("`{closed}` refuses connections"))
    );
    // A label of more than 63 characters is no name, so no name server is asked.
    let unknown = format!("http://{}.invalid:8200", "a".repeat(64));
    assert_eq!(
        refused(&store_with(
            &unknown,
            &[
                ("VAULT_MAX_RETRIES", "0"),
                ("COUNTERSIGN_ALLOW_HTTP", "true")
            ]
        )),
        (
            Code::Unreachable,
            format!("the host of `{unknown}` is not known")
        )
    );
    let slow = Fake::start(|_, _| {
        std::thread::sleep(Duration::from_secs(5));
        String::new()
    });
    assert_eq!(
        refused(&store_with(
            &slow.address,
            &[("VAULT_CLIENT_TIMEOUT", "50ms")]
        )),
        (
            Code::Unreachable,
            format!(
                "`{}` did not answer in the 50ms that a request has",
                slow.address
            )
        )
    );
    let plain = Fake::start(|_, _| response(200, "", SECRET));
    let address = plain.address.replace("http://", "https://");
    assert_eq!(
        refused(&store_with(&address, &[])),
        (Code::Tls, format!("`{address}` does not answer in TLS"))
    );
}

#[test]
fn a_proxy_is_used_and_named() {
    let proxy = Fake::start(|_, _| response(200, "", SECRET));
    let through = store_with(
        "http://vault.invalid:8200",
        &[
            ("VAULT_HTTP_PROXY", &proxy.address),
            ("COUNTERSIGN_ALLOW_HTTP", "true"),
        ],
    );
    assert!(through.read(&[ask("a")])[0].is_ok());
    assert_eq!(
        proxy.requests(),
        ["GET http://vault.invalid:8200/v1/kv/data/a"]
    );
    let absent = [
        ("COUNTERSIGN_ALLOW_HTTP", "true"),
        ("VAULT_PROXY_ADDR", "http://127.0.0.1:1"),
        ("VAULT_MAX_RETRIES", "0"),
    ];
    assert_eq!(
        refused(&store_with("http://vault.invalid:8200", &absent)).1,
        "`http://vault.invalid:8200` refuses connections, through the proxy of `VAULT_PROXY_ADDR`"
    );
}

#[test]
fn an_empty_variable_that_hides_the_token_is_named() {
    let store = store_with("http://127.0.0.1:1", &[("BAO_TOKEN", "")]);
    let refusal = store.read(&[ask("a")]).remove(0).err().unwrap();
    assert_eq!(refusal.code, Code::NoToken);
    assert_eq!(
        refusal.hint,
        "unset `BAO_TOKEN`: it is set and empty, which hides `VAULT_TOKEN`."
    );
}

#[test]
fn a_plain_read_never_reaches_an_engine_that_makes_credentials() {
    let fake =
        Fake::start(|_, _| response(200, "", r#"{"data":{"type":"database","options":{}}}"#));
    let mut plain = ask("creds/role");
    plain.secret.engine = Engine::KvV1;
    let refusal = store(&fake).read(&[plain]).remove(0).err().unwrap();
    assert_eq!(refusal.code, Code::DynamicEngine);
    assert_eq!(
        fake.requests(),
        ["GET /v1/sys/internal/ui/mounts/kv/creds/role"]
    );
}

#[test]
fn a_token_helper_is_called_with_get() {
    let fake = Fake::start(|_, _| response(200, "", SECRET));
    let with_helper = |helper: &str| {
        let env = |name: &str| match name {
            "VAULT_ADDR" => Some(fake.address.clone()),
            "HOME" => Some("/home/u".to_owned()),
            _ => None,
        };
        let config = |_: &std::path::Path| Ok(format!("token_helper = \"{helper}\""));
        let settings = Settings::from_environment(&env, &config).ok().unwrap();
        HttpStore::new(settings)
            .read(&[ask("a")])
            .remove(0)
            .map(|_| ())
            .map_err(|r| r.message)
    };
    assert_eq!(with_helper("/bin/echo"), Ok(()));
    assert!(fake.requests.lock().unwrap()[0].contains("x-vault-token: get\r\n"));
    for (helper, message) in [
        (
            "/bin/false",
            "the token helper `/bin/false` fails".to_owned(),
        ),
        (
            "/bin/true",
            format!("there is no token for `{}`", fake.address),
        ),
        (
            "/absent",
            "the token helper `/absent` cannot be run: it does not exist".to_owned(),
        ),
    ] {
        assert_eq!(with_helper(helper), Err(message));
    }
}
