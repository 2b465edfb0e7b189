//! A login that is made once, and a token whose time is nearly over.

use std::time::Duration;

use super::fake::{Fake, response};
use super::{SECRET, ask, store_with};
use crate::diag::Code;
use crate::vault::Store as _;

/// What a login gives for so many seconds.
fn granted(seconds: u64, is_renewable: bool) -> String {
    let body = format!(
        r#"{{"auth":{{"client_token":"t0ken-{seconds}","lease_duration":{seconds},"renewable":{is_renewable}}}}}"#
    );
    response(200, "", &body)
}

const USER: [(&str, &str); 3] = [
    ("COUNTERSIGN_AUTH_METHOD", "userpass"),
    ("COUNTERSIGN_AUTH_USERNAME", "ci"),
    ("COUNTERSIGN_AUTH_PASSWORD", "t0ken-password"),
];

/// A login that takes longer than its token lives, so that this is always about to end.
fn short_login() -> String {
    std::thread::sleep(Duration::from_secs(1));
    granted(1, true)
}

#[test]
fn a_token_that_is_about_to_end_is_renewed() {
    let fake = Fake::start(|number, request| match number {
        0 => short_login(),
        _ if request.contains("renew-self") => granted(3600, true),
        _ => response(200, "", SECRET),
    });
    let store = store_with(&fake.address, &USER);
    assert!(store.read(&[ask("a"), ask("b")]).iter().all(Result::is_ok));
    drop(store);
    assert_eq!(
        fake.requests(),
        [
            "POST /v1/auth/userpass/login/ci",
            "GET /v1/kv/data/a",
            "POST /v1/auth/token/renew-self",
            "GET /v1/kv/data/b",
            "POST /v1/auth/token/revoke-self",
        ]
    );
}

#[test]
fn where_there_is_no_more_time_to_get_the_login_is_made_again() {
    let fake = Fake::start(|number, request| match number {
        0 => short_login(),
        _ if request.contains("renew-self") => response(403, "", "{}"),
        _ if request.contains("login") => granted(3600, true),
        _ => response(200, "", SECRET),
    });
    let store = store_with(&fake.address, &USER);
    assert!(store.read(&[ask("a"), ask("b")]).iter().all(Result::is_ok));
    drop(store);
    assert_eq!(
        fake.requests(),
        [
            "POST /v1/auth/userpass/login/ci",
            "GET /v1/kv/data/a",
            "POST /v1/auth/token/renew-self",
            "POST /v1/auth/userpass/login/ci",
            "GET /v1/kv/data/b",
            "POST /v1/auth/token/revoke-self",
            "POST /v1/auth/token/revoke-self",
        ]
    );
    let texts = fake.requests.lock().unwrap();
    for (number, token) in [(1, "t0ken-1\r\n"), (4, "t0ken-3600\r\n")] {
        assert!(texts[number].contains(&format!("x-vault-token: {token}")));
    }
}

#[test]
fn a_login_that_fails_is_made_once_for_all_who_need_it() {
    let fake = Fake::start(|_, _| response(400, "", r#"{"errors":["invalid t0ken-password"]}"#));
    let store = store_with(&fake.address, &USER);
    let asks: Vec<_> = (0..40).map(|i| ask(&format!("p{i}"))).collect();
    for answer in store.read(&asks) {
        let refusal = answer.err().unwrap();
        assert_eq!(refusal.code, Code::LoginFailed);
        assert!(!format!("{refusal:?}").contains("t0ken"), "{refusal:?}");
    }
    assert_eq!(fake.requests(), ["POST /v1/auth/userpass/login/ci"]);
}

#[test]
fn an_answer_without_a_token_is_no_login() {
    for body in [
        "{}",
        r#"{"auth":null}"#,
        r#"{"auth":{"client_token":""}}"#,
        "t0ken",
    ] {
        let fake = Fake::start(move |_, _| response(200, "", body));
        let refusal = store_with(&fake.address, &USER)
            .read(&[ask("a")])
            .remove(0)
            .err()
            .unwrap();
        assert_eq!(refusal.code, Code::BadAnswer);
        assert_eq!(fake.requests().len(), 1);
    }
}
