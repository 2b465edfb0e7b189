//! In which groups a bot proposes what is outdated: one secret each, or all that roll the same
//! workloads together.
//!
//! Two hundred rotated secrets are then not two hundred pull requests, and no workload rolls twice
//! where once would do.

use super::{OfLock, OfSecret, Outdated};
use crate::kube::id::ObjectId;
use crate::kube::workload::workloads;
use crate::locking::file::LockFile;
use crate::locking::objects::Objects;

/// What is proposed together.
#[derive(Clone, Debug)]
pub struct Group {
    /// The lock file, as the user may find it.
    pub file: String,
    /// The logical names.
    pub secrets: Vec<String>,
    /// What rolls; `None`: nobody looked.
    pub workloads: Option<Vec<ObjectId<'static>>>,
    /// The command that moves them, word by word.
    pub command: Vec<String>,
}

/// A group under construction: a folder's secrets, and what they roll.
struct Draft {
    names: Vec<String>,
    workloads: Vec<ObjectId<'static>>,
}

/// Each outdated secret for itself.
#[must_use]
pub fn by_secret(files: &[LockFile], outdated: &Outdated) -> Vec<Group> {
    let each = files.iter().zip(&outdated.locks).flat_map(|(file, found)| {
        let groups = names(found).into_iter();
        groups.map(|name| group(file, vec![name], None))
    });
    each.collect()
}

/// Secrets that roll a common workload together; `objects` are, for each file, what its folder
/// renders to.
#[must_use]
pub fn by_workload(files: &[LockFile], outdated: &Outdated, objects: &[&Objects]) -> Vec<Group> {
    let mut out = Vec::new();
    for ((file, found), objects) in files.iter().zip(&outdated.locks).zip(objects) {
        let mut drafts: Vec<Draft> = Vec::new();
        for name in names(found) {
            let mut draft = Draft {
                workloads: rolled(found, &name, objects),
                names: vec![name],
            };
            // whatever shares a workload with it becomes one with it
            drafts.retain_mut(|other| {
                let shared = other.workloads.iter().any(|w| draft.workloads.contains(w));
                if shared {
                    draft.names.append(&mut other.names);
                    draft.workloads.append(&mut other.workloads);
                }
                !shared
            });
            drafts.push(draft);
        }
        for draft in &mut drafts {
            draft.names.sort();
            draft.workloads.sort();
            draft.workloads.dedup();
        }
        drafts.sort_by(|a, b| a.names.cmp(&b.names));
        let groups = drafts.into_iter();
        out.extend(groups.map(|draft| group(file, draft.names, Some(draft.workloads))));
    }
    out
}

fn group(
    file: &LockFile,
    secrets: Vec<String>,
    workloads: Option<Vec<ObjectId<'static>>>,
) -> Group {
    let upgrade = |name: &String| ["--upgrade".to_owned(), name.clone()];
    Group {
        file: file.name.to_string(),
        command: file.command(secrets.iter().flat_map(upgrade)),
        secrets,
        workloads,
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
