//! What the runner says about logging in: by which method, as what, and where its credentials are.
//!
//! Pure, and lazy: a file is only named here and a program only split into words. Both are read when
//! the login is made, so that a run that asks for nothing touches neither.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::proxy::is_loopback;
use super::{Settings, Variables, setting};
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::kv::request::namespace_header;
use crate::vault::login::{Login, METHODS, Method};
use reqwest::Url;

/// Where GitLab's pipelines put a signed token unless they are told another name.
const JWT_VARIABLE: &str = "VAULT_ID_TOKEN";

/// The runner's part of a login.
pub struct Auth {
    /// Wins over a token and over every config.
    pub method: Option<Method>,
    /// Wins over the config's.
    mount: Option<String>,
    role: Option<String>,
    namespace: Option<String>,
    audience: Option<String>,
    app_role: Option<String>,
    app_role_mount: Option<String>,
    /// What a login is proved with.
    pub proofs: Proofs,
}

/// Credentials, or where they are.
pub struct Proofs {
    /// `RoleID`.
    pub role_id: Option<Proof>,
    /// `SecretID`, or the token that it is wrapped in.
    pub secret_id: Option<Proof>,
    /// Whether it is wrapped.
    pub is_wrapped: bool,
    /// A signed token that the runner names itself.
    pub jwt: Option<Proof>,
    /// Where a CI system may have put one.
    pub ci: Ci,
    /// Of userpass and ldap.
    pub username: Option<String>,
    /// Of userpass and ldap.
    pub password: Option<Proof>,
}

/// One credential, with the variable that gave it.
pub enum Proof {
    /// The credential itself.
    Text {
        /// For messages.
        variable: String,
        /// Never printed.
        text: Zeroizing<String>,
    },
    /// A file that holds it.
    File {
        /// For messages.
        variable: String,
        /// As given.
        path: PathBuf,
    },
    /// A program that prints it.
    Command {
        /// For messages.
        variable: String,
        /// The program and its arguments.
        words: Vec<String>,
    },
}

/// Signed tokens of CI systems.
pub struct Ci {
    /// The variable that would hold one, for messages.
    pub variable: String,
    /// What it holds.
    pub token: Option<Proof>,
    /// GitHub Actions makes one on demand.
    pub actions: Option<Actions>,
}

/// Where GitHub Actions is asked for a signed token.
pub struct Actions {
    /// Of this job.
    pub url: Url,
    /// Shown there.
    pub bearer: Zeroizing<String>,
}

impl Auth {
    /// Reads the variables.
    pub fn read(variables: &Variables) -> Result<Self, Refusal> {
        let text = |name: &str| variables.own(name);
        let namespace = match text("NAMESPACE") {
            None => None,
            Some(text) => Some(namespace(&text)?),
        };
        Ok(Self {
            method: method(text("METHOD"))?,
            mount: text("MOUNT"),
            role: text("ROLE"),
            namespace,
            audience: text("AUDIENCE"),
            app_role: text("APP_ROLE"),
            app_role_mount: text("APP_ROLE_MOUNT"),
            proofs: Proofs {
                role_id: proof(variables, "ROLE_ID")?,
                secret_id: proof(variables, "SECRET_ID")?,
                is_wrapped: variables.is_true("COUNTERSIGN_AUTH_SECRET_ID_WRAPPED")?,
                jwt: proof(variables, "JWT")?,
                ci: ci(variables)?,
                username: text("USERNAME"),
                password: proof(variables, "PASSWORD")?,
            },
        })
    }
}

impl Settings {
    /// The login that counts where a config names `said`. `None`: the runner's token does, if
    /// there `is_token`, or that of an agent.
    ///
    /// Everything of the runner wins over the repository: its method, then its token, and single
    /// fields where only the method is the config's.
    #[must_use]
    pub fn login(&self, said: Option<&Login>, is_token: impl FnOnce() -> bool) -> Option<Login> {
        let auth = &self.auth;
        let mut login = match auth.method {
            Some(method) => Login::new(method),
            None if self.is_agent || is_token() => return None,
            None => said?.clone(),
        };
        if login.method == Method::Token {
            return None;
        }
        let over = |field: &mut Option<String>, own: &Option<String>| {
            if own.is_some() {
                field.clone_from(own);
            }
        };
        over(&mut login.mount, &auth.mount);
        over(&mut login.role, &auth.role);
        over(&mut login.audience, &auth.audience);
        over(&mut login.app_role, &auth.app_role);
        over(&mut login.app_role_mount, &auth.app_role_mount);
        over(&mut login.namespace, &auth.namespace);
        if login.namespace.is_none() {
            login.namespace.clone_from(&self.namespace);
        }
        // the same login has one form, whoever spelt it out
        login.mount = Some(login.mount().to_owned());
        Some(login)
    }
}

impl Proof {
    /// The variable to name in a message.
    #[must_use]
    pub fn variable(&self) -> &str {
        match self {
            Proof::Text { variable, .. }
            | Proof::File { variable, .. }
            | Proof::Command { variable, .. } => variable,
        }
    }
}

fn method(text: Option<String>) -> Result<Option<Method>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    if let Some((_, method)) = METHODS.iter().find(|(word, _)| *word == text) {
        return Ok(Some(*method));
    }
    let words: Vec<String> = METHODS
        .iter()
        .map(|(word, _)| format!("`{word}`"))
        .collect();
    Err(Refusal::new(
        Code::StoreSetting,
        "`--auth-method` or `COUNTERSIGN_AUTH_METHOD` names no method",
        format!("use one of {}.", words.join(", ")),
    ))
}

fn namespace(text: &str) -> Result<String, Refusal> {
    let checked = namespace_header(text).map_err(|refusal| {
        setting(
            "`COUNTERSIGN_AUTH_NAMESPACE` is not the name of a namespace".into(),
            &refusal.hint,
        )
    })?;
    Ok(checked.unwrap_or_default())
}

/// A credential that may be given itself, or by a file or a program; not by several at once.
fn proof(variables: &Variables, name: &str) -> Result<Option<Proof>, Refusal> {
    let named = |end: &str| {
        let name = format!("{name}{end}");
        let text = variables.own(&name)?;
        Some((format!("COUNTERSIGN_AUTH_{name}"), text))
    };
    let text = named("").map(|(variable, text)| {
        let text = Zeroizing::new(text);
        Ok(Proof::Text { variable, text })
    });
    let file = named("_FILE").map(|(variable, path)| {
        let path = PathBuf::from(path);
        Ok(Proof::File { variable, path })
    });
    let command = named("_COMMAND").map(|(variable, line)| match words(&line) {
        Some(words) => Ok(Proof::Command { variable, words }),
        None => Err(setting(
            format!("`{variable}` is no command"),
            "write a program and its arguments; what has blanks stands in quotes, and no shell reads it.",
        )),
    });
    let mut given = Vec::new();
    for proof in [text, file, command].into_iter().flatten() {
        given.push(proof?);
    }
    match &given[..] {
        [one, other, ..] => Err(setting(
            format!(
                "`{}` and `{}` are both set",
                one.variable(),
                other.variable()
            ),
            "keep one of them.",
        )),
        _ => Ok(given.pop()),
    }
}

fn ci(variables: &Variables) -> Result<Ci, Refusal> {
    let variable = variables.own("JWT_VARIABLE");
    let variable = variable.unwrap_or_else(|| JWT_VARIABLE.to_owned());
    let token = variables.first(&[&variable]).map(|(variable, text)| {
        let text = Zeroizing::new(text);
        Proof::Text { variable, text }
    });
    let (url, bearer) = (
        variables.first(&["ACTIONS_ID_TOKEN_REQUEST_URL"]),
        variables.first(&["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]),
    );
    let actions = match (url, bearer) {
        (Some((name, url)), Some((_, bearer))) => {
            let url = Url::parse(&url).ok().filter(|url| {
                url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
            });
            let url = url.ok_or_else(|| {
                setting(
                    format!("`{name}` is no `https://` address"),
                    "GitHub sets it where a job has `permissions: {id-token: write}`; unset it elsewhere.",
                )
            })?;
            let bearer = Zeroizing::new(bearer);
            Some(Actions { url, bearer })
        }
        _ => None,
    };
    Ok(Ci {
        variable,
        token,
        actions,
    })
}

/// A line as words: blanks separate, quotes of both kinds keep together, nothing else is special.
/// `None` for a quote that does not end and for no word at all.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(end) if c == end => quote = None,
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (quote.is_none() && !words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_at_blanks_outside_of_quotes() {
        let split = |line: &str| words(line).map(|words| words.join("|"));
        assert_eq!(split("op read  x"), Some("op|read|x".into()));
        assert_eq!(split("op 'a b' \"c'd\"e ''"), Some("op|a b|c'de|".into()));
        assert_eq!(split("sh -c $(id)"), Some("sh|-c|$(id)".into()));
        assert_eq!(split("op 'a"), None);
        assert_eq!(split("  "), None);
    }
}
