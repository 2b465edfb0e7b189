//! `lock --check --online`: is every pin still what it was when it was locked?
//!
//! Asks for the history of each path once; values are never read.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Report};
use crate::lock::{Entry, Generation, Lock};
use crate::vault::{Ask, Engine, History, Refusal, SecretPath, Store};

/// Everything that is no longer as it was locked: errors for what stands now, warnings for what is
/// only kept; `command` locks this lock.
pub fn check(lock: &Lock, command: &str, store: &dyn Store) -> Report {
    let mut report = Report::default();
    let untold = lock
        .entries
        .iter()
        .filter_map(|entry| without_history(entry, command));
    report.diagnostics.extend(untold);
    let pins: Vec<Seen<'_>> = lock.entries.iter().flat_map(pins).collect();
    let histories = histories(pins.iter().map(|seen| seen.secret), store);
    let mut said: Vec<String> = Vec::new();
    for seen in &pins {
        let Some(history) = histories.get(seen.secret) else {
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
            Ok(history) => report
                .diagnostics
                .extend(seen.judge(history, command, store)),
        }
    }
    report
}

/// What comes from kv-v1 cannot be checked so: only its data would tell.
fn without_history(entry: &Entry, command: &str) -> Option<Diagnostic> {
    let current = entry.current.as_ref().filter(|now| now.suffix.is_some())?;
    let mut sources = current.sources.iter();
    let pin = sources.find(|pin| pin.secret.engine == Engine::KvV1)?;
    let name = &entry.name;
    let message = format!(
        "`{name}` comes from {}, which is kv-v1 and has no history: only the digest of its data could be compared",
        pin.secret
    );
    let said = Diagnostic::warning(Code::NoHistory, message).at(current.place.clone());
    Some(said.hint(format!(
        "`{command} --upgrade {name} --dry-run` reads the data and says whether it is another one."
    )))
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
    let asks: Vec<Ask> = distinct.iter().cloned().map(Ask::history).collect();
    let answers = store.history(&asks);
    distinct.into_iter().zip(answers).collect()
}

/// One pin, and whose it is.
struct Seen<'l> {
    /// The managed secret.
    entry: &'l Entry,
    /// The current generation, or one that is kept.
    generation: &'l Generation,
    /// A render goes on without it.
    spare: bool,
    /// Only kept.
    previous: bool,
    secret: &'l SecretPath,
    version: u64,
    created: Option<&'l str>,
}

/// All pins of an entry that name a version, those of hash keys among them.
fn pins(entry: &Entry) -> Vec<Seen<'_>> {
    let current = entry.current.iter().map(|generation| (generation, false));
    let kept = entry.previous.iter().map(|one| (&one.generation, true));
    let each = current.chain(kept).flat_map(|(generation, previous)| {
        let sources = generation.sources.iter();
        let sources = sources.map(|pin| (&pin.secret, pin.version, &pin.created, false));
        let key = generation.hash_key.iter();
        // an operator needs no key: the digest stands in the lock
        let spare = !generation.delivery.has_secret();
        let key = key.map(move |pin| (&pin.secret, pin.version, &pin.created, spare));
        let all = sources
            .chain(key)
            .filter_map(move |(secret, version, created, spare)| {
                Some(Seen {
                    entry,
                    generation,
                    spare: spare || previous,
                    previous,
                    secret,
                    version: version?,
                    created: created.as_deref(),
                })
            });
        all.collect::<Vec<_>>()
    });
    each.collect()
}

impl Seen<'_> {
    /// What it is called in messages: the generation's name.
    fn name(&self) -> String {
        match &self.generation.suffix {
            Some(suffix) => format!("{}-{suffix}", self.entry.name),
            None => self.entry.name.clone(),
        }
    }

    fn judge(&self, history: &History, command: &str, store: &dyn Store) -> Option<Diagnostic> {
        let (secret, version) = (self.secret, self.version);
        let fact = history.version(version);
        let name = self.name();
        let (code, message) = match fact {
            // only the newest is known: this one has to be asked for
            None if history.partial => return self.ask(command, store),
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
            Some(fact) if Some(fact.created.as_str()) != self.created => {
                (Code::LockRewritten, self.rewritten(&fact.created))
            }
            Some(_) => return None,
        };
        Some(self.say(code, message, command))
    }

    fn ask(&self, command: &str, store: &dyn Store) -> Option<Diagnostic> {
        let ask = Ask {
            version: Some(self.version),
            ..Ask::history(self.secret.clone())
        };
        match store.read(&[ask]).pop()? {
            Ok(reading) if reading.created.as_deref() == self.created => None,
            Ok(reading) => {
                let created = reading.created.unwrap_or_default();
                Some(self.say(Code::LockRewritten, self.rewritten(&created), command))
            }
            Err(refusal) => {
                let said = self.say(refusal.code, refusal.message, command);
                // nothing is known about the version: the way out is the store's
                let known = matches!(
                    refusal.code,
                    Code::VersionAbsent | Code::VersionDeleted | Code::VersionDestroyed
                );
                Some(if known { said } else { said.hint(refusal.hint) })
            }
        }
    }

    fn say(&self, code: Code, message: String, command: &str) -> Diagnostic {
        let diagnostic = if self.spare {
            Diagnostic::warning(code, message)
        } else {
            Diagnostic::error(code, message)
        };
        let hint = match code {
            _ if self.previous => {
                format!(
                    "pods that still use it cannot start again; `{command} --drop-previous` takes it out of the lock."
                )
            }
            Code::VersionDeleted => {
                format!(
                    "undelete it, or move on with `{command} --upgrade`; see `docs/disaster-recovery.md` after a restore."
                )
            }
            Code::LockRewritten => {
                format!(
                    "somebody deleted the path and wrote it again, or this is another server; see `docs/disaster-recovery.md`. If that is meant, `{command} --upgrade` accepts it."
                )
            }
            _ => {
                format!(
                    "move on with `{command} --upgrade`; see `docs/disaster-recovery.md` after a restore."
                )
            }
        };
        diagnostic.at(self.generation.place.clone()).hint(hint)
    }

    fn rewritten(&self, now: &str) -> String {
        format!(
            "`{}` stands at version {} of {} as it was created at `{}`, and the server says `{now}`",
            self.name(),
            self.version,
            self.secret,
            self.created.unwrap_or_default()
        )
    }
}
