//! Entries of a lock by what they are called: a lock may hold thousands, and each is asked for.
//!
//! Knows nothing of what an entry says beside its name.

use std::collections::HashMap;

use super::{Entry, Lock};

/// Entries by config and name.
pub struct Entries<'l>(HashMap<(&'l str, &'l str), Named<'l>>);

/// Entries of one name.
#[derive(Default)]
struct Named<'l> {
    exact: HashMap<Option<&'l str>, &'l Entry>,
    all: Vec<&'l Entry>,
    /// Those that do not know their namespace.
    anywhere: Vec<&'l Entry>,
}

impl<'l> Entries<'l> {
    /// Of a lock.
    #[must_use]
    pub fn of(lock: &'l Lock) -> Self {
        let mut all: HashMap<_, Named<'_>> = HashMap::new();
        for entry in &lock.entries {
            let called = (entry.config.as_str(), entry.name.as_str());
            let named = all.entry(called).or_default();
            let namespace = entry.namespace.as_deref();
            named.exact.entry(namespace).or_insert(entry);
            named.all.push(entry);
            if namespace.is_none() {
                named.anywhere.push(entry);
            }
        }
        Self(all)
    }

    /// The entry of a managed secret. A namespace that either side does not know agrees with any; two
    /// entries that could be meant are none.
    #[must_use]
    pub fn find(&self, config: &str, name: &str, namespace: Option<&str>) -> Option<&'l Entry> {
        let named = self.0.get(&(config, name))?;
        let agreeing = match namespace {
            Some(_) => &named.anywhere,
            None => &named.all,
        };
        let only = match agreeing.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        named.exact.get(&namespace).copied().or(only)
    }
}
