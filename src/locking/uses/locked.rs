//! Uses of a path that locks tell of: what stands, what is kept, and keys of `hash: keyed`.

use std::sync::Arc;

use super::{Role, Use, joined, users};
use crate::lock::{Entry, Generation};
use crate::locking::file::{LockFile, called};
use crate::locking::objects::Objects;
use crate::vault::SecretPath;

/// A pin of the path, and whose it is.
struct Found<'l> {
    file: &'l LockFile,
    entry: &'l Entry,
    generation: &'l Generation,
    role: Role,
    namespace: Option<&'l String>,
    version: Option<u64>,
    created: Option<&'l String>,
}

/// By which names users may refer to what is locked.
pub fn names(path: &str, files: &[LockFile]) -> Vec<String> {
    let found = found(path, files).into_iter();
    found.flat_map(|one| one.names()).collect()
}

/// All uses in locks.
pub fn uses(path: &str, files: &[LockFile], objects: &Objects) -> Vec<Use> {
    let found = found(path, files).into_iter();
    found.map(|one| one.into_use(objects)).collect()
}

fn found<'l>(path: &str, files: &'l [LockFile]) -> Vec<Found<'l>> {
    let mut out = Vec::new();
    for file in files {
        for entry in &file.lock.entries {
            for (generation, role) in generations(entry) {
                out.extend(pins(path, file, entry, generation, &role));
            }
        }
    }
    out
}

fn generations(entry: &Entry) -> impl Iterator<Item = (&Generation, Role)> {
    let current = entry.current.iter().map(|generation| {
        let role = match &generation.suffix {
            Some(_) => Role::Current,
            None => Role::Followed,
        };
        (generation, role)
    });
    let kept = entry.previous.iter();
    current.chain(kept.map(|one| (&one.generation, Role::Previous(one.until.clone()))))
}

fn pins<'l>(
    path: &str,
    file: &'l LockFile,
    entry: &'l Entry,
    generation: &'l Generation,
    role: &Role,
) -> Vec<Found<'l>> {
    let is_here = |secret: &SecretPath| joined(secret) == path;
    let sources = generation.sources.iter().filter(|s| is_here(&s.secret));
    let sources = sources.map(|pin| Found {
        file,
        entry,
        generation,
        role: role.clone(),
        namespace: pin
            .secret
            .namespace
            .as_ref()
            .or(pin.runner_namespace.as_ref()),
        version: pin.version,
        created: pin.created.as_ref(),
    });
    let key = generation.hash_key.iter().filter(|k| is_here(&k.secret));
    let key = key.map(|key| Found {
        file,
        entry,
        generation,
        role: Role::Key,
        namespace: key.secret.namespace.as_ref(),
        version: key.version,
        created: key.created.as_ref(),
    });
    sources.chain(key).collect()
}

impl Found<'_> {
    /// By which names users may refer to it.
    fn names(&self) -> Vec<String> {
        let mut names = vec![called(self.entry, self.generation)];
        if !matches!(self.role, Role::Previous(_)) {
            // as it stands in manifests that are not rendered
            names.push(self.entry.name.clone());
        }
        names
    }

    fn into_use(self, objects: &Objects) -> Use {
        let namespace = self.entry.namespace.as_deref();
        let suffix = self.generation.suffix.as_deref();
        let mut names = objects.names(&self.entry.name, suffix, namespace);
        names.extend(self.names());
        Use {
            file: Arc::clone(&self.file.name),
            secret: Some(self.entry.name.clone()),
            name: called(self.entry, self.generation),
            namespace: self.entry.namespace.clone(),
            vault_namespace: self.namespace.cloned(),
            version: self.version,
            created: self.created.cloned(),
            users: users(objects, &names, namespace),
            role: self.role,
        }
    }
}
