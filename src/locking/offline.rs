//! What can be locked again without asking anybody.
//!
//! A key under another name, another delivery, a renamed secret: everything that the old generation
//! knows already. `None`: Vault has to be asked.

use super::Learned;
use crate::config::{HashKind, ManagedSecret};
use crate::hash;
use crate::lock::agree::selection;
use crate::lock::suffix::suffix;
use crate::lock::{Generation, Pinned, Selection};
use crate::stage::generation::dress;

/// The generation that a config describes now, at the versions of an old one.
pub fn again(learned: &Learned, old: &Generation) -> Option<Generation> {
    let managed = &learned.managed;
    if managed.follow {
        return Some(followed(learned));
    }
    old.suffix.as_ref()?;
    let sources = sources(managed, old)?;
    let same_data = sources == old.sources && managed.secret_type == old.secret_type;
    let digest = match managed.hash {
        HashKind::Version => None,
        // the digest is of the data: it holds as long as the data is the same
        HashKind::Content if same_data && old.hash == HashKind::Content => old.digest.clone(),
        HashKind::Keyed if same_data && same_key(managed, old) => old.digest.clone(),
        _ => return None,
    };
    let keyed = managed.hash == HashKind::Keyed;
    let mut generation = Generation {
        suffix: None,
        scheme: if managed.hash == old.hash {
            old.scheme
        } else {
            hash::SCHEME
        },
        delivery: managed.delivery,
        hash: managed.hash,
        digest,
        hash_key: old.hash_key.clone().filter(|_| keyed),
        secret_type: managed.secret_type.clone(),
        name_suffix: managed.name_suffix,
        sources,
        object: dress(&learned.subject(managed, None)),
        place: managed.place.clone(),
    };
    generation.suffix = suffix(&learned.config.name, &managed.name, &generation);
    Some(generation)
}

/// A followed secret has no versions to ask for.
pub fn followed(learned: &Learned) -> Generation {
    let managed = &learned.managed;
    let pin = |(at, source): (usize, &crate::config::Source)| Pinned {
        secret: source.secret.clone(),
        runner_namespace: None,
        version: None,
        created: None,
        keys: selection(managed, at),
    };
    Generation {
        suffix: None,
        scheme: hash::SCHEME,
        delivery: managed.delivery,
        hash: managed.hash,
        digest: None,
        hash_key: None,
        secret_type: managed.secret_type.clone(),
        name_suffix: managed.name_suffix,
        sources: managed.sources.iter().enumerate().map(pin).collect(),
        object: dress(&learned.subject(managed, None)),
        place: managed.place.clone(),
    }
}

fn same_key(managed: &ManagedSecret, old: &Generation) -> bool {
    let (Some(now), Some(then)) = (&managed.hash_key, &old.hash_key) else {
        return false;
    };
    let version = now.source.version.is_none() || now.source.version == then.version;
    old.hash == HashKind::Keyed
        && now.source.secret == then.secret
        && now.key == then.key
        && version
}

/// The pins of the old generation with the keys of the config, where they are all known.
fn sources(managed: &ManagedSecret, old: &Generation) -> Option<Vec<Pinned>> {
    let mut out = Vec::new();
    for at in 0..managed.sources.len() {
        let pin = old.pin(managed, at)?;
        let keys = match (selection(managed, at), &pin.keys) {
            (Selection::All(_), all @ Selection::All(_)) => all.clone(),
            (Selection::All(_), Selection::Picked(_)) => return None,
            (Selection::Picked(picked), known) => {
                let is_known = |from: &String| match known {
                    Selection::All(names) => names.contains(from),
                    Selection::Picked(old) => old.iter().any(|one| one.from == *from),
                };
                if !picked.iter().all(|one| is_known(&one.from)) {
                    return None;
                }
                Selection::Picked(picked)
            }
        };
        out.push(Pinned {
            keys,
            ..pin.clone()
        });
    }
    out.sort_by(|a, b| (&a.secret, a.version).cmp(&(&b.secret, b.version)));
    Some(out)
}
