//! Merge keys (`<<`): how many there may be, and where Go's own readers disagree about them.
//!
//! v2 (kubectl, Helm) merges where the merge key stands: keys written before it are overwritten,
//! those after it win. For v3 (kustomize) a key that is written always wins. A document that means
//! two things is refused.

use std::collections::{HashMap, HashSet};

use super::{NodeRef, Tree, Unreadable};

/// More mappings than this behind one mapping, or more keys than that in all, can only be meant to
/// multiply.
const MAPPINGS: usize = 1_000;
const KEYS: usize = 1_000_000;

/// Refuses what cannot be followed or would be read in two ways.
pub(super) fn check(tree: &Tree<'_>) -> Result<(), Unreadable> {
    let mut behind: HashMap<u32, usize> = HashMap::new();
    let mut budget = KEYS;
    for mapping in tree.merging.iter().filter_map(|at| tree.node(*at)) {
        let known = |source: NodeRef<'_, '_>| 1 + behind.get(&source.index()).copied().unwrap_or(0);
        let count: usize = mapping.merged().map(known).sum();
        if count > MAPPINGS {
            return Err(too_many(mapping));
        }
        behind.insert(mapping.index(), count);
        let mut before = HashSet::new();
        for (key, value) in mapping.entries() {
            if !key.is_merge_key() {
                before.extend(key.scalar());
            } else if !before.is_empty() {
                for source in value.merge_sources() {
                    if repeats(source, &before, &mut budget).ok_or_else(|| too_many(mapping))? {
                        let message = "a merge key after a key that it brings in again, which Go's YAML readers understand differently";
                        return Err(Unreadable::divergent(message, key.span().start));
                    }
                }
            }
        }
    }
    Ok(())
}

fn too_many(mapping: NodeRef<'_, '_>) -> Unreadable {
    Unreadable::syntax("merge keys that bring in too much", mapping.span().start)
}

/// Whether a mapping, with all that it merges, has one of the keys; `None` when there are too many.
fn repeats(mapping: NodeRef<'_, '_>, keys: &HashSet<&str>, budget: &mut usize) -> Option<bool> {
    for (key, _) in mapping.entries() {
        *budget = budget.checked_sub(1)?;
        if !key.is_merge_key() && key.scalar().is_some_and(|key| keys.contains(key)) {
            return Some(true);
        }
    }
    for source in mapping.merged() {
        if repeats(source, keys, budget)? {
            return Some(true);
        }
    }
    Some(false)
}
