//! The locks that a question is about: the one that the runner chose, or all below some paths.

use std::path::{Path, PathBuf};

use crate::cli::args::Common;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::locks::LockFiles;
use crate::door::{below, builds, kustomize};
use crate::lock::{FILE, Locks};
use crate::locking::file::{LockFile, read_all};

/// Locks for what is built at one path.
///
/// # Errors
/// What cannot be read, and every mistake in a lock.
pub fn locks(path: &Path, common: &Common) -> Result<Vec<LockFile>, Report> {
    let Some(chosen) = &common.lock else {
        let words = |name: &str| builds::words_for(Path::new(name));
        return read_all(below::locks(path)?, words);
    };
    let files = LockFiles::new(path, Some(chosen));
    let text = files.read(None)?;
    if text.text.is_none() {
        return Err(missing(&format!("at `{}`", text.name)).into());
    }
    // nobody said what is built; it may well be here
    let here = path == Path::new(".");
    let elsewhere =
        text.name.rsplit('/').next() == Some(FILE) || kustomize::file_of(path).is_none();
    read_all(vec![text], |name| {
        if here && elsewhere {
            builds::words_for(Path::new(name))
        } else {
            files.target()
        }
    })
}

/// The same for several paths, each lock once.
///
/// # Errors
/// As above.
pub fn all_locks(paths: &[PathBuf], common: &Common) -> Result<Vec<LockFile>, Report> {
    let mut report = Report::default();
    let mut out: Vec<LockFile> = Vec::new();
    for path in paths {
        match locks(path, common) {
            Ok(files) => {
                for file in files {
                    if out.iter().all(|known| known.name != file.name) {
                        out.push(file);
                    }
                }
            }
            Err(problems) => report.extend(problems),
        }
    }
    report.check(out)
}

/// The same, where there has to be one.
///
/// # Errors
/// As above, and that there is none.
pub fn some_locks(paths: &[PathBuf], common: &Common) -> Result<Vec<LockFile>, Report> {
    let files = all_locks(paths, common)?;
    if !files.is_empty() {
        return Ok(files);
    }
    let paths = paths.iter().map(|path| format!("`{}`", path.display()));
    let below = paths.collect::<Vec<_>>().join(", ");
    Err(missing(&format!("below {below}")).into())
}

fn missing(place: &str) -> Diagnostic {
    Diagnostic::error(Code::LockMissing, format!("there is no lock {place}"))
        .hint("run `countersign lock FOLDER` and commit what it writes, or name one with `--lock`.")
}
