//! EDGE: a folder with a kustomization is built with the real kustomize.
//!
//! Plugins and exec functions stay off: the repository must not choose what runs. No shell.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::program::Ground;
use super::{builds, scratch};
use crate::child;
use crate::diag::{Code, Diagnostic, Report};

/// Names of a kustomization file (kustomize api/konfig).
const FILES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Programs that can build one, best first.
const PROGRAMS: &[(&str, &str)] = &[("kustomize", "build"), (KUBECTL, "kustomize")];
const KUBECTL: &str = "kubectl";
/// Where a build finds this program before any other of its name.
const PROGRAM_FOLDER: &str = "bin";
/// Tells the function within a build what to do; read by `cli::settings`.
pub const TASK: &str = "COUNTERSIGN_TASK";

/// The file that makes a folder a kustomization.
#[must_use]
pub fn file_of(folder: &Path) -> Option<PathBuf> {
    let files = FILES.iter().map(|file| folder.join(file));
    files.into_iter().find(|file| file.is_file())
}

/// Functions that may run within a build, because the user said so: the first program called
/// `countersign` that they find is this one, and it is told what to do instead of rendering.
pub struct Functions {
    folder: tempfile::TempDir,
    task: String,
    lock: Option<PathBuf>,
}

impl Functions {
    /// Functions that only keep what they saw, for `recorder::records`.
    ///
    /// # Errors
    /// There is no room for a private folder.
    pub fn recorded() -> Result<Self, Diagnostic> {
        Self::within("record", None)
    }

    /// Functions that emit what a reviewer compares, with the lock that the runner named.
    ///
    /// # Errors
    /// As above.
    pub fn reviewed(lock: Option<&Path>) -> Result<Self, Diagnostic> {
        Self::within("review", lock)
    }

    fn within(task: &str, lock: Option<&Path>) -> Result<Self, Diagnostic> {
        let make = || -> io::Result<tempfile::TempDir> {
            let folder = scratch::folder()?;
            let programs = folder.path().join(PROGRAM_FOLDER);
            std::fs::create_dir(&programs)?;
            #[cfg(unix)]
            std::os::unix::fs::symlink(std::env::current_exe()?, programs.join("countersign"))?;
            Ok(folder)
        };
        let folder = make().map_err(|error| {
            Diagnostic::error(
                Code::WriteFailed,
                format!("there is no private folder for the build: {}", error.kind()),
            )
            .hint("make room below TMPDIR.")
        })?;
        Ok(Self {
            task: format!("{task}:{}", folder.path().display()),
            folder,
            // each function runs in a folder of its own
            lock: lock.map(|lock| lock.canonicalize().unwrap_or_else(|_| lock.to_owned())),
        })
    }

    /// The private folder, removed at the end.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn path(&self) -> OsString {
        let own = [self.folder.path().join(PROGRAM_FOLDER)];
        let given = child::path();
        let others = given.iter().flat_map(std::env::split_paths);
        let all = own.into_iter().chain(others);
        std::env::join_paths(all).unwrap_or_default()
    }
}

/// Builds a kustomization; without `functions` it can run nothing.
///
/// # Errors
/// There is nothing that builds it, or what that says.
pub fn build(folder: &Path, functions: Option<&Functions>) -> Result<String, Report> {
    Ok(build_on(Ground::default(), folder, functions)?)
}

/// The same, where the runner says how it is run.
///
/// # Errors
/// As above.
pub(super) fn build_on(
    ground: Ground<'_>,
    folder: &Path,
    functions: Option<&Functions>,
) -> Result<String, Diagnostic> {
    // a folder whose name starts with `-` is not a flag
    let argument = if folder.is_absolute() {
        folder.to_owned()
    } else {
        Path::new(".").join(folder)
    };
    for (program, verb) in PROGRAMS {
        let mut command = ground.command(program);
        command.arg(verb).arg(&argument);
        if let Some(functions) = functions {
            command.arg("--enable-alpha-plugins");
            if *program != KUBECTL {
                command.arg("--enable-exec");
            }
            command
                .env("PATH", functions.path())
                .env(TASK, &functions.task);
            if let Some(lock) = &functions.lock {
                command.env("COUNTERSIGN_LOCK", lock);
            }
        }
        let said = format!("{program} {verb} {}", folder.display());
        let built = ground.text(&mut command, &said, |text| complaint(&said, text))?;
        let Some(text) = built else { continue };
        // it has no flag for functions that are programs, and skips them without a word
        if *program == KUBECTL && functions.is_some() && builds::runs_functions(folder) {
            return Err(skipped(folder));
        }
        return Ok(text);
    }
    Err(Diagnostic::error(Code::ToolMissing, "neither `kustomize` nor `kubectl` is on PATH")
        .hint("install kustomize, or build elsewhere and pipe: `kustomize build … | countersign render -`."))
}

fn skipped(folder: &Path) -> Diagnostic {
    let message = format!(
        "there is no `kustomize`, and the one in `kubectl` skips the function of `{}`",
        folder.display()
    );
    Diagnostic::error(Code::ToolMissing, message).hint(
        "install kustomize 5 or newer; or take the function out: `lock` and `render` build without it. A plugin of the older kind runs in kubectl.",
    )
}

fn complaint(said: &str, text: &str) -> Diagnostic {
    let hint = if text.contains("external plugins disabled") {
        "take the function out of `transformers:` and `generators:`; `render` needs none. Or keep it and run `kustomize build --enable-alpha-plugins --enable-exec`; `lock` and `plan` take `--enable-exec`."
    } else {
        "correct the kustomization; `countersign` only passes on what was said."
    };
    Diagnostic::error(Code::ToolFailed, format!("`{said}` failed:\n{text}")).hint(hint)
}
