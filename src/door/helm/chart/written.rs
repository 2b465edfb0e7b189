//! EDGE: a chart whose names come from written files: built before they are there, and what is wrong with how it
//! uses them.
//!
//! Reads the user's folder and writes into a private one. What stands in the files is not its business.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walkdir::WalkDir;

use super::{Release, template};
use crate::diag::{Code, Diagnostic, Place};
use crate::door::files::read_file;
use crate::door::program::Ground;
use crate::door::scratch;
use crate::written::File;
use crate::written::helm::{HELPERS, MISSING, templates};

/// Whether a chart could not be built because it has to be written first.
pub(super) fn is_unwritten(error: &Diagnostic, chart: &Path) -> bool {
    error.code == Code::ToolFailed
        && error.message.contains(MISSING)
        && !chart.join(HELPERS).exists()
}

/// Builds a copy of a chart with files that it will have.
pub(super) fn completed(
    ground: Ground<'_>,
    chart: &Path,
    release: Release<'_>,
    kinds: &[&str],
    files: &[File],
) -> Result<String, Diagnostic> {
    let copy = copied(chart, files)?;
    template(ground, copy.path(), release, kinds).map_err(|error| {
        let copy = copy.path().display().to_string();
        let message = error.message.replace(&copy, &chart.display().to_string());
        Diagnostic { message, ..error }
    })
}

fn copied(chart: &Path, files: &[File]) -> Result<TempDir, Diagnostic> {
    let make = || {
        let copy = scratch::folder()?;
        let walk = WalkDir::new(chart).into_iter();
        // a chart may be all of a repository
        for entry in walk.filter_entry(|entry| entry.file_name() != ".git") {
            let entry = entry?;
            let way = entry.path().strip_prefix(chart).unwrap_or(entry.path());
            let to = copy.path().join(way);
            if way.as_os_str().is_empty() {
                continue;
            }
            if entry.path_is_symlink() {
                link(&entry.path().canonicalize()?, &to)?;
            } else if entry.file_type().is_dir() {
                fs::create_dir_all(to)?;
            } else if entry.file_type().is_file() {
                fs::copy(entry.path(), to)?;
            }
        }
        for file in files {
            fs::write(place(copy.path(), &file.path)?, &file.text)?;
        }
        Ok(copy)
    };
    make().map_err(|error: io::Error| {
        let message = format!(
            "cannot copy the chart `{}`: {}",
            chart.display(),
            error.kind()
        );
        Diagnostic::error(Code::WriteFailed, message).hint("make room below TMPDIR.")
    })
}

/// Where a file goes in a copy. Links on the way are taken apart, because they lead back to what is the user's.
fn place(copy: &Path, way: &Path) -> io::Result<PathBuf> {
    let mut path = copy.to_owned();
    for part in way {
        path.push(part);
        let Ok(real) = fs::read_link(&path) else {
            continue;
        };
        fs::remove_file(&path)?;
        if real.is_dir() {
            fs::create_dir(&path)?;
            for entry in fs::read_dir(real)? {
                let entry = entry?;
                if let Ok(real) = entry.path().canonicalize() {
                    link(&real, &path.join(entry.file_name()))?;
                }
            }
        }
    }
    fs::create_dir_all(path.parent().unwrap_or(copy))?;
    Ok(path)
}

#[cfg(unix)]
fn link(real: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(real, to)
}

#[cfg(not(unix))]
fn link(real: &Path, to: &Path) -> io::Result<()> {
    fs::copy(real, to).map(|_| ())
}

/// What Helm alone makes of a chart with these files.
///
/// # Errors
/// Helm says no to the chart.
pub fn alone(chart: &Path, release: Release<'_>, files: &[File]) -> Result<String, Diagnostic> {
    completed(Ground::default(), chart, release, &[], files)
}

/// Where other templates of a chart define what is ours to define: Helm keeps one of both.
#[must_use]
pub fn redefined(chart: &Path) -> Vec<(String, Place)> {
    let ours: Vec<PathBuf> = templates()
        .iter()
        .map(|file| chart.join(&file.path))
        .collect();
    let walk = WalkDir::new(chart.join("templates")).sort_by_file_name();
    let files = walk.into_iter().filter_map(Result::ok);
    let mut out = Vec::new();
    for file in files.filter(|file| file.file_type().is_file()) {
        let path = file.into_path();
        if ours.contains(&path) {
            continue;
        }
        // what is no text defines nothing
        let text = read_file(&path).unwrap_or_default();
        for (at, line) in (1..).zip(text.lines()) {
            let Some((_, name)) = line.split_once("define \"countersign.") else {
                continue;
            };
            let name = name.split('"').next().unwrap_or_default();
            let place = Place {
                file: Some(path.display().to_string().into()),
                line: at,
                ..Place::default()
            };
            out.push((format!("countersign.{name}"), place));
        }
    }
    out
}
