//! One lookup for `VAULT_X` and its twin `BAO_X`, with OpenBao's precedence.

use super::setting;
use crate::vault::Refusal;

/// The runner's environment.
pub struct Variables<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Variables<'a> {
    pub fn new(env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { env }
    }

    /// The variable that decides and its text, if that is not empty. A `BAO_` variable that is
    /// present hides its twin even when it is empty.
    pub fn get(&self, name: &str) -> Option<(String, String)> {
        let (bao, vault) = (format!("BAO_{name}"), format!("VAULT_{name}"));
        let found = (self.env)(&bao).map(|text| (bao, text));
        let found = found.or_else(|| (self.env)(&vault).map(|text| (vault, text)));
        found.filter(|(_, text)| !text.is_empty())
    }

    /// The variable that is set and empty, and its twin that has text and does not count.
    pub fn hidden(&self, name: &str) -> Option<(String, String)> {
        let (bao, vault) = (format!("BAO_{name}"), format!("VAULT_{name}"));
        let is_empty = (self.env)(&bao).is_some_and(|text| text.is_empty());
        let is_hidden = (self.env)(&vault).is_some_and(|text| !text.is_empty());
        (is_empty && is_hidden).then_some((bao, vault))
    }

    /// A variable of our own for logins, if it is not empty: `COUNTERSIGN_AUTH_` and the name.
    pub fn own(&self, name: &str) -> Option<String> {
        (self.env)(&format!("COUNTERSIGN_AUTH_{name}")).filter(|text| !text.is_empty())
    }

    /// Whether a switch is on; off when it is not set.
    pub fn is_true(&self, variable: &str) -> Result<bool, Refusal> {
        let text = (self.env)(variable).unwrap_or_default();
        match text.as_str() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
            "" | "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
            _ => Err(setting(
                format!("`{variable}` is neither true nor false"),
                "write `true` or `false`, or unset it.",
            )),
        }
    }

    /// The first of these names, without twins, that is set and not empty.
    pub fn first(&self, names: &[&str]) -> Option<(String, String)> {
        names.iter().find_map(|name| {
            let text = (self.env)(name).filter(|text| !text.is_empty())?;
            Some(((*name).to_owned(), text))
        })
    }
}
