//! `uses`: who uses a path in Vault, at which version: the question before revoking anything.
//!
//! Rather one too many than one too few: where manifests are not rendered, whoever names the logical
//! name counts. Knows no store; versions are those that locks and objects name.

mod held;
pub mod json;
mod locked;
#[cfg(test)]
mod tests;
pub mod text;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::held::Wanted;
use super::file::LockFile;
use super::objects::Objects;
use crate::config::fields::nearest;
use crate::kube::id::ObjectId;
use crate::vault::SecretPath;

/// Who uses a path.
#[derive(Clone, Debug)]
pub struct Uses {
    /// `mount/path`
    pub path: String,
    /// Locks first, then objects, in their order.
    pub found: Vec<Use>,
    /// A path that is used and is spelt nearly so, where nothing was found.
    pub near: Option<String>,
    /// How many locks were looked at.
    pub locks: usize,
    /// How many objects were looked at.
    pub objects: usize,
}

/// One use.
#[derive(Clone, Debug)]
pub struct Use {
    /// The lock, the manifest or `<stdin>`.
    pub file: Arc<str>,
    /// The logical name, where countersign manages it.
    pub secret: Option<String>,
    /// What it is called: the generation, the object or the config.
    pub name: String,
    /// How it uses the path.
    pub role: Role,
    /// Namespace in Kubernetes, where it is known.
    pub namespace: Option<String>,
    /// Namespace in Vault, where it is known.
    pub vault_namespace: Option<String>,
    /// `None`: the newest, or it is not said.
    pub version: Option<u64>,
    /// As the lock says.
    pub created: Option<String>,
    /// Who refers to it.
    pub users: Vec<User>,
}

/// How a path is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// What stands now.
    Current,
    /// What is kept for old pods, until then at least.
    Previous(String),
    /// Unpinned: every change reaches the cluster.
    Followed,
    /// The key of `hash: keyed`.
    Key,
    /// An object that holds it.
    Object,
    /// A config that defines it.
    Config,
}

impl Role {
    /// For programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Role::Current => "current",
            Role::Previous(_) => "previous",
            Role::Followed => "followed",
            Role::Key => "key",
            Role::Object => "object",
            Role::Config => "config",
        }
    }
}

/// An object that refers to a Secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct User {
    /// Where it stands.
    pub file: Arc<str>,
    /// Which it is.
    pub id: ObjectId<'static>,
}

/// The names by which users may refer to what holds `path`, so that their documents are read.
#[must_use]
pub fn names(path: &str, files: &[LockFile], holders: &Objects) -> BTreeSet<String> {
    let locked = locked::names(path, files).into_iter();
    let held = Wanted::new(path, files).names(holders).into_iter();
    locked.chain(held).collect()
}

/// Everything that uses `path`.
#[must_use]
pub fn find(path: &str, files: &[LockFile], objects: &Objects) -> Uses {
    let mut found = locked::uses(path, files, objects);
    found.extend(Wanted::new(path, files).uses(objects));
    let near = found.is_empty().then(|| near(path, files, objects));
    Uses {
        path: path.to_owned(),
        found,
        near: near.flatten(),
        locks: files.len(),
        objects: objects.all.len(),
    }
}

fn users(objects: &Objects, names: &[String], namespace: Option<&str>) -> Vec<User> {
    let users = objects.users(names, namespace).into_iter();
    let mut users: Vec<User> = users
        .map(|object| User {
            file: Arc::clone(&object.file),
            id: object.id.clone(),
        })
        .collect();
    users.sort();
    users.dedup();
    users
}

fn joined(secret: &SecretPath) -> String {
    format!("{}/{}", secret.mount, secret.path)
}

/// A path that is used and is spelt nearly as the one that is not.
fn near(path: &str, files: &[LockFile], objects: &Objects) -> Option<String> {
    let entries = files.iter().flat_map(|file| &file.lock.entries);
    let current = entries.filter_map(|entry| entry.current.as_ref());
    let locked = current.flat_map(|generation| &generation.sources);
    let locked = locked.map(|pin| joined(&pin.secret));
    let held = objects.all.iter().flat_map(|object| &object.said);
    let known: Vec<String> = locked.chain(held.map(|said| said.path.clone())).collect();
    nearest(path, known.iter().map(String::as_str)).map(str::to_owned)
}
