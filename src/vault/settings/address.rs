//! Where the server is, and what named it.
//!
//! Of four variables one decides; a message that names another one sends its reader to the wrong
//! place. Pure: what is set is handed in, and nothing is connected.

use std::path::PathBuf;

use reqwest::Url;

use super::proxy::is_loopback;
use super::{Variables, parse_address, setting};
use crate::diag::Code;
use crate::vault::Refusal;

/// Where the official client looks when nothing is set.
const USUAL: &str = "https://127.0.0.1:8200";

/// Where the server is.
pub struct Address {
    pub url: Url,
    pub socket: Option<PathBuf>,
    pub is_agent: bool,
    pub named: Named,
}

/// What named the address.
pub enum Named {
    /// This variable.
    By(String),
    /// Nothing did, so it is the usual one; with an empty variable and its twin, which has text.
    Nothing(Option<(String, String)>),
}

impl Named {
    /// The variable to name in a message.
    #[must_use]
    pub fn variable(&self) -> &str {
        match self {
            Named::By(variable) => variable,
            Named::Nothing(_) => "VAULT_ADDR",
        }
    }

    /// What to do where nobody answers.
    #[must_use]
    pub fn way_out(&self) -> String {
        match self {
            Named::By(variable) => {
                format!("check `{variable}` (scheme, host and port), and that the server runs.")
            }
            Named::Nothing(None) => {
                "no address is set, so the usual one was asked: name the server in `VAULT_ADDR`."
                    .into()
            }
            Named::Nothing(Some((empty, hidden))) => {
                format!("`{empty}` is set and empty, which hides `{hidden}`: unset it.")
            }
        }
    }
}

/// The agent's address wins over the server's.
pub fn address(variables: &Variables) -> Result<Address, Refusal> {
    for (name, is_agent) in [("AGENT_ADDR", true), ("ADDR", false)] {
        if let Some((variable, text)) = variables.get(name) {
            let url = parse_address(&text).ok_or_else(|| {
                setting(
                    format!("`{variable}` is not the address of a server"),
                    "write it as `https://vault.example.com:8200`, without user, query or fragment.",
                )
            })?;
            if url.scheme() == "http"
                && !is_loopback(&url)
                && !variables.is_true("COUNTERSIGN_ALLOW_HTTP")?
            {
                return Err(Refusal::new(
                    Code::PlainHttp,
                    format!("`{variable}` is an `http://` address of another machine"),
                    "use `https://`. If nobody can read along between here and there, say so with `--allow-http` or `COUNTERSIGN_ALLOW_HTTP=true`.",
                ));
            }
            return Ok(Address {
                socket: text.strip_prefix("unix://").map(PathBuf::from),
                url,
                is_agent,
                named: Named::By(variable),
            });
        }
    }
    let usual = Url::parse(USUAL);
    let url = usual.map_err(|_| setting("there is no address".into(), "set `VAULT_ADDR`."))?;
    Ok(Address {
        url,
        socket: None,
        is_agent: false,
        named: Named::Nothing(variables.hidden("ADDR")),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_reached_is_told_by_the_variable_that_decided() {
        let way_out = |set: &[(&str, &str)]| {
            let env = |name: &str| {
                let found = set.iter().find(|(one, _)| *one == name);
                found.map(|(_, text)| (*text).to_owned())
            };
            let address = address(&Variables::new(&env)).ok().unwrap();
            address.named.way_out()
        };
        let vault = ("VAULT_ADDR", "https://v:1");
        let check = |name: &str| {
            format!("check `{name}` (scheme, host and port), and that the server runs.")
        };
        assert_eq!(way_out(&[vault]), check("VAULT_ADDR"));
        let bao = ("BAO_ADDR", "https://b:1");
        assert_eq!(way_out(&[vault, bao]), check("BAO_ADDR"));
        let agent = ("VAULT_AGENT_ADDR", "https://a:1");
        assert_eq!(way_out(&[vault, bao, agent]), check("VAULT_AGENT_ADDR"));
        assert_eq!(
            way_out(&[vault, ("BAO_ADDR", "")]),
            "`BAO_ADDR` is set and empty, which hides `VAULT_ADDR`: unset it."
        );
        assert_eq!(
            way_out(&[("BAO_ADDR", "")]),
            "no address is set, so the usual one was asked: name the server in `VAULT_ADDR`."
        );
    }
}
