//! The table: what each purpose asks of Vault for one managed secret.
//!
//! How deep a secret is read is decided where it is read (`stage::plan`), and which endpoint shows
//! that much in `vault::kv`: both are asked here, so that a policy cannot lag behind the program.

use super::Purpose;
use super::uses::{State, Use};
use crate::config::{HashKind, Source};
use crate::stage::plan::{Mode, depth, unlocked_depth};
use crate::vault::kv::{Endpoint, endpoints};
use crate::vault::{Ask, Depth, Engine, SecretPath};

/// One request that has to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Vault namespace.
    pub namespace: Option<String>,
    /// As a request names it, without `/v1/`.
    pub path: String,
    /// Where the same can be read as well, with more: then this need not be allowed.
    pub instead: Option<String>,
    /// `read`, `create`, `patch`, `update`.
    pub capability: &'static str,
    /// What it is for.
    pub what: &'static str,
}

/// What a purpose needs for a secret.
#[must_use]
pub fn needs(purpose: Purpose, one: &Use) -> Vec<Need> {
    match purpose {
        Purpose::Lock => lock(one),
        Purpose::Render => render(one),
        Purpose::Operator => operator(one),
        Purpose::Fill => fill(one),
    }
}

/// `lock`, `lock --check --online` and `outdated`.
fn lock(one: &Use) -> Vec<Need> {
    // nothing of these is pinned
    if one.managed.follow || one.state == State::Unlocked {
        return Vec::new();
    }
    let mut out = Vec::new();
    if one.state == State::Locked {
        out.extend(read(one, Some(unlocked_depth(&one.managed))));
    }
    let pinned = one.managed.sources.iter().chain(key(one));
    for secret in pinned.map(|source| &source.secret) {
        if secret.engine == Engine::KvV2 {
            out.push(need(secret, Endpoint::Metadata, "versions"));
            out.push(Need {
                namespace: secret.namespace.clone(),
                path: format!("{}/config", secret.mount),
                instead: None,
                capability: "read",
                what: "how many versions are kept",
            });
        }
    }
    out
}

fn render(one: &Use) -> Vec<Need> {
    let depth = match one.state {
        State::Previous => one.managed.delivery.has_secret().then_some(Depth::Values),
        state => depth(&one.managed, state == State::Locked, Mode::Render),
    };
    read(one, depth)
}

/// A secret at a depth, and the key of its hash, which is needed wherever anything is read.
fn read(one: &Use, depth: Option<Depth>) -> Vec<Need> {
    let Some(depth) = depth else {
        return Vec::new();
    };
    let sources = one.managed.sources.iter().map(|source| {
        let endpoint = endpoint(source, depth);
        let what = match endpoint {
            Endpoint::Subkeys => "names of keys",
            Endpoint::Data | Endpoint::Plain | Endpoint::Metadata => "values",
        };
        need(&source.secret, endpoint, what)
    });
    let key = key(one).map(|source| {
        let endpoint = endpoint(source, Depth::Values);
        need(&source.secret, endpoint, "key of the hash")
    });
    sources.chain(key).collect()
}

/// The operator reads values, whatever the lock was made from.
fn operator(one: &Use) -> Vec<Need> {
    let sources = one.managed.sources.iter();
    let read = sources.filter(|_| one.managed.delivery.has_operator());
    read.map(|source| need(&source.secret, endpoint(source, Depth::Values), "values"))
        .collect()
}

/// Only kv-v2 can be filled: kv-v1 has no check-and-set.
fn fill(one: &Use) -> Vec<Need> {
    if one.state == State::Previous {
        return Vec::new();
    }
    let mut out = Vec::new();
    let key = one.managed.hash_key.as_ref().map(|key| &key.source);
    for source in one.managed.sources.iter().chain(key) {
        let secret = &source.secret;
        if secret.engine == Engine::KvV2 {
            out.push(need(secret, endpoint(source, Depth::Keys), "names of keys"));
            for (capability, what) in [
                ("create", "first version"),
                ("patch", "missing keys"),
                ("update", "a version after a deletion"),
            ] {
                out.push(Need {
                    capability,
                    ..need(secret, Endpoint::Data, what)
                });
            }
        }
    }
    out
}

/// The source of the key of `hash: keyed`.
fn key(one: &Use) -> Option<&Source> {
    let keyed = one.managed.hash == HashKind::Keyed && !one.managed.follow;
    let key = one.managed.hash_key.as_ref().filter(|_| keyed);
    key.map(|key| &key.source)
}

/// Where the program asks first: what shows no more than is needed.
fn endpoint(source: &Source, depth: Depth) -> Endpoint {
    let (preferred, last) = endpoints(&Ask {
        depth,
        ..Ask::history(source.secret.clone())
    });
    preferred.first().copied().unwrap_or(last)
}

fn need(secret: &SecretPath, endpoint: Endpoint, what: &'static str) -> Need {
    let path =
        |endpoint: Endpoint| format!("{}/{}{}", secret.mount, endpoint.segment(), secret.path);
    // where keys are refused the program asks for the data, and drops the values
    let instead = (endpoint == Endpoint::Subkeys).then(|| path(Endpoint::Data));
    Need {
        namespace: secret.namespace.clone(),
        path: path(endpoint),
        instead,
        capability: "read",
        what,
    }
}
