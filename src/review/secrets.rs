//! What happens to each managed secret between two locks.
//!
//! Versions, times, keys and settings come from the locks alone; the streams only say what a
//! generation is called in the cluster, and which secrets no lock covers.

mod assumed;
mod generation;
mod pair;
mod settings;
mod told;

use std::collections::{HashMap, HashSet};

pub use generation::{At, Kept, Move, Standing};
pub use settings::Setting;

use super::Side;
use super::names::Names;
use crate::kube::id::namespaces_agree;
use crate::lock::Entry;
use pair::pair;

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
    let assumed = [
        assumed::entries(before, &names[0], after),
        assumed::entries(after, &names[1], before),
    ];
    let [mut old, mut new] = [0, 1].map(|at| {
        let locks = [before, after][at].locks.iter();
        let entries = locks.flat_map(|lock| &lock.entries);
        entries.chain(&assumed[at]).collect::<Vec<&Entry>>()
    });
    let told = told::entries(names, &[old.as_slice(), &new].concat());
    old.extend(&told[0]);
    new.extend(&told[1]);
    let each = pair(&old, &new).into_iter().map(|paired| {
        let mut one = generation::compare(paired.before, paired.after, names);
        if let Some(before) = paired.before.filter(|_| paired.renamed) {
            one.status = Status::Renamed(before.name.clone());
            // what is kept of the old name stands under the old name
            let gone = generation::compare(Some(before), paired.kept, names);
            one.dropped = gone.dropped;
            one.kept.extend(gone.kept);
        }
        one
    });
    let mut out: Vec<SecretReview> = each.collect();
    out.extend(unlocked(&new, &names[1]));
    out
}

/// Secrets in the stream that no lock covers: their versions are whatever was newest.
fn unlocked(entries: &[&Entry], names: &Names) -> Vec<SecretReview> {
    let mut locked: HashMap<&str, Vec<Option<&str>>> = HashMap::new();
    for entry in entries {
        let namespaces = locked.entry(&entry.name).or_default();
        namespaces.push(entry.namespace.as_deref());
    }
    let mut known = HashSet::new();
    let mut out: Vec<SecretReview> = Vec::new();
    for provided in names.all() {
        let namespace = provided.namespace.as_deref();
        let namespaces = locked.get(provided.logical.as_str());
        let covered =
            namespaces.is_some_and(|all| all.iter().any(|n| namespaces_agree(*n, namespace)));
        if !covered && known.insert((&provided.logical, namespace)) {
            let mut one = SecretReview::nameless(&provided.logical, Status::Unlocked);
            one.namespace.clone_from(&provided.namespace);
            out.push(one);
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
