//! Which pin of a generation belongs to which source of a config.
//!
//! One path may be read at two versions side by side, so a path alone does not tell: a version that
//! the config names decides first, then which keys are taken. The order of the config says nothing,
//! and no pin belongs to two sources.

use super::agree::selection;
use super::{Generation, Pinned, Selection};
use crate::config::{ManagedSecret, Source};

/// For each source its pin, if there is one of its path (and of its version, where it names one).
#[must_use]
pub fn pairs<'l>(managed: &ManagedSecret, locked: &'l Generation) -> Vec<Option<&'l Pinned>> {
    let mut free: Vec<&Pinned> = locked.sources.iter().collect();
    let mut found = vec![None; managed.sources.len()];
    // the more that speaks for a pair, the earlier it is made
    for (with_version, with_keys) in [(true, true), (true, false), (false, true), (false, false)] {
        for (at, source) in managed.sources.iter().enumerate() {
            let turn = found[at].is_none() && source.version.is_some() == with_version;
            let fits = |pin: &&Pinned| {
                is_of(source, pin) && (!with_keys || alike(&selection(managed, at), &pin.keys))
            };
            if turn && let Some(pin) = free.iter().position(fits) {
                found[at] = Some(free.remove(pin));
            }
        }
    }
    found
}

fn is_of(source: &Source, pin: &Pinned) -> bool {
    let version = source.version.is_none() || source.version == pin.version;
    pin.secret == source.secret && version
}

/// Equal, but for the names of all keys, which only a store knows.
fn alike(now: &Selection, then: &Selection) -> bool {
    match (now, then) {
        (Selection::All(_), Selection::All(_)) => true,
        _ => now == then,
    }
}
