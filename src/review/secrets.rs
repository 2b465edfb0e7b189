//! What happens to each managed secret between two locks.
//!
//! Versions, times, keys and settings come from the locks alone; the streams only say what a
//! generation is called in the cluster, and which secrets no lock covers.

mod generation;
mod settings;

use std::collections::BTreeSet;

pub use generation::{At, Kept, Move, Standing};
pub use settings::Setting;

use super::Side;
use super::names::Names;
use crate::kube::id::namespaces_agree;
use crate::lock::{Entry, Generation, Lock};

/// What happens to a managed secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// The same sources under another name; this was it.
    Renamed(String),
    /// At least one source moves to a newer version.
    Moved,
    /// At least one source goes back to an older version.
    RolledBack,
    /// A version of the same number was created at another time: its path was deleted and written
    /// again, or the store is another one.
    Rewritten,
    /// Its versions stay, something else changes.
    Changed,
    /// Only what is kept of it changes.
    Kept,
    /// It follows the newest version: nobody reviews what it is.
    Unreviewed,
    /// No lock covers it.
    Unlocked,
    /// Nothing.
    Unchanged,
}

/// One managed secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretReview {
    /// Its config; `None`: the streams do not say.
    pub config: Option<String>,
    /// Its namespace, where known.
    pub namespace: Option<String>,
    /// Its logical name.
    pub name: String,
    /// What happens to it.
    pub status: Status,
    /// How it stood.
    pub before: Option<Standing>,
    /// How it will stand.
    pub after: Option<Standing>,
    /// Sources whose version changes, and those that come or go.
    pub moves: Vec<Move>,
    /// Keys that appear.
    pub keys_added: Vec<String>,
    /// Keys that go.
    pub keys_removed: Vec<String>,
    /// Keys that are taken from elsewhere, or decoded otherwise.
    pub keys_changed: Vec<String>,
    /// Settings that change.
    pub settings: Vec<Setting>,
    /// Previous generations that stay behind.
    pub kept: Vec<Kept>,
    /// Generations that were emitted before and no longer are.
    pub dropped: Vec<String>,
}

/// Compares the locks of both sides.
#[must_use]
pub fn review(before: &Side, after: &Side, names: &[Names; 2]) -> Vec<SecretReview> {
    let old: Vec<&Entry> = entries(&before.locks);
    let new: Vec<&Entry> = entries(&after.locks);
    let mut taken = vec![false; old.len()];
    // exact names first, so that an entry without namespace does not take another one's place
    let mut partner: Vec<Option<usize>> = vec![None; new.len()];
    for exact in [true, false] {
        for (at, entry) in new.iter().enumerate().filter(|(_, e)| e.current.is_some()) {
            if partner[at].is_none() {
                partner[at] = (0..old.len()).find(|n| !taken[*n] && same(old[*n], entry, exact));
                if let Some(found) = partner[at] {
                    taken[found] = true;
                }
            }
        }
    }
    let mut out: Vec<SecretReview> = Vec::new();
    for (at, entry) in new.iter().enumerate().filter(|(_, e)| e.current.is_some()) {
        let stood = partner[at].filter(|n| old[*n].current.is_some());
        // a name that is new may be another name for what goes
        let renamed = if stood.is_none() {
            let gone = |n: &usize| !taken[*n] && !is_current(&new, old[*n]);
            (0..old.len())
                .filter(gone)
                .find(|n| is_renamed(old[*n], entry))
        } else {
            None
        };
        if let Some(found) = renamed {
            taken[found] = true;
        }
        let earlier = stood.or(renamed).or(partner[at]).map(|n| old[n]);
        let mut one = generation::compare(earlier, Some(entry), names);
        if let Some(found) = renamed {
            one.status = Status::Renamed(old[found].name.clone());
            // what is kept of the old name stands under the old name
            let gone = generation::compare(Some(old[found]), tombstone(old[found], &new), names);
            one.dropped = gone.dropped;
            one.kept.extend(gone.kept);
        }
        out.push(one);
    }
    for (at, entry) in old.iter().enumerate() {
        if !taken[at] && (entry.current.is_some() || !entry.previous.is_empty()) {
            let tombstone = new
                .iter()
                .find(|e| e.current.is_none() && same(entry, e, false));
            out.push(generation::compare(Some(entry), tombstone.copied(), names));
        }
    }
    out.extend(unlocked(&new, &names[1]));
    out
}

fn entries(locks: &[Lock]) -> Vec<&Entry> {
    locks.iter().flat_map(|lock| &lock.entries).collect()
}

fn same(one: &Entry, other: &Entry, exact: bool) -> bool {
    let (a, b) = (one.namespace.as_deref(), other.namespace.as_deref());
    one.config == other.config
        && one.name == other.name
        && if exact {
            a == b
        } else {
            namespaces_agree(a, b)
        }
}

fn is_current(entries: &[&Entry], entry: &Entry) -> bool {
    let mut entries = entries.iter();
    entries.any(|e| e.current.is_some() && same(e, entry, false))
}

fn is_renamed(old: &Entry, new: &Entry) -> bool {
    let paths = |generation: &Generation| {
        let paths = generation.sources.iter().map(|s| s.secret.clone());
        paths.collect::<BTreeSet<_>>()
    };
    let (Some(was), Some(is)) = (&old.current, &new.current) else {
        return false;
    };
    old.config == new.config
        && namespaces_agree(old.namespace.as_deref(), new.namespace.as_deref())
        && paths(was) == paths(is)
}

fn tombstone<'e>(old: &Entry, new: &[&'e Entry]) -> Option<&'e Entry> {
    let mut new = new.iter();
    new.find(|e| e.current.is_none() && same(old, e, false))
        .copied()
}

/// Secrets in the stream that no lock covers: their versions are whatever was newest.
fn unlocked(entries: &[&Entry], names: &Names) -> Vec<SecretReview> {
    let covers = |entry: &&&Entry, logical: &str, namespace: Option<&str>| {
        entry.name == logical && namespaces_agree(entry.namespace.as_deref(), namespace)
    };
    let mut out: Vec<SecretReview> = Vec::new();
    for provided in names.all() {
        let namespace = provided.namespace.as_deref();
        let covered = entries
            .iter()
            .any(|e| covers(&e, &provided.logical, namespace));
        let known = out
            .iter()
            .any(|s| s.name == provided.logical && s.namespace == provided.namespace);
        if !covered && !known {
            out.push(SecretReview {
                config: None,
                namespace: provided.namespace.clone(),
                ..SecretReview::nameless(&provided.logical, Status::Unlocked)
            });
        }
    }
    out
}

impl SecretReview {
    fn nameless(name: &str, status: Status) -> Self {
        Self {
            config: None,
            namespace: None,
            name: name.to_owned(),
            status,
            before: None,
            after: None,
            moves: Vec::new(),
            keys_added: Vec::new(),
            keys_removed: Vec::new(),
            keys_changed: Vec::new(),
            settings: Vec::new(),
            kept: Vec::new(),
            dropped: Vec::new(),
        }
    }
}
