//! A lock and the file that it stands in, with the words that `countersign lock` needs to find it.

use std::sync::Arc;

use crate::diag::Report;
use crate::lock::{Entry, Generation, Lock, LockText, command, read};

/// One lock file.
#[derive(Clone, Debug)]
pub struct LockFile {
    /// As the user may find it.
    pub name: Arc<str>,
    /// What it says.
    pub lock: Lock,
    /// Stands after `countersign lock` so that this file is meant.
    pub target: Vec<String>,
}

/// Reads locks; a file that is not there is left out. `target` are the words for a lock of that name.
///
/// # Errors
/// Every mistake in any of them.
pub fn read_all(
    texts: Vec<LockText>,
    target: impl Fn(&str) -> Vec<String>,
) -> Result<Vec<LockFile>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for LockText { name, text } in texts {
        let Some(text) = text else { continue };
        match read::read(&name, &text) {
            Ok(lock) => out.push(LockFile {
                target: target(&name),
                name,
                lock,
            }),
            Err(problems) => report.extend(problems),
        }
    }
    report.check(out)
}

impl LockFile {
    /// `countersign lock …`, word by word.
    #[must_use]
    pub fn command(&self, more: impl IntoIterator<Item = String>) -> Vec<String> {
        command::words(&self.target, more)
    }
}

/// What a generation of an entry is called.
#[must_use]
pub fn called(entry: &Entry, generation: &Generation) -> String {
    match &generation.suffix {
        Some(suffix) if generation.name_suffix => format!("{}-{suffix}", entry.name),
        _ => entry.name.clone(),
    }
}
