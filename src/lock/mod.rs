//! `countersign.lock`: at which versions each managed secret stands, as types.
//!
//! Holds names, paths, versions, times and digests, never a value. `read` makes it from text and
//! distrusts all of it; `write` has one canonical form, made for reading a diff; `suffix` makes every
//! suffix from the lock's own fields. Knows no store, no stage and no clock. `docs/lock-format.md`
//! describes the text.

pub mod agree;
pub mod command;
pub mod entries;
pub mod order;
pub mod pair;
pub mod read;
pub mod suffix;
pub mod tombstones;
pub mod write;

use std::sync::Arc;

use crate::config::{Decode, Delivery, GitOps, HashKind, Keep, ManagedSecret, Operator};
use crate::diag::{Diagnostic, Place};
use crate::vault::SecretPath;

/// The name of a lock in the directory that is built.
pub const FILE: &str = "countersign.lock";
/// `kind` of the file.
pub const KIND: &str = "Lock";

/// A whole lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// By namespace, config and name.
    pub entries: Vec<Entry>,
}

/// One managed secret: what it stands at now, and what old pods may still need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The logical name.
    pub name: String,
    /// `metadata.name` of its config.
    pub config: String,
    /// Kubernetes namespace of what is emitted, where it is known.
    pub namespace: Option<String>,
    /// `None`: no config defines it any more, and only its previous generations are left.
    pub current: Option<Generation>,
    /// How long the current generation will be kept once it is no longer current: the config may be
    /// gone by then. Of what is gone already `until` says it.
    pub keep: Keep,
    /// Newest first.
    pub previous: Vec<Previous>,
}

/// A generation that is no longer current.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// When it stopped being current: RFC 3339, UTC, whole seconds.
    pub since: String,
    /// Until when it is kept at least: `since` and the `keep.atLeast` of its secret.
    pub until: String,
    /// All that is needed to emit it again.
    pub generation: Generation,
}

/// A managed secret at fixed versions of its sources, and all that is needed to emit it again.
#[derive(Clone, Debug)]
pub struct Generation {
    /// What its name ends in; `None` for a followed secret, whose versions are not pinned.
    pub suffix: Option<String>,
    /// `hash::SCHEME` when the suffix was made.
    pub scheme: u32,
    /// How it is delivered.
    pub delivery: Delivery,
    /// What the suffix is made from.
    pub hash: HashKind,
    /// 64 hex digits where `hash` is `keyed` or `content`: what the suffix is made from.
    pub digest: Option<String>,
    /// Pin of the key of `hash: keyed`.
    pub hash_key: Option<PinnedKey>,
    /// The Secret's type.
    pub secret_type: String,
    /// Whether the name carries the suffix.
    pub name_suffix: bool,
    /// By path and version: the order of the config says nothing.
    pub sources: Vec<Pinned>,
    /// What the objects say besides; it does not determine the data.
    pub object: Dress,
    /// Where it stands in the lock, for messages.
    pub place: Place,
}

/// Two generations are the same whatever file they stand in.
impl PartialEq for Generation {
    fn eq(&self, other: &Self) -> bool {
        let key = |g: &Self| {
            (
                g.suffix.clone(),
                g.scheme,
                g.delivery,
                g.hash,
                g.digest.clone(),
                g.hash_key.clone(),
                g.secret_type.clone(),
                g.name_suffix,
                g.sources.clone(),
                g.object.clone(),
            )
        };
        key(self) == key(other)
    }
}

impl Eq for Generation {}

/// One source at a fixed version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// Namespace (where the config names one), mount, path and engine.
    pub secret: SecretPath,
    /// The namespace of the runner that locked, where the config names none: not part of the digest.
    pub runner_namespace: Option<String>,
    /// `None` for kv-v1 and for followed secrets.
    pub version: Option<u64>,
    /// The server's own text, byte for byte; `None` as above.
    pub created: Option<String>,
    /// What is taken from it.
    pub keys: Selection,
}

/// The keys that are taken from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of them; their names at that version, sorted.
    All(Vec<String>),
    /// These, sorted by their name in the Secret.
    Picked(Vec<Picked>),
}

/// One key of a Secret's data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picked {
    /// Its name in the Secret.
    pub key: String,
    /// Its name in Vault.
    pub from: String,
    /// How the stored text becomes bytes.
    pub decode: Decode,
}

/// Pin of the key of `hash: keyed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedKey {
    /// Where it is kept.
    pub secret: SecretPath,
    /// Its version there; `None` for kv-v1.
    pub version: Option<u64>,
    /// The server's own text; `None` for kv-v1.
    pub created: Option<String>,
    /// Under which key it stands there.
    pub key: String,
}

/// What emitted objects say besides their data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dress {
    /// `spec.operator`.
    pub operator: Operator,
    /// The user's labels.
    pub labels: Vec<(String, String)>,
    /// The user's annotations.
    pub annotations: Vec<(String, String)>,
    /// The Secret may not be changed in place.
    pub immutable: bool,
    /// `spec.gitops`: whose protection the objects carry.
    pub gitops: Option<GitOps>,
}

/// The text of a lock and what to call it in messages.
#[derive(Clone, Debug)]
pub struct LockText {
    /// As the user may find it: `overlays/prod/countersign.lock`.
    pub name: Arc<str>,
    /// `None`: there is no such file.
    pub text: Option<String>,
}

/// Where a run finds its locks. The edge is `door::locks`.
pub trait Locks {
    /// The lock that `spec.lock.file` names, or the one of the directory that is built.
    ///
    /// # Errors
    /// A file that cannot be read, or one outside of the directory that is built.
    fn read(&self, file: Option<&str>) -> Result<LockText, Diagnostic>;

    /// What stands after `countersign lock` so that it writes these locks.
    fn target(&self) -> Vec<String>;
}

/// A run that needs no lock.
pub struct NoLocks;

impl Locks for NoLocks {
    fn read(&self, _file: Option<&str>) -> Result<LockText, Diagnostic> {
        Ok(LockText {
            name: FILE.into(),
            text: None,
        })
    }

    fn target(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Generation {
    /// Whether its objects have the names of the other's; both are of one secret.
    #[must_use]
    pub fn is_called_like(&self, other: &Self) -> bool {
        self.suffix == other.suffix && self.name_suffix == other.name_suffix
    }

    /// The pin of a source of the config.
    #[must_use]
    pub fn pin(&self, managed: &ManagedSecret, source: usize) -> Option<&Pinned> {
        pair::pairs(managed, self).get(source).copied().flatten()
    }
}

#[cfg(test)]
mod tests;
