//! EDGE: a folder with a chart is built with the real Helm.
//!
//! Helm's plugins stay off, and no post-renderer is given: the repository must not choose what runs. No
//! shell, and no cluster is asked.

mod dependencies;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic};
use crate::door::program::Ground;

/// What makes a folder a chart.
const FILE: &str = "Chart.yaml";

/// What templates see besides the chart.
#[derive(Clone, Copy, Debug, Default)]
pub struct Release<'a> {
    /// `.Release.Name`; `None`: what Helm takes.
    pub name: Option<&'a str>,
    /// `.Release.Namespace`; `None`: what Helm takes.
    pub namespace: Option<&'a str>,
    /// Files of values, later ones first.
    pub values: &'a [PathBuf],
    /// Single values, always texts.
    pub texts: Option<&'a BTreeMap<String, String>>,
    /// The cluster that it is for, where somebody knows it.
    pub cluster: Option<Cluster<'a>>,
}

/// A cluster, as far as templates ask.
#[derive(Clone, Copy, Debug)]
pub struct Cluster<'a> {
    /// `.Capabilities.KubeVersion`
    pub version: Option<&'a str>,
    /// `.Capabilities.APIVersions`
    pub kinds: &'a [String],
}

impl Release<'_> {
    /// The flags of ours that say the same.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let name = self.name.map(|name| format!("--release={name}"));
        let namespace = self
            .namespace
            .map(|namespace| format!("--namespace={namespace}"));
        let values = self.values.iter();
        let values = values.map(|file| format!("--values={}", file.display()));
        name.into_iter().chain(namespace).chain(values).collect()
    }
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
    build_on(Ground::default(), folder, release)
}

/// The same, where the runner says how it is run. In private homes the folder is a copy as well: what the
/// chart depends on is fetched into it.
///
/// # Errors
/// As above.
pub fn build_on(
    ground: Ground<'_>,
    folder: &Path,
    release: Release<'_>,
) -> Result<String, Diagnostic> {
    let first = template(ground, folder, release);
    match (&first, ground.private) {
        (Err(error), Some(private)) if dependencies::are_missing(error) => {
            dependencies::fetch(ground, private, folder)?;
            template(ground, folder, release)
        }
        _ => first,
    }
}

fn template(ground: Ground<'_>, folder: &Path, release: Release<'_>) -> Result<String, Diagnostic> {
    let mut command = helm(ground);
    command.arg("template");
    for values in release.values {
        command.arg("--values").arg(one(&values.to_string_lossy()));
    }
    for (key, text) in release.texts.into_iter().flatten() {
        command
            .arg("--set-string")
            .arg(format!("{key}={}", literal(text)));
    }
    if let Some(namespace) = release.namespace {
        command.arg(format!("--namespace={namespace}"));
    }
    if let Some(cluster) = release.cluster {
        // it has to know the kinds of a chart before there is an object of theirs
        command.arg("--include-crds");
        let version = cluster.version.into_iter();
        command.args(version.map(|version| format!("--kube-version={version}")));
        let kinds = cluster.kinds.iter();
        command.args(kinds.map(|kind| format!("--api-versions={kind}")));
    }
    command.arg("--").args(release.name);
    // a folder that is called like a repository is not one
    command.arg(Path::new(".").join(folder));
    let said = format!("helm template {}", folder.display());
    text(ground, &mut command, &said)
}

/// Helm without plugins.
fn helm(ground: Ground<'_>) -> std::process::Command {
    let mut command = ground.command("helm");
    command
        .env("HELM_NO_PLUGINS", "1")
        .env("HELM_PLUGINS", "/dev/null");
    command
}

fn text(
    ground: Ground<'_>,
    command: &mut std::process::Command,
    said: &str,
) -> Result<String, Diagnostic> {
    let printed = ground.text(command, said, |text| {
        Diagnostic::error(Code::ToolFailed, format!("`{said}` failed:\n{text}"))
            .hint("correct the chart or its values; `countersign` only passes on what was said.")
    })?;
    printed.ok_or_else(|| {
        Diagnostic::error(Code::ToolMissing, "`helm` is not on PATH").hint(
            "install Helm, or build elsewhere and pipe: `helm template … | countersign render -`.",
        )
    })
}

/// One file, where Helm takes several with commas between them.
fn one(file: &str) -> String {
    format!("\"{}\"", file.replace('"', "\"\""))
}

/// A text in which nothing begins another value or a list.
fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(',', "\\,");
    match text.strip_prefix('{') {
        Some(rest) => format!("\\{{{rest}"),
        None => text,
    }
}
