//! `outdated`: what Vault has newer than the locks, and which pins will not last.
//!
//! One question for the history of each path; a value is never read, and nothing is changed. The
//! text and the JSON of it are made beside this file, as are the groups in which a bot proposes.

pub mod groups;
pub mod json;
mod pin;
#[cfg(test)]
mod tests;
pub mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::groups::Group;
pub use self::pin::{Pin, Standing};
use super::file::{LockFile, called};
use super::online::histories;
use crate::diag::{Code, Diagnostic, Report};
use crate::lock::{Entry, Generation};
use crate::vault::{History, Refusal, SecretPath, Store};

/// What was found.
#[derive(Clone, Debug)]
pub struct Outdated {
    /// One for each lock file.
    pub locks: Vec<OfLock>,
    /// Whether the store was needed at all.
    pub asked: bool,
}

/// In one lock file.
#[derive(Clone, Debug)]
pub struct OfLock {
    /// As the user may find it.
    pub file: Arc<str>,
    /// In the order of the lock.
    pub secrets: Vec<OfSecret>,
}

/// About one managed secret.
#[derive(Clone, Debug)]
pub struct OfSecret {
    /// The logical name.
    pub name: String,
    /// Its config.
    pub config: String,
    /// Namespace of what is emitted, where it is known.
    pub namespace: Option<String>,
    /// What stands now; `None`: no config defines it any more.
    pub current: Option<Stood>,
    /// What is only kept.
    pub previous: Vec<Stood>,
    /// All in one word.
    pub status: Status,
}

/// One generation.
#[derive(Clone, Debug)]
pub struct Stood {
    /// What it is called.
    pub name: String,
    /// What tells it from others; `None`: it follows Vault.
    pub suffix: Option<String>,
    /// Until when it is kept at least, where it is only kept.
    pub until: Option<String>,
    /// Its sources, and the key of `hash: keyed` where there is one.
    pub pins: Vec<Pin>,
}

/// How a secret stands; the later one wins for all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// No config defines it any more: only previous generations are left.
    Removed,
    /// kv-v1 has no versions to compare.
    Unversioned,
    /// It follows Vault: its changes reach the cluster unreviewed.
    Unreviewed,
    /// It stands at the newest version.
    Current,
    /// There is a newer version.
    Outdated,
    /// What it stands at is gone, or is no longer what was locked.
    Broken,
}

impl Status {
    /// For programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Removed => "removed",
            Status::Unversioned => "unversioned",
            Status::Unreviewed => "unreviewed",
            Status::Current => "current",
            Status::Outdated => "outdated",
            Status::Broken => "broken",
        }
    }
}

impl Outdated {
    /// All in one word: `Current`, `Outdated` or `Broken`.
    #[must_use]
    pub fn status(&self) -> Status {
        let secrets = self.locks.iter().flat_map(|lock| &lock.secrets);
        let worst = secrets.map(|secret| secret.status).max();
        worst.unwrap_or(Status::Current).max(Status::Current)
    }
}

impl OfSecret {
    /// Whether moving it changes anything.
    #[must_use]
    pub fn can_move(&self) -> bool {
        let pins = self.current.iter().flat_map(|stood| &stood.pins);
        let mut newest = pins.filter(|pin| !pin.is_key && pin.newest.is_some());
        self.status >= Status::Outdated && newest.next().is_some()
    }
}

/// Asks for everything that the locks pin.
///
/// # Errors
/// What the store refuses, and locks that were made in another namespace than the runner's.
pub fn find(files: &[LockFile], store: &dyn Store) -> Result<Outdated, Report> {
    let mut report = Report::default();
    for file in files {
        other_namespaces(file, store, &mut report);
    }
    report.check(())?;
    let generations = files.iter().flat_map(|file| &file.lock.entries);
    let generations = generations.flat_map(|entry| {
        let kept = entry.previous.iter().map(|one| &one.generation);
        entry.current.iter().chain(kept)
    });
    let paths: Vec<&SecretPath> = generations.clone().flat_map(pin::asked).collect();
    let asked = !paths.is_empty();
    let answers = histories(paths.into_iter(), store);
    for generation in generations {
        for path in pin::asked(generation) {
            if let Some(Err(refusal)) = answers.get(path) {
                refused(refusal, generation, &mut report);
            }
        }
    }
    let known: BTreeMap<SecretPath, History> = answers
        .into_iter()
        // a path that is gone altogether has no versions
        .map(|(path, answer)| (path, answer.unwrap_or_default()))
        .collect();
    let locks = files.iter().map(|file| OfLock {
        file: Arc::clone(&file.name),
        secrets: file
            .lock
            .entries
            .iter()
            .map(|e| secret(e, &known))
            .collect(),
    });
    report.check(Outdated {
        locks: locks.collect(),
        asked,
    })
}

/// Says once what the store refuses, at the first place that needs it. A path that is gone altogether
/// is no refusal but an answer.
fn refused(refusal: &Refusal, generation: &Generation, report: &mut Report) {
    let mut said = report.diagnostics.iter();
    if refusal.code == Code::SecretAbsent || said.any(|one| one.message == refusal.message) {
        return;
    }
    let one = Diagnostic::error(refusal.code, refusal.message.clone()).hint(refusal.hint.clone());
    report.push(if refusal.is_of_the_whole_store() {
        one
    } else {
        one.at(generation.place.clone())
    });
}

fn secret(entry: &Entry, known: &BTreeMap<SecretPath, History>) -> OfSecret {
    let stood = |generation: &Generation, until: Option<&String>| Stood {
        name: called(entry, generation),
        suffix: generation.suffix.clone(),
        until: until.cloned(),
        pins: pin::pins(generation, known),
    };
    let current = entry.current.as_ref().map(|one| stood(one, None));
    let previous = entry.previous.iter();
    OfSecret {
        name: entry.name.clone(),
        config: entry.config.clone(),
        namespace: entry.namespace.clone(),
        status: status(entry, current.as_ref()),
        current,
        previous: previous
            .map(|one| stood(&one.generation, Some(&one.until)))
            .collect(),
    }
}

fn status(entry: &Entry, current: Option<&Stood>) -> Status {
    let (Some(generation), Some(current)) = (&entry.current, current) else {
        return Status::Removed;
    };
    if generation.suffix.is_none() {
        return Status::Unreviewed;
    }
    let any = |what: &dyn Fn(&Pin) -> bool| current.pins.iter().any(what);
    if any(&|pin| pin.standing.is_broken()) {
        Status::Broken
    } else if any(&|pin| pin.behind > 0) {
        Status::Outdated
    } else if any(&|pin| pin.standing != Standing::Unversioned) {
        Status::Current
    } else {
        Status::Unversioned
    }
}

/// Pins whose namespace only the runner's environment said, and which says another one now: the same
/// path would be another secret.
fn other_namespaces(file: &LockFile, store: &dyn Store, report: &mut Report) {
    let current = file.lock.entries.iter().filter_map(|e| e.current.as_ref());
    for generation in current {
        let mut pins = generation.sources.iter();
        let other = pins.find(|pin| {
            pin.version.is_some()
                && pin.secret.namespace.is_none()
                && pin.runner_namespace.as_deref() != store.namespace()
        });
        if let Some(pin) = other {
            let say = |namespace: Option<&str>| {
                namespace.map_or_else(|| "the root namespace".to_owned(), |n| format!("`{n}`"))
            };
            let message = format!(
                "`{}` was made in {}, and this runner uses {}",
                file.name,
                say(pin.runner_namespace.as_deref()),
                say(store.namespace())
            );
            report.push(
                Diagnostic::error(Code::LockRewritten, message)
                    .at(generation.place.clone())
                    .hint("set `VAULT_NAMESPACE` (or `BAO_NAMESPACE`) as it was, or name the namespace in `spec.vault.namespace`."),
            );
            return;
        }
    }
}
