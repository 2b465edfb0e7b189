//! What the runner allows the repository to ask for: addresses, namespaces, paths, deliveries.
//!
//! A policy belongs to the machine that renders; a pull request cannot change it. `read` makes it from
//! its file and the variables of the environment, `judge` says which rule allows a source or which
//! came nearest. Pure: touches no file and no environment, and knows neither stages nor locks.

pub mod judge;
pub mod login;
pub mod name;
pub mod pattern;
pub mod read;
pub mod report;

use std::sync::Arc;

use crate::config::Delivery;
use login::LoginPattern;
use pattern::Pattern;

/// `kind` of the file.
pub const KIND: &str = "RunnerPolicy";
/// What patterns call the namespace that has no name.
pub const ROOT: &str = "root";

/// A whole policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What messages call it: the file as the runner named it.
    pub name: Arc<str>,
    /// Vaults that may be asked; `None`: any that the runner's environment names.
    pub addresses: Option<Vec<String>>,
    /// What patterns may use of the environment.
    pub variables: Vec<Variable>,
    /// Whether a config may say `lock: none`.
    pub unlocked: bool,
    /// A source is allowed when one of them allows all of it.
    pub rules: Vec<Rule>,
    /// The Vault namespace that the runner's environment names: where a config and its lock name none.
    pub own: Option<String>,
}

/// One variable of the environment, under the name that patterns use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// In `{{ … }}`.
    pub name: String,
    /// In the environment.
    pub env: String,
    /// One plain segment; `None`: it is not set, and no rule uses it.
    pub value: Option<String>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// For messages.
    pub name: String,
    /// `None`: the runner's own namespace alone.
    pub namespaces: Option<Vec<Pattern>>,
    /// Mount and path together.
    pub paths: Vec<Pattern>,
    /// How the data may reach the cluster.
    pub deliveries: Vec<Delivery>,
    /// As whom a config may have its secrets read; the runner's own login needs no rule.
    pub logins: Vec<LoginPattern>,
}

impl Policy {
    /// Whether the runner may ask the Vault at this address, written as `normal_address` writes it.
    #[must_use]
    pub fn allows_address(&self, address: &str) -> bool {
        let addresses = self.addresses.as_ref();
        addresses.is_none_or(|all| all.iter().any(|one| one == address))
    }

    /// The variables that these patterns use.
    fn used<'p>(&'p self, patterns: &[&Pattern]) -> impl Iterator<Item = &'p Variable> {
        let names: Vec<String> = patterns
            .iter()
            .flat_map(|pattern| pattern.variables.clone())
            .collect();
        let variables = self.variables.iter();
        variables.filter(move |variable| names.contains(&variable.name))
    }
}
