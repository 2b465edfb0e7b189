//! Objects that a merge adds, changes or removes, and the fields in which they change.
//!
//! Never a value of a field: a manifest may hold a secret of somebody else.

use std::collections::{BTreeSet, HashMap};

use super::datum::Datum;
use super::difference::{Change, changes};
use super::frozen;
use super::stream::{Object, Pair};
use super::{Identity, Which};
use crate::kube::own::Own;
use crate::yaml::parallel;

/// So many fields of one object are named.
const NAMED: usize = 20;

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It changes.
    Changed,
    /// It goes.
    Removed,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectReview {
    /// Which.
    pub id: Identity,
    /// What happens to it.
    pub what: What,
    /// Where it changes.
    pub fields: Fields,
    /// Fields whose change the API server refuses; workloads say it themselves.
    pub refused: Vec<String>,
    /// The managed secret that countersign made it from.
    pub secret: Option<String>,
    /// It runs pods, so its fields are told with its pods.
    pub is_workload: bool,
}

/// Field paths, the first of them by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// `spec.replicas`
    pub named: Vec<String>,
    /// How many there are besides.
    pub more: usize,
}

impl Fields {
    /// The paths of changes.
    #[must_use]
    pub fn of<'c, 'd: 'c, 'a: 'd>(changes: impl Iterator<Item = &'c Change<'d, 'a>>) -> Self {
        let mut out = Self::default();
        for change in changes {
            if out.named.len() < NAMED {
                out.named.push(change.path());
            } else {
                out.more += 1;
            }
        }
        out
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }
}

/// Keys of ConfigMaps and Secrets whose data changes under the same name.
#[derive(Default)]
pub struct Moved {
    by_object: HashMap<(bool, Option<String>, String), BTreeSet<String>>,
}

impl Moved {
    /// The changed keys of one of them.
    #[must_use]
    pub fn keys(
        &self,
        secret: bool,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<&BTreeSet<String>> {
        let key = (secret, namespace.map(str::to_owned), name.to_owned());
        self.by_object.get(&key)
    }
}

/// Looks at every pair.
#[must_use]
pub fn review(pairs: &[Pair<'_, '_>]) -> (Vec<ObjectReview>, Moved) {
    let looked = parallel::map(pairs, |_| 2 * 1024, look);
    let mut moved = Moved::default();
    let mut reviews = Vec::new();
    for (review, keys) in looked.into_iter().flatten() {
        if !keys.is_empty() {
            let id = &review.id;
            let key = (id.kind == "Secret", id.namespace.clone(), id.name.clone());
            moved.by_object.insert(key, keys);
        }
        reviews.push(review);
    }
    reviews.sort_by(|a, b| a.id.cmp(&b.id));
    (reviews, moved)
}

fn look(pair: &Pair<'_, '_>) -> Option<(ObjectReview, BTreeSet<String>)> {
    let whole = |object: &Object<'_>, what| {
        let review = ObjectReview {
            id: object.id.clone(),
            what,
            fields: Fields::default(),
            refused: Vec::new(),
            secret: object.own.as_ref().map(|own| own.logical.clone()),
            is_workload: object.workload.is_some(),
        };
        Some((review, BTreeSet::new()))
    };
    match pair {
        Which::Added(object) => whole(object, What::Added),
        Which::Removed(object) => whole(object, What::Removed),
        Which::Both(before, after) if before.is_the_text_of(after) => None,
        Which::Both(before, after) => {
            let (Some(old), Some(new)) = (before.datum(), after.datum()) else {
                return whole(after, What::Changed);
            };
            let mut changes = changes(&old, &new);
            if before.own.is_some() && after.own.is_some() {
                // manifests that were rendered to be applied have it, a plan has not
                changes.retain(|change| !is_data(change));
            }
            if changes.is_empty() {
                return None;
            }
            let (mut review, mut keys) = whole(after, What::Changed)?;
            review.fields = Fields::of(changes.iter());
            if after.workload.is_none() {
                review.refused = frozen::refused(&after.id, &old, &new, &changes);
                if is_frozen_generation(before, after, &old) {
                    review.refused.push("data".to_owned());
                }
            }
            if is_configuration(&after.id) {
                keys.extend(changes.iter().filter(|c| is_data(c)).flat_map(changed_keys));
            }
            Some((review, keys))
        }
    }
}

fn is_configuration(id: &Identity) -> bool {
    id.group.is_empty() && matches!(id.kind.as_str(), "Secret" | "ConfigMap")
}

fn is_data(change: &Change<'_, '_>) -> bool {
    let mut fields = ["data", "binaryData", "stringData"].iter();
    fields.any(|field| change.is_within(&[field]))
}

/// `data.key` is one key; where all of `data` comes or goes, each of its keys is.
fn changed_keys(change: &Change<'_, '_>) -> Vec<String> {
    if let Some(key) = change.keys().nth(1) {
        return vec![key.to_owned()];
    }
    let sides = [change.before, change.after].into_iter().flatten();
    let maps = sides.filter_map(|datum| match datum {
        Datum::Map(fields) => Some(fields.keys().map(|key| (*key).to_owned())),
        _ => None,
    });
    maps.flatten().collect()
}

/// A Secret of ours that keeps its name, may not change, and would be another generation. Its data
/// is not part of a plan, so its fields do not tell.
fn is_frozen_generation(before: &Object<'_>, after: &Object<'_>, old: &Datum<'_>) -> bool {
    let generation = |own: &Option<Own>| own.as_ref().and_then(|own| own.generation.clone());
    after.id.kind == "Secret"
        && generation(&before.own) != generation(&after.own)
        && old.at("immutable").is_some_and(Datum::is_true)
}
