//! EDGE: programs on PATH, and what they say when they are asked for their version.
//!
//! No shell, no credential in their environment, and nothing but a version asked.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::child;

/// Where a program of this name is found.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(program));
    files.find(|file| file.is_file())
}

/// What it prints; nothing if it fails.
#[must_use]
pub fn said(program: &Path, arguments: &[&str]) -> String {
    let mut command = child::command(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.output().ok();
    let output = output.filter(|output| output.status.success());
    output.map_or_else(String::new, |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    })
}

/// Whether a file is the program that runs.
#[must_use]
pub fn is_this(program: &Path) -> bool {
    let here = std::env::current_exe().and_then(|path| path.canonicalize());
    here.ok() == program.canonicalize().ok()
}

/// Whether the folder is there that `KUSTOMIZE_PLUGIN_HOME` names; `None`: it is not set.
#[must_use]
pub fn plugin_home() -> Option<bool> {
    let home = std::env::var_os("KUSTOMIZE_PLUGIN_HOME")?;
    Some(Path::new(&home).is_dir())
}
