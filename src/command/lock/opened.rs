//! Locks that are worked on: which there are for what was built, and what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::command::learn::Found;
use crate::config::LockMode;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::files::read_file;
use crate::lock::{Lock, Locks, command, read};
use crate::locking::Learned;

/// What stands in one lock file.
pub struct Part {
    /// What a build defines of it.
    pub learned: Vec<Learned>,
    /// Writes it.
    pub command: String,
    /// The folder that is built with it, where that is known.
    pub built: Option<PathBuf>,
    /// What the same build defines and no lock covers.
    pub unlocked: Vec<Learned>,
}

/// By its path.
pub type Files = BTreeMap<PathBuf, Part>;

/// Which lock each secret that was found stands in.
///
/// # Errors
/// A lock that may not be named, and nothing to lock at all.
pub fn by_file(found: Found) -> Result<Files, Report> {
    let mut report = Report::default();
    let mut files = Files::new();
    for (locks, learned) in found {
        let part = || Part {
            learned: Vec::new(),
            command: command::text(&locks.target()),
            built: locks.built().map(Path::to_owned),
            unlocked: Vec::new(),
        };
        let (mut here, mut unlocked) = (BTreeSet::new(), Vec::new());
        for one in learned {
            let LockMode::Required(file) = &one.config.lock else {
                unlocked.push(one);
                continue;
            };
            match locks.path(file.as_deref()) {
                Ok(path) => {
                    here.insert(path.clone());
                    files.entry(path).or_insert_with(part).learned.push(one);
                }
                Err(problem) => report.push(problem.at(one.config.place.clone())),
            }
        }
        // secrets may be left in it although nothing defines one any more, or no config wants it
        if let Ok(path) = locks.path(None)
            && path.exists()
        {
            here.insert(path.clone());
            files.entry(path).or_insert_with(part);
        }
        for path in here {
            if let Some(part) = files.get_mut(&path) {
                part.unlocked.extend(unlocked.clone());
            }
        }
    }
    if files.is_empty() && !report.has_errors() {
        report.push(
            Diagnostic::error(Code::Usage, "there is nothing to lock here")
                .hint("put a VaultSecrets object among the manifests, under `resources:` or as a template of the chart, or give it with `--config`; one with `lock: none` needs no lock."),
        );
    }
    report.check(files)
}

/// A lock that is being worked on.
pub struct Open {
    /// Where it is.
    pub path: PathBuf,
    /// As it stands; `None`: there is no such file yet.
    pub text: Option<String>,
    /// What it says.
    pub lock: Lock,
    /// What stands in it today.
    pub part: Part,
}

impl Open {
    /// As the user may find it.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// Reads them.
///
/// # Errors
/// Every mistake in any of them.
pub fn open(files: Files) -> Result<Vec<Open>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for (path, part) in files {
        let open = || -> Result<Open, Report> {
            let there = path.symlink_metadata().is_ok();
            let text = if there { Some(read_file(&path)?) } else { None };
            let lock = match &text {
                Some(text) => read::read(&path.display().to_string(), text)?,
                None => Lock::default(),
            };
            Ok(Open {
                path: path.clone(),
                text,
                lock,
                part,
            })
        };
        match open() {
            Ok(open) => out.push(open),
            Err(problems) => report.extend(problems),
        }
    }
    report.check(out)
}
