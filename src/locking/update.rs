//! `lock`: adds what is missing, moves what it was asked to move, and keeps what old pods may need.
//!
//! Decides what has to be asked for; how the store is asked stands in `ask`.

use super::Learned;
use super::ask::{Step, ask};
use super::clock;
use super::known::Known;
use super::offline::{again, followed};
use crate::config::fields::nearest;
use crate::config::{Keep, ManagedSecret};
use crate::diag::{Code, Diagnostic, Report};
use crate::lock::agree::reasons;
use crate::lock::{Entry, Generation, Lock, Previous};
use crate::stage::generation::dress;
use crate::vault::{Engine, Store};

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// What moves although it is locked.
    pub upgrade: Upgrade,
    /// Nothing is kept of what moves: the old generation goes at once.
    pub drop_previous: bool,
    /// Seconds since 1970.
    pub now: i64,
}

/// What moves to the newest version.
#[derive(Clone, Debug, Default)]
pub enum Upgrade {
    /// Nothing.
    #[default]
    None,
    /// Everything.
    All,
    /// These secrets; to a version, or to the newest.
    Named(Vec<(String, Option<u64>)>),
    /// Everything that uses this `mount/path`.
    Path(String),
}

/// What becomes of one secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// It stays where it is locked.
    Locked,
    /// It moves to the newest version that is live.
    Newest,
    /// It moves to this version.
    Version(u64),
}

impl Upgrade {
    fn target(&self, managed: &ManagedSecret) -> Target {
        let newest = |moves: bool| {
            if moves {
                Target::Newest
            } else {
                Target::Locked
            }
        };
        match self {
            Upgrade::None => Target::Locked,
            Upgrade::All => Target::Newest,
            Upgrade::Named(names) => {
                let mut asked = names.iter().filter(|(name, _)| *name == managed.name);
                match asked.next() {
                    Some((_, Some(version))) => Target::Version(*version),
                    found => newest(found.is_some()),
                }
            }
            Upgrade::Path(path) => {
                newest(managed.sources.iter().any(|source| {
                    format!("{}/{}", source.secret.mount, source.secret.path) == *path
                }))
            }
        }
    }
}

/// What came of it.
pub struct Updated {
    /// The new lock.
    pub lock: Lock,
    /// Whether the store had to be asked.
    pub asked: bool,
}

/// The new lock.
///
/// # Errors
/// Whatever the store does not give.
pub fn update(
    old: &Lock,
    learned: &[Learned],
    wish: &Wish,
    store: &dyn Store,
) -> Result<Updated, Report> {
    let mut report = Report::default();
    let known = Known::of(old, learned);
    let mut steps: Vec<Step> = Vec::new();
    for one in learned {
        steps.push(step(old, &known, one, wish, &mut report));
    }
    if report.has_errors() {
        return Err(report);
    }
    let asked = steps.iter().any(|step| matches!(step, Step::Ask(..)));
    let generations = ask(learned, steps, store)?;
    let mut lock = Lock::default();
    for (one, generation) in learned.iter().zip(generations) {
        let entry = known.entry(one);
        let moved = wish.upgrade.target(&one.managed) != Target::Locked;
        let drop = wish.drop_previous && (moved || matches!(wish.upgrade, Upgrade::None));
        lock.entries.push(Entry {
            name: one.managed.name.clone(),
            config: one.config.name.clone(),
            namespace: one.namespace.clone().or_else(|| entry?.namespace.clone()),
            previous: previous(entry, &generation, one.managed.keep, drop, wish.now),
            current: Some(generation),
            keep: one.managed.keep,
        });
    }
    lock.entries.extend(removed(old, &known, wish));
    let key = |e: &Entry| (e.namespace.clone(), e.config.clone(), e.name.clone());
    lock.entries.sort_by_key(key);
    Ok(Updated { lock, asked })
}

/// Names that nothing defines, and versions that cannot be. `learned` is all of a run: a name may
/// stand in any of its locks.
pub fn named(learned: &[&Learned], wish: &Wish, report: &mut Report) {
    let Upgrade::Named(names) = &wish.upgrade else {
        return;
    };
    for (name, version) in names {
        let found: Vec<_> = learned.iter().filter(|l| l.managed.name == *name).collect();
        let all = learned.iter().map(|one| one.managed.name.as_str());
        let hint = match nearest(name, all) {
            _ if name.contains('/') => {
                "a folder stands before the flag: `countersign lock FOLDER --upgrade`.".to_owned()
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a secret of the configs, as manifests refer to it.".to_owned(),
        };
        if found.is_empty() {
            let message = format!("there is no managed secret `{name}` to upgrade");
            report.push(Diagnostic::error(Code::Usage, message).hint(hint));
        }
        let of_kv1 = |one: &&&Learned| {
            let mut sources = one.managed.sources.iter();
            sources.any(|source| source.secret.engine == Engine::KvV1)
        };
        let no_versions = if found.iter().any(|one| one.managed.follow) {
            Some("follows Vault")
        } else if found.iter().any(of_kv1) {
            Some("comes from kv-v1")
        } else {
            None
        };
        if let (Some(version), Some(why)) = (version, no_versions) {
            let message = format!("`{name}` {why}, so there is no version {version} to move it to");
            report.push(Diagnostic::error(Code::Usage, message).hint(
                "leave the version out; only kv-v2 has versions, and only what is pinned moves.",
            ));
        }
        let several = found.iter().any(|one| one.managed.sources.len() > 1);
        if version.is_some() && several {
            let message = format!("`{name}` has several sources, and one version was given");
            report.push(
                Diagnostic::error(Code::Usage, message)
                    .hint("write `version` beside the path that is meant, and lock again."),
            );
        }
    }
}

fn step(old: &Lock, defined: &Known<'_>, one: &Learned, wish: &Wish, report: &mut Report) -> Step {
    let managed = &one.managed;
    if managed.follow {
        return Step::Stay(Box::new(followed(one)));
    }
    let current = defined.entry(one).and_then(|entry| entry.current.as_ref());
    // a secret under a new name stands where it stood under the old one
    let known = current.or_else(|| renamed(old, defined, one));
    let target = wish.upgrade.target(managed);
    if target == Target::Locked {
        if let Some(current) = current
            && reasons(managed, current).is_empty()
        {
            return Step::Stay(Box::new(Generation {
                object: dress(&one.subject(managed, None)),
                ..current.clone()
            }));
        }
        if let Some(generation) = known.and_then(|known| again(one, known)) {
            return Step::Stay(Box::new(generation));
        }
    }
    let mut wanted = managed.clone();
    for (at, source) in wanted.sources.iter_mut().enumerate() {
        let pin = known.and_then(|known| known.pin(managed, at));
        source.version = match (target, source.version) {
            (Target::Version(asked), Some(said)) if asked != said => {
                let message = format!(
                    "`{}` cannot move to version {asked}: its config says `version: {said}`",
                    managed.name
                );
                report.push(
                    Diagnostic::error(Code::Usage, message)
                        .at(source.place.clone())
                        .hint("change or take out `version` in the config."),
                );
                Some(said)
            }
            (_, Some(said)) => Some(said),
            (Target::Version(asked), None) => Some(asked),
            (Target::Newest, None) => None,
            (Target::Locked, None) => pin.and_then(|pin| pin.version),
        };
    }
    // one key for all generations, as long as it is there
    if let (Some(key), Some(pin)) = (
        &mut wanted.hash_key,
        known.and_then(|k| k.hash_key.as_ref()),
    ) && key.source.secret == pin.secret
        && key.source.version.is_none()
    {
        key.source.version = pin.version;
    }
    let pinned = known.filter(|known| target == Target::Locked && known.suffix.is_some());
    Step::Ask(Box::new(wanted), pinned.cloned().map(Box::new))
}

/// The generation of a secret of the same config that nothing defines any more and that has the
/// same sources.
fn renamed<'l>(old: &'l Lock, defined: &Known<'_>, one: &Learned) -> Option<&'l Generation> {
    let left = old
        .entries
        .iter()
        .filter(|entry| entry.config == one.config.name && !defined.is_defined(entry));
    let same = |generation: &&Generation| {
        generation.sources.len() == one.managed.sources.len()
            && (0..one.managed.sources.len()).all(|at| generation.pin(&one.managed, at).is_some())
    };
    let mut found = left.filter_map(|entry| entry.current.as_ref()).filter(same);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What is kept: the generation that was current, and older ones until `keep` lets them go.
fn previous(
    entry: Option<&Entry>,
    generation: &Generation,
    keep: Keep,
    drop: bool,
    now: i64,
) -> Vec<Previous> {
    let Some(entry) = entry.filter(|_| !drop) else {
        return Vec::new();
    };
    let mut all: Vec<Previous> = Vec::new();
    let moved = entry.current.iter().filter(|old| {
        // a name that stays has no room for two
        old.suffix.is_some() && old.name_suffix && !old.is_called_like(generation)
    });
    all.extend(moved.map(|old| Previous {
        since: clock::text(now),
        until: clock::text(now + keep.at_least),
        generation: old.clone(),
    }));
    all.extend(entry.previous.iter().cloned());
    all.retain(|one| !one.generation.is_called_like(generation));
    for one in &mut all {
        if let Some(since) = clock::seconds(&one.since) {
            one.until = clock::text(since.saturating_add(keep.at_least));
        }
    }
    trim(all, keep.count, now)
}

/// Takes out what has `count` newer ones and is past its time.
fn trim(all: Vec<Previous>, count: u64, now: i64) -> Vec<Previous> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let each = all.into_iter().enumerate();
    each.filter(|(at, one)| {
        *at < count || clock::seconds(&one.until).is_none_or(|until| now < until)
    })
    .map(|(_, one)| one)
    .collect()
}

/// Entries that nothing defines any more: their last generation is kept like any other.
fn removed(old: &Lock, known: &Known<'_>, wish: &Wish) -> Vec<Entry> {
    let left = old.entries.iter().filter(|entry| !known.is_defined(entry));
    let each = left.map(|entry| {
        let mut all: Vec<Previous> = Vec::new();
        let last = entry.current.iter();
        let last = last.filter(|old| old.suffix.is_some() && old.name_suffix);
        all.extend(last.map(|old| Previous {
            since: clock::text(wish.now),
            until: clock::text(wish.now + entry.keep.at_least),
            generation: old.clone(),
        }));
        all.extend(entry.previous.iter().cloned());
        Entry {
            current: None,
            keep: Keep::default(),
            // nothing newer will come, so only time counts
            previous: if wish.drop_previous && matches!(wish.upgrade, Upgrade::None) {
                Vec::new()
            } else {
                trim(all, 0, wish.now)
            },
            ..entry.clone()
        }
    });
    each.filter(|entry| !entry.previous.is_empty()).collect()
}
