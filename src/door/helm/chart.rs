//! EDGE: a folder with a chart is built with the real Helm.
//!
//! Helm's plugins stay off, and no post-renderer is given: the repository must not choose what runs. No
//! shell, and no cluster is asked.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::child;
use crate::diag::{Code, Diagnostic};

/// What makes a folder a chart.
const FILE: &str = "Chart.yaml";
/// More than this of Helm's complaint is not passed on.
const COMPLAINT: usize = 8 * 1024;

/// What templates see besides the chart.
#[derive(Clone, Copy, Debug, Default)]
pub struct Release<'a> {
    /// `.Release.Name`; `None`: what Helm takes.
    pub name: Option<&'a str>,
    /// `.Release.Namespace`; `None`: what Helm takes.
    pub namespace: Option<&'a str>,
    /// Files of values, later ones first.
    pub values: &'a [PathBuf],
}

/// Whether a folder is a chart.
#[must_use]
pub fn is_chart(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

/// Renders the templates of a chart, hooks included.
///
/// # Errors
/// Helm is missing or complains.
pub fn build(folder: &Path, release: Release<'_>) -> Result<String, Diagnostic> {
    let mut command = child::command("helm");
    command.arg("template").stdin(Stdio::null());
    command
        .env("HELM_NO_PLUGINS", "1")
        .env("HELM_PLUGINS", "/dev/null");
    for values in release.values {
        command.arg("--values").arg(values);
    }
    if let Some(namespace) = release.namespace {
        command.arg(format!("--namespace={namespace}"));
    }
    command.arg("--").args(release.name);
    // a folder that is called like a repository is not one
    command.arg(Path::new(".").join(folder));
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Diagnostic::error(Code::ToolMissing, "`helm` is not on PATH").hint(
                "install Helm, or build elsewhere and pipe: `helm template … | countersign render -`.",
            )
        }
        kind => Diagnostic::error(Code::ToolFailed, format!("`helm` cannot be run: {kind}"))
            .hint("check that it is executable."),
    })?;
    if output.status.success() {
        return String::from_utf8(output.stdout)
            .map_err(|_| Diagnostic::error(Code::ToolFailed, "the output of `helm` is not UTF-8"));
    }
    let stderr = &output.stderr[..output.stderr.len().min(COMPLAINT)];
    let message = format!(
        "`helm template {}` failed:\n{}",
        folder.display(),
        String::from_utf8_lossy(stderr).trim()
    );
    Err(Diagnostic::error(Code::ToolFailed, message)
        .hint("correct the chart or its values; `countersign` only passes on what was said."))
}
