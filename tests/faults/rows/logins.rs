//! What goes wrong while a run logs in, or gives its token back.

use super::{ALWAYS, ONCE, Row, Want, faulty, says};
use crate::door::Door;
use crate::proxy::fault::Fault;

const BUSY: &str = r#"{"errors":["busy"]}"#;

/// At the login itself: a password can be shown again.
pub fn logins() -> Vec<Row> {
    let row = |name, fault, which, want| {
        faulty(name, fault, which, want)
            .at("auth/userpass/login")
            .through(&[Door::Login])
    };
    let fails = |name, fault, code, phrases| row(name, fault, ALWAYS, Want::Error(code, phrases));
    let passes = |name, fault| row(name, fault, ONCE, Want::Retried);
    vec![
        passes("login: 429 once", says(429, "Retry-After: 0\r\n", BUSY)),
        passes("login: 503 once", Fault::says(503, BUSY)),
        passes("login: connection closed once", Fault::Closed),
        passes("login: cut once", Fault::Cut),
        fails(
            "login: 503",
            Fault::says(503, BUSY),
            "unavailable",
            &["ADDR answers 503"],
        ),
        fails(
            "login: sealed",
            Fault::SEALED,
            "sealed",
            &["ADDR is sealed"],
        ),
        fails(
            "login: hangs",
            Fault::HangBeforeHeaders,
            "unreachable",
            &["ADDR"],
        )
        .with(&["--timeout=2s"]),
        fails(
            "login: not JSON",
            Fault::says(200, "<html>s3cr3t-of-the-login</html>"),
            "bad-answer",
            &["ADDR"],
        ),
        fails(
            "login: another shape",
            Fault::says(200, r#"{"auth":["s3cr3t-of-the-login"]}"#),
            "bad-answer",
            &["ADDR"],
        ),
        fails(
            "login: redirect to another host",
            Fault::Redirect("http://127.0.0.2:1{path}"),
            "redirected",
            &["ADDR"],
        ),
        fails("login: 100 MiB", Fault::Huge, "bad-answer", &["ADDR"]),
    ]
}

/// When the token is given back: the run has done its work by then.
pub fn revocations() -> Vec<Row> {
    let row = |name, fault, want| {
        faulty(name, fault, ALWAYS, want)
            .at("auth/token/revoke-self")
            .through(&[Door::Login])
    };
    vec![
        row("revoke: 400", Fault::says(400, BUSY), Want::Success),
        row("revoke: hangs", Fault::HangBeforeHeaders, Want::Success),
    ]
}
