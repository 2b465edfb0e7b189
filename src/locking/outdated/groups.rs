//! In which groups a bot proposes what is outdated: one secret each, or all that roll the same
//! workloads together.
//!
//! Two hundred rotated secrets are then not two hundred pull requests, and no workload rolls twice
//! where once would do.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{OfLock, OfSecret, Outdated};
use crate::kube::id::ObjectId;
use crate::kube::workload::workloads;
use crate::lock::command;
use crate::locking::file::LockFile;
use crate::locking::objects::Objects;

/// What is proposed together.
#[derive(Clone, Debug)]
pub struct Group {
    /// The lock files that it moves, as the user may find them.
    pub files: Vec<String>,
    /// The logical names.
    pub secrets: Vec<String>,
    /// What rolls; `None`: nobody looked.
    pub workloads: Option<Vec<ObjectId<'static>>>,
    /// The command that moves them, word by word.
    pub command: Vec<String>,
}

/// A group under construction: names in files that one command moves, and what they roll.
struct Draft<'f> {
    target: &'f [String],
    /// Indexes of the files.
    files: BTreeSet<usize>,
    names: BTreeSet<String>,
    workloads: BTreeSet<ObjectId<'static>>,
}

impl Draft<'_> {
    /// One command moves them anyway, or one rollout would do for both.
    fn belongs_to(&self, other: &Self) -> bool {
        self.target == other.target
            && (!self.names.is_disjoint(&other.names)
                || !self.workloads.is_disjoint(&other.workloads))
    }
}

/// Each outdated secret for itself.
#[must_use]
pub fn by_secret(files: &[LockFile], outdated: &Outdated) -> Vec<Group> {
    let drafts = drafts(files, outdated, &|_, _| Vec::new());
    let groups = drafts.into_iter().map(|draft| Group {
        workloads: None,
        ..group(files, draft)
    });
    groups.collect()
}

/// Secrets that roll a common workload together; `objects` are, for each file, what the builds that
/// use it render to.
#[must_use]
pub fn by_workload(
    files: &[LockFile],
    outdated: &Outdated,
    objects: &[Vec<Rc<Objects>>],
) -> Vec<Group> {
    let rolled = |file: usize, name: &str| {
        let builds = objects[file].iter();
        let each = builds.flat_map(|objects| rolled(&outdated.locks[file], name, objects));
        each.collect()
    };
    let drafts = drafts(files, outdated, &rolled);
    drafts
        .into_iter()
        .map(|draft| group(files, draft))
        .collect()
}

/// In the order of the files, then of the names.
fn drafts<'f>(
    files: &'f [LockFile],
    outdated: &Outdated,
    rolled: &dyn Fn(usize, &str) -> Vec<ObjectId<'static>>,
) -> Vec<Draft<'f>> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (at, (file, found)) in files.iter().zip(&outdated.locks).enumerate() {
        for name in names(found) {
            let mut draft = Draft {
                target: &file.target,
                files: BTreeSet::from([at]),
                workloads: rolled(at, &name).into_iter().collect(),
                names: BTreeSet::from([name]),
            };
            // whatever belongs to it becomes one with it
            drafts.retain_mut(|other| {
                let one = draft.belongs_to(other);
                if one {
                    draft.files.append(&mut other.files);
                    draft.names.append(&mut other.names);
                    draft.workloads.append(&mut other.workloads);
                }
                !one
            });
            drafts.push(draft);
        }
    }
    drafts.sort_by(|a, b| (&a.files, &a.names).cmp(&(&b.files, &b.names)));
    drafts
}

fn group(files: &[LockFile], draft: Draft<'_>) -> Group {
    let upgrade = |name: &String| ["--upgrade".to_owned(), name.clone()];
    let more = draft.names.iter().flat_map(upgrade);
    Group {
        command: command::words(draft.target, more),
        files: draft
            .files
            .iter()
            .map(|at| files[*at].name.to_string())
            .collect(),
        secrets: draft.names.into_iter().collect(),
        workloads: Some(draft.workloads.into_iter().collect()),
    }
}

/// Logical names of what can move. The command knows no more than the name, so all that bear it
/// move together.
fn names(found: &OfLock) -> Vec<String> {
    let moving = found.secrets.iter().filter(|secret| secret.can_move());
    let mut names: Vec<String> = moving.map(|secret| secret.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn rolled(found: &OfLock, name: &str, objects: &Objects) -> Vec<ObjectId<'static>> {
    let secrets = found.secrets.iter().filter(|s| s.name == name);
    let users = secrets.flat_map(|secret| users(secret, objects));
    users.collect()
}

/// The workloads that use what a secret stands at now.
fn users(secret: &OfSecret, objects: &Objects) -> Vec<ObjectId<'static>> {
    let Some(current) = &secret.current else {
        return Vec::new();
    };
    let namespace = secret.namespace.as_deref();
    let names = objects.names(&secret.name, current.suffix.as_deref(), namespace);
    let users = objects.users(&names, namespace).into_iter();
    let ids = users.map(|user| user.id.clone());
    ids.filter(|id| workloads(&id.kind, id.group()).is_some())
        .collect()
}
