//! Which entries of a lock are those of learnt secrets, looked up once for all of them.
//!
//! Knows nothing of what becomes of an entry.

use std::collections::HashSet;

use super::Learned;
use crate::lock::entries::Entries;
use crate::lock::{Entry, Lock};

/// A lock, and who defines its entries.
pub struct Known<'l> {
    entries: Entries<'l>,
    defined: HashSet<*const Entry>,
}

impl<'l> Known<'l> {
    /// Matches a lock with all that a run learnt.
    #[must_use]
    pub fn of(lock: &'l Lock, learned: &[Learned]) -> Self {
        let entries = Entries::of(lock);
        let found = learned.iter().filter_map(|one| find(&entries, one));
        let defined = found.map(std::ptr::from_ref).collect();
        Self { entries, defined }
    }

    /// The entry of a learnt secret.
    #[must_use]
    pub fn entry(&self, learned: &Learned) -> Option<&'l Entry> {
        find(&self.entries, learned)
    }

    /// Whether an entry of this lock is that of a learnt secret.
    #[must_use]
    pub fn is_defined(&self, entry: &Entry) -> bool {
        self.defined.contains(&std::ptr::from_ref(entry))
    }
}

fn find<'l>(entries: &Entries<'l>, learned: &Learned) -> Option<&'l Entry> {
    let namespace = learned.namespace.as_deref();
    entries.find(&learned.config.name, &learned.managed.name, namespace)
}
