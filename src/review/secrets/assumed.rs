//! A side without a lock: what its manifests say of the generations that the other side has locked.
//!
//! For manifests that were rendered elsewhere. Objects of ours carry their generation and the
//! versions of their sources; times and settings they do not tell, so those count as unchanged.

use crate::kube::id::namespaces_agree;
use crate::lock::{Entry, Generation};
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
        Some(Entry {
            current: Some(generation(entry.current.as_ref()?, provided)),
            previous: Vec::new(),
            ..entry.clone()
        })
    });
    each.collect()
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
