//! What a managed secret stands at: as the lock says, or as it was read.
//!
//! `lock` writes it and `mint` makes names and objects of it, so a locked render and the lock cannot
//! come apart.

use super::resolve::Resolved;
use super::subject::Subject;
use crate::config::{Operator, Source};
use crate::hash;
use crate::lock::agree::selection;
use crate::lock::suffix::suffix;
use crate::lock::{Dress, Generation, Pinned, PinnedKey, Selection};

/// The generation of a subject; `digest` is that of its data, where its hash is made from it.
#[must_use]
pub fn generation(
    subject: &Subject<'_>,
    resolved: &Resolved,
    digest: Option<String>,
) -> Generation {
    if let (Some(locked), None) = (subject.locked, subject.depth) {
        return locked.clone();
    }
    let managed = subject.managed;
    let sources = managed.sources.iter().enumerate();
    let mut sources: Vec<Pinned> = sources
        .map(|(at, source)| pin(subject, resolved, at, source))
        .collect();
    sources.sort_by(|a, b| (&a.secret, a.version).cmp(&(&b.secret, b.version)));
    let pinned = !managed.follow;
    let mut generation = Generation {
        suffix: None,
        scheme: hash::SCHEME,
        delivery: managed.delivery,
        hash: managed.hash,
        digest: digest.filter(|_| pinned),
        hash_key: pinned.then(|| hash_key(subject, resolved)).flatten(),
        secret_type: managed.secret_type.clone(),
        name_suffix: managed.name_suffix,
        sources,
        object: dress(subject),
        place: managed.place.clone(),
    };
    if pinned {
        generation.suffix = suffix(subject.config, &managed.name, &generation);
    }
    generation
}

/// What objects say besides their data.
#[must_use]
pub fn dress(subject: &Subject<'_>) -> Dress {
    let managed = subject.managed;
    Dress {
        operator: if managed.delivery.has_operator() {
            subject.operator.clone()
        } else {
            Operator::default()
        },
        labels: managed.labels.clone(),
        annotations: managed.annotations.clone(),
        immutable: managed.immutable,
        gitops: subject.gitops,
    }
}

fn pin(subject: &Subject<'_>, resolved: &Resolved, at: usize, source: &Source) -> Pinned {
    let reading = resolved.reading(subject, source);
    let keys = match selection(subject.managed, at) {
        Selection::All(_) => {
            let keys = resolved.keys(subject, source).unwrap_or_default();
            Selection::All(keys.into_iter().map(str::to_owned).collect())
        }
        picked @ Selection::Picked(_) => picked,
    };
    let ambient = resolved.namespace.clone();
    Pinned {
        secret: source.secret.clone(),
        runner_namespace: ambient.filter(|_| source.secret.namespace.is_none()),
        version: reading.and_then(|r| r.version),
        created: reading.and_then(|r| r.created.clone()),
        keys,
    }
}

fn hash_key(subject: &Subject<'_>, resolved: &Resolved) -> Option<PinnedKey> {
    let key = subject.managed.hash_key.as_ref()?;
    let (reading, _) = resolved.hash_key(subject)?;
    Some(PinnedKey {
        secret: key.source.secret.clone(),
        version: reading.version,
        created: reading.created.clone(),
        key: key.key.clone(),
    })
}
