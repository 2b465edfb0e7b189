//! A side without a lock: what its manifests say of the generations that the other side has locked.
//!
//! For manifests that were rendered elsewhere. Objects of ours carry their generation and the
//! versions of their sources; times and settings they do not tell, so those count as unchanged.

use crate::kube::id::namespaces_agree;
use crate::lock::{Entry, Generation, Previous};
use crate::review::Side;
use crate::review::names::{Names, Provided};

/// Entries for a side that has no lock.
#[must_use]
pub fn entries(side: &Side, names: &Names, other: &Side) -> Vec<Entry> {
    if !side.locks.is_empty() {
        return Vec::new();
    }
    let all = names.all();
    let locked = other.locks.iter().flat_map(|lock| &lock.entries);
    let each = locked.filter_map(|entry| {
        let is_it = |p: &&&Provided| {
            p.logical == entry.name
                && !p.previous
                && namespaces_agree(p.namespace.as_deref(), entry.namespace.as_deref())
        };
        let provided = all.iter().find(is_it)?;
        // what is removed since stands in the lock as it was kept
        let kept = entry.previous.iter().map(|one| &one.generation);
        let known: Vec<&Generation> = entry.current.iter().chain(kept).collect();
        let same = known.iter().find(|one| one.suffix == provided.generation);
        let like = same.or(known.first())?;
        Some(Entry {
            current: Some(generation(like, provided)),
            previous: previous(entry, &all),
            ..entry.clone()
        })
    });
    each.collect()
}

/// What of the other side's generations is only kept on this one.
fn previous(entry: &Entry, all: &[&Provided]) -> Vec<Previous> {
    let is_kept = |generation: &Generation| {
        all.iter().any(|p| {
            p.previous
                && p.logical == entry.name
                && p.generation == generation.suffix
                && namespaces_agree(p.namespace.as_deref(), entry.namespace.as_deref())
        })
    };
    let current = entry.current.iter().map(|generation| Previous {
        since: String::new(),
        until: String::new(),
        generation: generation.clone(),
    });
    let all = current.chain(entry.previous.iter().cloned());
    all.filter(|one| is_kept(&one.generation)).collect()
}

fn generation(locked: &Generation, provided: &Provided) -> Generation {
    let mut out = locked.clone();
    out.suffix.clone_from(&provided.generation);
    out.sources.retain_mut(|source| {
        let path = format!("{}/{}", source.secret.mount, source.secret.path);
        let Some((_, version)) = provided.versions.iter().find(|(of, _)| *of == path) else {
            return false;
        };
        if source.version != *version {
            source.version = *version;
            source.created = None;
        }
        true
    });
    out
}
