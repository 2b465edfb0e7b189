//! `prune`: which previous generations nothing needs any more, and what is left over in a cluster.
//!
//! Looks and tells; deletes nothing, in the lock or anywhere else. A generation is needed as long as
//! any object that was given still refers to it, also one that only waits for a rollback.

mod orphans;
#[cfg(test)]
mod tests;
pub mod text;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use self::orphans::{Orphan, Orphans};
use super::file::{LockFile, called};
use super::objects::{Life, Objects};
use crate::kube::id::ObjectId;
use crate::lock::{Entry, Previous};

/// What was found.
#[derive(Clone, Debug)]
pub struct Prune {
    /// One for each lock file.
    pub locks: Vec<OfLock>,
    /// Objects of ours that are in no lock.
    pub orphans: Orphans,
}

/// In one lock file.
#[derive(Clone, Debug)]
pub struct OfLock {
    /// As the user may find it.
    pub file: Arc<str>,
    /// Every previous generation, in the order of the lock.
    pub kept: Vec<Kept>,
    /// The command that drops what nothing needs, word by word, as far as there is one.
    pub command: Option<Vec<String>>,
}

/// A previous generation.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The logical name.
    pub secret: String,
    /// What it is called.
    pub name: String,
    /// Namespace of what is emitted, where it is known.
    pub namespace: Option<String>,
    /// Until when it is kept at least.
    pub until: String,
    /// Who still refers to it.
    pub needed_by: Vec<Need>,
    /// The command drops it.
    pub droppable: bool,
}

/// Who refers to a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Which object.
    pub id: ObjectId<'static>,
    /// Whether its pods run.
    pub life: Life,
}

/// Holds the locks against objects.
#[must_use]
pub fn find(files: &[LockFile], objects: &Objects) -> Prune {
    Prune {
        locks: files.iter().map(|file| of_lock(file, objects)).collect(),
        orphans: orphans::orphans(files, objects),
    }
}

fn of_lock(file: &LockFile, objects: &Objects) -> OfLock {
    let entries = || file.lock.entries.iter();
    let mut kept: Vec<Kept> = entries()
        .flat_map(|entry| {
            entry
                .previous
                .iter()
                .map(move |one| kept(entry, one, objects))
        })
        .collect();
    let unneeded = |name: &str| {
        let mut same = kept.iter().filter(|one| one.secret == name).peekable();
        same.peek().is_some() && same.all(|one| one.needed_by.is_empty())
    };
    let all = !kept.is_empty() && kept.iter().all(|one| one.needed_by.is_empty());
    let mut dropped: BTreeSet<&str> = BTreeSet::new();
    let mut command = Vec::new();
    for entry in entries().filter(|entry| unneeded(&entry.name)) {
        if all {
            dropped.insert(&entry.name);
        } else if let Some(version) = only_version(file, entry) {
            dropped.insert(&entry.name);
            let stay = format!("{}@{version}", entry.name);
            command.extend(["--upgrade".to_owned(), stay]);
        }
    }
    let drops = !dropped.is_empty();
    let dropped: BTreeSet<String> = dropped.into_iter().map(str::to_owned).collect();
    for one in &mut kept {
        one.droppable = dropped.contains(&one.secret);
    }
    command.push("--drop-previous".to_owned());
    OfLock {
        file: Arc::clone(&file.name),
        kept,
        command: drops.then(|| file.command(command)),
    }
}

/// `lock` drops the previous generations of a secret that it moves. One that has a single source and a
/// name of its own can be moved to where it stands.
fn only_version(file: &LockFile, entry: &Entry) -> Option<u64> {
    let mut same = file.lock.entries.iter().filter(|e| e.name == entry.name);
    let alone = same.next().is_some() && same.next().is_none();
    match entry.current.as_ref()?.sources.as_slice() {
        [pin] if alone => pin.version,
        _ => None,
    }
}

fn kept(entry: &Entry, previous: &Previous, objects: &Objects) -> Kept {
    let generation = &previous.generation;
    let namespace = entry.namespace.as_deref();
    let names = objects.names(&entry.name, generation.suffix.as_deref(), namespace);
    let users = objects.users(&names, namespace).into_iter();
    let mut needed_by: Vec<Need> = users
        .map(|user| Need {
            id: user.id.clone(),
            life: user.life.clone(),
        })
        .collect();
    needed_by.sort_by(|a, b| a.id.cmp(&b.id));
    needed_by.dedup();
    Kept {
        secret: entry.name.clone(),
        name: called(entry, generation),
        namespace: entry.namespace.clone(),
        until: previous.until.clone(),
        needed_by,
        droppable: false,
    }
}
