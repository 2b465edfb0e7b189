//! What `policy check` found: each secret and source, and the rule that allows it or those that do not.
//!
//! The text and the JSON of it are made beside this file.

pub mod json;
pub mod text;

use super::judge::Verdict;
use super::{Policy, Variable};
use crate::config::Delivery;
use crate::vault::SecretPath;

/// For programs and people; grows when a field goes or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that was looked at.
pub struct Checked {
    /// What messages call the policy.
    pub policy: String,
    /// What patterns used of the environment.
    pub variables: Vec<Variable>,
    /// The runner's Vault, and whether it may be asked; `None`: there is none.
    pub address: Option<(String, bool)>,
    /// Whatever is denied of a config as a whole: that it needs no lock, a Vault that it means.
    pub configs: Vec<OfConfig>,
    /// In the order of configs and locks.
    pub secrets: Vec<OfSecret>,
}

/// One config that is denied as a whole.
pub struct OfConfig {
    /// Its name.
    pub name: String,
    /// What is denied, a sentence each.
    pub why: Vec<String>,
}

/// One managed secret, or a generation of it that is only kept.
pub struct OfSecret {
    /// Its config.
    pub config: String,
    /// The logical name.
    pub name: String,
    /// Kubernetes namespace of what is emitted, where it is known.
    pub namespace: Option<String>,
    /// How it is delivered.
    pub delivery: Delivery,
    /// What is only kept, and the lock that keeps it: (suffix, file).
    pub kept: Option<(String, String)>,
    /// What it is made from.
    pub sources: Vec<OfSource>,
}

/// One source, judged.
pub struct OfSource {
    /// With the namespace as patterns name it.
    pub secret: SecretPath,
    /// It holds the key of `hash: keyed`.
    pub is_key: bool,
    /// The rule that allows it.
    pub rule: Option<String>,
    /// Why none does, a sentence each.
    pub why: Vec<String>,
}

impl OfSource {
    /// As it was judged.
    #[must_use]
    pub fn of(policy: &Policy, secret: SecretPath, is_key: bool, verdict: &Verdict<'_>) -> Self {
        let (rule, why) = match verdict {
            Verdict::Allowed(rule) => (Some(rule.name.clone()), Vec::new()),
            Verdict::Denied(denial) => (None, policy.explain(denial)),
        };
        Self {
            secret,
            is_key,
            rule,
            why,
        }
    }
}

impl OfSecret {
    /// Whether all of it is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.sources.iter().all(|source| source.rule.is_some())
    }
}

impl Checked {
    /// Whether everything is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        let address = self.address.as_ref().is_none_or(|(_, allowed)| *allowed);
        address && self.configs.is_empty() && self.secrets.iter().all(OfSecret::is_allowed)
    }
}
