//! Ways to a server that end elsewhere: in silence, at another place, at somebody else.

use super::{Front, Row, Want, lasting, passing, row};
use crate::ground::Certificate;
use crate::proxy::fault::Fault;

/// Connections that end early, or do not end.
pub fn silent() -> Vec<Row> {
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

/// Redirects.
pub fn redirects() -> Vec<Row> {
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

/// TLS with the wrong certificate, and none.
pub fn tls() -> Vec<Row> {
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

/// Addresses without a server.
pub fn absent() -> Vec<Row> {
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
