//! Generations that are no longer current and are still emitted, for pods that were not replaced yet
//! and for a way back.
//!
//! They come from the lock alone: the config may have changed since, or be gone. Nothing refers to
//! them.

use super::locked::Book;
use super::plan::Mode;
use super::subject::Subject;
use crate::config::{Entries, Entry, HashKey, Keep, ManagedSecret, Source, StampRules};
use crate::diag::{Code, Diagnostic};
use crate::lock::{self, Generation, Pinned, Selection};
use crate::vault::Depth;

/// A generation that is kept.
pub struct Kept {
    /// The name of the config it came from.
    pub config: String,
    /// Namespace of what is emitted.
    pub namespace: Option<String>,
    /// As a config would have to say it today.
    pub managed: ManagedSecret,
    /// As it stands in the lock.
    pub generation: Generation,
    /// How much of its sources has to be read; `None`: nothing at all.
    pub depth: Option<Depth>,
}

/// What a kept generation says about the stamp: nothing, as nobody refers to it.
static NO_RULES: StampRules = StampRules {
    exclude: Vec::new(),
    live: Vec::new(),
};

impl Kept {
    /// A generation of an entry, whose values nobody reads.
    #[must_use]
    pub fn of(entry: &lock::Entry, generation: &Generation) -> Self {
        Self {
            config: entry.config.clone(),
            namespace: entry.namespace.clone(),
            managed: managed(&entry.name, generation),
            depth: None,
            generation: generation.clone(),
        }
    }

    /// On its way through `resolve` and `mint`.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            config: &self.config,
            managed: &self.managed,
            operator: &self.generation.object.operator,
            gitops: self.generation.object.gitops,
            stamp: &NO_RULES,
            namespace: self.namespace.as_deref(),
            depth: self.depth,
            login: None,
            locked: Some(&self.generation),
            previous: true,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        let suffix = self.generation.suffix.as_deref().unwrap_or_default();
        format!("{}-{suffix}", self.managed.name)
    }
}

/// All that the locks keep.
pub fn kept(book: &Book<'_>, mode: Mode) -> Vec<Kept> {
    let each = book.entries().flat_map(|(_, entry)| {
        entry.previous.iter().map(|previous| {
            let generation = &previous.generation;
            let values = generation.delivery.has_secret() && mode == Mode::Render;
            Kept {
                depth: values.then_some(Depth::Values),
                ..Kept::of(entry, generation)
            }
        })
    });
    each.collect()
}

/// The managed secret that a generation was.
#[must_use]
pub fn managed(name: &str, generation: &Generation) -> ManagedSecret {
    let place = &generation.place;
    let source = |pin: &Pinned| Source {
        secret: pin.secret.clone(),
        version: pin.version,
        place: place.clone(),
    };
    let picked = generation.sources.iter().enumerate().flat_map(|(at, pin)| {
        let Selection::Picked(picked) = &pin.keys else {
            return Vec::new();
        };
        let entry = |one: &lock::Picked| Entry {
            key: one.key.clone(),
            source: at,
            from: one.from.clone(),
            decode: one.decode,
            place: place.clone(),
        };
        picked.iter().map(entry).collect()
    });
    let all = generation.sources.iter();
    let all = all.clone().any(|pin| matches!(pin.keys, Selection::All(_)));
    let hash_key = generation.hash_key.as_ref().map(|key| HashKey {
        source: Source {
            secret: key.secret.clone(),
            version: key.version,
            place: place.clone(),
        },
        key: key.key.clone(),
    });
    ManagedSecret {
        name: name.to_owned(),
        place: place.clone(),
        delivery: generation.delivery,
        hash: generation.hash,
        hash_key,
        secret_type: generation.secret_type.clone(),
        labels: generation.object.labels.clone(),
        annotations: generation.object.annotations.clone(),
        immutable: generation.object.immutable,
        name_suffix: generation.name_suffix,
        follow: generation.suffix.is_none(),
        keep: Keep::default(),
        sources: generation.sources.iter().map(source).collect(),
        entries: if all {
            Entries::All
        } else {
            Entries::Picked(picked.collect())
        },
    }
}

/// Its version is gone from the store, so it is not emitted any more.
#[must_use]
pub fn gone(subject: &Subject<'_>, why: &str, strict: bool) -> Diagnostic {
    let suffix = subject.locked.and_then(|locked| locked.suffix.as_deref());
    let name = format!("{}-{}", subject.managed.name, suffix.unwrap_or_default());
    let message = format!("the previous generation `{name}` cannot be made again: {why}");
    let diagnostic = if strict {
        Diagnostic::error(Code::PreviousGone, message)
    } else {
        Diagnostic::warning(Code::PreviousGone, message)
    };
    let place = subject.locked.map(|locked| locked.place.clone());
    diagnostic
        .at(place.unwrap_or_default())
        .hint("pods that still use it cannot start again; `countersign lock --drop-previous` takes it out of the lock.")
}
