//! What explains the changes of one pod template: managed secrets, configuration, other fields.

use std::collections::BTreeSet;

use super::Reason;
use crate::kube::id::namespaces_agree;
use crate::kube::own::{CONFIG_HASH, SNAPSHOT};
use crate::review::Identity;
use crate::review::datum::Datum;
use crate::review::difference::Change;
use crate::review::names::{Names, Provided};
use crate::review::objects::{Fields, Moved};
use crate::review::uses::Use;

/// What explains the changes of a pod template.
#[must_use]
pub fn why(
    changes: &[&Change<'_, '_>],
    uses: &[Vec<Use>; 2],
    sides: &[Names; 2],
    moved: &Moved,
    id: &Identity,
) -> Vec<Reason> {
    let is_stamp = |c: &Change<'_, '_>| c.keys().last() == Some(CONFIG_HASH);
    let stamped = changes.iter().any(|c| is_stamp(c));
    let mut reasons = secrets(uses, sides, stamped);
    if stamped {
        reasons.extend(configuration(&uses[1], sides, moved));
        if reasons.is_empty() {
            reasons.push(Reason::Stamp);
        }
    }
    let namespace = id.namespace.as_deref();
    let told = |c: &Change<'_, '_>| {
        let (Some(Datum::Text(old)), Some(Datum::Text(new))) = (c.before, c.after) else {
            return false;
        };
        sides[0].get(old, namespace).is_some() || sides[1].get(new, namespace).is_some()
    };
    let is_snapshot = |c: &Change<'_, '_>| c.keys().last() == Some(SNAPSHOT);
    let rest = changes.iter().copied();
    let rest = Fields::of(rest.filter(|c| !is_stamp(c) && !is_snapshot(c) && !told(c)));
    reasons.extend((!rest.is_empty()).then_some(Reason::Template(rest)));
    if reasons.is_empty() {
        // a Pod carries its snapshot in what is its own template
        reasons.push(Reason::Snapshot);
    }
    reasons
}

/// Managed secrets that a workload uses otherwise than before.
fn secrets(
    [uses_before, uses_after]: &[Vec<Use>; 2],
    sides: &[Names; 2],
    stamped: bool,
) -> Vec<Reason> {
    let found = |uses: &'_ [Use], names: &'_ Names| {
        let each = uses
            .iter()
            .filter_map(|u| Some((u.clone(), u.provided(names)?.clone())));
        each.collect::<Vec<(Use, Provided)>>()
    };
    let (old, new) = (found(uses_before, &sides[0]), found(uses_after, &sides[1]));
    let same = |a: &Provided, b: &Provided| {
        a.logical == b.logical && namespaces_agree(a.namespace.as_deref(), b.namespace.as_deref())
    };
    let mut reasons = Vec::new();
    for (used, after) in &new {
        let earlier = || old.iter().map(|(_, p)| p).filter(|p| same(p, after));
        let unmoved = |p: &Provided| p.name == after.name && p.generation == after.generation;
        let reason = match earlier().next() {
            None => Reason::Begins(after.logical.clone()),
            Some(_) if earlier().any(unmoved) => continue,
            // the name says nothing, and the stamp did not count it
            Some(before) if before.name == after.name && !stamped => continue,
            Some(before) => Reason::Secret {
                logical: after.logical.clone(),
                from: before.name.clone(),
                to: after.name.clone(),
                keys: used.keys.clone(),
            },
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    for (_, before) in &old {
        let left = uses_after
            .iter()
            .any(|used| used.name == before.logical && used.is_left_of([&sides[0], &sides[1]]));
        let logical = before.logical.clone();
        let reason = if left {
            Reason::Dangles(logical)
        } else {
            Reason::Ends(logical)
        };
        if !new.iter().any(|(_, after)| same(before, after)) && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// ConfigMaps, and Secrets that are not ours, whose used keys change.
fn configuration(uses: &[Use], sides: &[Names; 2], moved: &Moved) -> Vec<Reason> {
    let each = uses.iter().filter(|u| u.provided(&sides[1]).is_none());
    let each = each.filter_map(|used| {
        let changed = moved.keys(used.secret, used.namespace.as_deref(), &used.name)?;
        let counts = |key: &&String| used.keys.as_ref().is_none_or(|keys| keys.contains(*key));
        let keys: BTreeSet<String> = changed.iter().filter(counts).cloned().collect();
        let kind = if used.secret { "Secret" } else { "ConfigMap" };
        let object = format!("{kind}/{}", used.name);
        (!keys.is_empty()).then_some(Reason::Config { object, keys })
    });
    each.collect()
}
