//! `countersign plugin install`: the files of a plugin, where its tool looks for them.

use std::path::{Path, PathBuf};

use super::{Done, Output};
use crate::cli::args::{Plugin, PluginInstallArgs};
use crate::cli::plugins::{self, File};
use crate::diag::safe;
use crate::diag::shell::shell;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::created::{self, Before, Content};
use crate::door::plugin_homes;

/// Writes them, or prints them.
///
/// # Errors
/// Nobody knows where they belong, or something else is there.
pub fn install(args: &PluginInstallArgs) -> Result<Done, Report> {
    let text = match (args.plugin, args.print) {
        (Plugin::Kustomize, true) => commands(&links(args)?),
        (Plugin::Helm, true) => plugins::HELM.iter().map(|file| file.text).collect(),
        (Plugin::Argocd, true) => plugins::ARGOCD
            .iter()
            .map(|file| format!("---\n# file: {}\n{}", file.name, file.text))
            .collect(),
        (Plugin::Kustomize, false) => written(&links(args)?)? + &kustomize_runs(args),
        (Plugin::Helm, false) => {
            let home = home(args, plugin_homes::helm)?;
            let content = |file: &File| Content::Versioned(file.text);
            written(&files(&home.join("countersign"), plugins::HELM, content))? + &helm_runs(args)
        }
        (Plugin::Argocd, false) => {
            let folder = home(args, || Err(no_folder()))?;
            // policy and image are the user's after the first time
            let content = |file: &File| Content::Bytes(file.text.into());
            written(&files(&folder, plugins::ARGOCD, content))?
                + "set its image and its policy, and list it under `components:` of the kustomization that installs Argo CD\n"
        }
    };
    Ok(Done {
        output: Output::Text(text),
        said: Vec::new(),
        exit: None,
    })
}

/// The folder that was typed, else the one in which the tool looks.
fn home(
    args: &PluginInstallArgs,
    usual: impl FnOnce() -> Result<PathBuf, Diagnostic>,
) -> Result<PathBuf, Diagnostic> {
    args.to.clone().map_or_else(usual, Ok)
}

fn links(args: &PluginInstallArgs) -> Result<Vec<(PathBuf, Content)>, Diagnostic> {
    let home = home(args, plugin_homes::kustomize)?;
    let program = plugin_homes::program()?;
    let link = |name: &&str| (home.join(name), Content::Link(program.clone()));
    Ok(plugins::KUSTOMIZE.iter().map(link).collect())
}

fn files(
    folder: &Path,
    files: &[File],
    content: impl Fn(&File) -> Content,
) -> Vec<(PathBuf, Content)> {
    let place = |file: &File| (folder.join(file.name), content(file));
    files.iter().map(place).collect()
}

fn no_folder() -> Diagnostic {
    Diagnostic::error(
        Code::Usage,
        "the Component for Argo CD belongs into a repository of yours, and none is named",
    )
    .hint("name a folder beside the kustomization that installs Argo CD: `--to DIR`; `--print` shows the files.")
}

/// What was made, a line each.
fn written(wanted: &[(PathBuf, Content)]) -> Result<String, Report> {
    let before = created::all(wanted).map_err(|diagnostics| Report { diagnostics })?;
    let lines = wanted.iter().zip(before).map(|((path, _), before)| {
        let what = match before {
            Before::TheSame => "is there already",
            Before::Another => "written in the place of another version",
            Before::Nothing | Before::Foreign => "written",
        };
        format!("{}: {what}\n", shown(path))
    });
    Ok(lines.collect())
}

fn kustomize_runs(args: &PluginInstallArgs) -> String {
    let told = told(args, plugin_homes::KUSTOMIZE);
    format!("`kubectl kustomize --enable-alpha-plugins FOLDER` runs it{told}\n")
}

fn helm_runs(args: &PluginInstallArgs) -> String {
    let told = told(args, plugin_homes::HELM);
    format!("`helm template NAME CHART --post-renderer countersign` runs it{told}\n")
}

/// How a tool is told of a folder in which it does not look.
fn told(args: &PluginInstallArgs, variable: &str) -> String {
    args.to.as_deref().map_or_else(String::new, |folder| {
        format!(", with `{variable}={}`", shown(folder))
    })
}

/// The links as commands: there is no text to print.
fn commands(links: &[(PathBuf, Content)]) -> String {
    let mut out = String::new();
    for (path, content) in links {
        let (Some(folder), Content::Link(program)) = (path.parent(), content) else {
            continue;
        };
        let make = words(&["mkdir", "-p"], &[folder]);
        let link = words(&["ln", "-s"], &[program, path]);
        out.push_str(&format!("{make} && {link}\n"));
    }
    out
}

fn words(verb: &[&str], paths: &[&Path]) -> String {
    let verb = verb.iter().map(|&word| word.to_owned());
    let paths = paths.iter().map(|path| path.display().to_string());
    safe::terminal(&shell(&verb.chain(paths).collect::<Vec<_>>())).into_owned()
}

fn shown(path: &Path) -> String {
    safe::terminal(&path.display().to_string()).into_owned()
}
