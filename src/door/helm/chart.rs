//! EDGE: a folder with a chart is built with the real Helm.
//!
//! Helm's plugins stay off, and no post-renderer is given: the repository must not choose what runs. No
//! shell, and no cluster is asked.

mod dependencies;
pub mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::diag::{Code, Diagnostic};
use crate::door::argocd::Application;
use crate::door::program::Ground;
use crate::written::helm::{LOCKING, templates};

/// What makes a folder a chart.
const FILE: &str = "Chart.yaml";

/// What Helm calls a release of which nobody says the name.
pub const UNNAMED: &str = "release-name";

/// What templates see besides the chart.
#[derive(Clone, Copy, Debug, Default)]
pub struct Release<'a> {
    /// `.Release.Name`; `None`: what Helm takes.
    pub name: Option<&'a str>,
    /// `.Release.Namespace`; `None`: what Helm takes.
    pub namespace: Option<&'a str>,
    /// Files of values, later ones first.
    pub values: &'a [PathBuf],
    /// The application of Argo CD that it is a part of: what is said above counts more.
    pub application: Option<&'a Application>,
}

impl Release<'_> {
    fn name(&self) -> Option<&str> {
        let told = self.application.and_then(Application::release);
        self.name.or(told)
    }

    /// Where objects are put that name no namespace.
    #[must_use]
    pub fn home(&self) -> Option<&str> {
        let told = self.application.map(|one| one.namespace.as_str());
        self.namespace
            .or(told.filter(|namespace| !namespace.is_empty()))
    }

    /// What stands in the place of the configs' own parameters.
    #[must_use]
    pub fn parameters(&self) -> BTreeMap<String, String> {
        let told = self.application.map(|one| &one.parameters.of_configs);
        told.cloned().unwrap_or_default()
    }

    /// The flags of ours that say the same.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let file = self.application.and_then(|one| one.file.as_deref());
        let file = file.map(|file| format!("--application={file}"));
        let name = self.name.map(|name| format!("--release={name}"));
        let namespace = self
            .namespace
            .map(|namespace| format!("--namespace={namespace}"));
        let values = self.values.iter();
        let values = values.map(|file| format!("--values={}", file.display()));
        let words = file.into_iter().chain(name).chain(namespace);
        words.chain(values).collect()
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
    let first = template(ground, folder, release, &[LOCKING]);
    let second = match (first, ground.private) {
        (Err(error), Some(private)) if dependencies::are_missing(&error) => {
            dependencies::fetch(ground, private, folder)?;
            template(ground, folder, release, &[LOCKING])
        }
        (first, _) => first,
    };
    match second {
        Err(error) if written::is_unwritten(&error, folder) => {
            written::completed(ground, folder, release, &[LOCKING], &templates())
        }
        _ => second,
    }
}

/// `kinds`: more that the cluster is said to know.
fn template(
    ground: Ground<'_>,
    folder: &Path,
    release: Release<'_>,
    kinds: &[&str],
) -> Result<String, Diagnostic> {
    let mut command = helm(ground);
    command.arg("template");
    if let Some(application) = release.application {
        told(&mut command, folder, application)?;
    }
    for values in release.values {
        command.arg("--values").arg(one(&values.to_string_lossy()));
    }
    if let Some(namespace) = release.home() {
        command.arg(format!("--namespace={namespace}"));
    }
    command.args(kinds.iter().map(|kind| format!("--api-versions={kind}")));
    command.arg("--").args(release.name());
    // a folder that is called like a repository is not one
    command.arg(Path::new(".").join(folder));
    let said = format!("helm template {}", folder.display());
    text(ground, &mut command, &said)
}

/// What an application says, as flags. None of it is trusted: an argument says what is a value.
fn told(command: &mut Command, folder: &Path, application: &Application) -> Result<(), Diagnostic> {
    // a cluster has to know the kinds of a chart before there is an object of theirs
    command.arg("--include-crds");
    let version = application.kube_version.iter();
    command.args(version.map(|version| format!("--kube-version={version}")));
    let kinds = application.api_versions.iter();
    command.args(kinds.map(|kind| format!("--api-versions={kind}")));
    for file in &application.parameters.values_files {
        let file = inner(folder, file)?;
        command.arg("--values").arg(one(&file.to_string_lossy()));
    }
    for (key, text) in &application.parameters.helm_parameters {
        command
            .arg("--set-string")
            .arg(format!("{key}={}", literal(text)));
    }
    Ok(())
}

/// A file of the repository: Helm would also fetch one from anywhere, or read one of the machine.
fn inner(folder: &Path, file: &str) -> Result<PathBuf, Diagnostic> {
    let path = folder.join(file);
    let is_inner = |real: PathBuf| {
        let here = folder.canonicalize().ok();
        here.is_some_and(|here| real.starts_with(here))
    };
    let is_path = !file.contains("://") && Path::new(file).is_relative();
    if is_path && path.canonicalize().is_ok_and(is_inner) {
        return Ok(path);
    }
    let message = "the parameter `values-files` names what is no file of the application";
    Err(Diagnostic::error(Code::BadValue, message)
        .hint("write paths below the application's folder, from there."))
}

/// Helm without plugins.
fn helm(ground: Ground<'_>) -> Command {
    let mut command = ground.command("helm");
    command
        .env("HELM_NO_PLUGINS", "1")
        .env("HELM_PLUGINS", "/dev/null");
    command
}

fn text(ground: Ground<'_>, command: &mut Command, said: &str) -> Result<String, Diagnostic> {
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
