//! An application's manifests, from the program that builds it.
//!
//! No shell, no plugins and no exec functions: the repository must not choose what runs. Which manifests
//! come of it is not looked at here.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::private::Private;
use super::timed::{self, Output};
use super::{Application, Kind};
use crate::diag::render::bounded;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::{files, kustomize};
use crate::stage::Input;

/// What is built: the folder that a plugin is started in.
pub const FOLDER: &str = ".";

/// Builds the application in the current directory.
///
/// # Errors
/// What the program says that builds it, or that it takes longer than until `deadline`.
pub fn build(application: &Application, deadline: Instant) -> Result<Vec<Input>, Report> {
    let folder = Path::new(FOLDER);
    let text = match application.kind(folder) {
        Kind::Directory => return files::inputs(&[folder.to_owned()], &[]),
        Kind::Kustomize => kustomized(deadline)?,
        Kind::Helm => charted(application, deadline)?,
    };
    Ok(vec![Input {
        file: FOLDER.into(),
        text: text.into(),
        only_configs: false,
    }])
}

fn kustomized(deadline: Instant) -> Result<String, Diagnostic> {
    let private = Private::new()?;
    for (program, verb) in kustomize::PROGRAMS {
        let mut command = private.command(program);
        command.args([verb, FOLDER]);
        let said = format!("{program} {verb}");
        if let Some(output) = ran(&mut command, &said, deadline)? {
            return printed(output, program, &said, |text| {
                kustomize::complaint(program, verb, Path::new(FOLDER), text.as_bytes())
            });
        }
    }
    Err(Diagnostic::error(
        Code::ToolMissing,
        "neither `kustomize` nor `kubectl` is on PATH",
    )
    .hint("put one of them into the image of the sidecar."))
}

/// A chart. Values of its author are arguments of their own, never a part of another; an argument says what is
/// a value, so that none can pass for a flag.
fn charted(application: &Application, deadline: Instant) -> Result<String, Diagnostic> {
    let private = Private::new()?;
    let chosen = &application.parameters;
    let release = chosen.release_name.as_ref().unwrap_or(&application.name);
    let mut command = private.command("helm");
    command.args(["template", FOLDER, "--include-crds"]);
    command.arg(format!("--name-template={release}"));
    let mut option = |name: &str, text: &str| {
        command.arg(format!("--{name}={text}"));
    };
    if !application.namespace.is_empty() {
        option("namespace", &application.namespace);
    }
    if let Some(version) = &application.kube_version {
        option("kube-version", version);
    }
    for version in &application.api_versions {
        option("api-versions", version);
    }
    for file in &chosen.values_files {
        option("values", values_file(file)?);
    }
    for (key, text) in &chosen.helm_parameters {
        // a comma would begin the next one
        let text = text.replace('\\', "\\\\").replace(',', "\\,");
        option("set-string", &format!("{key}={text}"));
    }
    let said = "helm template";
    let Some(output) = ran(&mut command, said, deadline)? else {
        let message = "`helm` is not on PATH, and the application is a chart";
        return Err(Diagnostic::error(Code::ToolMissing, message)
            .hint("put it into the image of the sidecar."));
    };
    printed(output, "helm", said, |text| {
        let message = format!("`{said}` failed:\n{}", text.trim());
        Diagnostic::error(Code::ToolFailed, message)
            .hint("correct the chart or its values; `countersign` only passes on what was said.")
    })
}

/// A file of the repository: Helm would also fetch one from anywhere, or read one of the sidecar.
fn values_file(file: &str) -> Result<&str, Diagnostic> {
    let path = Path::new(file);
    let inner = |real: PathBuf| {
        let here = Path::new(FOLDER).canonicalize().ok();
        here.is_some_and(|here| real.starts_with(here))
    };
    if !file.contains("://") && path.is_relative() && path.canonicalize().is_ok_and(inner) {
        return Ok(file);
    }
    let message = "the parameter `values-files` names what is no file of the application";
    Err(Diagnostic::error(Code::BadValue, message)
        .hint("write paths below the application's folder, from there."))
}

/// Runs a program; `None`: there is none of this name.
fn ran(command: &mut Command, said: &str, deadline: Instant) -> Result<Option<Output>, Diagnostic> {
    let output = match timed::run(command, deadline) {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let message = format!("`{said}` cannot be run: {}", error.kind());
            return Err(
                Diagnostic::error(Code::ToolFailed, message).hint("check that it is executable.")
            );
        }
    };
    if output.status.is_some() {
        return Ok(Some(output));
    }
    let text = bounded(String::from_utf8_lossy(&output.stderr).into_owned());
    let mut message = format!("`{said}` took too long and was killed");
    if !text.trim().is_empty() {
        message += &format!("; until then it said:\n{}", text.trim());
    }
    Err(Diagnostic::error(Code::ToolFailed, message)
        .hint("see whether it waits for the network; `--timeout` gives more time, if the server's own time-outs are longer."))
}

/// What a program printed, if it succeeded.
fn printed(
    output: Output,
    program: &str,
    said: &str,
    complaint: impl Fn(&str) -> Diagnostic,
) -> Result<String, Diagnostic> {
    if !output.status.is_some_and(|status| status.success()) {
        let text = bounded(String::from_utf8_lossy(&output.stderr).into_owned());
        if text.trim().is_empty() {
            let message = format!("`{said}` failed and said nothing");
            return Err(Diagnostic::error(Code::ToolFailed, message).hint(format!(
                "run `{program}` alone; killed for its memory it says nothing either."
            )));
        }
        return Err(complaint(&text));
    }
    String::from_utf8(output.stdout).map_err(|_| {
        let message = format!("the output of `{program}` is not UTF-8");
        Diagnostic::error(Code::ToolFailed, message)
    })
}
