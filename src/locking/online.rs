//! `lock --check --online`: is every pin still what it was when it was locked?
//!
//! Asks for the history of each path once; values are never read.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Report};
use crate::lock::{Entry, Generation, Lock, Pinned};
use crate::vault::{Ask, Depth, History, Refusal, SecretPath, Store};

/// Everything that is no longer as it was locked: errors for what stands now, warnings for what is
/// only kept.
pub fn check(lock: &Lock, store: &dyn Store) -> Report {
    let mut report = Report::default();
    let pins: Vec<Seen<'_>> = lock.entries.iter().flat_map(pins).collect();
    let histories = histories(pins.iter().map(|seen| &seen.pin.secret), store);
    let mut said: Vec<String> = Vec::new();
    for seen in &pins {
        let Some(history) = histories.get(&seen.pin.secret) else {
            continue;
        };
        match history {
            Err(refusal) if said.contains(&refusal.message) => {}
            Err(refusal) => {
                said.push(refusal.message.clone());
                let one = Diagnostic::error(refusal.code, refusal.message.clone());
                report.push(
                    one.at(seen.generation.place.clone())
                        .hint(refusal.hint.clone()),
                );
            }
            Ok(history) => report.diagnostics.extend(seen.judge(history, store)),
        }
    }
    report
}

/// The history of each distinct path.
pub fn histories<'p>(
    paths: impl Iterator<Item = &'p SecretPath>,
    store: &dyn Store,
) -> BTreeMap<SecretPath, Result<History, Refusal>> {
    let mut distinct: Vec<SecretPath> = paths.cloned().collect();
    distinct.sort();
    distinct.dedup();
    if distinct.is_empty() {
        return BTreeMap::new();
    }
    let answers = store.history(&distinct);
    distinct.into_iter().zip(answers).collect()
}

/// One pin, and whose it is.
pub struct Seen<'l> {
    /// The managed secret.
    pub entry: &'l Entry,
    /// The current generation, or one that is kept.
    pub generation: &'l Generation,
    /// Only kept.
    pub previous: bool,
    /// The pin.
    pub pin: &'l Pinned,
}

/// All pins of an entry that name a version.
pub fn pins(entry: &Entry) -> Vec<Seen<'_>> {
    let current = entry.current.iter().map(|generation| (generation, false));
    let kept = entry.previous.iter().map(|one| (&one.generation, true));
    let each = current.chain(kept).flat_map(|(generation, previous)| {
        let pinned = generation
            .sources
            .iter()
            .filter(|pin| pin.version.is_some());
        pinned.map(move |pin| Seen {
            entry,
            generation,
            previous,
            pin,
        })
    });
    each.collect()
}

impl Seen<'_> {
    /// What it is called in messages: the generation's name.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.generation.suffix {
            Some(suffix) => format!("{}-{suffix}", self.entry.name),
            None => self.entry.name.clone(),
        }
    }

    fn judge(&self, history: &History, store: &dyn Store) -> Option<Diagnostic> {
        let version = self.pin.version?;
        let fact = history.version(version);
        let secret = &self.pin.secret;
        let name = self.name();
        let (code, message) = match fact {
            // only the newest is known: this one has to be asked for
            None if history.partial => return self.ask(version, store),
            None => (
                Code::VersionAbsent,
                format!(
                    "`{name}` stands at version {version} of {secret}, which the server does not have any more"
                ),
            ),
            Some(fact) if fact.destroyed => (
                Code::VersionDestroyed,
                format!("`{name}` stands at version {version} of {secret}, which was destroyed"),
            ),
            Some(fact) if fact.deleted => (
                Code::VersionDeleted,
                format!("`{name}` stands at version {version} of {secret}, which was deleted"),
            ),
            Some(fact) if Some(&fact.created) != self.pin.created.as_ref() => (
                Code::LockRewritten,
                rewritten(&name, version, self.pin, &fact.created),
            ),
            Some(_) => return None,
        };
        Some(self.say(code, message))
    }

    fn ask(&self, version: u64, store: &dyn Store) -> Option<Diagnostic> {
        let ask = Ask {
            secret: self.pin.secret.clone(),
            version: Some(version),
            depth: Depth::Metadata,
        };
        match store.read(&[ask]).pop()? {
            Ok(reading) if reading.created == self.pin.created => None,
            Ok(reading) => {
                let created = reading.created.unwrap_or_default();
                let message = rewritten(&self.name(), version, self.pin, &created);
                Some(self.say(Code::LockRewritten, message))
            }
            Err(refusal) => {
                let said = self.say(refusal.code, refusal.message);
                // nothing is known about the version: the way out is the store's
                let known = matches!(
                    refusal.code,
                    Code::VersionAbsent | Code::VersionDeleted | Code::VersionDestroyed
                );
                Some(if known { said } else { said.hint(refusal.hint) })
            }
        }
    }

    fn say(&self, code: Code, message: String) -> Diagnostic {
        let diagnostic = if self.previous {
            Diagnostic::warning(code, message)
        } else {
            Diagnostic::error(code, message)
        };
        let hint = match code {
            _ if self.previous => {
                "pods that still use it cannot start again; `countersign lock --drop-previous` takes it out of the lock."
            }
            Code::VersionDeleted => {
                "undelete it, or move on with `countersign lock --upgrade`; see `docs/disaster-recovery.md` after a restore."
            }
            Code::LockRewritten => {
                "somebody deleted the path and wrote it again, or this is another server; see `docs/disaster-recovery.md`. If that is meant, `countersign lock --upgrade` accepts it."
            }
            _ => {
                "move on with `countersign lock --upgrade`; see `docs/disaster-recovery.md` after a restore."
            }
        };
        diagnostic.at(self.generation.place.clone()).hint(hint)
    }
}

fn rewritten(name: &str, version: u64, pin: &Pinned, now: &str) -> String {
    let then = pin.created.as_deref().unwrap_or_default();
    format!(
        "`{name}` stands at version {version} of {} as it was created at `{then}`, and the server says `{now}`",
        pin.secret
    )
}
