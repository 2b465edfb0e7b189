//! `lock --check`: is the lock what `lock` would leave as it is? No store, and no clock: what may go
//! because time passed does not make a lock stale.

use super::Learned;
use super::known::Known;
use crate::diag::{Code, Diagnostic, Place};
use crate::lock::agree::reasons;
use crate::lock::{Lock, write};
use crate::stage::generation::dress;

/// Everything that is not as it should be; `text` is the lock as it stands in its file, `command`
/// brings it up to date.
#[must_use]
pub fn check(
    name: &str,
    text: &str,
    lock: &Lock,
    learned: &[Learned],
    command: &str,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let known = Known::of(lock, learned);
    let stale = |message: String, place: Place| {
        Diagnostic::error(Code::LockStale, message)
            .at(place)
            .hint(format!("run `{command}` and commit what it writes."))
    };
    for one in learned {
        let managed = &one.managed;
        let place = managed.place.clone();
        let entry = known.entry(one);
        let Some((entry, current)) = entry.and_then(|e| Some((e, e.current.as_ref()?))) else {
            let message = format!("`{}` is not in `{name}`", managed.name);
            found.push(stale(message, place));
            continue;
        };
        let facts = reasons(managed, current);
        for reason in &facts {
            let message = format!("`{}` {}", managed.name, reason.fact);
            found.push(stale(message, reason.place(managed).clone()));
        }
        if facts.is_empty() && current.object != dress(&one.subject(managed, None)) {
            let message = format!(
                "the labels, annotations or operator settings of `{}` are not those that were locked",
                managed.name
            );
            found.push(stale(message, place.clone()));
        }
        if entry.keep != managed.keep {
            let message = format!(
                "`{}` has `keep: {{{}}}` and was locked with `{{{}}}`",
                managed.name, managed.keep, entry.keep
            );
            found.push(stale(message, place));
        }
    }
    for entry in &lock.entries {
        if let (Some(current), false) = (&entry.current, known.is_defined(entry)) {
            let message = format!(
                "`{}` of `{}` is locked, and nothing defines it any more",
                entry.name, entry.config
            );
            found.push(stale(message, current.place.clone()));
        }
    }
    if found.is_empty() && write::write(lock) != text {
        let place = Place {
            file: Some(name.into()),
            ..Place::default()
        };
        let message = format!("`{name}` is not written as `countersign lock` writes it");
        found.push(stale(message, place));
    }
    found
}
