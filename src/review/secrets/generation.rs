//! Two entries of locks: versions, what is kept of them, and what all of it amounts to.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::{Keys, Setting, keys, settings, word};
use super::told::UNTOLD;
use super::{SecretReview, Status};
use crate::config::Keep;
use crate::lock::{Entry, Generation, Pinned};
use crate::review::names::Names;
use crate::vault::SecretPath;

/// A version and when it was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// `None` for kv-v1 and for followed secrets.
    pub version: Option<u64>,
    /// The server's own text.
    pub created: Option<String>,
}

/// One source that does not stay where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Which.
    pub path: SecretPath,
    /// `None`: it was no source.
    pub from: Option<At>,
    /// `None`: it is no source any more.
    pub to: Option<At>,
}

/// How a secret stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The Secret in the cluster.
    pub secret: String,
    /// How it gets there; `None`: no lock says it.
    pub delivery: Option<&'static str>,
    /// What its suffix is made from; `None` as above.
    pub hash: Option<&'static str>,
}

/// A previous generation that stays behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The Secret in the cluster.
    pub secret: String,
    /// Since when it is not current; `None`: no lock says it.
    pub since: Option<String>,
    /// Until when it is kept at least; `None` as above.
    pub until: Option<String>,
    /// It was the current one.
    pub is_new: bool,
}

/// Compares what two locks say of one managed secret.
#[must_use]
pub fn compare(old: Option<&Entry>, new: Option<&Entry>, names: &[Names; 2]) -> SecretReview {
    let entry = new.or(old);
    let name = entry.map(|e| e.name.as_str()).unwrap_or_default();
    let mut out = SecretReview::nameless(name, Status::Unchanged);
    out.config = entry.map(|e| e.config.clone()).filter(|c| c != UNTOLD);
    out.namespace = entry.and_then(|e| e.namespace.clone());
    let (was, is) = (
        old.and_then(|e| e.current.as_ref()),
        new.and_then(|e| e.current.as_ref()),
    );
    let stands = |entry: Option<&Entry>, names: &Names| {
        let entry = entry?;
        Some(standing(entry, entry.current.as_ref()?, names))
    };
    out.before = stands(old, &names[0]);
    out.after = stands(new, &names[1]);
    out.moves = moves(was, is);
    if let (Some(was), Some(is)) = (was, is) {
        let [had, has] = match (keys(was), keys(is)) {
            (Some(had), Some(has)) => [had, has],
            // where one side does not say its keys, none comes or goes
            _ => [Keys::new(), Keys::new()],
        };
        let without = |keys: &Keys, other: &Keys| {
            let keys = keys.keys().filter(|key| !other.contains_key(*key));
            keys.cloned().collect::<Vec<_>>()
        };
        out.keys_added = without(&has, &had);
        out.keys_removed = without(&had, &has);
        let differs = |(key, from): (&String, &_)| {
            had.get(key)
                .is_some_and(|before| before != from)
                .then(|| key.clone())
        };
        out.keys_changed = has.iter().filter_map(differs).collect();
        out.settings = settings(was, is);
        let keeps = [old, new].map(|e| e.map_or_else(Keep::default, |e| e.keep));
        out.settings.extend(kept_for(keeps));
    }
    out.kept = kept(old, new, &names[1]);
    out.dropped = dropped(old, new, &names[0]);
    out.status = status(&out, was, is);
    out
}

/// How long a generation is kept, where that changes.
fn kept_for([old, new]: [Keep; 2]) -> Option<Setting> {
    (old != new).then(|| Setting {
        name: "keep",
        change: Some((old.to_string(), new.to_string())),
    })
}

fn status(review: &SecretReview, was: Option<&Generation>, is: Option<&Generation>) -> Status {
    let Some(is) = is else {
        // a tombstone of which nothing changes is no news
        return match was {
            Some(_) => Status::Removed,
            None if review.dropped.is_empty() => Status::Unchanged,
            None => Status::Kept,
        };
    };
    if was.is_none() {
        return Status::Added;
    }
    if is.suffix.is_none() {
        return Status::Unreviewed;
    }
    let both = || {
        review
            .moves
            .iter()
            .filter_map(|m| Some((m.from.as_ref()?, m.to.as_ref()?)))
    };
    let back = both().any(|(from, to)| to.version < from.version);
    let forward = both().any(|(from, to)| to.version > from.version);
    let changes = !review.moves.is_empty()
        || !review.settings.is_empty()
        || !review.keys_added.is_empty()
        || !review.keys_removed.is_empty()
        || !review.keys_changed.is_empty()
        || review.before != review.after;
    if back {
        Status::RolledBack
    } else if forward {
        Status::Moved
    } else if both().next().is_some() {
        Status::Rewritten
    } else if changes {
        Status::Changed
    } else if review.dropped.is_empty() && review.kept.iter().all(|k| !k.is_new) {
        Status::Unchanged
    } else {
        Status::Kept
    }
}

fn standing(entry: &Entry, generation: &Generation, names: &Names) -> Standing {
    let locked = entry.config != UNTOLD;
    Standing {
        secret: called(&entry.name, generation, names),
        delivery: locked.then(|| word(generation.delivery)),
        hash: locked.then(|| generation.hash.word()),
    }
}

/// As the stream calls it, which overlays may have changed, else as it was made.
fn called(name: &str, generation: &Generation, names: &Names) -> String {
    match &generation.suffix {
        Some(suffix) => names.called(name, suffix).map_or_else(
            || {
                if generation.name_suffix {
                    format!("{name}-{suffix}")
                } else {
                    name.to_owned()
                }
            },
            str::to_owned,
        ),
        None => name.to_owned(),
    }
}

fn moves(was: Option<&Generation>, is: Option<&Generation>) -> Vec<Move> {
    let sources = |generation: Option<&Generation>| {
        let sources = generation.map(|g| g.sources.as_slice()).unwrap_or_default();
        let each = sources
            .iter()
            .map(|source| (source.secret.clone(), at(source)));
        each.collect::<BTreeMap<_, _>>()
    };
    let (was, is) = (sources(was), sources(is));
    let paths: BTreeSet<&SecretPath> = was.keys().chain(is.keys()).collect();
    let each = paths.into_iter().map(|path| Move {
        path: path.clone(),
        from: was.get(path).cloned(),
        to: is.get(path).cloned(),
    });
    each.filter(|one| one.from != one.to).collect()
}

fn at(source: &Pinned) -> At {
    At {
        version: source.version,
        created: source.created.clone(),
    }
}

fn kept(old: Option<&Entry>, new: Option<&Entry>, names: &Names) -> Vec<Kept> {
    let Some(entry) = new else { return Vec::new() };
    let before = old.and_then(|e| e.current.as_ref()?.suffix.as_ref());
    let said = |time: &String| Some(time.clone()).filter(|time| !time.is_empty());
    let each = entry.previous.iter().map(|previous| Kept {
        secret: called(&entry.name, &previous.generation, names),
        since: said(&previous.since),
        until: said(&previous.until),
        is_new: before.is_some() && before == previous.generation.suffix.as_ref(),
    });
    each.collect()
}

/// Generations of the old entry that the new one does not have.
fn dropped(old: Option<&Entry>, new: Option<&Entry>, names: &Names) -> Vec<String> {
    let Some(entry) = old else { return Vec::new() };
    let all = |entry: &Entry| {
        let previous = entry.previous.iter().map(|p| p.generation.clone());
        entry
            .current
            .iter()
            .cloned()
            .chain(previous)
            .collect::<Vec<_>>()
    };
    // under another name it is another Secret
    let new = new
        .filter(|new| new.name == entry.name)
        .map(all)
        .unwrap_or_default();
    let gone = all(entry).into_iter().filter(|generation| {
        let stays = |g: &Generation| {
            g.suffix == generation.suffix || !g.name_suffix && !generation.name_suffix
        };
        !new.iter().any(stays)
    });
    gone.map(|generation| called(&entry.name, &generation, names))
        .collect()
}
