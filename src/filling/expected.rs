//! What the managed secrets of a build take from the store, path by path, and who takes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::{Decode, Entries, Source};
use crate::locking::Learned;
use crate::vault::SecretPath;
use crate::vault::login::Login;

/// Whoever takes something from a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct User {
    /// The logical name of the managed secret.
    pub secret: String,
    /// `metadata.name` of its config.
    pub config: String,
    /// Kubernetes namespace of what is emitted, where it is known.
    pub namespace: Option<String>,
}

/// One key that somebody takes.
#[derive(Clone, Debug, Default)]
pub struct Key {
    /// Who.
    pub users: BTreeSet<User>,
    /// What is stored is base64 of what the Secret will hold.
    pub base64: bool,
}

/// What is expected at one path.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Which path, with the runner's namespace where a config names none.
    pub secret: SecretPath,
    /// The version that a config pins; `None`: the newest.
    pub version: Option<u64>,
    /// As whom it is read and written, where the runner leaves that to the config.
    pub login: Option<Arc<Login>>,
    /// The keys that somebody names.
    pub keys: BTreeMap<String, Key>,
    /// Whoever takes every key there is, under its own name.
    pub every: BTreeSet<User>,
}

impl Expected {
    /// Everybody who takes something from the path.
    #[must_use]
    pub fn users(&self) -> BTreeSet<&User> {
        let named = self.keys.values().flat_map(|key| &key.users);
        named.chain(&self.every).collect()
    }

    /// `mount/path`, as a person writes it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.secret.mount, self.secret.path)
    }
}

/// What these managed secrets expect; `namespace` is the runner's own.
pub fn expected<'l>(
    learned: impl Iterator<Item = &'l Learned>,
    namespace: Option<&str>,
) -> Vec<Expected> {
    let mut paths = Paths {
        namespace,
        found: BTreeMap::new(),
    };
    for one in learned {
        let taker = Taker {
            login: one.config.login.as_ref(),
            user: User {
                secret: one.managed.name.clone(),
                config: one.config.name.clone(),
                namespace: one.namespace.clone(),
            },
        };
        match &one.managed.entries {
            Entries::All => {
                for source in &one.managed.sources {
                    let every = &mut paths.of(&taker, source).every;
                    every.insert(taker.user.clone());
                }
            }
            Entries::Picked(entries) => {
                for entry in entries {
                    if let Some(source) = one.managed.sources.get(entry.source) {
                        let base64 = entry.decode == Decode::Base64;
                        paths.take(&taker, source, &entry.from, base64);
                    }
                }
            }
        }
        if let Some(key) = &one.managed.hash_key {
            paths.take(&taker, &key.source, &key.key, false);
        }
    }
    paths.found.into_values().collect()
}

/// A managed secret, and as whom it takes.
struct Taker<'l> {
    login: Option<&'l Arc<Login>>,
    user: User,
}

/// A path at a version, as seen by somebody.
type Seen = (SecretPath, Option<u64>, Option<Arc<Login>>);

/// What is expected so far.
struct Paths<'n> {
    namespace: Option<&'n str>,
    found: BTreeMap<Seen, Expected>,
}

impl Paths<'_> {
    fn of(&mut self, taker: &Taker<'_>, source: &Source) -> &mut Expected {
        let mut secret = source.secret.clone();
        if secret.namespace.is_none() {
            secret.namespace = self.namespace.map(str::to_owned);
        }
        let (version, login) = (source.version, taker.login.cloned());
        let found = self.found.entry((secret.clone(), version, login.clone()));
        found.or_insert_with(|| Expected {
            secret,
            version,
            login,
            keys: BTreeMap::new(),
            every: BTreeSet::new(),
        })
    }

    fn take(&mut self, taker: &Taker<'_>, source: &Source, key: &str, base64: bool) {
        let key = self
            .of(taker, source)
            .keys
            .entry(key.to_owned())
            .or_default();
        key.base64 |= base64;
        key.users.insert(taker.user.clone());
    }
}
