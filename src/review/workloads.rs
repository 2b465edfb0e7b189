//! Which workloads roll, and why.
//!
//! Whole pod templates are compared as data. A difference that a managed secret explains is told as
//! the secret; everything else by its field path.

mod why;

use std::collections::BTreeSet;

use super::difference::{Change, changes};
use super::effect::{self, Effect};
use super::frozen;
use super::names::{Names, Provided};
use super::objects::{Fields, Moved};
use super::stream::{Object, Pair};
use super::uses::uses;
use super::{Identity, Which};
use crate::kube::own::SNAPSHOT;
use crate::kube::sites::path::segments;
use crate::yaml::parallel;

/// Why something happens to a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A managed secret that it uses stands at another generation.
    Secret {
        /// The managed secret.
        logical: String,
        /// The Secret before.
        from: String,
        /// The Secret after.
        to: String,
        /// The keys, where it takes single ones.
        keys: Option<BTreeSet<String>>,
    },
    /// It begins to use a managed secret.
    Begins(String),
    /// It no longer uses one.
    Ends(String),
    /// It still names one that is gone.
    Dangles(String),
    /// A ConfigMap, or a Secret of somebody else, changes under the same name, and the stamp counts it.
    Config {
        /// `ConfigMap/flags`
        object: String,
        /// The changed keys that it uses.
        keys: BTreeSet<String>,
    },
    /// The stamp changes, and nothing here says why.
    Stamp,
    /// Other fields of the pod template.
    Template(Fields),
    /// Its version as a whole changes, which rolls nothing.
    Snapshot,
    /// Fields outside of the pod template.
    Outside(Fields),
    /// A secret that keeps its name moves, and the stamp does not count what this workload takes.
    NotCounted(String),
}

/// One workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadReview {
    /// Which.
    pub id: Identity,
    /// What happens to its pods.
    pub effect: Effect,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// All workloads.
pub struct Found {
    /// Those with something to say.
    pub reviews: Vec<WorkloadReview>,
    /// How many others there are.
    pub untouched: usize,
}

/// Looks at the workloads among the pairs.
#[must_use]
pub fn review(pairs: &[Pair<'_, '_>], sides: &[Names; 2], moved: &Moved) -> Found {
    let workloads: Vec<&Pair<'_, '_>> = pairs
        .iter()
        .filter(|pair| match pair {
            Which::Both(_, object) | Which::Added(object) | Which::Removed(object) => {
                object.workload.is_some()
            }
        })
        .collect();
    let held = held(sides);
    let looked = parallel::map(
        &workloads,
        |_| 4 * 1024,
        |pair| match pair {
            Which::Added(object) => Some(whole(object, Effect::Added, sides)),
            Which::Removed(object) => Some(whole(object, Effect::Removed, sides)),
            Which::Both(before, after) => look(before, after, sides, moved, &held),
        },
    );
    let untouched = looked.iter().filter(|review| review.is_none()).count();
    let mut reviews: Vec<WorkloadReview> = looked.into_iter().flatten().collect();
    reviews.sort_by(|a, b| (rank(&a.effect), &a.id).cmp(&(rank(&b.effect), &b.id)));
    Found { reviews, untouched }
}

fn rank(effect: &Effect) -> u8 {
    match effect {
        Effect::Refused(_) => 0,
        effect if effect.rolls() => 1,
        Effect::Added | Effect::Removed => 3,
        Effect::Stays => 4,
        _ => 2,
    }
}

fn whole(object: &Object<'_>, effect: Effect, [_, after]: &[Names; 2]) -> WorkloadReview {
    let uses = if effect == Effect::Added {
        uses(object)
    } else {
        Vec::new()
    };
    let begins = uses.iter().filter_map(|u| u.provided(after));
    let mut reasons: Vec<Reason> = Vec::new();
    for provided in begins {
        let reason = Reason::Begins(provided.logical.clone());
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    WorkloadReview {
        id: object.id.clone(),
        effect,
        reasons,
    }
}

/// Secrets that keep their name and stand at another generation.
fn held(sides: &[Names; 2]) -> Vec<&Provided> {
    let [before, after] = sides;
    let all = after.all().into_iter();
    all.filter(|new| {
        let old = before.get(&new.name, new.namespace.as_deref());
        old.is_some_and(|old| old.logical == new.logical && old.generation != new.generation)
    })
    .collect()
}

fn look(
    before: &Object<'_>,
    after: &Object<'_>,
    sides: &[Names; 2],
    moved: &Moved,
    held: &[&Provided],
) -> Option<WorkloadReview> {
    let mut reasons = Vec::new();
    let mut effect = Effect::Stays;
    if !before.is_the_text_of(after) {
        let (Some(old), Some(new)) = (before.datum(), after.datum()) else {
            return Some(WorkloadReview {
                id: after.id.clone(),
                effect: Effect::Unknown,
                reasons,
            });
        };
        let all = changes(&old, &new);
        let path = after
            .workload
            .map(|w| segments_of(w.template))
            .unwrap_or_default();
        let (inside, outside): (Vec<_>, Vec<_>) = all.iter().partition(|c| c.is_within(&path));
        let refused = frozen::refused(&after.id, &old, &new, &all);
        if !inside.is_empty() {
            reasons = why::why(
                &inside,
                &[uses(before), uses(after)],
                sides,
                moved,
                &after.id,
            );
            effect = effect::of(&after.id, &new);
        }
        if !refused.is_empty() {
            effect = frozen::replaced_by(&new).map_or(Effect::Refused(refused), Effect::Replaced);
        }
        let (snapshot, rest): (Vec<&Change<'_, '_>>, Vec<_>) = outside
            .into_iter()
            .partition(|c| c.keys().last() == Some(SNAPSHOT));
        // where something happens to the pods, that says more
        if !snapshot.is_empty() && effect == Effect::Stays {
            reasons.push(Reason::Snapshot);
        }
        let rest = Fields::of(rest.into_iter());
        reasons.extend((!rest.is_empty()).then_some(Reason::Outside(rest)));
    }
    if effect == Effect::Stays {
        reasons.extend(not_counted(after, sides, held));
    }
    (!reasons.is_empty() || effect != Effect::Stays).then(|| WorkloadReview {
        id: after.id.clone(),
        effect,
        reasons,
    })
}

fn segments_of(template: &str) -> Vec<String> {
    if template.is_empty() {
        Vec::new()
    } else {
        segments(template)
    }
}

fn not_counted(after: &Object<'_>, sides: &[Names; 2], held: &[&Provided]) -> Vec<Reason> {
    if held.is_empty() {
        return Vec::new();
    }
    let uses = uses(after);
    let provided = uses.iter().filter_map(|u| u.provided(&sides[1]));
    let held = provided.filter(|p| {
        held.iter()
            .any(|h| h.name == p.name && h.namespace == p.namespace)
    });
    held.map(|p| Reason::NotCounted(p.logical.clone()))
        .collect()
}
