//! Asks the store, once for each secret and version, and reports all failures together.
//!
//! The only stage that sees a store, and the only owner of values until `mint` takes them. A source
//! that two managed secrets share is read once, as deep as the deeper of them needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::subject::Subject;
use crate::config::fields::nearest;
use crate::config::{Decode, Entries, Entry, HashKind, ManagedSecret, Source};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::kube::{names, types};
use crate::value::SecretValue;
use crate::vault::login::Login;
use crate::vault::{Ask, Contents, Depth, Reading, SecretPath, Store};

/// A secret at a version (`None`: the newest), and as whom it is read: what one config may read,
/// another one is not given.
pub type Key = (SecretPath, Option<u64>, Option<Arc<Login>>);

/// resolve → mint: the only type that owns values.
pub struct Resolved {
    readings: BTreeMap<Key, Reading>,
    /// The Vault namespace of the runner.
    pub namespace: Option<String>,
    /// Subjects that were only kept for old pods and cannot be had any more.
    pub gone: BTreeSet<usize>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

impl Resolved {
    /// What was read for a source of a subject.
    #[must_use]
    pub fn reading(&self, subject: &Subject<'_>, source: &Source) -> Option<&Reading> {
        self.readings.get(&key(subject, source))
    }

    /// One value.
    #[must_use]
    pub fn value(&self, subject: &Subject<'_>, source: &Source, key: &str) -> Option<&SecretValue> {
        value(self.reading(subject, source)?, key)
    }

    /// The key of `hash: keyed`, and what was read of the secret that holds it.
    #[must_use]
    pub fn hash_key(&self, subject: &Subject<'_>) -> Option<(&Reading, &SecretValue)> {
        let reading = self.readings.get(&hash_key(subject)?)?;
        let value = value(reading, &subject.managed.hash_key.as_ref()?.key)?;
        Some((reading, value))
    }

    /// The names of the keys of a source, where they were read.
    #[must_use]
    pub fn keys(&self, subject: &Subject<'_>, source: &Source) -> Option<Vec<&str>> {
        keys(self.reading(subject, source)?)
    }
}

fn value<'r>(reading: &'r Reading, key: &str) -> Option<&'r SecretValue> {
    let Contents::Values(pairs) = &reading.contents else {
        return None;
    };
    let found = pairs.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value)
}

fn keys(reading: &Reading) -> Option<Vec<&str>> {
    match &reading.contents {
        Contents::Values(pairs) => Some(pairs.iter().map(|(name, _)| name.as_str()).collect()),
        Contents::Keys(keys) => Some(keys.iter().map(String::as_str).collect()),
        Contents::Unknown => None,
    }
}

fn key(subject: &Subject<'_>, source: &Source) -> Key {
    let pinned = subject.pin(source).and_then(|pin| pin.version);
    let version = pinned.or(source.version);
    (source.secret.clone(), version, subject.login.cloned())
}

/// What has to be read for `hash: keyed`.
fn hash_key(subject: &Subject<'_>) -> Option<Key> {
    let key = subject.managed.hash_key.as_ref()?;
    let pinned = subject.locked.and_then(|l| l.hash_key.as_ref()?.version);
    let wanted = subject.managed.hash == HashKind::Keyed && !subject.managed.follow;
    let version = pinned.or(key.source.version);
    wanted.then(|| (key.source.secret.clone(), version, subject.login.cloned()))
}

/// One question and whoever needs its answer.
struct Question {
    depth: Depth,
    place: Place,
    subjects: Vec<usize>,
}

/// Reads everything that the subjects need. Where `strict` is false, a generation that is only kept
/// and whose versions are gone is left out, with a warning.
pub fn resolve(
    subjects: &[Subject<'_>],
    store: &dyn Store,
    strict: bool,
) -> Result<Resolved, Report> {
    let questions = questions(subjects);
    let asks: Vec<Ask> = questions
        .iter()
        .map(|((secret, version, login), question)| Ask {
            secret: secret.clone(),
            version: *version,
            depth: question.depth,
            login: login.clone(),
        })
        .collect();
    let answers = if asks.is_empty() {
        Vec::new()
    } else {
        store.read(&asks)
    };
    let mut report = Report::default();
    let mut resolved = Resolved {
        readings: BTreeMap::new(),
        namespace: store.namespace().map(str::to_owned),
        gone: BTreeSet::new(),
        warnings: Vec::new(),
    };
    let mut whole_store: BTreeSet<String> = BTreeSet::new();
    let mut answered: Vec<_> = questions.into_iter().zip(answers).collect();
    // what stands now is what a person looks for, not what is only kept
    answered.sort_by_key(|((_, question), _)| {
        let mut subjects = question.subjects.iter().map(|at| &subjects[*at]);
        subjects.all(|subject| subject.previous)
    });
    for ((key, question), answer) in answered {
        match answer {
            Ok(reading) => {
                resolved.readings.insert(key, reading);
            }
            Err(refusal)
                if is_gone(refusal.code)
                    && question.subjects.iter().all(|at| subjects[*at].previous) =>
            {
                let left = question.subjects.into_iter();
                let left: Vec<usize> = left.filter(|at| resolved.gone.insert(*at)).collect();
                for at in left {
                    let one = super::previous::gone(&subjects[at], &refusal.message, strict);
                    report.push(one);
                }
            }
            // the store failed, not the path: said once, at the first path
            Err(refusal) if whole_store.contains(&refusal.message) => {}
            Err(refusal) => {
                whole_store.insert(refusal.message.clone());
                report.push(
                    Diagnostic::error(refusal.code, refusal.message)
                        .at(question.place)
                        .hint(refusal.hint),
                );
            }
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    for (at, subject) in subjects.iter().enumerate() {
        if subject.depth.is_none() || resolved.gone.contains(&at) {
            continue;
        }
        let mut found = Report::default();
        super::locked::same_as_locked(subject, &resolved, &mut found);
        check(subject, &resolved, &mut found);
        match found.diagnostics.first() {
            Some(first) if subject.previous => {
                resolved.gone.insert(at);
                report.push(super::previous::gone(subject, &first.message, strict));
            }
            _ => report.extend(found),
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    resolved.warnings = report.diagnostics;
    Ok(resolved)
}

/// Whether a refusal says that there is nothing (any more) at this version.
fn is_gone(code: Code) -> bool {
    matches!(
        code,
        Code::SecretAbsent | Code::VersionAbsent | Code::VersionDeleted | Code::VersionDestroyed
    )
}

fn questions(subjects: &[Subject<'_>]) -> BTreeMap<Key, Question> {
    let mut wanted: BTreeMap<Key, Question> = BTreeMap::new();
    let mut want = |at: usize, key: Key, depth: Depth, place: &Place| {
        let question = wanted.entry(key).or_insert_with(|| Question {
            depth,
            place: place.clone(),
            subjects: Vec::new(),
        });
        question.depth = question.depth.max(depth);
        question.subjects.push(at);
    };
    for (at, subject) in subjects.iter().enumerate() {
        let Some(depth) = subject.depth else { continue };
        for source in &subject.managed.sources {
            want(at, key(subject, source), depth, &source.place);
        }
        if let (Some(key), Some(hash_key)) = (hash_key(subject), &subject.managed.hash_key) {
            want(at, key, Depth::Values, &hash_key.source.place);
        }
    }
    wanted
}

/// What will be asked, and for which of the subjects.
pub fn wanted(subjects: &[Subject<'_>]) -> Vec<(Key, Vec<usize>)> {
    let each = questions(subjects).into_iter();
    each.map(|(key, question)| (key, question.subjects))
        .collect()
}

/// Keys that are not there, and those that a type needs.
fn check(subject: &Subject<'_>, resolved: &Resolved, report: &mut Report) {
    let secret = subject.managed;
    let mut missing = |reading: Option<&Reading>, source: &Source, key: &str, place: &Place| {
        let named = reading.and_then(keys);
        let Some(keys) = named.filter(|keys| !keys.contains(&key)) else {
            return;
        };
        let hint = match nearest(key, keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if keys.is_empty() => "the secret has no keys at all.".to_owned(),
            None => format!("it has {}.", crate::config::fields::list(&keys)),
        };
        let version = reading
            .and_then(|r| r.version)
            .map_or_else(String::new, |v| format!(" at version {v}"));
        let message = format!(
            "`{}/{}` has no key `{key}`{version}",
            source.secret.mount, source.secret.path
        );
        report.push(
            Diagnostic::error(Code::MissingKey, message)
                .at(place.clone())
                .hint(hint),
        );
    };
    if let (Some(pinned), Some(key)) = (hash_key(subject), &secret.hash_key) {
        let reading = resolved.readings.get(&pinned);
        missing(reading, &key.source, &key.key, &key.source.place);
    }
    match &secret.entries {
        Entries::Picked(entries) => {
            for Entry {
                source,
                from,
                place,
                ..
            } in entries
            {
                if let Some(source) = secret.sources.get(*source) {
                    missing(resolved.reading(subject, source), source, from, place);
                }
            }
        }
        Entries::All => {
            let keys = secret
                .sources
                .first()
                .and_then(|source| resolved.keys(subject, source))
                .unwrap_or_default();
            for key in &keys {
                if let Some(fault) = names::data_key_fault(key) {
                    report.push(
                        Diagnostic::error(
                            Code::BadKey,
                            format!("`{key}` cannot be a key of a Secret: {fault}"),
                        )
                        .at(secret.place.clone())
                        .hint(
                            "name the keys to take in `keys`, under names that Kubernetes accepts.",
                        ),
                    );
                }
            }
            if let Some(lacking) =
                types::missing_key(&secret.secret_type, |key| keys.contains(&key))
            {
                let message = format!(
                    "a Secret of type `{}` needs the key `{lacking}`",
                    secret.secret_type
                );
                report.push(
                    Diagnostic::error(Code::MissingTypeKey, message)
                        .at(secret.place.clone())
                        .hint("add it in Vault, map it in `keys`, or leave `type` out."),
                );
            }
        }
    }
}

/// One key of a Secret's data, whether it was picked or came with all of them.
pub struct Item<'s> {
    /// Its name in the Secret.
    pub key: String,
    /// Where it is read.
    pub source: &'s Source,
    /// Its name in Vault.
    pub from: String,
    /// How the stored text becomes bytes.
    pub decode: Decode,
    /// Where the config says so.
    pub place: &'s Place,
}

/// The keys of a secret that has been read.
#[must_use]
pub fn items<'s>(subject: &Subject<'s>, resolved: &Resolved) -> Vec<Item<'s>> {
    let secret = subject.managed;
    match &secret.entries {
        Entries::Picked(_) => picked(secret),
        Entries::All => {
            let each = secret.sources.iter().flat_map(|source| {
                let keys = resolved.keys(subject, source).unwrap_or_default();
                let item = |key: &str| Item {
                    key: key.to_owned(),
                    source,
                    from: key.to_owned(),
                    decode: Decode::Text,
                    place: &secret.place,
                };
                keys.into_iter().map(item).collect::<Vec<_>>()
            });
            each.collect()
        }
    }
}

/// The keys that a config names; none where it takes all of them.
fn picked(secret: &ManagedSecret) -> Vec<Item<'_>> {
    let Entries::Picked(entries) = &secret.entries else {
        return Vec::new();
    };
    entries
        .iter()
        .filter_map(|entry| {
            Some(Item {
                key: entry.key.clone(),
                source: secret.sources.get(entry.source)?,
                from: entry.from.clone(),
                decode: entry.decode,
                place: &entry.place,
            })
        })
        .collect()
}
