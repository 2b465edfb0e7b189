//! EDGE: lock files and manifests at or below a path, for questions about a whole repository.
//!
//! Walked in a stable order, links are not followed, Git's own folder is left out. A lock is known
//! by its name, or by what stands in it: `spec.lock` may call it anything that ends in `.lock`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::files::read_file;
use crate::config::API_VERSION;
use crate::diag::{Code, Diagnostic, Report};
use crate::lock::{FILE, LockText};
use crate::stage::Input;

/// How the name of a lock ends.
const LOCK: &str = "lock";
/// How the names of manifests end.
const MANIFESTS: &[&str] = &["yaml", "yml", "json"];

/// The locks at or below a path; none is no mistake.
///
/// # Errors
/// The path, a folder below it or a lock cannot be read.
pub fn locks(path: &Path) -> Result<Vec<LockText>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for file in files(path, &[LOCK], &mut report) {
        let certain = file == path || file.file_name() == Some(OsStr::new(FILE));
        match read_file(&file) {
            Ok(text) if certain || is_lock(&text) => out.push(LockText {
                name: shown(&file).into(),
                text: Some(text),
            }),
            Err(problem) if certain => report.push(problem),
            // locks of other programs
            _ => {}
        }
    }
    report.check(out)
}

/// The manifests at or below a path; none is no mistake.
///
/// # Errors
/// The path, a folder below it or a file cannot be read.
pub fn manifests(path: &Path) -> Result<Vec<Input>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for file in files(path, MANIFESTS, &mut report) {
        match read_file(&file) {
            Ok(text) => out.push(Input {
                file: shown(&file).into(),
                text: text.into(),
                only_configs: false,
            }),
            Err(problem) => report.push(problem),
        }
    }
    report.check(out)
}

/// Whether a path is a single file that holds a lock.
#[must_use]
pub fn names_lock(path: &Path) -> bool {
    has_end(path, &[LOCK]) && !path.is_dir()
}

fn is_lock(text: &str) -> bool {
    let group = API_VERSION.split('/').next().unwrap_or_default();
    let ours = |line: &str| {
        let version = line.strip_prefix("apiVersion: ");
        version.is_some_and(|version| version.starts_with(group))
    };
    text.lines().any(ours)
}

fn has_end(path: &Path, ends: &[&str]) -> bool {
    let end = path.extension().and_then(OsStr::to_str);
    end.is_some_and(|end| ends.contains(&end))
}

fn files(root: &Path, ends: &[&str], report: &mut Report) -> Vec<PathBuf> {
    let walk = WalkDir::new(root).follow_links(false).sort_by_file_name();
    let mut out = Vec::new();
    for entry in walk.into_iter().filter_entry(|e| e.file_name() != ".git") {
        match entry {
            Ok(entry) if entry.path().is_dir() => {}
            // links, devices and pipes are somebody else's
            Ok(entry) if entry.depth() > 0 && !entry.file_type().is_file() => {}
            // a file that was named may be called anything
            Ok(entry) if entry.depth() == 0 || has_end(entry.path(), ends) => {
                out.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(root);
                let message = format!("cannot read `{}`", path.display());
                report.push(
                    Diagnostic::error(Code::ReadFailed, message)
                        .hint("check the path and its permissions."),
                );
            }
        }
    }
    out
}

/// As a person in the current directory would write it.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.display().to_string()
}
