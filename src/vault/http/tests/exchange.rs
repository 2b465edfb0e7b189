//! What is sent for each kind of request, and what is never sent twice.

use zeroize::Zeroizing;

use super::fake::{Fake, response};
use super::{BUSY, store};
use crate::vault::http::request::{Bearer, Repeat, Request, Scope, Verb};
use crate::vault::settings::Token;

const DONE: &str = r#"{"data":{}}"#;

fn body() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(br#"{"data":{"k":"v"}}"#.to_vec())
}

#[test]
fn each_verb_says_what_its_body_is() {
    let fake = Fake::start(|_, _| response(200, "", DONE));
    let store = store(&fake);
    let plain = "content-type: application/json\r\n";
    let merge = "content-type: application/merge-patch+json\r\n";
    for (verb, kind) in [
        (Verb::Post, plain),
        (Verb::Put, plain),
        (Verb::Patch, merge),
    ] {
        let scope = Scope {
            namespace: Some("team-a"),
            login: None,
        };
        let change = Request::change(verb, "/v1/kv/data/a", scope, body());
        assert_eq!(store.exchange(&change).ok().unwrap().status, 200);
        let request = fake.requests.lock().unwrap().pop().unwrap();
        assert!(request.starts_with(verb.method().as_str()), "{request}");
        for part in [
            kind,
            "x-vault-token: t0ken\r\n",
            "x-vault-namespace: team-a\r\n",
            "\r\n\r\n{\"data\":{\"k\":\"v\"}}",
        ] {
            assert!(request.contains(part), "{request}");
        }
    }
}

#[test]
fn a_list_has_its_own_verb_and_no_body() {
    let fake = Fake::start(|_, _| response(200, "", DONE));
    let list = Request {
        verb: Verb::List,
        ..Request::get("/v1/kv/metadata/a", Scope::default())
    };
    assert!(store(&fake).exchange(&list).is_ok());
    assert_eq!(fake.requests(), ["LIST /v1/kv/metadata/a"]);
    assert!(!fake.requests.lock().unwrap()[0].contains("content-"));
}

#[test]
fn a_request_carries_the_token_that_it_names_and_no_other() {
    let fake = Fake::start(|_, _| response(200, "", DONE));
    let store = store(&fake);
    let other = Token::new("0ther".to_owned(), "a test").ok().unwrap();
    for (bearer, sent) in [
        (Bearer::Own, Some("t0ken")),
        (Bearer::Nobody, None),
        (Bearer::This(&other), Some("0ther")),
    ] {
        let request = Request {
            bearer,
            ..Request::get("/v1/a", Scope::default())
        };
        assert!(store.exchange(&request).is_ok());
        let text = fake.requests.lock().unwrap().pop().unwrap();
        let tokens = text
            .lines()
            .filter_map(|line| line.strip_prefix("x-vault-token: "));
        assert_eq!(tokens.collect::<Vec<_>>(), Vec::from_iter(sent));
    }
}

#[test]
fn a_change_that_may_have_been_made_is_not_made_again() {
    let answers = [
        response(503, "", BUSY),
        response(429, "Retry-After: 0\r\n", BUSY),
        response(412, "", BUSY),
        String::new(),
    ];
    for answer in answers {
        let fake = Fake::start(move |_, _| answer.clone());
        let _ = store(&fake).exchange(&Request::change(
            Verb::Post,
            "/v1/a",
            Scope::default(),
            body(),
        ));
        assert_eq!(fake.requests(), ["POST /v1/a"]);
    }
}

#[test]
fn a_read_of_any_verb_is_made_again() {
    let fake = Fake::start(|number, _| match number {
        0 => response(503, "", BUSY),
        1 => String::new(),
        _ => response(200, "", DONE),
    });
    let question = Request {
        repeat: Repeat::Freely,
        ..Request::change(
            Verb::Post,
            "/v1/sys/capabilities-self",
            Scope::default(),
            body(),
        )
    };
    assert!(store(&fake).exchange(&question).is_ok());
    assert_eq!(fake.requests().len(), 3);
}
