//! References to secrets that were removed or renamed: nothing can be put in their place, so they are
//! left as they are and told.
//!
//! Which secrets these are is known from the lock alone, after everything was read: the documents
//! are searched for them here.

use std::collections::HashSet;

use super::{Found, Names};
use crate::diag::{Code, Diagnostic};
use crate::kube::id::namespaces_agree;
use crate::kube::sites::Target;
use crate::lock::tombstones::Tombstone;
use crate::stage::places::Places;
use crate::stage::plan::{Plan, mention_agrees};
use crate::stage::read::Spelling;
use crate::stage::{Bundle, read};

/// One warning for each reference.
pub fn warnings(
    bundle: &Bundle<'_>,
    plan: &Plan,
    names: &Names<'_>,
    places: &Places<'_>,
) -> Vec<Diagnostic> {
    let gone: HashSet<String> = plan.tombstones.iter().map(|t| t.name.clone()).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let consumed: HashSet<_> = bundle.consumed.iter().copied().collect();
    let Spelling { manifests, made } = read::spelling(bundle, &gone);
    let is_made = |tombstone: &Tombstone| {
        let (name, namespace) = (&tombstone.name, tombstone.namespace.as_deref());
        let mut made = made.iter();
        made.any(|(there, it)| it == name && namespaces_agree(there.as_deref(), namespace))
    };
    let left: Vec<&Tombstone> = plan.tombstones.iter().filter(|t| !is_made(t)).collect();
    let mut out = Vec::new();
    for user in &manifests {
        if user.own.is_some() || consumed.contains(&(user.unit, user.item)) {
            continue;
        }
        for mention in user.mentions.iter().filter(|m| m.target == Target::Secret) {
            let tombstone = left.iter().find(|tombstone| {
                let namespace = tombstone.namespace.as_deref();
                tombstone.name == mention.name() && mention_agrees(bundle, user, mention, namespace)
            });
            let Some(tombstone) = tombstone else { continue };
            if matches!(names.meaning(user, mention), Found::None) {
                let place = places.of_name(user, Some(mention.spot.node), None);
                out.push(said(tombstone).at(place));
            }
        }
    }
    out
}

fn said(tombstone: &Tombstone) -> Diagnostic {
    let message = format!(
        "`{}` is left as it is: no config defines it any more, so there is no Secret of that name",
        tombstone.name
    );
    let hint = match &tombstone.successor {
        Some(name) => {
            format!("name `{name}`, which has its sources now, or take the reference out.")
        }
        None => "name another secret, or take the reference out.".to_owned(),
    };
    Diagnostic::warning(Code::RemovedSecret, message).hint(hint)
}
