//! The one order of everything in a lock, so that equal locks are equal texts.
//!
//! `read` puts what it read into this order and `write` what it is given: the order in which somebody
//! wrote entries, sources, keys or labels down says nothing. Knows no text.

use super::{Generation, Lock, Selection};

/// Puts a whole lock in order.
pub fn lock(lock: &mut Lock) {
    let key = |e: &super::Entry| (e.namespace.clone(), e.config.clone(), e.name.clone());
    lock.entries.sort_by_cached_key(key);
    for entry in &mut lock.entries {
        // two of one second stay as they stand: only whoever wrote them knew which was the newer
        entry.previous.sort_by(|a, b| b.since.cmp(&a.since));
        let previous = entry.previous.iter_mut().map(|p| &mut p.generation);
        entry
            .current
            .iter_mut()
            .chain(previous)
            .for_each(generation);
    }
}

/// Puts one generation in order.
pub fn generation(generation: &mut Generation) {
    let by_version = |s: &super::Pinned| (s.secret.clone(), s.version);
    generation.sources.sort_by_cached_key(by_version);
    for source in &mut generation.sources {
        match &mut source.keys {
            Selection::All(names) => names.sort(),
            Selection::Picked(picked) => picked.sort(),
        }
    }
    let object = &mut generation.object;
    object.labels.sort();
    object.annotations.sort();
    object.operator.labels.sort();
    object.operator.annotations.sort();
}
