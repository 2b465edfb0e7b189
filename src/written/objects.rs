//! The objects of all generations of a lock, as a render makes them that asks no store.
//!
//! Says no to what cannot be written without its value, and tells what written files cannot do.

use super::Material;
use crate::config::ManagedSecret;
use crate::diag::{Code, Diagnostic, Report};
use crate::lock::Generation;
use crate::locking::Learned;
use crate::locking::known::Known;
use crate::stage::mint::{Object, mint};
use crate::stage::previous::Kept;
use crate::stage::resolve::resolve;
use crate::stage::subject::Subject;
use crate::vault::nobody::Nobody;

/// What is made of a lock.
pub struct Made {
    /// By name; the current generation of a secret before those that are kept.
    pub objects: Vec<Generated>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

/// One object.
pub struct Generated {
    /// The object; its `logical` is what manifests say.
    pub object: Object,
    /// Manifests may mean it.
    pub is_current: bool,
    /// What its generation is called; `None` for a followed secret.
    pub suffix: Option<String>,
}

/// Makes all objects.
///
/// # Errors
/// Secrets that cannot be written without a value.
pub fn objects(material: &Material<'_>) -> Result<Made, Report> {
    let mut report = Report::default();
    let known = Known::of(material.lock, material.learned);
    let mut kept = Vec::new();
    let mut subjects = Vec::new();
    for entry in &material.lock.entries {
        for previous in &entry.previous {
            if previous.generation.delivery.has_secret() {
                report.push(left_out(&Kept::of(entry, &previous.generation)));
            } else {
                kept.push(Kept::of(entry, &previous.generation));
            }
        }
    }
    for one in material.learned {
        let Some(current) = known.entry(one).and_then(|entry| entry.current.as_ref()) else {
            continue;
        };
        if one.managed.delivery.has_secret() {
            report.push(holds_values(&one.managed));
        } else {
            subjects.push(subject(one, current));
        }
    }
    report.check(())?;
    subjects.extend(kept.iter().map(Kept::subject));
    subjects.sort_by_key(|subject| (subject.managed.name.as_str(), subject.namespace));
    let resolved = resolve(&subjects, &Nobody, true)?;
    let minted = mint(&subjects, resolved, true)?;
    report.diagnostics.extend(minted.warnings);
    let objects = minted.objects.into_iter().map(|object| {
        let subject = object.subject.map(|at| &subjects[at]);
        Generated {
            is_current: subject.is_some_and(|subject| !subject.previous),
            suffix: subject.and_then(|subject| subject.locked?.suffix.clone()),
            object,
        }
    });
    Ok(Made {
        objects: objects.collect(),
        warnings: report.diagnostics,
    })
}

fn subject<'a>(one: &'a Learned, current: &'a Generation) -> Subject<'a> {
    Subject {
        locked: Some(current),
        ..one.subject(&one.managed, None)
    }
}

fn holds_values(managed: &ManagedSecret) -> Diagnostic {
    let message = format!(
        "`{}` is delivered as `{}`, and written files hold no value",
        managed.name,
        managed.delivery.word()
    );
    Diagnostic::error(Code::CannotDeliver, message)
        .at(managed.place.clone())
        .hint("choose `delivery: VaultStaticSecret`; what has to stand in the output with its data needs a build in which countersign runs.")
}

fn left_out(kept: &Kept) -> Diagnostic {
    let message = format!(
        "the previous generation `{}` was delivered with its data, and written files hold no value",
        kept.name()
    );
    Diagnostic::warning(Code::PreviousGone, message)
        .at(kept.generation.place.clone())
        .hint("pods that still use it cannot start again once it is pruned; stay with the build in which countersign runs until they are replaced.")
}
