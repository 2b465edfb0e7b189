//! The rows of the table: what is wrong, and what has to come of it.
//!
//! What fails for good is tried twice (`VAULT_MAX_RETRIES=1`), so that the table is soon full; how
//! often a person's run tries is in the unit tests of the transport.

use std::borrow::Cow;
use std::ops::Range;

use crate::ground::{Certificate, SECRETS};
use crate::proxy::fault::{Fault, Trouble};

/// A fault and its outcome.
pub struct Row {
    /// As the table calls it.
    pub name: &'static str,
    /// What stands where the server should.
    pub front: Front,
    /// More variables.
    pub env: Vec<(&'static str, &'static str)>,
    /// More arguments.
    pub args: Vec<&'static str>,
    /// Whom the server sees.
    pub token: Token,
    /// How many secrets are asked for.
    pub secrets: usize,
    /// What has to come of it.
    pub want: Want,
}

/// What stands where the server should.
pub enum Front {
    /// A proxy that does something wrong.
    Faulty(Trouble),
    /// A proxy with TLS and this certificate.
    Tls(Certificate),
    /// A proxy with TLS that is called without, or one without TLS that is called with it.
    Mistaken(Option<Certificate>),
    /// This address.
    Address(&'static str),
}

/// Which token is given.
#[derive(Clone, Copy)]
pub enum Token {
    /// One that lasts.
    Lasting,
    /// One for a single request.
    OneUse,
}

/// What has to come of it.
pub enum Want {
    /// Nothing is asked twice.
    Success,
    /// Something is asked again, and then it goes well.
    Retried,
    /// One error with this code, which says all of this; `ADDR` is the address.
    Error(&'static str, &'static [&'static str]),
}

/// Every request, however often.
const ALWAYS: Range<usize> = 0..usize::MAX;
/// The first request of a run, and not its repetition.
const ONCE: Range<usize> = 0..1;

fn row(name: &'static str, front: Front, want: Want) -> Row {
    Row {
        name,
        front,
        env: vec![("VAULT_MAX_RETRIES", "1")],
        args: Vec::new(),
        token: Token::Lasting,
        secrets: SECRETS.len(),
        want,
    }
}

fn faulty(name: &'static str, fault: Fault, which: Range<usize>, want: Want) -> Row {
    let trouble = Trouble {
        fault,
        path: "",
        which,
    };
    row(name, Front::Faulty(trouble), want)
}

/// Something that is wrong once; the repetition succeeds.
fn passing(name: &'static str, fault: Fault) -> Row {
    faulty(name, fault, ONCE, Want::Retried)
}

fn lasting(
    name: &'static str,
    fault: Fault,
    code: &'static str,
    phrases: &'static [&'static str],
) -> Row {
    faulty(name, fault, ALWAYS, Want::Error(code, phrases))
}

impl Row {
    fn with(mut self, args: &[&'static str]) -> Self {
        self.args.extend(args);
        self
    }

    fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.env.push((name, value));
        self
    }

    /// Only requests for one secret meet it.
    fn at(mut self, path: &'static str) -> Self {
        if let Front::Faulty(trouble) = &mut self.front {
            trouble.path = path;
        }
        self
    }
}

fn says(status: u16, headers: &'static str, body: &'static str) -> Fault {
    Fault::Answer {
        status,
        headers: Cow::Borrowed(headers),
        body,
    }
}

/// All rows.
pub fn all() -> Vec<Row> {
    [
        busy(),
        states(),
        silent(),
        odd(),
        redirects(),
        tls(),
        absent(),
        tokens(),
        clocks(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const BUSY: &str = r#"{"errors":["busy"]}"#;

fn busy() -> Vec<Row> {
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

fn states() -> Vec<Row> {
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

fn silent() -> Vec<Row> {
    let run: &[&str] = &[
        "ADDR did not answer in the 2s that a run has",
        "`--timeout`",
    ];
    let request: &[&str] = &[
        "ADDR did not answer in the 500ms that a request has",
        "`VAULT_CLIENT_TIMEOUT`",
    ];
    let limit = ["--timeout=2s"];
    vec![
        lasting(
            "hangs before headers",
            Fault::HangBeforeHeaders,
            "unreachable",
            run,
        )
        .with(&limit),
        lasting(
            "hangs after headers",
            Fault::HangAfterHeaders,
            "unreachable",
            run,
        )
        .with(&limit),
        lasting("a byte a second", Fault::Drip, "unreachable", run).with(&limit),
        lasting(
            "hangs for each request",
            Fault::HangBeforeHeaders,
            "unreachable",
            request,
        )
        .env("VAULT_CLIENT_TIMEOUT", "500ms"),
        passing("hangs once", Fault::HangBeforeHeaders).env("VAULT_CLIENT_TIMEOUT", "3s"),
        passing("hangs once after headers", Fault::HangAfterHeaders)
            .env("VAULT_CLIENT_TIMEOUT", "3s"),
        passing("closes once", Fault::Closed),
        lasting(
            "closes",
            Fault::Closed,
            "unreachable",
            &["ADDR closed the connection"],
        ),
        passing("resets once", Fault::Reset),
        lasting(
            "resets",
            Fault::Reset,
            "unreachable",
            &["ADDR closed the connection"],
        ),
        passing("cuts an answer once", Fault::Cut),
        lasting(
            "cuts answers",
            Fault::Cut,
            "unreachable",
            &["ADDR closed the connection before its answer was complete"],
        ),
    ]
}

fn odd() -> Vec<Row> {
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

fn redirects() -> Vec<Row> {
    let to = |name, place, phrases| lasting(name, Fault::Redirect(place), "redirected", phrases);
    vec![
        to(
            "redirect to another host",
            "https://other.example.com:8200{path}",
            &["ADDR redirects to `https://other.example.com:8200`"],
        ),
        to(
            "redirect to another scheme",
            "https://127.0.0.1{path}",
            &["ADDR redirects to `https://127.0.0.1`"],
        ),
        to(
            "redirect to itself",
            "{self}{path}",
            &["ADDR redirects to itself, again and again"],
        ),
        to(
            "redirect to nowhere",
            "mailto:nobody",
            &["ADDR redirects\n"],
        ),
        passing(
            "redirect within the server",
            Fault::Redirect("{self}{path}"),
        ),
    ]
}

fn tls() -> Vec<Row> {
    let shows = |name, certificate, phrases| {
        row(name, Front::Tls(certificate), Want::Error("tls", phrases))
    };
    vec![
        row(
            "TLS as it should be",
            Front::Tls(Certificate::Good),
            Want::Success,
        ),
        shows(
            "certificate of another name",
            Certificate::OtherName,
            &["the certificate of ADDR is for another name"],
        ),
        shows(
            "expired certificate",
            Certificate::Expired,
            &["the certificate of ADDR has expired"],
        ),
        shows(
            "certificate of the future",
            Certificate::NotYet,
            &["the certificate of ADDR is not valid yet"],
        ),
        shows(
            "authority of the same name",
            Certificate::Namesake,
            &["the certificate of ADDR is signed by nobody"],
        ),
        shows(
            "unknown authority",
            Certificate::Unknown,
            &["the certificate of ADDR is signed by nobody"],
        ),
        row(
            "TLS where HTTP was meant",
            Front::Mistaken(Some(Certificate::Good)),
            Want::Error("unreachable", &["ADDR closed the connection", "scheme"]),
        ),
        row(
            "HTTP where TLS was meant",
            Front::Mistaken(None),
            Want::Error("tls", &["ADDR does not answer in TLS"]),
        ),
    ]
}

/// A label of more than 63 characters is no name, so no name server is asked.
const UNKNOWN: &str =
    "http://vault-of-a-name-that-is-longer-than-the-sixty-three-letters-of-a-label.invalid:8200";

fn absent() -> Vec<Row> {
    let unreachable = |name, address, phrases| {
        row(
            name,
            Front::Address(address),
            Want::Error("unreachable", phrases),
        )
    };
    vec![
        unreachable("unknown name", UNKNOWN, &["the host of ADDR is not known"]),
        // nothing ever listens on port 0
        unreachable(
            "refused",
            "http://127.0.0.1:0",
            &["ADDR refuses connections"],
        ),
    ]
}

fn tokens() -> Vec<Row> {
    let refused: Want = Want::Error("bad-token", &["ADDR does not accept the token", "used up"]);
    let mut enough = row("token for one request, one secret", plain(), Want::Success);
    enough.secrets = 1;
    enough.token = Token::OneUse;
    let mut short = row("token for one request, four secrets", plain(), refused);
    short.token = Token::OneUse;
    vec![
        enough,
        short,
        faulty(
            "token ends in the middle",
            Fault::TokenEnds,
            1..2,
            Want::Error("bad-token", &["ADDR does not accept the token", "expired"]),
        ),
    ]
}

/// A proxy with which nothing is wrong.
fn plain() -> Front {
    Front::Faulty(Trouble {
        fault: Fault::Closed,
        path: "",
        which: 0..0,
    })
}

fn clocks() -> Vec<Row> {
    vec![]
}
