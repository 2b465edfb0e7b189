//! Asks the store for what a lock does not know yet, in one go.
//!
//! What stays at its version has to be what was locked: nobody reviews a history that was rewritten
//! by looking at an edit of a config.

use super::Learned;
use crate::config::{Entries, ManagedSecret, Source};
use crate::diag::{Code, Diagnostic, Report};
use crate::lock::Generation;
use crate::stage::locked::same_as_locked;
use crate::stage::mint::pinned;
use crate::stage::plan::unlocked_depth;
use crate::stage::resolve::{Resolved, resolve};
use crate::stage::subject::Subject;
use crate::vault::history::VersionFact;
use crate::vault::{Ask, Store};

/// What has to be found out about one secret.
pub enum Step {
    /// It stands where it stood.
    Stay(Box<Generation>),
    /// The store has to be asked for this, which stays at the versions of a generation or moves.
    Ask(Box<ManagedSecret>, Option<Box<Generation>>),
}

/// Asks for everything at once and gives a generation for each step.
///
/// # Errors
/// Whatever the store does not give, and what is not what was locked.
pub fn ask(
    learned: &[Learned],
    mut steps: Vec<Step>,
    store: &dyn Store,
) -> Result<Vec<Generation>, Report> {
    let resolved = match read(learned, &steps, store) {
        Err(report) if newest_is_gone(&report) && wants_newest(&steps) => {
            other_keys(learned, &mut steps, store);
            newest_live(learned, &mut steps, store)?;
            read(learned, &steps, store)?
        }
        other => other?,
    };
    let mut report = Report::default();
    let mut out = Vec::new();
    for (one, step) in learned.iter().zip(&steps) {
        match step {
            Step::Stay(generation) => out.push((**generation).clone()),
            Step::Ask(managed, known) => {
                let subject = one.subject(managed, Some(unlocked_depth(managed)));
                stays(subject, known.as_deref(), &resolved, &mut report);
                match pinned(&subject, &resolved) {
                    Ok(generation) => out.push(generation),
                    Err(problems) => report.extend(problems),
                }
            }
        }
    }
    report.check(out)
}

fn read(learned: &[Learned], steps: &[Step], store: &dyn Store) -> Result<Resolved, Report> {
    let resolved = resolve(&subjects(learned, steps), store, true);
    resolved.map_err(|report| newer_may_have_it(report, learned, steps))
}

fn stays(
    subject: Subject<'_>,
    known: Option<&Generation>,
    resolved: &Resolved,
    report: &mut Report,
) {
    let locked = Subject {
        locked: known,
        ..subject
    };
    same_as_locked(&locked, resolved, report);
}

fn subjects<'a>(learned: &'a [Learned], steps: &'a [Step]) -> Vec<Subject<'a>> {
    let each = learned.iter().zip(steps);
    each.filter_map(|(one, step)| match step {
        Step::Stay(_) => None,
        Step::Ask(managed, _) => Some(one.subject(managed, Some(unlocked_depth(managed)))),
    })
    .collect()
}

/// A key that the locked version lacks may be in a newer one: `lock` moves nothing by itself.
fn newer_may_have_it(mut report: Report, learned: &[Learned], steps: &[Step]) -> Report {
    let missing = report.diagnostics.iter_mut();
    for missing in missing.filter(|one| one.code == Code::MissingKey) {
        let held = learned.iter().zip(steps).find(|(one, step)| {
            let asks = matches!(step, Step::Ask(_, Some(_)));
            let Entries::Picked(entries) = &one.managed.entries else {
                return false;
            };
            let mut entries = entries.iter();
            // a version that the config says stays whatever is asked for
            let is_free = |at: usize| one.managed.sources[at].version.is_none();
            asks && entries.any(|e| missing.place.as_deref() == Some(&e.place) && is_free(e.source))
        });
        if let (Some((one, _)), Some(hint)) = (held, &mut missing.hint) {
            let name = &one.managed.name;
            hint.push_str(&format!(
                " If a newer version has it: `countersign lock --upgrade {name}`."
            ));
        }
    }
    report
}

fn newest_is_gone(report: &Report) -> bool {
    let gone = |code| matches!(code, Code::VersionDeleted | Code::VersionDestroyed);
    report.diagnostics.iter().any(|d| gone(d.code))
}

fn wants_newest(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Stay(_) => false,
        Step::Ask(managed, _) => {
            let mut sources = managed.sources.iter();
            sources.any(|s| s.version.is_none()) || managed.hash_key.is_some()
        }
    })
}

/// The key of a keyed hash stays what it was as long as it is there; then the newest one is taken.
fn other_keys(learned: &[Learned], steps: &mut [Step], store: &dyn Store) {
    for (one, step) in learned.iter().zip(steps) {
        let (Some(said), Step::Ask(managed, _)) = (&one.managed.hash_key, step) else {
            continue;
        };
        let (None, Some(key)) = (said.source.version, &mut managed.hash_key) else {
            continue;
        };
        let history = store.history(&[history_of(one, &key.source)]);
        if let (Some(pinned), Some(Ok(history))) = (key.source.version, history.first())
            && !history.partial
            && !history.version(pinned).is_some_and(VersionFact::live)
        {
            key.source.version = history.newest_live().map(|fact| fact.version);
        }
    }
}

/// The question for the versions of a source, asked as its config says.
fn history_of(learned: &Learned, source: &Source) -> Ask {
    Ask {
        login: learned.config.login.clone(),
        ..Ask::history(source.secret.clone())
    }
}

/// The newest version may be a deleted one: then the newest live one is meant.
fn newest_live(learned: &[Learned], steps: &mut [Step], store: &dyn Store) -> Result<(), Report> {
    let mut report = Report::default();
    let (mut open, mut asks) = (Vec::new(), Vec::new());
    for (one, step) in learned.iter().zip(steps) {
        if let Step::Ask(managed, _) = step {
            let newest = managed.sources.iter_mut().filter(|s| s.version.is_none());
            for source in newest {
                asks.push(history_of(one, source));
                open.push(source);
            }
        }
    }
    let histories = store.history(&asks);
    for (source, history) in open.into_iter().zip(histories) {
        match history {
            Ok(history) => source.version = history.newest_live().map(|fact| fact.version),
            Err(refusal) => report.push(
                Diagnostic::error(refusal.code, refusal.message)
                    .at(source.place.clone())
                    .hint(refusal.hint),
            ),
        }
    }
    report.check(())
}
