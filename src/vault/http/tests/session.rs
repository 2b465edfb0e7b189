//! A login that is made once, and a token whose time is nearly over.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::fake::{Fake, response};
use super::{SECRET, ask, store_with};
use crate::diag::Code;
use crate::vault::login::{Login, Method};
use crate::vault::{Ask, Store as _};

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

/// Questions of two configs that log in differently.
fn as_two(method: Method) -> Vec<Ask> {
    let login = |mount: &str, role: Option<&str>| {
        let mut login = Login::new(method);
        login.mount = Some(mount.to_owned());
        login.role = role.map(str::to_owned);
        Some(Arc::new(login))
    };
    let logins = match method {
        Method::AppRole => [login("approle", Some("orders")), login("approle", None)],
        _ => [login("one", None), login("two", None)],
    };
    let asks = logins.into_iter().zip(["a", "b"]);
    asks.map(|(login, path)| Ask { login, ..ask(path) })
        .collect()
}

#[test]
fn a_wrapping_token_is_opened_once_for_all_logins_that_need_it() {
    let fake = Fake::start(|_, request| match request {
        look if look.contains("wrapping/lookup") => {
            let place = r#"{"data":{"creation_path":"auth/approle/role/orders/secret-id"}}"#;
            response(200, "", place)
        }
        open if open.contains("wrapping/unwrap") => {
            response(200, "", r#"{"data":{"secret_id":"t0ken-secret-id"}}"#)
        }
        login if login.contains("approle/login") => granted(3600, true),
        _ => response(200, "", SECRET),
    });
    let env = [
        ("BAO_TOKEN", ""),
        ("COUNTERSIGN_AUTH_ROLE_ID", "t0ken-role-id"),
        ("COUNTERSIGN_AUTH_SECRET_ID", "t0ken-wrapped"),
        ("COUNTERSIGN_AUTH_SECRET_ID_WRAPPED", "true"),
    ];
    let store = store_with(&fake.address, &env);
    let answers = store.read(&as_two(Method::AppRole));
    assert!(answers.iter().all(Result::is_ok));
    let asked = fake.requests();
    let count = |what: &str| asked.iter().filter(|one| one.contains(what)).count();
    assert_eq!(
        (count("unwrap"), count("approle/login")),
        (1, 2),
        "{asked:?}"
    );
}

#[test]
fn tokens_are_revoked_side_by_side() {
    let both = Arc::new((Mutex::new(0), Condvar::new()));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (arrivals, answered) = (Arc::clone(&both), Arc::clone(&seen));
    let fake = Fake::start(move |_, request| match request {
        login if login.contains("/login/") => granted(3600, true),
        revoke if revoke.contains("revoke-self") => {
            let (arrived, changed) = &*arrivals;
            let mut arrived = arrived.lock().unwrap();
            *arrived += 1;
            changed.notify_all();
            // a server that answers none of them before it was asked for both
            let patience = Duration::from_secs(4);
            let waited = changed.wait_timeout_while(arrived, patience, |arrived| *arrived < 2);
            answered.lock().unwrap().push(*waited.unwrap().0);
            response(204, "", "")
        }
        _ => response(200, "", SECRET),
    });
    let env = [&USER[1..], &[("BAO_TOKEN", "")]].concat();
    let store = store_with(&fake.address, &env);
    let answers = store.read(&as_two(Method::Userpass));
    assert!(answers.iter().all(Result::is_ok));
    drop(store);
    assert_eq!(*seen.lock().unwrap(), [2, 2]);
}
