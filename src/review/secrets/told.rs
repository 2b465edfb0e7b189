//! Secrets that neither side has in a lock: what their objects say of their versions.
//!
//! For two rendered streams. Objects of ours carry their generation and the versions of their
//! sources, so that much can be compared; times, keys and settings they do not tell, and those count
//! as equal. What was not rendered at a version tells nothing.

use crate::config::{Delivery, HashKind, Keep};
use crate::diag::Place;
use crate::kube::id::namespaces_agree;
use crate::lock::{Dress, Entry, Generation, Pinned, Previous, Selection};
use crate::review::names::{Names, Provided};
use crate::vault::{Engine, SecretPath};

/// The config of what no lock covers: no real one is called so.
pub const UNTOLD: &str = "";

/// Entries of both sides for what `locked` does not know.
#[must_use]
pub fn entries(names: &[Names; 2], locked: &[&Entry]) -> [Vec<Entry>; 2] {
    let sides = [names[0].all(), names[1].all()];
    let is_locked = |p: &Provided| {
        locked.iter().any(|entry| {
            let namespace = entry.namespace.as_deref();
            entry.name == p.logical && namespaces_agree(namespace, p.namespace.as_deref())
        })
    };
    // where one side keeps its version to itself, nothing can be said of a move
    let is_told = |p: &Provided| {
        let all = sides.iter().flatten().filter(|other| !other.previous);
        let mut same = all.filter(|other| is_same(other, p));
        same.all(|other| tells(other))
    };
    [0, 1].map(|side| {
        let all: &Vec<&Provided> = &sides[side];
        let current = all.iter().filter(|p| !p.previous);
        let current = current.filter(|p| !is_locked(p) && is_told(p));
        let each = current.map(|p| {
            let kept = all
                .iter()
                .filter(|other| other.previous && is_same(other, p));
            Entry {
                name: p.logical.clone(),
                config: UNTOLD.to_owned(),
                namespace: p.namespace.clone(),
                current: Some(generation(p)),
                keep: Keep::default(),
                previous: kept.map(|p| previous(p)).collect(),
            }
        });
        each.collect()
    })
}

fn is_same(one: &Provided, other: &Provided) -> bool {
    one.logical == other.logical
        && namespaces_agree(one.namespace.as_deref(), other.namespace.as_deref())
}

/// Whether it says at which versions it was rendered; a followed one has none.
fn tells(p: &Provided) -> bool {
    let versions = || p.versions.iter().all(|(_, version)| version.is_some());
    p.generation.is_none() || (!p.versions.is_empty() && versions())
}

/// When it stopped being current the object does not say.
fn previous(p: &Provided) -> Previous {
    Previous {
        since: String::new(),
        until: String::new(),
        generation: generation(p),
    }
}

fn generation(p: &Provided) -> Generation {
    let sources = p.versions.iter().map(|(path, version)| {
        // a mount may have slashes of its own: both sides are cut alike, and printed in one piece
        let (mount, path) = path.split_once('/').unwrap_or(("", path));
        Pinned {
            secret: SecretPath {
                namespace: None,
                mount: mount.to_owned(),
                path: path.to_owned(),
                engine: Engine::KvV2,
            },
            runner_namespace: None,
            version: *version,
            created: None,
            keys: Selection::All(Vec::new()),
        }
    });
    let in_name = |suffix: &String| p.name.contains(suffix.as_str());
    Generation {
        suffix: p.generation.clone(),
        scheme: 0,
        delivery: Delivery::VaultStaticSecret,
        hash: HashKind::Version,
        digest: None,
        hash_key: None,
        secret_type: "Opaque".to_owned(),
        name_suffix: p.generation.as_ref().is_some_and(in_name),
        sources: sources.collect(),
        object: Dress::default(),
        place: Place::default(),
    }
}
