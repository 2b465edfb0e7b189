//! What a lock decides: at which versions the wants of a plan stand, and what is kept besides.
//!
//! Part of `plan`, and of `resolve` where what was read is held against the lock. Says no to every
//! way in which the two do not agree.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Bundle;
use super::plan::Want;
use super::resolve::Resolved;
use super::subject::Subject;
use crate::config::{Config, LockMode};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::kube::id::namespaces_agree;
use crate::kube::own::Own;
use crate::lock::agree::{Reason, reasons};
use crate::lock::entries::Entries;
use crate::lock::{Entry, Generation, Lock, Locks, Pinned, command, read};

/// One lock file that this run uses.
pub struct Opened {
    /// As the user may find it.
    pub name: Arc<str>,
    /// What it says.
    pub lock: Lock,
}

/// The locks of a run, each read once.
pub struct Book<'l> {
    locks: &'l dyn Locks,
    /// Made when somebody has to be told.
    command: OnceCell<String>,
    /// By what `spec.lock.file` says; `None` where there is no such file.
    opened: BTreeMap<Option<String>, Option<Opened>>,
}

impl<'l> Book<'l> {
    /// Opens every lock that a config of the bundle asks for, and that of the directory: secrets may
    /// be left in it although nothing defines one any more, or although their config gave it up.
    pub fn open(bundle: &Bundle<'_>, locks: &'l dyn Locks, report: &mut Report) -> Self {
        let mut book = Self {
            locks,
            command: OnceCell::new(),
            opened: BTreeMap::new(),
        };
        // there need not be one
        let _ = book.read(None, &Place::default(), report);
        let mut configs = bundle.configs.iter().map(|found| &found.config);
        if !bundle.configs.is_empty() && configs.all(|config| config.lock == LockMode::None) {
            // what is somebody else's is no business of a run that needs no lock
            let is_ours = |entry: &Entry| {
                let mut configs = bundle.configs.iter();
                configs.any(|found| found.config.name == entry.config)
            };
            for opened in book.opened.values_mut().flatten() {
                opened.lock.entries.retain(is_ours);
            }
        }
        for found in &bundle.configs {
            let LockMode::Required(file) = &found.config.lock else {
                continue;
            };
            let there = book.read(file.clone(), &found.config.place, report);
            if let Err(name) = there {
                let message = format!(
                    "`{}` needs a lock, and there is no `{name}`",
                    found.config.name
                );
                report.push(
                    Diagnostic::error(Code::LockMissing, message)
                        .at(found.config.place.clone())
                        .hint(format!("run `{}` and commit what it writes, or name another with `--lock`; `lock: none` follows the newest versions instead.", book.command())),
                );
            }
        }
        book
    }

    /// `Err`: there is no such file, with its name. What cannot be read has been reported.
    fn read(
        &mut self,
        file: Option<String>,
        place: &Place,
        report: &mut Report,
    ) -> Result<(), Arc<str>> {
        if self.opened.contains_key(&file) {
            return Ok(());
        }
        let found = match self.locks.read(file.as_deref()) {
            Ok(found) => found,
            Err(problem) => {
                report.push(if place.file.is_some() {
                    problem.at(place.clone())
                } else {
                    problem
                });
                self.opened.insert(file, None);
                return Ok(());
            }
        };
        let Some(text) = found.text else {
            return Err(found.name);
        };
        let opened = match read::read(&found.name, &text) {
            Ok(lock) => Some(Opened {
                name: found.name,
                lock,
            }),
            Err(problems) => {
                report.extend(problems);
                None
            }
        };
        self.opened.insert(file, opened);
        Ok(())
    }

    /// The lock of a want; `None`: its config needs none, or it could not be read.
    fn of(&self, bundle: &Bundle<'_>, want: &Want) -> Option<&Opened> {
        match &want.config(bundle).lock {
            LockMode::Required(file) => self.opened.get(file)?.as_ref(),
            LockMode::None => None,
        }
    }

    /// Those that were there.
    pub fn into_opened(self) -> Vec<Opened> {
        self.opened.into_values().flatten().collect()
    }

    /// The command that brings them up to date.
    fn command(&self) -> &str {
        let make = || command::text(&self.locks.target());
        self.command.get_or_init(make)
    }

    /// All entries of all locks; where the runner names one file, all configs mean that one.
    pub fn entries(&self) -> impl Iterator<Item = (&Opened, &Entry)> {
        let mut seen = BTreeSet::new();
        let opened = self.opened.values().flatten();
        let opened = opened.filter(move |one| seen.insert(Arc::clone(&one.name)));
        opened.flat_map(|one| one.lock.entries.iter().map(move |entry| (one, entry)))
    }
}

/// Gives each want the generation that its lock names, or says why it cannot.
pub fn cover(bundle: &Bundle<'_>, wants: &mut [Want], book: &Book<'_>, report: &mut Report) {
    let mut known: BTreeMap<&str, Entries<'_>> = BTreeMap::new();
    for want in wants.iter_mut() {
        let Some(opened) = book.of(bundle, want) else {
            continue;
        };
        let entries = known.entry(&opened.name);
        let entries = entries.or_insert_with(|| Entries::of(&opened.lock));
        let (config, managed) = (want.config(bundle), want.secret(bundle));
        let namespace = want.namespace.as_deref();
        let entry = entries.find(&config.name, &managed.name, namespace);
        let current = entry.and_then(|entry| entry.current.as_ref());
        let facts = match current {
            Some(generation) => reasons(managed, generation),
            None => vec![Reason::whole(match entry {
                None => format!("is not in `{}`", opened.name),
                Some(_) => format!("was taken out of `{}` and is back", opened.name),
            })],
        };
        for reason in &facts {
            report.push(
                Diagnostic::error(
                    Code::LockStale,
                    format!("`{}` {}", managed.name, reason.fact),
                )
                .at(reason.place(managed).clone())
                .hint(format!(
                    "run `{}` and review what it changes.",
                    book.command()
                )),
            );
        }
        if facts.is_empty() {
            want.locked = current.cloned().map(Arc::new);
        }
    }
    left_over(bundle, wants, book, report);
}

/// Secrets that are locked and that no config defines any more: rendering without them would take
/// them away from pods that still run.
fn left_over(bundle: &Bundle<'_>, wants: &[Want], book: &Book<'_>, report: &mut Report) {
    // a lock may hold thousands: each is held against what is called like it
    let mut takers: HashMap<_, Vec<Option<&str>>> = HashMap::new();
    for want in wants {
        let (config, managed) = (want.config(bundle), want.secret(bundle));
        if config.lock != LockMode::None {
            let called = (config.name.as_str(), managed.name.as_str());
            let namespaces = takers.entry(called).or_default();
            namespaces.push(want.namespace.as_deref());
        }
    }
    let mut unlocked: HashMap<&str, bool> = HashMap::new();
    for Config { name, lock, .. } in bundle.configs.iter().map(|found| &found.config) {
        *unlocked.entry(name).or_default() |= *lock == LockMode::None;
    }
    let emitted = emitted(bundle);
    for (_, entry) in book.entries() {
        let Some(generation) = &entry.current else {
            continue;
        };
        let namespace = entry.namespace.as_deref();
        let takers = takers.get(&(entry.config.as_str(), entry.name.as_str()));
        let mut takers = takers.into_iter().flatten();
        let taken = takers.any(|taker| namespaces_agree(*taker, namespace));
        if taken || stands(&emitted, entry, generation) {
            continue;
        }
        let config = unlocked.get(entry.config.as_str());
        let fact = if config == Some(&true) {
            format!(
                "`{}` is locked, and `{}` says `lock: none`",
                entry.name, entry.config
            )
        } else if config.is_some() {
            format!(
                "`{}` is locked, and `{}` does not define it any more",
                entry.name, entry.config
            )
        } else {
            format!(
                "`{}` is locked, and there is no `VaultSecrets/{}` any more",
                entry.name, entry.config
            )
        };
        report.push(
            Diagnostic::error(Code::LockStale, fact)
                .at(generation.place.clone())
                .hint(format!("run `{}`: it keeps the generation for the pods that still use it, as long as `keep` says.", book.command())),
        );
    }
}

/// What an earlier pass emitted as current, by logical name.
type Emitted<'b> = HashMap<&'b str, Vec<(&'b Own, Option<&'b str>)>>;

fn emitted<'b>(bundle: &'b Bundle<'_>) -> Emitted<'b> {
    let mut all = Emitted::new();
    for manifest in &bundle.manifests {
        if let Some(own) = manifest.own.as_ref().filter(|own| !own.previous) {
            let namespace = manifest.id.namespace.as_deref();
            let made = all.entry(&own.logical).or_default();
            made.push((own, namespace));
        }
    }
    all
}

/// Whether an earlier pass emitted this very generation, and consumed its config.
fn stands(emitted: &Emitted<'_>, entry: &Entry, generation: &Generation) -> bool {
    let made = emitted.get(entry.name.as_str()).into_iter().flatten();
    made.into_iter().any(|(own, namespace)| {
        own.generation == generation.suffix
            && namespaces_agree(*namespace, entry.namespace.as_deref())
    })
}

/// Holds what was read against what was locked.
pub fn same_as_locked(subject: &Subject<'_>, resolved: &Resolved, report: &mut Report) {
    let Some(locked) = subject.locked else { return };
    for source in &subject.managed.sources {
        let (Some(pin), Some(reading)) = (subject.pin(source), resolved.reading(subject, source))
        else {
            continue;
        };
        if pin.created != reading.created {
            report.push(rewritten(subject, pin, reading.created.as_deref()));
        }
        let (then, now) = (
            pin.runner_namespace.as_deref(),
            resolved.namespace.as_deref(),
        );
        if source.secret.namespace.is_none() && then != now {
            let say = |namespace: Option<&str>| {
                namespace.map_or_else(|| "the root namespace".to_owned(), |n| format!("`{n}`"))
            };
            let message = format!(
                "`{}` was locked in {}, and this runner uses {}",
                subject.managed.name,
                say(then),
                say(now)
            );
            report.push(
                Diagnostic::error(Code::LockRewritten, message)
                    .at(locked.place.clone())
                    .hint("set `VAULT_NAMESPACE` (or `BAO_NAMESPACE`) as it was, or name the namespace in `spec.vault.namespace`."),
            );
        }
    }
}

fn rewritten(subject: &Subject<'_>, pin: &Pinned, now: Option<&str>) -> Diagnostic {
    let version = pin
        .version
        .map_or_else(String::new, |v| format!(" version {v} of"));
    let time = |text: Option<&str>| text.map_or_else(|| "no time".to_owned(), |t| format!("`{t}`"));
    let message = format!(
        "`{}`:{version} {} was created at {} when it was locked, and now it says {}",
        subject.managed.name,
        pin.secret,
        time(pin.created.as_deref()),
        time(now)
    );
    Diagnostic::error(Code::LockRewritten, message)
        .at(place(subject))
        .hint("somebody deleted the path and wrote it again, or this is another server than the one that was locked; see `docs/disaster-recovery.md`. If that is meant, `countersign lock --upgrade` accepts it.")
}

/// What was read is not the data that was locked.
#[must_use]
pub fn other_data(subject: &Subject<'_>, made: &Generation) -> Option<Diagnostic> {
    let locked = subject.locked?;
    if locked.suffix == made.suffix {
        return None;
    }
    let name = &subject.managed.name;
    if locked.sources.iter().all(|pin| pin.version.is_none()) {
        let message = format!("the data of `{name}` is not what was locked");
        let said = Diagnostic::error(Code::LockRewritten, message).at(place(subject));
        return Some(said.hint("it comes from kv-v1, which has no versions: only what stands there now can be read. `countersign lock --upgrade` accepts it."));
    }
    let message = format!("the data of `{name}` is not what was locked, though its versions are");
    Some(
        Diagnostic::error(Code::LockRewritten, message)
            .at(place(subject))
            .hint("somebody changed the history of the path, or the key of `hash: keyed`, or this is another server; see `docs/disaster-recovery.md`. If that is meant, `countersign lock --upgrade` accepts it."),
    )
}

/// Where it stands in the lock.
fn place(subject: &Subject<'_>) -> Place {
    let locked = subject.locked.map(|locked| locked.place.clone());
    locked.unwrap_or_default()
}
