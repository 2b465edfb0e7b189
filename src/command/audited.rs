//! A run that is taken down: its lines go to the audit log as things happen, and what cannot be taken
//! down does not happen.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::Done;
use crate::audit::Log;
use crate::audit::event::{Event, Start};
use crate::audit::line::{Head, line};
use crate::audit::trail::{Trail, Wanted};
use crate::audit::witness::Witness;
use crate::audit::writing::Scribe;
use crate::cli::args::Common;
use crate::cli::exit;
use crate::cli::settings::{self, Chosen};
use crate::diag::{Code, Diagnostic, Report, Severity};
use crate::door::journal::Journal;
use crate::door::random;
use crate::lock::Lock;
use crate::locking::{Learned, clock};
use crate::vault::Store;

/// What a command tells of itself; nothing where there is no log.
pub struct Audit(Option<Rc<Run>>);

/// One run.
struct Run {
    id: String,
    command: &'static str,
    journal: Journal,
    failed: RefCell<Option<Diagnostic>>,
    trail: Rc<Trail>,
}

/// Runs a command, and takes it down where the runner has an audit log.
///
/// # Errors
/// Those of the command; and the log cannot be written, whatever else there is.
pub fn audited(
    command: &'static str,
    paths: &[PathBuf],
    common: &Common,
    run: impl FnOnce(&Audit) -> Result<Done, Report>,
) -> Result<Done, Report> {
    let Some(path) = settings::audit_log(common)? else {
        return run(&Audit::off());
    };
    let mut id = [0; 16];
    random::fill(&mut id)?;
    let noted = Rc::new(Run {
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        command,
        journal: Journal::open(path)?,
        failed: RefCell::default(),
        trail: Rc::default(),
    });
    let shown = |path: &PathBuf| path.display().to_string();
    noted.note(&Event::Start(Start {
        folder: Path::new(".")
            .canonicalize()
            .map_or_else(|_| ".".to_owned(), |here| shown(&here)),
        paths: paths.iter().map(shown).collect(),
        store: common.store.clone(),
    }));
    if let Some(failure) = noted.failed.take() {
        return Err(failure.into());
    }
    let done = run(&Audit(Some(Rc::clone(&noted))));
    noted.end(done)
}

impl Audit {
    /// Of a run that nobody takes down.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// From now on all that the store is asked is taken down.
    #[must_use]
    pub fn watch(&self, mut chosen: Chosen) -> Chosen {
        if let Some(run) = &self.0 {
            let log = Rc::clone(run) as Rc<dyn Log>;
            let witness = Witness::new(chosen.store, log, Rc::clone(&run.trail));
            let witness = Rc::new(witness);
            let scribe = |writer| {
                let witness = Rc::clone(&witness);
                Rc::new(Scribe { witness, writer }) as Rc<_>
            };
            chosen.writer = chosen.writer.map(scribe);
            chosen.store = witness as Rc<dyn Store>;
        }
        chosen
    }

    /// What the pipeline leaves behind.
    #[must_use]
    pub fn trail(&self) -> Option<&Trail> {
        self.0.as_ref().map(|run| &*run.trail)
    }

    /// What is asked from now on is asked for these.
    pub fn for_learned<'l>(&self, learned: impl Iterator<Item = &'l Learned>) {
        if let Some(trail) = self.trail() {
            for one in learned {
                let key = one.managed.hash_key.as_ref().map(|key| &key.source);
                let sources = one.managed.sources.iter().chain(key);
                trail.wants(sources.map(|source| wanted(&source.secret, &one.managed.name)));
            }
        }
    }

    /// What is asked from now on is asked for what stands in locks.
    pub fn for_locks<'l>(&self, locks: impl Iterator<Item = &'l Lock>) {
        if let Some(trail) = self.trail() {
            for entry in locks.flat_map(|lock| &lock.entries) {
                let previous = entry.previous.iter().map(|one| &one.generation);
                for generation in entry.current.iter().chain(previous) {
                    let key = generation.hash_key.as_ref().map(|key| &key.secret);
                    let sources = generation.sources.iter().map(|pin| &pin.secret).chain(key);
                    trail.wants(sources.map(|secret| wanted(secret, &entry.name)));
                }
            }
        }
    }

    /// Locks are about to be written.
    ///
    /// # Errors
    /// That cannot be taken down.
    pub fn locks<'p>(&self, files: impl Iterator<Item = &'p PathBuf>) -> Result<(), Diagnostic> {
        let Some(run) = &self.0 else { return Ok(()) };
        for file in files {
            let file = file.display().to_string();
            run.note(&Event::Lock { file });
        }
        run.failed.borrow().clone().map_or(Ok(()), Err)
    }
}

fn wanted(secret: &crate::vault::SecretPath, name: &str) -> Wanted {
    Wanted {
        secret: secret.clone(),
        version: None,
        login: None,
        name: name.to_owned(),
    }
}

impl Log for Run {
    fn note(&self, event: &Event<'_>) {
        let time = clock::text(settings::now());
        let head = Head {
            time: &time,
            id: &self.id,
            command: self.command,
        };
        if !self.has_failed() {
            let failed = self.journal.line(&line(&head, event)).err();
            self.failed.replace(failed);
        }
    }

    fn has_failed(&self) -> bool {
        self.failed.borrow().is_some()
    }
}

impl Run {
    fn end(&self, done: Result<Done, Report>) -> Result<Done, Report> {
        if done.is_ok() {
            let facts = self.trail.take_facts();
            for emitted in &facts.emitted {
                self.note(&Event::Emit(emitted));
            }
            for used in &facts.used {
                self.note(&Event::Use(used));
            }
        }
        self.note(&match &done {
            Ok(done) => Event::End {
                exit: done.exit.unwrap_or(exit::SUCCESS),
                errors: Vec::new(),
            },
            Err(report) => Event::End {
                exit: exit::of(&report.diagnostics),
                errors: errors(report),
            },
        });
        let Some(failure) = self.failed.take() else {
            return done;
        };
        let mut report = done.err().unwrap_or_default();
        // what was not asked for want of a log needs no words of its own
        report.diagnostics.retain(|one| one.code != Code::AuditLog);
        report.push(failure);
        Err(report)
    }
}

fn errors(report: &Report) -> Vec<Code> {
    let mut codes = Vec::new();
    for one in &report.diagnostics {
        if one.severity == Severity::Error && !codes.contains(&one.code) {
            codes.push(one.code);
        }
    }
    codes
}
