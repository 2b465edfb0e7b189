//! What an operator will do, and what a merge can break.
//!
//! A pod that restarts needs the Secret that its template names: this looks for Secrets that go
//! while pods may still need them. Knows objects and names, no lock.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::names::{Names, Provided, operator_destination};
use super::stream::{Object, Pair};
use super::uses::uses;
use super::{Identity, Which};

/// What the operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It makes the Secret.
    Makes,
    /// It writes the Secret again.
    Writes,
    /// Its Secret goes with it, by owner reference.
    Takes,
    /// It repairs a Secret that it did not make.
    Repairs,
    /// It no longer repairs it.
    Leaves,
}

/// One VaultStaticSecret that is added, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What happens.
    pub act: Act,
    /// The Secret.
    pub secret: String,
    /// Its namespace.
    pub namespace: Option<String>,
}

/// Something that can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// A Secret goes that old pods of these workloads need to restart, or to roll back.
    Pruned {
        /// The Secret.
        secret: String,
        /// Its namespace.
        namespace: Option<String>,
        /// Who uses it now.
        workloads: Vec<Identity>,
    },
    /// These workloads name a Secret that is gone afterwards: it goes with this merge, or its managed
    /// secret was removed or renamed and they say the logical name.
    Dangling {
        /// The Secret, or the logical name.
        secret: String,
        /// Its namespace.
        namespace: Option<String>,
        /// Who names it.
        workloads: Vec<Identity>,
    },
    /// The maker of a Secret changes while its name stays.
    HandOver {
        /// The Secret.
        secret: String,
        /// Its namespace.
        namespace: Option<String>,
        /// The operator is to make it from now on.
        to_operator: bool,
    },
}

/// What the operator will do.
#[must_use]
pub fn operations(pairs: &[Pair<'_, '_>]) -> Vec<Operation> {
    let act = |object: &Object<'_>, act: [Act; 2]| {
        let destination = operator_destination(object)?;
        Some(Operation {
            act: act[usize::from(!destination.creates)],
            secret: destination.name,
            namespace: object.id.namespace.clone(),
        })
    };
    let each = pairs.iter().filter_map(|pair| match pair {
        Which::Added(object) => act(object, [Act::Makes, Act::Repairs]),
        Which::Removed(object) => act(object, [Act::Takes, Act::Leaves]),
        Which::Both(before, after) if before.is_the_text_of(after) => None,
        Which::Both(before, after) => {
            operator_destination(after)?;
            let (old, new) = (before.datum()?, after.datum()?);
            let differs = old.at("spec") != new.at("spec");
            differs.then(|| act(after, [Act::Writes, Act::Repairs]))?
        }
    });
    let mut out: Vec<Operation> = each.collect();
    out.sort_by(|a, b| (&a.namespace, &a.secret).cmp(&(&b.namespace, &b.secret)));
    out
}

/// What can go wrong.
#[must_use]
pub fn cautions(pairs: &[Pair<'_, '_>], [before, after]: &[Names; 2]) -> Vec<Caution> {
    let mut out = Vec::new();
    let mut gone: Vec<&Provided> = Vec::new();
    for old in before.all() {
        match after.get(&old.name, old.namespace.as_deref()) {
            None => gone.push(old),
            Some(new) if new.by_operator != old.by_operator => out.push(Caution::HandOver {
                secret: old.name.clone(),
                namespace: old.namespace.clone(),
                to_operator: new.by_operator,
            }),
            Some(_) => {}
        }
    }
    // somebody else's Secret may have taken the place
    let gone = gone
        .into_iter()
        .filter(|old| !after.is_made(&old.name, old.namespace.as_deref()));
    let gone: HashSet<Place> = gone
        .map(|old| (old.namespace.clone(), old.name.clone()))
        .collect();
    if gone.is_empty() && !before.loses_any(after) && !after.loses_any(after) {
        return out;
    }
    let (mut pruned, mut dangling) = (Users::new(), Users::new());
    for pair in pairs {
        let (Which::Both(_, new) | Which::Added(new)) = pair else {
            continue;
        };
        if new.workload.is_none() {
            continue;
        }
        note_logical(&mut dangling, new, [before, after]);
        if let Which::Both(old, new) = pair {
            note(&mut dangling, new, before, &gone);
            note(&mut pruned, old, before, &gone);
        }
    }
    for (key, workloads) in &mut pruned {
        if let Some(still) = dangling.get(key) {
            workloads.retain(|workload| !still.contains(workload));
        }
    }
    out.extend(
        said(dangling).map(|(secret, namespace, workloads)| Caution::Dangling {
            secret,
            namespace,
            workloads,
        }),
    );
    out.extend(
        said(pruned).map(|(secret, namespace, workloads)| Caution::Pruned {
            secret,
            namespace,
            workloads,
        }),
    );
    out
}

/// Namespace and name of a Secret.
type Place = (Option<String>, String);
/// Who uses it.
type Users = BTreeMap<Place, BTreeSet<Identity>>;

fn note(users: &mut Users, workload: &Object<'_>, names: &Names, gone: &HashSet<Place>) {
    for used in uses(workload) {
        let Some(provided) = used.provided(names) else {
            continue;
        };
        let place = (provided.namespace.clone(), provided.name.clone());
        if gone.contains(&place) {
            users.entry(place).or_default().insert(workload.id.clone());
        }
    }
}

/// A logical name that no Secret of the after side stands for any more.
fn note_logical(users: &mut Users, workload: &Object<'_>, sides: [&Names; 2]) {
    for used in uses(workload).into_iter().filter(|u| u.is_left_of(sides)) {
        // of a name that had no suffix it is the Secret itself
        let namespace = used.provided(sides[0]).map(|p| p.namespace.clone());
        let place = (namespace.unwrap_or(used.namespace), used.name);
        users.entry(place).or_default().insert(workload.id.clone());
    }
}

fn said(users: Users) -> impl Iterator<Item = (String, Option<String>, Vec<Identity>)> {
    let users = users
        .into_iter()
        .filter(|(_, workloads)| !workloads.is_empty());
    users.map(|((namespace, secret), workloads)| {
        (secret, namespace, workloads.into_iter().collect())
    })
}
