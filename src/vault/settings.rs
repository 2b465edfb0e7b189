//! What the runner's environment says about its Vault or OpenBao.
//!
//! The variables of the official client and their OpenBao twins, read once into a struct without
//! doubts. Pure: the environment and the files are handed in, so nothing here touches the process.
//! A message names the variable; what it holds may be a secret and is never printed.

mod address;
mod auth;
pub mod duration;
mod proxy;
#[cfg(test)]
mod tests;
mod token;
pub mod told;
mod variables;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;
use zeroize::Zeroizing;

use crate::diag::{Code, Diagnostic};
use crate::vault::Refusal;
use crate::vault::kv::request::namespace_header;

use address::Address;
pub use address::Named;
pub use auth::{Actions, Auth, Proof};
pub use proxy::{Proxy, is_loopback};
pub use token::{Token, TokenSource};
use variables::Variables;

/// Reads a file as text; handed in so that tests need no home directory.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

/// Everything that decides how the server is reached.
pub struct Settings {
    /// Scheme, host, port, and a path if the server stands behind one.
    pub address: Url,
    /// What named it.
    pub named: Named,
    /// The socket that the server listens on, where the address is that of a socket.
    pub socket: Option<PathBuf>,
    /// The address is that of an agent, which adds a token of its own.
    pub is_agent: bool,
    /// For every request whose config names no other.
    pub namespace: Option<String>,
    /// What the runner says about logging in.
    pub auth: Auth,
    /// Where the token is.
    pub token: TokenSource,
    /// Who may sign the server's certificate.
    pub trust: Trust,
    /// Our own certificate.
    pub identity: Option<Identity>,
    /// Name in the server's certificate, where it is not the host of the address.
    pub server_name: Option<String>,
    /// The variable that turned verification off.
    pub skip_verify: Option<String>,
    /// Longest time for one request; `None`: only the deadline of the run.
    pub timeout: Option<Duration>,
    /// How often a failed request is repeated.
    pub retries: u32,
    /// What stands in between.
    pub proxy: Option<Proxy>,
}

/// PEM text, or the file that holds it, with the variable that said so.
pub enum Pem {
    /// A file, read when the first secret is asked.
    File {
        /// For messages.
        variable: String,
        /// As given.
        path: PathBuf,
    },
    /// The text itself.
    Text {
        /// For messages.
        variable: String,
        /// May be a private key.
        text: Zeroizing<String>,
    },
}

/// Who may sign the server's certificate.
pub enum Trust {
    /// The operating system's store.
    System,
    /// Only these.
    Bundle(Pem),
    /// Only those in the files of a directory.
    Directory {
        /// For messages.
        variable: String,
        /// As given.
        path: PathBuf,
    },
}

/// Certificate and key of the client.
pub struct Identity {
    /// Certificate chain.
    pub certificate: Pem,
    /// Private key.
    pub key: Pem,
}

impl Settings {
    /// Reads the variables, and the token helper's files under `HOME`.
    pub fn from_environment(
        env: &dyn Fn(&str) -> Option<String>,
        read: ReadFile,
    ) -> Result<Settings, Refusal> {
        let variables = Variables::new(env);
        let Address {
            url: address,
            socket,
            is_agent,
            named,
        } = address::address(&variables)?;
        let server_name = server_name(&variables)?;
        let proxy = match socket {
            Some(_) => None,
            None => proxy::choose(&variables, &address)?,
        };
        if let (Some((variable, _)), Some(proxy)) = (&server_name, &proxy) {
            return Err(setting(
                format!(
                    "`{variable}` and `{}` cannot be used together",
                    proxy.variable
                ),
                "Unset one of them, or use a name of the server that its certificate holds.",
            ));
        }
        Ok(Settings {
            socket,
            is_agent,
            namespace: namespace(&variables)?,
            auth: Auth::read(&variables)?,
            token: token::find(&variables, read)?,
            trust: trust(&variables),
            identity: identity(&variables)?,
            server_name: server_name.map(|(_, name)| name),
            skip_verify: skip_verify(&variables)?,
            timeout: timeout(&variables)?,
            retries: retries(&variables)?,
            proxy,
            address,
            named,
        })
    }

    /// What the user should know although it works.
    #[must_use]
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let text =
            |variable| format!("`{variable}` turns off the check of the server's certificate");
        let hint = "name the authority that signed it in `VAULT_CACERT` instead: whoever stands in between can read the token and every secret.";
        self.skip_verify
            .iter()
            .map(|variable| Diagnostic::warning(Code::SkipVerify, text(variable)).hint(hint))
            .collect()
    }
}

/// An address in the form in which two of them can be compared; `None` when it is none.
#[must_use]
pub fn normal_address(text: &str) -> Option<String> {
    parse_address(text).map(|url| url.as_str().trim_end_matches('/').to_owned())
}

/// Why a file or program that the runner names is of no use, in the words of all other messages.
#[must_use]
pub fn why(kind: io::ErrorKind) -> String {
    match kind {
        io::ErrorKind::NotFound => "it does not exist".into(),
        io::ErrorKind::IsADirectory => "it is a directory".into(),
        other => other.to_string(),
    }
}

/// A refusal about a setting.
fn setting(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::StoreSetting, message, hint)
}

fn parse_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let known = match url.scheme() {
        "http" | "https" => url.host_str().is_some(),
        "unix" => cfg!(unix) && url.host_str().is_none() && url.path().starts_with('/'),
        _ => false,
    };
    (known && plain).then_some(url)
}

fn namespace(variables: &Variables) -> Result<Option<String>, Refusal> {
    let Some((variable, text)) = variables.get("NAMESPACE") else {
        return Ok(None);
    };
    namespace_header(&text).map_err(|refusal| {
        setting(
            format!("`{variable}` is not the name of a namespace"),
            &refusal.hint,
        )
    })
}

/// A file wins over text, and text over a directory, as in the official client.
fn trust(variables: &Variables) -> Trust {
    if let Some(pem) = pem(variables, "CACERT", "CACERT_BYTES") {
        return Trust::Bundle(pem);
    }
    match variables.get("CAPATH") {
        Some((variable, path)) => Trust::Directory {
            variable,
            path: path.into(),
        },
        None => Trust::System,
    }
}

fn identity(variables: &Variables) -> Result<Option<Identity>, Refusal> {
    let certificate = pem(variables, "CLIENT_CERT", "CLIENT_CERT_BYTES");
    let key = pem(variables, "CLIENT_KEY", "CLIENT_KEY_BYTES");
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some(Identity { certificate, key })),
        (Some(one), None) => Err(alone(&one, "VAULT_CLIENT_KEY")),
        (None, Some(one)) => Err(alone(&one, "VAULT_CLIENT_CERT")),
    }
}

fn alone(one: &Pem, other: &str) -> Refusal {
    setting(
        format!("`{}` is set without `{other}`", one.variable()),
        "set both, certificate and key, or none of them.",
    )
}

fn pem(variables: &Variables, file: &str, text: &str) -> Option<Pem> {
    if let Some((variable, path)) = variables.get(file) {
        return Some(Pem::File {
            variable,
            path: path.into(),
        });
    }
    let (variable, text) = variables.get(text)?;
    Some(Pem::Text {
        variable,
        text: Zeroizing::new(text),
    })
}

impl Pem {
    /// The variable to name in a message.
    #[must_use]
    pub fn variable(&self) -> &str {
        match self {
            Pem::File { variable, .. } | Pem::Text { variable, .. } => variable,
        }
    }
}

fn server_name(variables: &Variables) -> Result<Option<(String, String)>, Refusal> {
    let Some((variable, name)) = variables.get("TLS_SERVER_NAME") else {
        return Ok(None);
    };
    let host = Url::parse(&format!("https://{name}/"));
    let is_name = host.is_ok_and(|url| url.domain() == Some(name.as_str()));
    if !is_name {
        return Err(setting(
            format!("`{variable}` is not a DNS name in lower case"),
            "write the name that the server's certificate holds, as `vault.example.com`.",
        ));
    }
    Ok(Some((variable, name)))
}

fn skip_verify(variables: &Variables) -> Result<Option<String>, Refusal> {
    let Some((variable, _)) = variables.get("SKIP_VERIFY") else {
        return Ok(None);
    };
    Ok(variables.is_true(&variable)?.then_some(variable))
}

fn timeout(variables: &Variables) -> Result<Option<Duration>, Refusal> {
    let Some((variable, text)) = variables.get("CLIENT_TIMEOUT") else {
        return Ok(Some(Duration::from_mins(1)));
    };
    let duration = duration::parse(&text).ok_or_else(|| {
        setting(
            format!("`{variable}` is not a duration"),
            "write seconds as `60`, or a duration as `1m30s`.",
        )
    })?;
    // As in the official client, zero is no limit; the deadline of the run still holds.
    Ok((!duration.is_zero()).then_some(duration))
}

fn retries(variables: &Variables) -> Result<u32, Refusal> {
    let Some((variable, text)) = variables.get("MAX_RETRIES") else {
        return Ok(2);
    };
    text.parse().map_err(|_| {
        setting(
            format!("`{variable}` is not a number of retries"),
            "write a whole number, as `2`; `0` means that nothing is tried again.",
        )
    })
}
