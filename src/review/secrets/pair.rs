//! Which entry of one lock is which of the other: by name, and where a name is new, by its sources.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::kube::id::namespaces_agree;
use crate::lock::{Entry, Generation};
use crate::vault::SecretPath;

/// One managed secret in both locks.
pub struct Paired<'e> {
    /// How it stood; under its old name, where it is renamed.
    pub before: Option<&'e Entry>,
    /// How it will stand; where it goes, what is kept of it.
    pub after: Option<&'e Entry>,
    /// It has another name now.
    pub renamed: bool,
    /// Where it is renamed: what is kept under the old name.
    pub kept: Option<&'e Entry>,
}

/// Entries by config and name.
struct Index<'e> {
    entries: HashMap<(&'e str, &'e str), Vec<&'e Entry>>,
}

impl<'e> Index<'e> {
    fn of(entries: impl Iterator<Item = &'e Entry>) -> Self {
        let mut index: HashMap<_, Vec<&Entry>> = HashMap::new();
        for entry in entries {
            let key = (entry.config.as_str(), entry.name.as_str());
            index.entry(key).or_default().push(entry);
        }
        Self { entries: index }
    }

    /// Takes out the entry of this name: that of the same namespace, or where `exact` is not asked
    /// for, one whose namespace may be the same.
    fn take(&mut self, like: &'e Entry, exact: bool) -> Option<&'e Entry> {
        let key = (like.config.as_str(), like.name.as_str());
        let found = self.entries.get_mut(&key)?;
        let at = found.iter().position(|entry| {
            let (a, b) = (entry.namespace.as_deref(), like.namespace.as_deref());
            if exact {
                a == b
            } else {
                namespaces_agree(a, b)
            }
        })?;
        Some(found.remove(at))
    }
}

/// Pairs entries: first those that stand in the new lock, in its order, then what goes.
#[must_use]
pub fn pair<'e>(old: &[&'e Entry], new: &[&'e Entry]) -> Vec<Paired<'e>> {
    let current = |entry: &&&'e Entry| entry.current.is_some();
    let mut index = Index::of(old.iter().copied());
    let mut out: Vec<Paired<'e>> = new
        .iter()
        .filter(current)
        .map(|entry| Paired {
            before: index.take(entry, true),
            after: Some(entry),
            renamed: false,
            kept: None,
        })
        .collect();
    // only now: an entry without namespace must not take another one's place
    for paired in &mut out {
        if let (None, Some(after)) = (paired.before, paired.after) {
            paired.before = index.take(after, false);
        }
    }
    let mut tombstones = Index::of(new.iter().filter(|e| e.current.is_none()).copied());
    let left = index
        .entries
        .into_values()
        .flatten()
        .map(std::ptr::from_ref);
    let left: HashSet<*const Entry> = left.collect();
    let is_left = |entry: &&&'e Entry| left.contains(&std::ptr::from_ref(**entry));
    let mut gone: Vec<&Entry> = old.iter().filter(is_left).copied().collect();
    rename(&mut out, &mut gone, &mut tombstones);
    out.extend(gone.into_iter().map(|entry| {
        Paired {
            before: Some(entry),
            after: tombstones
                .take(entry, true)
                .or(tombstones.take(entry, false)),
            renamed: false,
            kept: None,
        }
    }));
    out
}

/// A name that is new may be another name for what goes: the same sources say so.
fn rename<'e>(out: &mut [Paired<'e>], gone: &mut Vec<&'e Entry>, tombstones: &mut Index<'e>) {
    let mut by_sources: HashMap<_, Vec<&Entry>> = HashMap::new();
    for entry in gone.iter() {
        if let Some(generation) = &entry.current {
            let key = (entry.config.as_str(), sources(generation));
            by_sources.entry(key).or_default().push(entry);
        }
    }
    for paired in out {
        let stood = paired.before.is_some_and(|entry| entry.current.is_some());
        let Some((after, generation)) = paired.after.and_then(|e| Some((e, e.current.as_ref()?)))
        else {
            continue;
        };
        let key = (after.config.as_str(), sources(generation));
        let Some(candidates) = by_sources.get_mut(&key).filter(|_| !stood) else {
            continue;
        };
        let agrees = |entry: &&Entry| {
            namespaces_agree(entry.namespace.as_deref(), after.namespace.as_deref())
        };
        if let Some(at) = candidates.iter().position(agrees) {
            let before = candidates.remove(at);
            gone.retain(|entry| !std::ptr::eq(*entry, before));
            paired.before = Some(before);
            paired.renamed = true;
            paired.kept = tombstones
                .take(before, true)
                .or(tombstones.take(before, false));
        }
    }
}

fn sources(generation: &Generation) -> BTreeSet<&SecretPath> {
    generation.sources.iter().map(|s| &s.secret).collect()
}
