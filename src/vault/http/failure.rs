//! Failures of the transport as sentences: name, connection, TLS, time, redirects.
//!
//! The client's own error texts hold URLs and are never printed; the kinds are looked up in the
//! chain of causes. All of these are failures of the whole store and name no path.

use std::error::Error;
use std::io;

use reqwest::Url;
use rustls::CertificateError as Certificate;
use rustls::Error as TlsError;

use super::limits::Limit;
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::settings::{Named, Settings, Trust};

/// The refusal for a request that got no answer, and whether it may pass by itself.
pub fn of_request(
    error: &reqwest::Error,
    address: &str,
    settings: &Settings,
    limit: Limit,
) -> (Refusal, bool) {
    let named = &settings.named;
    let (refusal, is_passing) = if let Some(tls) = find::<TlsError>(error) {
        (of_tls(tls, address, settings), false)
    } else if error.is_dns() {
        (unknown_name(address, named), true)
    } else if error.is_timeout() && error.is_connect() {
        (
            unreachable(address, named, "takes no connection in time"),
            true,
        )
    } else if error.is_timeout() {
        (too_late(address, named, limit), true)
    } else if find::<io::Error>(error).is_some_and(|e| e.kind() == io::ErrorKind::ConnectionRefused)
    {
        (unreachable(address, named, "refuses connections"), true)
    } else if error.is_connect() {
        (unreachable(address, named, "cannot be reached"), true)
    } else {
        (cut(address, named), true)
    };
    match &settings.proxy {
        None => (refusal, is_passing),
        Some(proxy) => {
            let message = format!(
                "{}, through the proxy of `{}`",
                refusal.message, proxy.variable
            );
            (Refusal { message, ..refusal }, is_passing)
        }
    }
}

/// The refusal for a client that cannot be made from the settings.
pub fn of_client(error: &reqwest::Error, address: &str) -> Refusal {
    match find::<TlsError>(error) {
        Some(TlsError::InconsistentKeys(_)) => Refusal::new(
            Code::StoreSetting,
            "the client certificate and its key do not belong together",
            "correct `VAULT_CLIENT_CERT` and `VAULT_CLIENT_KEY`.",
        ),
        _ => Refusal::new(
            Code::Tls,
            format!("there are no certificates to check `{address}` with"),
            "install the system's certificates, or name the authority's file in `VAULT_CACERT`.",
        ),
    }
}

/// The host has no address.
pub fn unknown_name(address: &str, named: &Named) -> Refusal {
    Refusal::new(
        Code::Unreachable,
        format!("the host of `{address}` is not known"),
        format!(
            "check `{}` for a typo, and that this machine's DNS knows the name.",
            named.variable()
        ),
    )
}

/// Time is up.
pub fn too_late(address: &str, named: &Named, limit: Limit) -> Refusal {
    let (how, longer) = match limit {
        Limit::Run(time) => (
            format!("did not answer in the {time:?} that a run has"),
            "`--timeout` or `COUNTERSIGN_TIMEOUT` gives it longer.",
        ),
        Limit::Request(time) => (
            format!("did not answer in the {time:?} that a request has"),
            "`VAULT_CLIENT_TIMEOUT` gives it longer.",
        ),
    };
    Refusal::new(
        Code::Unreachable,
        format!("`{address}` {how}"),
        format!(
            "check the server, `{}` and the network in between; {longer}",
            named.variable()
        ),
    )
}

/// The answer did not arrive as a whole.
pub fn of_body(error: &io::Error, address: &str, named: &Named, limit: Limit) -> Refusal {
    match find::<reqwest::Error>(error) {
        Some(error) if error.is_timeout() => too_late(address, named, limit),
        _ => cut(address, named),
    }
}

/// The connection ended within an answer, or before it.
fn cut(address: &str, named: &Named) -> Refusal {
    unreachable(
        address,
        named,
        "closed the connection before its answer was complete",
    )
}

/// More than anybody keeps in a secret.
pub fn too_large(address: &str) -> Refusal {
    Refusal::new(
        Code::BadAnswer,
        format!("`{address}` sent an answer of more than 32 MiB"),
        "check that the address is that of Vault or OpenBao.",
    )
}

/// A redirect that would carry the token elsewhere.
pub fn redirected(address: &Url, named: &Named, place: Option<&Url>) -> Refusal {
    let variable = named.variable();
    let origin = place.map(|url| url.origin().ascii_serialization());
    let (to, hint) = match origin.filter(|origin| origin != "null") {
        Some(origin) if origin == address.origin().ascii_serialization() => (
            " to itself, again and again".into(),
            format!(
                "check `{variable}` and what stands before the server: one redirect within it is followed, not more."
            ),
        ),
        Some(origin) => (
            format!(" to `{origin}`"),
            format!(
                "set `{variable}` to `{origin}` if that is your server: the token is not sent along with redirects."
            ),
        ),
        None => (
            String::new(),
            format!("set `{variable}` to the address of the active node."),
        ),
    };
    let address = address.as_str().trim_end_matches('/');
    Refusal::new(Code::Redirected, format!("`{address}` redirects{to}"), hint)
}

fn unreachable(address: &str, named: &Named, how: &str) -> Refusal {
    Refusal::new(
        Code::Unreachable,
        format!("`{address}` {how}"),
        named.way_out(),
    )
}

fn of_tls(error: &TlsError, address: &str, settings: &Settings) -> Refusal {
    let variable = settings.named.variable();
    let certificate = match error {
        TlsError::InvalidCertificate(certificate) => certificate,
        TlsError::InvalidMessage(_) => {
            return tls(
                format!("`{address}` does not answer in TLS"),
                &format!(
                    "write `http://` in `{variable}` if the server has no TLS, or correct the port."
                ),
            );
        }
        TlsError::AlertReceived(_) => {
            return tls(
                format!("`{address}` ended the TLS handshake"),
                "set `VAULT_CLIENT_CERT` and `VAULT_CLIENT_KEY` if the server wants a certificate, and `VAULT_TLS_SERVER_NAME` if it serves several names.",
            );
        }
        _ => {
            return tls(
                format!("there is no TLS connection to `{address}`"),
                "check that the server speaks TLS 1.2 or 1.3.",
            );
        }
    };
    match certificate {
        // a bad signature: an authority of the same name, but another one
        Certificate::UnknownIssuer | Certificate::BadSignature => tls(
            format!("the certificate of `{address}` is signed by nobody that is trusted here"),
            match &settings.trust {
                Trust::System => "name the file of its authority in `VAULT_CACERT`.",
                _ => {
                    "check that `VAULT_CACERT` or `VAULT_CAPATH` holds the authority that signed it."
                }
            },
        ),
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => tls(
            format!("the certificate of `{address}` is for another name"),
            &format!("use a name that it holds in `{variable}`, or set `VAULT_TLS_SERVER_NAME`."),
        ),
        Certificate::Expired | Certificate::ExpiredContext { .. } => tls(
            format!("the certificate of `{address}` has expired"),
            "renew it, or correct the clock of this machine.",
        ),
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => tls(
            format!("the certificate of `{address}` is not valid yet"),
            "correct the clock of this machine, or of the one that signed it.",
        ),
        Certificate::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => tls(
            format!("`{address}` shows the certificate of an authority as its own"),
            "Sign a server certificate with it: Go's clients accept a self-signed one with `CA:TRUE`, this one does not.",
        ),
        _ => tls(
            format!("the certificate of `{address}` is not valid"),
            "look at it with `openssl s_client -connect HOST:PORT -showcerts`.",
        ),
    }
}

fn tls(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::Tls, message, hint)
}

/// The first cause of a type; an `io::Error` hides what it wraps from `source`.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    let wrapped = wrapped.and_then(|inner| find(inner as &(dyn Error + 'static)));
    wrapped.or_else(|| find(error.source()?))
}
