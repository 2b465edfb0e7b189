//! `countersign prune`: which previous generations nothing needs any more.

use std::path::PathBuf;

use super::below::some_locks;
use super::{Done, Output};
use crate::cli::args::{Common, PruneArgs};
use crate::diag::{Code, Diagnostic, Report};
use crate::door::{below, files};
use crate::locking::objects::Objects;
use crate::locking::prune::{find, text::text};

/// Looks and tells.
///
/// # Errors
/// What cannot be read, and that there is nothing to hold the locks against.
pub fn prune(args: &PruneArgs, common: &Common) -> Result<Done, Report> {
    let is_lock = |path: &&PathBuf| path.is_dir() || below::names_lock(path);
    let (mut with_locks, manifests): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|path| is_lock(&path));
    if with_locks.is_empty() {
        with_locks.push(".".into());
    }
    if manifests.is_empty() {
        // what a folder renders to never mentions a previous generation: it would prove nothing
        return Err(Diagnostic::error(Code::Usage, "there is nothing to hold the locks against")
            .hint("pipe a cluster in: `kubectl get deploy,rs,sts,ds,job,cronjob,pod,secret,vaultstaticsecret -A -o json | countersign prune FOLDER -`; or what other branches or stages render to.")
            .into());
    }
    let mut report = Report::default();
    let locks = some_locks(&with_locks, common);
    let inputs = files::inputs(&manifests, &[]);
    let (locks, inputs) = match (locks, inputs) {
        (Ok(locks), Ok(inputs)) => (locks, inputs),
        (locks, inputs) => {
            report.extend(locks.err().unwrap_or_default());
            report.extend(inputs.err().unwrap_or_default());
            return Err(report);
        }
    };
    let mut objects = Objects::of(&inputs);
    report.diagnostics = std::mem::take(&mut objects.problems);
    report.check(())?;
    Ok(Done {
        output: Output::Text(text(&find(&locks, &objects))),
        said: Vec::new(),
        exit: None,
    })
}
