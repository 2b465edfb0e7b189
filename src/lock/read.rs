//! A lock from text of which nothing is trusted.
//!
//! Every mistake is found in one pass and said with its place, as for configs; a picture masks what
//! may be a pasted value. Anything that a later version might mean is refused, never skipped. Knows
//! names and forms only: whether a config agrees is not asked here.

mod entry;
mod generation;
mod places;
mod source;
mod text;

use std::collections::HashMap;

use self::places::Places;
use super::{Entry, KIND, Lock, order};
use crate::config::API_VERSION;
use crate::config::fields::Reader;
use crate::diag::codes::Fault;
use crate::diag::{Code, Diagnostic, Report};
use crate::yaml::NodeRef;
use crate::yaml::picture::Located;

/// The way out of every mistake that has none of its own.
const RESTORE: &str = "restore the lock from Git, or delete the entry and run `countersign lock`.";
/// The group of our versions, known and unknown.
const GROUP: &str = "countersign.dev/v";

/// What an entry is read with.
struct Reading<'a> {
    /// Where mistakes go.
    reader: &'a Reader<'a>,
    /// Where generations stand.
    places: &'a Places<'a>,
}

/// Reads a lock; `name` is what messages call it. `Err` holds every mistake.
///
/// # Errors
/// Whatever `write` would not have written, other than by its order or style.
pub fn read(name: &str, text: &str) -> Result<Lock, Report> {
    let located = Located {
        file: name.into(),
        first_line: 1,
        text,
    };
    let tree = text::tree(&located)?;
    let Some(root) = tree.root() else {
        return Err(text::empty(&located).into());
    };
    let reader = Reader::new(&located, KIND.to_owned());
    let places = Places::new(&located);
    let reading = Reading {
        reader: &reader,
        places: &places,
    };
    let lock = object(root, &reading);
    let mut report = of_a_lock(reader.finish());
    report.check(lock)
}

fn object(root: NodeRef<'_, '_>, reading: &Reading<'_>) -> Lock {
    let reader = reading.reader;
    if let Some(stranger) = stranger(root, reader) {
        reader.push(stranger);
        return Lock::default();
    }
    let mut lock = Lock::default();
    let Some(top) = reader.fields(root, "", &["apiVersion", "kind", "secrets"], &[]) else {
        return lock;
    };
    for field in ["apiVersion", "kind", "secrets"] {
        top.required(field, text::RESTORE);
    }
    let mut lines = HashMap::new();
    for (item, at) in top.items("secrets") {
        if let Some(entry) = entry::entry(reading, item, &at) {
            once(reading, &mut lines, &entry, item, &at);
            lock.entries.push(entry);
        }
    }
    order::lock(&mut lock);
    lock
}

/// What is said of a file that is another one, and of which nothing else should be said.
fn stranger(root: NodeRef<'_, '_>, reader: &Reader<'_>) -> Option<Diagnostic> {
    let other = |field: &str, known: &str| {
        let node = root.get(field).filter(|node| !node.is_null())?;
        (node.scalar() != Some(known)).then_some(node)
    };
    if let Some(node) = other("kind", KIND) {
        let said = Diagnostic::error(Code::LockBroken, "this file is no lock");
        let hint = "name the file that `countersign lock` wrote.";
        return Some(said.at(reader.place(node, "kind")).hint(hint));
    }
    let node = other("apiVersion", API_VERSION)?;
    let place = reader.place(node, "apiVersion");
    let newer = node.scalar().is_some_and(|text| text.starts_with(GROUP));
    Some(if newer {
        Diagnostic::error(Code::LockNewer, "a newer countersign wrote this lock")
            .at(place)
            .hint(format!(
                "use that version or a later one; this one knows `{API_VERSION}`."
            ))
    } else {
        Diagnostic::error(Code::LockBroken, "this file is no lock of countersign")
            .at(place)
            .hint("name the file that `countersign lock` wrote.")
    })
}

/// Reports an entry for a secret that has one already; `lines` says where.
fn once(
    reading: &Reading<'_>,
    lines: &mut HashMap<(Option<String>, String, String), u32>,
    entry: &Entry,
    item: NodeRef<'_, '_>,
    at: &str,
) {
    let node = item.get("name").unwrap_or(item);
    let at = format!("{at}.name");
    let (name, config) = (&entry.name, &entry.config);
    let key = (entry.namespace.clone(), config.clone(), name.clone());
    let line = reading.places.of(node, at.clone()).line;
    let Some(first) = lines.get(&key) else {
        lines.insert(key, line);
        return;
    };
    let namespace = match &entry.namespace {
        Some(namespace) => format!(" in namespace `{namespace}`"),
        None => String::new(),
    };
    let message = format!("`{name}` of the config `{config}`{namespace} stands in the lock twice");
    let hint = format!("keep one of the two; the first one is in line {first}.");
    let reader = reading.reader;
    reader.error_hint(node, &at, Code::LockBroken, message, hint);
}

/// A mistake of a lock is one of the lock, whatever it would be in a config.
fn of_a_lock(mut report: Report) -> Report {
    for said in &mut report.diagnostics {
        said.hint = Some(match said.hint.take() {
            None => RESTORE.to_owned(),
            Some(hint) if said.code == Code::UnknownField => {
                format!("{hint} A newer countersign may know this field.")
            }
            Some(hint) => hint,
        });
        if said.code.row().fault != Fault::Lock {
            said.code = Code::LockBroken;
        }
    }
    report
}

#[cfg(test)]
mod tests;
