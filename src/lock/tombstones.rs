//! Secrets that a lock still knows although no config defines them any more, and what took their place.
//!
//! Pure: says what the lock says. Whether anybody still names them is a question of the manifests.

use std::collections::BTreeSet;

use super::{Entry, Generation, Lock};
use crate::kube::id::namespaces_agree;
use crate::vault::SecretPath;

/// A secret that was removed or renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The logical name that it had.
    pub name: String,
    /// Namespace of what was emitted, where it is known.
    pub namespace: Option<String>,
    /// The one secret of its config that has the same sources now: most likely its new name.
    pub successor: Option<String>,
}

/// All of them, in the order of the lock.
#[must_use]
pub fn tombstones(lock: &Lock) -> Vec<Tombstone> {
    let left = lock.entries.iter().filter(|entry| entry.current.is_none());
    left.map(|entry| Tombstone {
        name: entry.name.clone(),
        namespace: entry.namespace.clone(),
        successor: successor(lock, entry).map(str::to_owned),
    })
    .collect()
}

fn successor<'l>(lock: &'l Lock, gone: &Entry) -> Option<&'l str> {
    let last = sources(&gone.previous.first()?.generation);
    let mut found = lock.entries.iter().filter(|entry| {
        entry.config == gone.config
            && namespaces_agree(entry.namespace.as_deref(), gone.namespace.as_deref())
            && entry
                .current
                .as_ref()
                .is_some_and(|now| sources(now) == last)
    });
    let first = found.next()?;
    // of two nobody can say which is meant
    found.next().is_none().then_some(first.name.as_str())
}

fn sources(generation: &Generation) -> BTreeSet<&SecretPath> {
    generation.sources.iter().map(|pin| &pin.secret).collect()
}
