//! EDGE: a private folder in which programs that build an application have their homes, and the variables
//! that they are given.
//!
//! A build can read its environment (kustomize puts a variable into a `ConfigMap` where a file of variables
//! names it without a value), so that only what a build needs is handed on.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::child;
use crate::diag::{Code, Diagnostic};
use crate::door::scratch;

/// What programs are given of the environment besides where programs are: how the world is reached, and for remote
/// bases the credentials of Git that the server lends.
const GIVEN: &[&str] = &[
    "LANG",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // names of files in which the runner keeps what private charts need
    "HELM_REGISTRY_CONFIG",
    "HELM_REPOSITORY_CONFIG",
];
/// The same by how they begin.
const GIVEN_BY_PREFIX: &[&str] = &["GIT_", "ARGOCD_GIT_"];
/// Each is a folder of its own below the private one.
const FOLDERS: &[&str] = &[
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "HELM_CACHE_HOME",
    "HELM_CONFIG_HOME",
    "HELM_DATA_HOME",
    "HELM_PLUGINS",
];

/// Removed when the run is over.
pub struct Private {
    folder: tempfile::TempDir,
}

impl Private {
    /// Makes the folders.
    ///
    /// # Errors
    /// There is no room for them.
    pub fn new() -> Result<Self, Diagnostic> {
        let make = || {
            let folder = scratch::folder()?;
            for name in FOLDERS {
                std::fs::create_dir(folder.path().join(name))?;
            }
            Ok(folder)
        };
        let folder = make().map_err(|error: std::io::Error| no_room(&error))?;
        Ok(Self { folder })
    }

    /// A program in the current directory.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = child::command(program);
        command.env_clear();
        let given = |name: &OsStr| {
            let name = name.to_string_lossy();
            GIVEN.contains(&&*name) || GIVEN_BY_PREFIX.iter().any(|begin| name.starts_with(begin))
        };
        command.envs(std::env::vars_os().filter(|(name, _)| given(name)));
        command.envs(child::path().map(|path| ("PATH", path)));
        for name in FOLDERS {
            command.env(name, self.path().join(name));
        }
        command
    }

    /// A file for the programs, by a path below one of their homes.
    pub(in crate::door) fn file(&self, name: &str, text: &str) -> Result<(), Diagnostic> {
        std::fs::write(self.path().join(name), text).map_err(|error| no_room(&error))
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn no_room(error: &std::io::Error) -> Diagnostic {
    let message = format!("there is no private folder for the build: {}", error.kind());
    Diagnostic::error(Code::WriteFailed, message)
        .hint("give the sidecar a writable `/tmp` of its own, or set TMPDIR.")
}
