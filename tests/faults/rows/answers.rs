//! Servers that answer, but not with a secret: busy, not ready, or no Vault at all.

use super::{Row, lasting, passing, says};
use crate::proxy::fault::Fault;

const BUSY: &str = r#"{"errors":["busy"]}"#;

/// A server, or what stands before it, that has too much to do.
pub fn busy() -> Vec<Row> {
    let date =
        "Date: Sat, 21 Nov 2026 11:00:00 GMT\r\nRetry-After: Sat, 21 Nov 2026 11:00:01 GMT\r\n";
    vec![
        passing("429 once", Fault::says(429, BUSY)),
        passing(
            "429 once, Retry-After: 0",
            says(429, "Retry-After: 0\r\n", BUSY),
        ),
        passing(
            "429 once, Retry-After: 1",
            says(429, "Retry-After: 1\r\n", BUSY),
        ),
        passing("429 once, Retry-After: a date", says(429, date, BUSY)),
        lasting(
            "429, Retry-After: an hour",
            says(429, "Retry-After: 3600\r\n", BUSY),
            "rate-limited",
            &["ADDR refuses more requests for now"],
        ),
        lasting(
            "429",
            Fault::says(429, BUSY),
            "rate-limited",
            &["ADDR refuses more requests"],
        ),
        passing("412 once", Fault::says(412, BUSY)),
        lasting(
            "412",
            Fault::says(412, BUSY),
            "unavailable",
            &["ADDR has not caught up"],
        ),
        passing("500 once", Fault::says(500, BUSY)),
        passing("502 once", Fault::says(502, "<html>Bad Gateway</html>")),
        passing("503 once", Fault::says(503, BUSY)),
        passing("504 once", Fault::says(504, "")),
        lasting(
            "500 of one path",
            Fault::says(500, BUSY),
            "server-error",
            &["ADDR fails with 500 on `faults/shop/db`: `busy`"],
        )
        .at("shop/db"),
        lasting(
            "502",
            Fault::says(502, "<html>Bad Gateway</html>"),
            "unavailable",
            &["ADDR answers 502"],
        ),
        lasting(
            "503",
            Fault::says(503, BUSY),
            "unavailable",
            &["ADDR answers 503: `busy`"],
        ),
        lasting(
            "504",
            Fault::says(504, ""),
            "unavailable",
            &["ADDR answers 504"],
        ),
    ]
}

/// A server, or a gateway that somebody left in a talkative mode, that quotes what it was sent.
pub fn talkative() -> Vec<Row> {
    vec![
        lasting(
            "503 that quotes the token",
            Fault::Quotes(503),
            "unavailable",
            &["ADDR answers 503"],
        ),
        lasting(
            "400 of one path that quotes the token",
            Fault::Quotes(400),
            "server-error",
            &["ADDR answers 400 to the question for `faults/shop/db`"],
        )
        .at("shop/db"),
    ]
}

/// A server that is there and gives nothing.
pub fn states() -> Vec<Row> {
    let standby = |name, status, body| {
        lasting(
            name,
            Fault::says(status, body),
            "unavailable",
            &["ADDR is a standby"],
        )
    };
    vec![
        passing("sealed once", Fault::SEALED),
        lasting("sealed", Fault::SEALED, "sealed", &["ADDR is sealed"]),
        lasting(
            "not initialised",
            Fault::says(501, r#"{"errors":["Vault is not initialized"]}"#),
            "sealed",
            &["ADDR is sealed or not initialised"],
        ),
        standby("standby of another site, 472", 472, r#"{"errors":[]}"#),
        standby("standby for reads, 473", 473, ""),
        standby(
            "standby without an active node, 474",
            474,
            r#"{"errors":["no active node"]}"#,
        ),
    ]
}

/// Something that is no Vault.
pub fn odd() -> Vec<Row> {
    vec![
        lasting(
            "not JSON",
            Fault::says(200, "<html>log in: s3cr3t-api</html>"),
            "bad-answer",
            &["ADDR answers 200 with something"],
        ),
        lasting(
            "JSON of another shape",
            Fault::says(200, r#"{"data":["s3cr3t-api"]}"#),
            "bad-answer",
            &["ADDR answers 200 with something"],
        ),
        lasting(
            "JSON without data",
            Fault::says(200, r#"{"keys":{"a":"s3cr3t-api"}}"#),
            "bad-answer",
            &["ADDR answers 200 with something"],
        ),
        lasting(
            "204",
            Fault::says(204, ""),
            "bad-answer",
            &["ADDR answers 204 with something"],
        ),
        lasting(
            "404 of something else",
            Fault::says(404, "<html>not here</html>"),
            "bad-answer",
            &["ADDR answers 404 with something"],
        ),
        lasting(
            "100 MiB",
            Fault::Huge,
            "bad-answer",
            &["ADDR sent an answer of more than 32 MiB"],
        ),
    ]
}
