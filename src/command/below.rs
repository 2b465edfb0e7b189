//! The locks that a question is about: the one that the runner chose, or all below some paths.

use std::path::{Path, PathBuf};

use crate::cli::args::Common;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::below;
use crate::door::locks::LockFiles;
use crate::lock::{FILE, Locks};
use crate::locking::file::{LockFile, read_all};

/// Locks for what is built at one path.
///
/// # Errors
/// What cannot be read, and every mistake in a lock.
pub fn locks(path: &Path, common: &Common) -> Result<Vec<LockFile>, Report> {
    let Some(chosen) = &common.lock else {
        return read_all(below::locks(path)?);
    };
    let text = LockFiles::new(path, Some(chosen)).read(None)?;
    if text.text.is_none() {
        return Err(missing(&format!("at `{}`", text.name)).into());
    }
    let in_its_folder = path == Path::new(".") && text.name.rsplit('/').next() == Some(FILE);
    let mut files = read_all(vec![text])?;
    if !in_its_folder {
        for file in &mut files {
            file.target = built(path);
            let words = ["--lock".to_owned(), chosen.display().to_string()];
            file.target.extend(words);
        }
    }
    Ok(files)
}

/// The words that make `countersign lock` build a folder.
pub fn built(path: &Path) -> Vec<String> {
    let path = path.display().to_string();
    match path.as_str() {
        "." => Vec::new(),
        flag if flag.starts_with('-') => vec![format!("./{flag}")],
        _ => vec![path],
    }
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
