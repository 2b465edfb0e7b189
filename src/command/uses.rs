//! `countersign uses`: who uses a path in Vault.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::below::all_locks;
use super::{Done, Output};
use crate::cli::args::{Common, Form, UsesArgs};
use crate::diag::{Code, Diagnostic, Report, Severity};
use crate::door::{below, files};
use crate::locking::objects::{HOLDERS, Objects};
use crate::locking::uses::{find, json, names, text};
use crate::stage::Input;

/// Looks and tells.
///
/// # Errors
/// What cannot be read.
pub fn uses(args: &UsesArgs, common: &Common) -> Result<Done, Report> {
    let path = args.path.trim_matches('/');
    if !path.contains('/') {
        let message = format!("`{path}` is no path of a secret");
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("write the mount before it: `kvv2/sample/orders`.")
            .into());
    }
    let locks = all_locks(&with_locks(args, common), common)?;
    let (streams, folders) = manifests(args)?;
    let mut objects = Objects::of(&streams);
    let holds = |text: &str| HOLDERS.iter().any(|word| text.contains(word));
    let mut below = Objects::default();
    // a folder may hold templates, which are no YAML
    below.look(&folders, Severity::Warning, &holds);
    let known = [&objects, &below].map(|seen| names(path, &locks, seen));
    let known: BTreeSet<String> = known.into_iter().flatten().collect();
    let mentions = |text: &str| known.iter().any(|name| text.contains(name.as_str()));
    below.look(&folders, Severity::Warning, &mentions);
    objects.add(below);
    let mut report = Report {
        diagnostics: std::mem::take(&mut objects.problems),
    };
    report.check(())?;
    let uses = find(path, &locks, &objects);
    Ok(Done {
        output: Output::Text(match args.format {
            Form::Text => text::text(&uses),
            Form::Json => json::json(&uses),
        }),
        said: report.diagnostics,
        exit: None,
    })
}

/// Where locks may be.
fn with_locks(args: &UsesArgs, common: &Common) -> Vec<PathBuf> {
    if common.lock.is_some() {
        // only that one
        return vec![".".into()];
    }
    let paths = args.dirs.iter();
    let paths = paths.filter(|path| path.is_dir() || below::names_lock(path));
    paths.cloned().collect()
}

/// Manifests: those that were named, and those of folders.
fn manifests(args: &UsesArgs) -> Result<(Vec<Input>, Vec<Input>), Report> {
    let mut report = Report::default();
    let (mut streams, mut folders) = (Vec::new(), Vec::new());
    for path in args.dirs.iter().filter(|path| !below::names_lock(path)) {
        let into = if path.is_dir() {
            &mut folders
        } else {
            &mut streams
        };
        match stream(path) {
            Ok(inputs) => into.extend(inputs),
            Err(problems) => report.extend(problems),
        }
    }
    report.check((streams, folders))
}

fn stream(path: &Path) -> Result<Vec<Input>, Report> {
    if path != Path::new("-") {
        return below::manifests(path);
    }
    Ok(vec![Input {
        file: files::STDIN.into(),
        text: files::stdin()?,
        only_configs: false,
    }])
}
