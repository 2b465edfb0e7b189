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
    /// Its `keep` lets it go then, without anything newer coming.
    pub expires: bool,
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
    let mut locks: Vec<OfLock> = files.iter().map(|file| of_lock(file, objects)).collect();
    let targets: BTreeSet<&[String]> = files.iter().map(|file| &*file.target).collect();
    for target in targets {
        let of_build = |file: &&LockFile| *file.target == *target;
        let files: Vec<&LockFile> = files.iter().filter(of_build).collect();
        let same = files.iter().map(|file| &file.name);
        let same: BTreeSet<&str> = same.map(|name| &**name).collect();
        let locks = locks.iter_mut().filter(|lock| same.contains(&*lock.file));
        commands(&files, locks.collect());
    }
    Prune {
        locks,
        orphans: orphans::orphans(files, objects),
    }
}

fn of_lock(file: &LockFile, objects: &Objects) -> OfLock {
    let kept = file.lock.entries.iter().flat_map(|entry| {
        let previous = entry.previous.iter().enumerate();
        previous.map(move |(at, one)| kept(entry, at, one, objects))
    });
    OfLock {
        file: Arc::clone(&file.name),
        kept: kept.collect(),
        command: None,
    }
}

/// What one build's locks can drop: a command reaches all of them, so what one of them still needs
/// stays in all.
fn commands(files: &[&LockFile], mut locks: Vec<&mut OfLock>) {
    let entries: Vec<&Entry> = files.iter().flat_map(|file| &file.lock.entries).collect();
    let all_kept = || locks.iter().flat_map(|lock| &lock.kept);
    let unneeded = |name: &str| {
        let mut same = all_kept().filter(|one| one.secret == name).peekable();
        same.peek().is_some() && same.all(|one| one.needed_by.is_empty())
    };
    let all = all_kept().all(|one| one.needed_by.is_empty());
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    let mut command = Vec::new();
    for entry in entries.iter().filter(|entry| unneeded(&entry.name)) {
        if all {
            dropped.insert(entry.name.clone());
        } else if let Some(version) = only_version(&entries, entry) {
            dropped.insert(entry.name.clone());
            let stay = format!("{}@{version}", entry.name);
            command.extend(["--upgrade".to_owned(), stay]);
        }
    }
    command.push("--drop-previous".to_owned());
    for one in locks.iter_mut().flat_map(|lock| &mut lock.kept) {
        one.droppable = dropped.contains(&one.secret);
    }
    // once, behind everything that it drops
    let drops = |lock: &OfLock| lock.kept.iter().any(|one| one.droppable);
    let last = locks.iter_mut().rev().find(|lock| drops(lock));
    if let (Some(last), Some(file)) = (last, files.first()) {
        last.command = Some(file.command(command));
    }
}

/// `lock` drops the previous generations of a secret that it moves. One that has a single source and a
/// name of its own can be moved to where it stands.
fn only_version(entries: &[&Entry], entry: &Entry) -> Option<u64> {
    let mut same = entries.iter().filter(|e| e.name == entry.name);
    let alone = same.next().is_some() && same.next().is_none();
    match entry.current.as_ref()?.sources.as_slice() {
        [pin] if alone => pin.version,
        _ => None,
    }
}

fn kept(entry: &Entry, at: usize, previous: &Previous, objects: &Objects) -> Kept {
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
        // of what is gone nothing newer will come, so only time counts
        expires: entry.current.is_none() || at as u64 >= entry.keep.count,
        droppable: false,
    }
}
