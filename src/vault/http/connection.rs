//! The client: certificates and proxy, made when the first secret is asked.
//!
//! It knows settings and turns them into a `reqwest` client that follows no redirects and trusts
//! only what the settings say. What a PEM file holds never reaches a message.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use reqwest::blocking::{Client, ClientBuilder};
use reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Url};
use zeroize::Zeroizing;

use super::failure;
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::settings::{Identity, Named, Pem, Settings, Trust, why};

/// Longest time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);

/// A client and what every request carries.
pub struct Connection {
    /// Shared by all threads.
    pub client: Client,
    /// Where requests go; differs from the address where the certificate has another name.
    pub base: Url,
    /// Without any token.
    pub headers: HeaderMap,
}

impl Connection {
    /// Builds the client.
    pub fn open(settings: &Settings, address: &str) -> Result<Self, Refusal> {
        let mut headers = HeaderMap::new();
        // Listeners of agents refuse requests without it, to stop forged ones from browsers.
        headers.insert(
            HeaderName::from_static("x-vault-request"),
            HeaderValue::from_static("true"),
        );
        // An error means that a provider is installed already, which then is this one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut base = match settings.socket {
            // nobody looks up this name: all connections go to the socket
            Some(_) => Url::parse("http://localhost").map_err(|_| unusable("VAULT_ADDR"))?,
            None => settings.address.clone(),
        };
        let mut builder = Client::builder()
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(
                settings
                    .timeout
                    .map_or(CONNECT, |timeout| timeout.min(CONNECT)),
            )
            .timeout(None);
        builder = match &settings.proxy {
            None => builder.no_proxy(),
            Some(proxy) => builder.proxy(
                reqwest::Proxy::all(proxy.url.clone()).map_err(|_| unusable(&proxy.variable))?,
            ),
        };
        if let Some(name) = &settings.server_name {
            // The certificate's name becomes the host of the request, so that it is sent and
            // checked in the handshake, while the connection goes to the address's own host.
            builder = builder.resolve_to_addrs(name, &resolved(&base, address, &settings.named)?);
            headers.insert(HOST, header(base.authority(), "VAULT_ADDR")?);
            base.set_host(Some(name))
                .map_err(|_| unusable("VAULT_TLS_SERVER_NAME"))?;
        }
        #[cfg(unix)]
        if let Some(socket) = &settings.socket {
            builder = builder.unix_socket(socket.clone());
        }
        builder = with_trust(builder, settings)?;
        if let Some(identity) = &settings.identity {
            builder = builder.identity(client_identity(identity)?);
        }
        let client = builder
            .tls_danger_accept_invalid_certs(settings.skip_verify.is_some())
            .build()
            .map_err(|error| failure::of_client(&error, address))?;
        Ok(Self {
            client,
            base,
            headers,
        })
    }
}

/// A header that no log of the client prints.
pub fn header(text: &str, variable: &str) -> Result<HeaderValue, Refusal> {
    let mut value = HeaderValue::from_str(text).map_err(|_| unusable(variable))?;
    value.set_sensitive(true);
    Ok(value)
}

fn with_trust(builder: ClientBuilder, settings: &Settings) -> Result<ClientBuilder, Refusal> {
    let proxy_needs_tls = settings
        .proxy
        .as_ref()
        .is_some_and(|proxy| proxy.url.scheme() == "https");
    match &settings.trust {
        // Loading the system's store takes milliseconds; plain HTTP has no use for it.
        Trust::System if settings.address.scheme() != "https" && !proxy_needs_tls => {
            Ok(builder.tls_certs_only([]))
        }
        Trust::System => Ok(builder),
        Trust::Bundle(pem) => {
            let text = read(pem)?;
            Ok(builder.tls_certs_only(certificates(&text, pem.variable())?))
        }
        Trust::Directory { variable, path } => {
            let entries = fs::read_dir(path).map_err(|error| unreadable(variable, &error))?;
            let mut all = Vec::new();
            for entry in entries {
                let file = entry.map_err(|error| unreadable(variable, &error))?.path();
                if file.is_file() {
                    let text = fs::read(&file).map_err(|error| unreadable(variable, &error))?;
                    all.extend(certificates(&text, variable)?);
                }
            }
            Ok(builder.tls_certs_only(all))
        }
    }
}

fn certificates(pem: &[u8], variable: &str) -> Result<Vec<Certificate>, Refusal> {
    match Certificate::from_pem_bundle(pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Refusal::new(
            Code::StoreSetting,
            format!("`{variable}` gives no certificate in PEM form"),
            "name a file that begins with `-----BEGIN CERTIFICATE-----`.",
        )),
    }
}

fn client_identity(identity: &Identity) -> Result<reqwest::Identity, Refusal> {
    let mut both = read(&identity.key)?;
    both.push(b'\n');
    both.extend_from_slice(&read(&identity.certificate)?);
    reqwest::Identity::from_pem(&both).map_err(|_| {
        let (certificate, key) = (identity.certificate.variable(), identity.key.variable());
        Refusal::new(
            Code::StoreSetting,
            format!("`{certificate}` and `{key}` are no certificate and key in PEM form"),
            "name files of an unencrypted key and its certificate chain.",
        )
    })
}

fn read(pem: &Pem) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    match pem {
        Pem::Text { text, .. } => Ok(Zeroizing::new(text.as_bytes().to_vec())),
        Pem::File { variable, path } => fs::read(path)
            .map(Zeroizing::new)
            .map_err(|error| unreadable(variable, &error)),
    }
}

fn resolved(address: &Url, shown: &str, named: &Named) -> Result<Vec<SocketAddr>, Refusal> {
    let host = address.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let port = address.port_or_known_default().unwrap_or(443);
    let addresses = (bare, port).to_socket_addrs();
    addresses
        .map(Iterator::collect)
        .map_err(|_| failure::unknown_name(shown, named))
}

fn unreadable(variable: &str, error: &std::io::Error) -> Refusal {
    Refusal::new(
        Code::StoreSetting,
        format!(
            "what `{variable}` names cannot be read: {}",
            why(error.kind())
        ),
        "check the path, and that this user may read it.",
    )
}

fn unusable(variable: &str) -> Refusal {
    Refusal::new(
        Code::StoreSetting,
        format!("`{variable}` cannot be used"),
        "correct it or unset it.",
    )
}
