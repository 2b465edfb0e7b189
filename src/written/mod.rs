//! Files that a lock implies, for builds in which nothing of ours runs: `lock` writes them beside it.
//!
//! Gets a lock and the configs, gives texts; each form has a writer. They hold no value, and stand at the
//! versions of the lock. Reads and writes no file, and knows no door and no store.

mod access;
pub mod helm;
pub mod kustomize;
mod objects;
pub mod seal;

use std::path::PathBuf;

use crate::config::BuildTool;
use crate::diag::{Diagnostic, Report};
use crate::lock::Lock;
use crate::locking::Learned;

/// What files are made from.
#[derive(Clone, Copy)]
pub struct Material<'m> {
    /// The lock's file, from the folder below which files are written.
    pub file: &'m str,
    /// What it says.
    pub lock: &'m Lock,
    /// All that the build defines.
    pub learned: &'m [Learned],
    /// What the build will put around names once more.
    pub affixes: &'m Affixes,
}

/// What stands before and behind every name of a layer.
#[derive(Clone, Debug, Default)]
pub struct Affixes {
    /// Before.
    pub prefix: String,
    /// Behind.
    pub suffix: String,
}

impl Affixes {
    /// A name without them; one that has them not stays.
    #[must_use]
    pub fn off<'n>(&self, name: &'n str) -> &'n str {
        let inner = name.strip_prefix(&*self.prefix);
        let inner = inner.and_then(|inner| inner.strip_suffix(&*self.suffix));
        inner.filter(|inner| !inner.is_empty()).unwrap_or(name)
    }
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// From the folder below which files are written.
    pub path: PathBuf,
    /// What it is written from, as its first line says.
    pub from: String,
    /// All of it.
    pub text: String,
}

/// All files of one form.
#[derive(Debug, Default)]
pub struct Files {
    /// In the order of their paths.
    pub files: Vec<File>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

/// Makes the files of one form.
pub struct Writer {
    /// The form.
    pub form: BuildTool,
    /// The folder in which they lie, for a lock of this name.
    pub folder: fn(&str) -> PathBuf,
    /// Makes them.
    pub files: fn(&Material<'_>) -> Result<Files, Report>,
}

/// Every writer.
pub const WRITERS: &[Writer] = &[kustomize::WRITER, helm::WRITER];

/// Whether the only form that the configs name is this one; `Err`: they name two.
///
/// # Errors
/// Both words.
pub fn form(learned: &[Learned]) -> Result<Option<BuildTool>, (BuildTool, BuildTool)> {
    let mut named = learned.iter().filter_map(|one| one.config.write);
    let Some(first) = named.next() else {
        return Ok(None);
    };
    let other = named.find(|other| *other != first);
    other.map_or(Ok(Some(first)), |other| Err((first, other)))
}

/// The folder that is called like a lock.
fn folder(lock: &str) -> PathBuf {
    PathBuf::from(lock).with_extension("")
}

impl Writer {
    /// The writer of a form.
    #[must_use]
    pub fn of(form: BuildTool) -> &'static Self {
        match form {
            BuildTool::Kustomize => &kustomize::WRITER,
            BuildTool::Helm => &helm::WRITER,
        }
    }
}
