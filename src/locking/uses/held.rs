//! Uses of a path that objects tell of: what countersign emitted, any VaultStaticSecret, configs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Role, Use, joined, users};
use crate::kube::own;
use crate::locking::file::LockFile;
use crate::locking::objects::{Object, Objects, Said};
use crate::vault::{Engine, SecretPath};

/// A path, as objects may name it.
pub struct Wanted<'p> {
    path: &'p str,
    /// The labels of objects from this path, and the Vault namespace of each.
    labels: Vec<(String, Option<String>)>,
}

impl<'p> Wanted<'p> {
    /// A label is a hash of the namespace, the mount and the path: a mount may have several parts,
    /// and only locks know the namespaces.
    pub fn new(path: &'p str, files: &[LockFile]) -> Self {
        let entries = files.iter().flat_map(|file| &file.lock.entries);
        let current = entries.filter_map(|entry| entry.current.as_ref());
        let sources = current.flat_map(|generation| &generation.sources);
        let known = sources.map(|pin| pin.secret.namespace.clone());
        let namespaces: BTreeSet<Option<String>> = known.chain([None]).collect();
        let mut labels = Vec::new();
        for namespace in namespaces {
            for (at, _) in path.match_indices('/') {
                let secret = SecretPath {
                    namespace: namespace.clone(),
                    mount: path[..at].to_owned(),
                    path: path[at + 1..].to_owned(),
                    engine: Engine::KvV2,
                };
                labels.push((own::source_label(&secret), namespace.clone()));
            }
        }
        Self { path, labels }
    }

    /// By which names users may refer to what holds it.
    pub fn names(&self, holders: &Objects) -> Vec<String> {
        let names = holders.all.iter().flat_map(|object| {
            let holds = self.said(object).is_some();
            let held = object.secret.clone().filter(|_| holds);
            held.into_iter().chain(self.defined(object))
        });
        names.collect()
    }

    /// All uses in objects.
    pub fn uses(&self, objects: &Objects) -> Vec<Use> {
        let each = objects.all.iter().flat_map(|object| {
            let held = self.held(object, objects);
            held.into_iter().chain(self.configured(object, objects))
        });
        each.collect()
    }

    /// What an object says of the path. Where its annotation was taken away its labels still tell,
    /// but not the version.
    fn said(&self, object: &Object) -> Option<Said> {
        if let Some(said) = object.said.iter().find(|said| said.path == self.path) {
            return Some(said.clone());
        }
        let own = object.own.as_ref().filter(|_| object.said.is_empty())?;
        let mut labels = self.labels.iter();
        let (_, namespace) = labels.find(|(label, _)| own.sources.contains(label))?;
        Some(Said {
            path: self.path.to_owned(),
            version: None,
            namespace: namespace.clone(),
        })
    }

    fn held(&self, object: &Object, objects: &Objects) -> Option<Use> {
        let said = self.said(object)?;
        let name = object.secret.clone()?;
        // the Secret of a VaultStaticSecret that stands here as well
        let is_maker = |other: &Object| other.id.kind != "Secret" && self.said(other).is_some();
        if object.id.kind == "Secret" && objects.holders(&name, object).any(is_maker) {
            return None;
        }
        let namespace = object.id.namespace.as_deref();
        Some(Use {
            file: Arc::clone(&object.file),
            secret: object.own.as_ref().map(|own| own.logical.clone()),
            name: object.id.label(),
            role: Role::Object,
            namespace: object.id.namespace.as_deref().map(str::to_owned),
            vault_namespace: said.namespace,
            version: said.version,
            created: None,
            users: users(objects, &[name], namespace),
        })
    }

    /// The secrets of a config that come from the path.
    fn defined(&self, object: &Object) -> Vec<String> {
        let secrets = object.config.iter().flat_map(|config| &config.secrets);
        let here = secrets.filter(|secret| {
            let mut sources = secret.sources.iter();
            sources.any(|source| joined(&source.secret) == self.path)
        });
        here.map(|secret| secret.name.clone()).collect()
    }

    fn configured(&self, object: &Object, objects: &Objects) -> Vec<Use> {
        let namespace = object.id.namespace.as_deref();
        let each = self.defined(object).into_iter().map(|name| Use {
            file: Arc::clone(&object.file),
            name: object.id.label(),
            role: Role::Config,
            namespace: object.id.namespace.as_deref().map(str::to_owned),
            vault_namespace: None,
            version: None,
            created: None,
            users: users(objects, std::slice::from_ref(&name), namespace),
            secret: Some(name),
        });
        each.collect()
    }
}
