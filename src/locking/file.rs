//! A lock and the file that it stands in, with the words that `countersign lock` needs to find it.

use std::sync::Arc;

use super::shown;
use crate::diag::Report;
use crate::lock::{Entry, FILE, Generation, Lock, LockText, read};

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

/// Reads locks; a file that is not there is left out.
///
/// # Errors
/// Every mistake in any of them.
pub fn read_all(texts: Vec<LockText>) -> Result<Vec<LockFile>, Report> {
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

/// A lock lies in the folder that is built; one of another name has to be named.
fn target(name: &str) -> Vec<String> {
    match name.rsplit_once('/') {
        None if name == FILE => Vec::new(),
        Some((folder, FILE)) if !folder.is_empty() => vec![shown::path(folder)],
        // which folder is built with it does not stand in it
        _ => ["FOLDER", "--lock", name].map(str::to_owned).into(),
    }
}

impl LockFile {
    /// `countersign lock …`, word by word.
    #[must_use]
    pub fn command(&self, more: impl IntoIterator<Item = String>) -> Vec<String> {
        let head = ["countersign", "lock"].map(str::to_owned).into_iter();
        head.chain(self.target.iter().cloned())
            .chain(more)
            .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_the_folder_or_leaves_it_to_the_user() {
        let target = |name| target(name).join(" ");
        assert_eq!(target("countersign.lock"), "");
        assert_eq!(target("overlays/prod/countersign.lock"), "overlays/prod");
        assert_eq!(target("-x/countersign.lock"), "./-x");
        assert_eq!(target("locks/prod.lock"), "FOLDER --lock locks/prod.lock");
    }
}
