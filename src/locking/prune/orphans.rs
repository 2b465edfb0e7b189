//! Objects that countersign made and that no lock knows: a tool kept them when they should have gone.

use std::collections::BTreeSet;

use crate::kube::id::{ObjectId, namespaces_agree};
use crate::kube::own::Own;
use crate::locking::file::LockFile;
use crate::locking::objects::{Object, Objects};

/// What is left over.
#[derive(Clone, Debug, Default)]
pub struct Orphans {
    /// In namespaces that the locks speak of.
    pub found: Vec<Orphan>,
    /// Namespaces with more of them, of which no lock that was given speaks.
    pub elsewhere: BTreeSet<String>,
}

/// One object.
#[derive(Clone, Debug)]
pub struct Orphan {
    /// Which.
    pub id: ObjectId<'static>,
    /// Who refers to its Secret.
    pub users: Vec<ObjectId<'static>>,
}

impl Orphan {
    /// The command that deletes it, word by word.
    #[must_use]
    pub fn command(&self) -> Vec<String> {
        let kind = match self.id.group() {
            "" => self.id.kind.to_lowercase(),
            group => format!("{}.{group}", self.id.kind.to_lowercase()),
        };
        let namespace = self.id.namespace.iter();
        let namespace = namespace.flat_map(|n| ["--namespace".to_owned(), n.to_string()]);
        let head = ["kubectl", "delete"].map(str::to_owned).into_iter();
        let which = [format!("{kind}/{}", self.id.name)];
        head.chain(namespace).chain(which).collect()
    }
}

/// Everything of ours among the objects that no lock knows.
pub fn orphans(files: &[LockFile], objects: &Objects) -> Orphans {
    let mut out = Orphans::default();
    for object in &objects.all {
        let Some(own) = &object.own else { continue };
        // the Secret of a VaultStaticSecret that stands here as well goes with it
        let owned = objects.owners(object).next().is_some();
        if owned || known(own, object, files) {
            continue;
        }
        match &object.id.namespace {
            Some(namespace) if !spoken_of(namespace, files) => {
                out.elsewhere.insert(namespace.to_string());
            }
            _ => out.found.push(orphan(object, objects)),
        }
    }
    out
}

fn known(own: &Own, object: &Object, files: &[LockFile]) -> bool {
    let mut entries = files.iter().flat_map(|file| &file.lock.entries);
    entries.any(|entry| {
        let kept = entry.previous.iter().map(|one| &one.generation);
        let mut all = entry.current.iter().chain(kept);
        entry.name == own.logical
            && namespaces_agree(entry.namespace.as_deref(), object.id.namespace.as_deref())
            && all.any(|generation| generation.suffix == own.generation)
    })
}

/// Whether a lock knows that something of it stands there. One that does not know its namespaces may
/// mean any.
fn spoken_of(namespace: &str, files: &[LockFile]) -> bool {
    let mut entries = files.iter().flat_map(|file| &file.lock.entries);
    entries.any(|entry| namespaces_agree(entry.namespace.as_deref(), Some(namespace)))
}

fn orphan(object: &Object, objects: &Objects) -> Orphan {
    let names: Vec<String> = object.secret.iter().cloned().collect();
    let users = objects.users(&names, object.id.namespace.as_deref());
    Orphan {
        id: object.id.clone(),
        users: users.into_iter().map(|user| user.id.clone()).collect(),
    }
}
