//! Which variable decided what, for a person who asks why: names of variables, never what they hold.
//!
//! Looks in the order in which `Settings` looks. The only texts it gives out are the address and the
//! namespace, which were checked and are no secrets.

use std::path::PathBuf;
use std::time::Duration;

use super::{Named, Settings, Trust, Variables, token};
use crate::vault::login::Method;

/// What decided each setting.
pub struct Told {
    /// Of the server.
    pub address: String,
    /// What named it; `None`: nothing did.
    pub address_by: Option<String>,
    /// An agent adds a token of its own.
    pub is_agent: bool,
    /// The namespace, and what named it.
    pub namespace: Option<(String, String)>,
    /// The runner's own way to log in.
    pub method: Option<Method>,
    /// Where the token is: a variable, a file, a helper.
    pub token_by: Option<String>,
    /// What says who may sign the server's certificate; `None`: the system does.
    pub trust_by: Option<String>,
    /// Our own certificate.
    pub identity_by: Option<String>,
    /// The check of the server's certificate is off.
    pub skip_verify_by: Option<String>,
    /// What stands in between.
    pub proxy_by: Option<String>,
    /// A proxy is named, and not used.
    pub proxy_unused: Option<String>,
    /// Longest time for one request.
    pub timeout: Option<Duration>,
    /// How often a failed request is repeated.
    pub retries: u32,
}

/// A variable that is set and without effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// It loses.
    pub variable: String,
    /// It wins.
    pub by: String,
}

/// Each wins over those after it.
const ORDERS: &[&[&str]] = &[
    &["AGENT_ADDR", "ADDR"],
    &["CACERT", "CACERT_BYTES", "CAPATH"],
    &["CLIENT_CERT", "CLIENT_CERT_BYTES"],
    &["CLIENT_KEY", "CLIENT_KEY_BYTES"],
    &["PROXY_ADDR", "HTTP_PROXY"],
    &["NAMESPACE"],
    &["TOKEN"],
    &["TLS_SERVER_NAME"],
    &["SKIP_VERIFY"],
    &["CLIENT_TIMEOUT"],
    &["MAX_RETRIES"],
    &["CONFIG_PATH"],
];

/// Proxies of the whole machine.
const PROXIES: &[&str] = &["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

impl Told {
    /// What decided these settings, which were made from the same environment.
    #[must_use]
    pub fn of(settings: &Settings, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let variables = Variables::new(env);
        let by = |name: &str| variables.get(name).map(|(variable, _)| variable);
        let proxy = settings.proxy.as_ref();
        let mut proxies = by("PROXY_ADDR").or_else(|| by("HTTP_PROXY"));
        if settings.address.scheme() == "https" {
            proxies = proxies.or_else(|| variables.first(PROXIES).map(|(name, _)| name));
        }
        Self {
            address: settings.address.as_str().trim_end_matches('/').to_owned(),
            address_by: match &settings.named {
                Named::By(variable) => Some(variable.clone()),
                Named::Nothing(_) => None,
            },
            is_agent: settings.is_agent,
            namespace: settings.namespace.clone().zip(by("NAMESPACE")),
            method: settings.auth.method,
            token_by: token_by(settings, &variables),
            trust_by: match &settings.trust {
                Trust::System => None,
                Trust::Bundle(pem) => Some(pem.variable().to_owned()),
                Trust::Directory { variable, .. } => Some(variable.clone()),
            },
            identity_by: settings
                .identity
                .as_ref()
                .map(|identity| identity.certificate.variable().to_owned()),
            skip_verify_by: settings.skip_verify.clone(),
            proxy_by: proxy.map(|proxy| proxy.variable.clone()),
            proxy_unused: proxies.filter(|_| proxy.is_none()),
            timeout: settings.timeout,
            retries: settings.retries,
        }
    }
}

fn token_by(settings: &Settings, variables: &Variables) -> Option<String> {
    match &settings.token {
        token::TokenSource::Absent { .. } => None,
        token::TokenSource::Helper(path) => Some(path.display().to_string()),
        token::TokenSource::Given(_) => {
            variables.get("TOKEN").map(|(name, _)| name).or_else(|| {
                let file = variables.first(&["BAO_TOKEN_PATH"]);
                let home = || variables.first(&["HOME"]);
                let file = file.map(|(_, path)| PathBuf::from(path));
                let file = file.or_else(|| Some(PathBuf::from(home()?.1).join(".vault-token")));
                file.map(|file| file.display().to_string())
            })
        }
    }
}

/// Variables that are set and lose against another one that says something else.
#[must_use]
pub fn hidden(env: &dyn Fn(&str) -> Option<String>) -> Vec<Hidden> {
    let mut out = Vec::new();
    for order in ORDERS {
        let mut winner: Option<(String, String)> = None;
        for name in *order {
            for variable in [format!("BAO_{name}"), format!("VAULT_{name}")] {
                let Some(text) = env(&variable) else { continue };
                match &winner {
                    Some((_, said)) if *said == text || text.is_empty() => {}
                    Some((by, _)) => out.push(Hidden {
                        variable,
                        by: by.clone(),
                    }),
                    // an empty one hides its twin as well, but nothing else
                    None => winner = Some((variable, text)),
                }
            }
            winner = winner.filter(|(_, text)| !text.is_empty());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(variables: &[(&str, &str)]) -> Vec<String> {
        let env = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| (*text).to_owned())
        };
        let hidden = hidden(&env).into_iter();
        hidden
            .map(|one| format!("{} by {}", one.variable, one.by))
            .collect()
    }

    #[test]
    fn what_is_set_twice_and_differs_is_told_once() {
        let both = [("BAO_ADDR", "https://a"), ("VAULT_ADDR", "https://b")];
        assert_eq!(lost(&both), ["VAULT_ADDR by BAO_ADDR"]);
        let same = [("BAO_ADDR", "https://a"), ("VAULT_ADDR", "https://a")];
        assert!(lost(&same).is_empty());
        let empty = [("BAO_TOKEN", ""), ("VAULT_TOKEN", "x")];
        assert_eq!(lost(&empty), ["VAULT_TOKEN by BAO_TOKEN"]);
        let agent = [("VAULT_AGENT_ADDR", "http://a"), ("BAO_ADDR", "https://b")];
        assert_eq!(lost(&agent), ["BAO_ADDR by VAULT_AGENT_ADDR"]);
        let one_empty = [("BAO_CACERT", ""), ("VAULT_CAPATH", "/certs")];
        assert!(lost(&one_empty).is_empty());
    }
}
