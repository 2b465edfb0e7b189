//! Every managed secret that somebody will ask Vault for: those of configs, and those that only a
//! lock still knows.
//!
//! Where a config names no Vault namespace, the one that the lock recorded is meant, and before there
//! is a lock the runner's.

use std::sync::Arc;

use crate::config::access::Auth;
use crate::config::{Config, LockMode, ManagedSecret};
use crate::lock::{Entry, Generation};
use crate::locking::Learned;
use crate::locking::file::LockFile;
use crate::locking::known::Known;
use crate::stage::previous::managed;
use crate::vault::SecretPath;
use crate::vault::login::Login;

/// One managed secret, or one generation of it that is only kept.
#[derive(Clone, Debug)]
pub struct Use {
    /// The name of its config.
    pub config: String,
    /// The secret, its sources with their Vault namespaces.
    pub managed: ManagedSecret,
    /// Kubernetes namespace of its objects.
    pub namespace: Option<String>,
    /// `vaultAuthRef` of its objects.
    pub auth_ref: Option<String>,
    /// How it is rendered.
    pub state: State,
    /// How the runner logs in to read it, where configs say so.
    pub login: Option<Arc<Login>>,
    /// How the operator does, where that is emitted.
    pub access: Option<Auth>,
}

/// How a secret is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As a lock says, or will say.
    Locked,
    /// As Vault says: `lock: none`.
    Unlocked,
    /// It is only kept for old pods.
    Previous,
}

impl Use {
    /// `config/secret`, for a comment.
    #[must_use]
    pub fn label(&self) -> String {
        let kept = match self.state {
            State::Previous => " (previous)",
            State::Locked | State::Unlocked => "",
        };
        format!("{}/{}{kept}", self.config, self.managed.name)
    }
}

/// All of them; `namespace` is the Vault namespace of the runner.
#[must_use]
pub fn uses(learned: &[Learned], locks: &[LockFile], namespace: Option<&str>) -> Vec<Use> {
    let mut out: Vec<Use> = Vec::new();
    let known = locks.iter().map(|file| Known::of(&file.lock, learned));
    let known: Vec<Known<'_>> = known.collect();
    for one in learned {
        let mut entries = known.iter().filter_map(|known| known.entry(one));
        let locked = entries.find_map(|entry| entry.current.as_ref());
        out.push(Use {
            config: one.config.name.clone(),
            managed: placed(one.managed.clone(), locked, namespace),
            namespace: one.namespace.clone(),
            auth_ref: one.config.operator.auth_ref.clone(),
            state: match one.config.lock {
                LockMode::Required(_) => State::Locked,
                LockMode::None => State::Unlocked,
            },
            login: one.config.login.clone(),
            access: access(&one.config),
        });
    }
    for (file, known) in locks.iter().zip(&known) {
        for entry in &file.lock.entries {
            // what nothing defines any more is kept by the next lock
            let left = entry.current.iter().filter(|_| !known.is_defined(entry));
            let kept = entry.previous.iter().map(|one| &one.generation);
            let config = nearest(learned, entry);
            let all = left.chain(kept);
            out.extend(all.map(|old| previous(entry, old, config, namespace)));
        }
    }
    out
}

/// The config whose logins count for what only a lock still knows: its own, else any.
fn nearest<'l>(learned: &'l [Learned], entry: &Entry) -> Option<&'l Config> {
    let own = learned.iter().find(|one| one.config.name == entry.config);
    own.or(learned.first()).map(|one| &*one.config)
}

fn access(config: &Config) -> Option<Auth> {
    config.access.as_ref()?.auth.clone()
}

fn previous(
    entry: &Entry,
    generation: &Generation,
    config: Option<&Config>,
    namespace: Option<&str>,
) -> Use {
    Use {
        config: entry.config.clone(),
        managed: placed(
            managed(&entry.name, generation),
            Some(generation),
            namespace,
        ),
        namespace: entry.namespace.clone(),
        auth_ref: generation.object.operator.auth_ref.clone(),
        state: State::Previous,
        login: config.and_then(|config| config.login.clone()),
        access: config.and_then(access),
    }
}

/// The secret with a Vault namespace for each source, where any is known.
fn placed(
    mut managed: ManagedSecret,
    locked: Option<&Generation>,
    namespace: Option<&str>,
) -> ManagedSecret {
    let recorded = |secret: &SecretPath| {
        let mut pins = locked.into_iter().flat_map(|locked| &locked.sources);
        let pin = pins.find(|pin| pin.secret == *secret)?;
        pin.runner_namespace.clone()
    };
    let key = managed.hash_key.as_mut().map(|key| &mut key.source);
    for source in managed.sources.iter_mut().chain(key) {
        let secret = &mut source.secret;
        if secret.namespace.is_none() {
            secret.namespace = recorded(secret).or_else(|| namespace.map(str::to_owned));
        }
        let trimmed = secret
            .namespace
            .as_deref()
            .map(|name| name.trim_matches('/'));
        secret.namespace = trimmed.filter(|name| !name.is_empty()).map(str::to_owned);
    }
    managed
}
