//! A first config out of manifests as they are: what `init` writes.
//!
//! Looks at what is referred to and not there, and at what kustomize generates from files. It asks
//! nothing and reads no value: of a generator only the names of its keys.

pub mod config;
pub mod found;
pub mod generator;
pub mod steps;

use std::collections::{BTreeMap, BTreeSet};

/// What is written down for one secret.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Where its users stand; `None`: they do not say.
    pub namespace: Option<String>,
    /// As its users write it.
    pub name: String,
    /// Keys; `None`: some user takes all of them.
    pub keys: Option<BTreeSet<String>>,
    /// `Deployment/orders`.
    pub users: BTreeSet<String>,
    /// What a generator says of it, where one makes it now.
    pub generated: Option<Generated>,
}

/// What a generator says of a Secret besides its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Generated {
    /// The type; `None`: `Opaque`.
    pub secret_type: Option<String>,
    /// Its name has no hash.
    pub plain_name: bool,
}

/// What was found, by namespace.
pub type ByNamespace<'w> = BTreeMap<Option<&'w str>, Vec<&'w Wanted>>;

/// One config serves one namespace.
#[must_use]
pub fn by_namespace(wanted: &[Wanted]) -> ByNamespace<'_> {
    let mut out = ByNamespace::new();
    for one in wanted {
        out.entry(one.namespace.as_deref()).or_default().push(one);
    }
    out
}
