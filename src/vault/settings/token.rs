//! Where the token is: the environment, an external token helper, or the helper's file.
//!
//! Finding it is pure; a helper is only named here and run by `http` when a secret is asked. The
//! token itself has no `Debug`, so that it cannot be printed by accident.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{ReadFile, Variables, setting};
use crate::vault::Refusal;

/// A token that can be sent as a header.
pub struct Token(Zeroizing<String>);

/// Where the token is.
pub enum TokenSource {
    /// Known already.
    Given(Token),
    /// A program that prints it when called with `get`.
    Helper(PathBuf),
    /// Nowhere.
    Absent {
        /// The places that were looked at.
        looked: Vec<String>,
        /// A variable that is set and empty, and its twin that does not count because of it.
        hidden: Option<(String, String)>,
    },
}

impl Token {
    /// Checks that the text can be a token; `source` says in a message where it came from.
    pub fn new(text: String, source: &str) -> Result<Self, Refusal> {
        let text = Zeroizing::new(text);
        if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return Ok(Self(text));
        }
        Err(setting(
            format!("the token in `{source}` has characters that no token has"),
            "look for a line break, a copied blank or a wrong file.",
        ))
    }

    /// The token, for the header of a request and nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The environment wins, then a configured helper, then the file that the command lines write.
pub fn find(variables: &Variables, read: ReadFile) -> Result<TokenSource, Refusal> {
    if let Some((variable, text)) = variables.get("TOKEN") {
        return Token::new(text, &variable).map(TokenSource::Given);
    }
    let mut looked = vec!["VAULT_TOKEN".to_owned(), "BAO_TOKEN".to_owned()];
    let home = variables
        .first(&["HOME"])
        .map(|(_, path)| PathBuf::from(path));
    for path in config_files(variables, home.as_deref()) {
        if let Some(text) = text_of(read, &path)?
            && let Some(helper) = helper(&text)
        {
            return absolute(helper, &path).map(TokenSource::Helper);
        }
    }
    let file = match variables.first(&["BAO_TOKEN_PATH"]) {
        Some((_, path)) => Some(PathBuf::from(path)),
        None => home.map(|home| home.join(".vault-token")),
    };
    if let Some(file) = file {
        let shown = file.display().to_string();
        let text = text_of(read, &file)?.map(Zeroizing::new);
        match text.as_ref().map(|text| text.trim()) {
            None | Some("") => looked.push(shown),
            Some(token) => return Token::new(token.to_owned(), &shown).map(TokenSource::Given),
        }
    }
    let hidden = variables.hidden("TOKEN");
    Ok(TokenSource::Absent { looked, hidden })
}

fn config_files(variables: &Variables, home: Option<&Path>) -> Vec<PathBuf> {
    match variables.get("CONFIG_PATH") {
        Some((_, path)) => vec![path.into()],
        None => home.map_or_else(Vec::new, |home| {
            vec![home.join(".bao"), home.join(".vault")]
        }),
    }
}

/// `None` when there is no such file.
fn text_of(read: ReadFile, path: &Path) -> Result<Option<String>, Refusal> {
    match read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::NotADirectory => Ok(None),
            kind => Err(setting(
                format!("`{}` cannot be read: {kind}", path.display()),
                "make it readable for this user, or set `VAULT_TOKEN` instead.",
            )),
        },
    }
}

/// The program in `token_helper = "/path"`.
fn helper(config: &str) -> Option<&str> {
    config.lines().find_map(|line| {
        let value = line.trim().strip_prefix("token_helper")?.trim_start();
        let quoted = value.strip_prefix('=')?.trim_start().strip_prefix('"')?;
        Some(quoted.split_once('"')?.0)
    })
}

fn absolute(helper: &str, config: &Path) -> Result<PathBuf, Refusal> {
    let path = PathBuf::from(helper);
    if path.is_absolute() {
        return Ok(path);
    }
    Err(setting(
        format!(
            "`token_helper` in `{}` is not an absolute path",
            config.display()
        ),
        "write the full path of the helper.",
    ))
}
