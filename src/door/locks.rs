//! EDGE: lock files: where they are, how they are read, and the only place that writes a file.
//!
//! A lock lies in the directory that is built. The runner may name another; the repository may only
//! name one below that directory. A lock is replaced as a whole, by a rename within its directory.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::builds;
use super::files::read_file;
use super::helm::chart::{Release, is_chart};
use super::kustomize;
use crate::diag::{Code, Diagnostic};
use crate::lock::{FILE, LockText, Locks};

/// Stands for a chart that only the user knows.
const CHART: &str = "CHART";

/// The locks of one directory that is built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockFiles {
    /// The directory in which they lie.
    folder: PathBuf,
    /// The one file that the runner named.
    chosen: Option<PathBuf>,
    /// Whether the runner named a file or a directory.
    named: bool,
    /// The directory that is built; `None`: whoever fills the pipe knows.
    built: Option<PathBuf>,
    /// The file below the directory that counts, whatever configs say.
    file: Option<String>,
    /// Flags that say what is built, and with what.
    release: Vec<String>,
}

impl LockFiles {
    /// For what is built at `folder`; `chosen` is what the runner says with `--lock` or
    /// `COUNTERSIGN_LOCK`: a file, or another directory.
    #[must_use]
    pub fn new(folder: &Path, chosen: Option<&Path>) -> Self {
        let directory = chosen.filter(|chosen| chosen.is_dir());
        Self {
            folder: directory.unwrap_or(folder).to_owned(),
            chosen: chosen.filter(|_| directory.is_none()).map(Path::to_owned),
            named: chosen.is_some(),
            built: Some(folder.to_owned()),
            file: None,
            release: Vec::new(),
        }
    }

    /// Commands that are printed say how a chart or an application is built; an application may name its lock.
    #[must_use]
    pub fn with(mut self, release: Release<'_>) -> Self {
        let chart = |built: &PathBuf| built == Path::new(CHART) || is_chart(built);
        if let Some(application) = release.application {
            self.file.clone_from(&application.parameters.lock);
            self.built = application.path.clone().or(self.built);
        }
        if release.application.is_some() || self.built.as_ref().is_some_and(chart) {
            self.release = release.words();
        }
        self
    }

    /// For a function that `lists` lists and that ran while `built` was built.
    #[must_use]
    pub fn of_function(lists: &Path, built: &Path, chosen: Option<&Path>) -> Self {
        if chosen.is_some() {
            return Self::new(built, chosen);
        }
        let own = Self::new(lists, None);
        if builds::is_component(lists) {
            let built = Some(built.to_owned());
            return Self { built, ..own };
        }
        own
    }

    /// For a stream or single files: in the current directory, unless the runner names another.
    #[must_use]
    pub fn of_stream(chosen: Option<&Path>) -> Self {
        Self {
            built: None,
            ..Self::new(Path::new("."), chosen)
        }
    }

    /// For a stream that Helm hands over: whoever typed the command knows the chart, unless its lock lies
    /// in it.
    #[must_use]
    pub fn of_release(chosen: Option<&Path>) -> Self {
        let own = chosen.map(|chosen| {
            if chosen.is_dir() {
                chosen
            } else {
                folder_of(chosen)
            }
        });
        let own = own.filter(|folder| is_chart(folder));
        Self {
            named: true,
            built: Some(own.unwrap_or(Path::new(CHART)).to_owned()),
            ..Self::of_stream(chosen)
        }
    }

    /// The path of a lock; `file` is what `spec.lock.file` says.
    ///
    /// # Errors
    /// `file` leads out of the directory.
    pub fn path(&self, file: Option<&str>) -> Result<PathBuf, Diagnostic> {
        if let Some(chosen) = &self.chosen {
            return Ok(chosen.clone());
        }
        let file = Path::new(self.file.as_deref().or(file).unwrap_or(FILE));
        let path = if self.folder == Path::new(".") {
            file.to_owned()
        } else {
            self.folder.join(file)
        };
        let mut parts = file.components().peekable();
        let below =
            parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)));
        if below && self.holds(&path) {
            return Ok(path);
        }
        let message = format!(
            "the lock `{}` is not below `{}`",
            file.display(),
            self.folder.display()
        );
        Err(Diagnostic::error(Code::BadValue, message)
            .hint("name a file below the directory that is built; only the runner may name another, with `--lock`."))
    }

    /// The directory that is built, where that is known.
    #[must_use]
    pub fn built(&self) -> Option<&Path> {
        self.built.as_deref()
    }

    /// Whether both are the locks of one directory, however it is written.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.chosen == other.chosen && real(&self.folder) == real(&other.folder)
    }

    /// Whether links do not lead out of the directory, as far as the path exists.
    fn holds(&self, path: &Path) -> bool {
        let Ok(folder) = self.folder.canonicalize() else {
            return true;
        };
        let mut there = path.ancestors().filter_map(|part| part.canonicalize().ok());
        there.next().is_none_or(|real| real.starts_with(&folder))
    }
}

impl Locks for LockFiles {
    fn read(&self, file: Option<&str>) -> Result<LockText, Diagnostic> {
        let path = self.path(file)?;
        let name = path.display().to_string().into();
        let text = if fs::symlink_metadata(&path).is_ok() {
            Some(read_file(&path)?)
        } else {
            None
        };
        Ok(LockText { name, text })
    }

    fn target(&self) -> Vec<String> {
        let lock = match &self.chosen {
            Some(chosen) => chosen.clone(),
            None => self.folder.join(FILE),
        };
        let folder = folder_of(&lock);
        let words = match &self.built {
            None => builds::words_for(&lock),
            Some(built) if !self.named => builds::words(built, None),
            Some(built) if !lock.ends_with(FILE) => builds::words(built, Some(&lock)),
            Some(built) if is_same(folder, built) => builds::words(built, None),
            // the lock of another folder that is built is not for this one
            Some(_) if kustomize::file_of(folder).is_some() => builds::words_for(&lock),
            // a config may name another file there
            Some(built) => builds::words(built, Some(self.chosen.as_ref().unwrap_or(&self.folder))),
        };
        [words, self.release.clone()].concat()
    }
}

/// What becomes of one file.
pub struct Change {
    /// Where it is.
    pub path: PathBuf,
    /// What it says then; `None`: it is removed.
    pub text: Option<String>,
}

/// Directories whose lock files no other run changes as long as this is held.
pub struct Held {
    _folders: Vec<File>,
}

impl Held {
    /// Waits until no other run holds a directory of these locks.
    ///
    /// # Errors
    /// A directory is not there and cannot be made, or cannot be read.
    pub fn take<'p>(paths: impl Iterator<Item = &'p Path>) -> Result<Self, Diagnostic> {
        let mut folders = BTreeMap::new();
        for path in paths {
            let path = real(path);
            let folder = folder_of(&path);
            fs::create_dir_all(folder).map_err(|error| failed(&path, &error))?;
            folders.insert(real(folder), path);
        }
        // each once and all runs in one order, so that none waits for itself or in a circle
        let mut held = Vec::new();
        for (folder, path) in folders {
            let folder = File::open(folder).map_err(|error| failed(&path, &error))?;
            // a file system without locks has to do without
            held.extend(folder.lock().is_ok().then_some(folder));
        }
        Ok(Self { _folders: held })
    }

    /// Replaces files, each as a whole, and removes some; none before all that is new is on disk under another
    /// name.
    ///
    /// # Errors
    /// A directory cannot be written; the old files are then as they were.
    pub fn write(&self, changes: &[Change]) -> Result<(), Diagnostic> {
        let (mut ready, mut gone) = (Vec::new(), Vec::new());
        for Change { path, text } in changes {
            let path = real(path);
            let Some(text) = text else {
                gone.push(path);
                continue;
            };
            let file = prepared(&path, text).map_err(|error| failed(&path, &error))?;
            ready.push((path, file));
        }
        for (path, file) in ready {
            file.persist(&path)
                .map_err(|error| failed(&path, &error.error))?;
        }
        for path in gone {
            fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
            // what else lies there is not ours
            let _ = fs::remove_dir(folder_of(&path));
        }
        Ok(())
    }
}

/// A new file beside the old one, with its mode.
fn prepared(path: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".countersign-lock-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let old = fs::metadata(path).map(|old| old.permissions());
        builder.permissions(old.unwrap_or_else(|_| fs::Permissions::from_mode(0o666)));
    }
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Whether two paths are of one file, however it is written.
#[must_use]
pub fn is_same(one: impl AsRef<Path>, other: impl AsRef<Path>) -> bool {
    let (one, other) = (one.as_ref(), other.as_ref());
    one == other || real(one) == real(other)
}

/// Without links, as far as it exists: a link is followed, so that it is not replaced by a file.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The folder of a file.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        Code::WriteFailed,
        format!("cannot write `{}`: {}", path.display(), error.kind()),
    )
    .hint("check the folder and its permissions; the lock is as it was.")
}
