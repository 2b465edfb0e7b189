//! `countersign outdated`: what Vault has newer than the locks.
//!
//! With groups by workload each path is built as `lock` would build it, to see who uses what.

use std::path::Path;

use super::below::{built, some_locks};
use super::review::review_of;
use super::{Done, Output, input};
use crate::cli::args::{Common, Form, GroupBy, OutdatedArgs};
use crate::cli::{exit, settings};
use crate::diag::{Code, Diagnostic, Report};
use crate::door::origin;
use crate::locking::file::LockFile;
use crate::locking::objects::Objects;
use crate::locking::outdated::{Outdated, Status, find, groups, json, text};

/// Asks and tells.
///
/// # Errors
/// Locks and manifests that cannot be read, and what the store refuses.
pub fn outdated(args: &OutdatedArgs, common: &Common) -> Result<Done, Report> {
    let built = match args.group_by {
        GroupBy::Secret => vec![Built {
            locks: some_locks(&args.paths, common)?,
            objects: None,
        }],
        GroupBy::Workload => all_built(args, common)?,
    };
    let chosen = settings::store(common)?;
    let locks = built.iter().flat_map(|one| &one.locks);
    let files: Vec<LockFile> = locks.cloned().collect();
    let outdated = find(&files, chosen.store.as_ref())?;
    let groups = match args.group_by {
        GroupBy::Secret => groups::by_secret(&files, &outdated),
        GroupBy::Workload => {
            let objects = built.iter().flat_map(|one| {
                let each = one.locks.iter();
                each.filter_map(|_| one.objects.as_ref())
            });
            groups::by_workload(&files, &outdated, &objects.collect::<Vec<_>>())
        }
    };
    let output = match args.format {
        Form::Text => text::text(&outdated, &groups),
        Form::Json => json::json(&outdated, &groups),
    };
    Ok(Done {
        output: Output::Text(output),
        said: if outdated.asked {
            chosen.warnings
        } else {
            Vec::new()
        },
        exit: exit(&outdated),
    })
}

fn exit(outdated: &Outdated) -> Option<u8> {
    match outdated.status() {
        Status::Broken => Some(exit::BROKEN),
        Status::Outdated => Some(exit::OUTDATED),
        _ => None,
    }
}

/// Locks, and what the folder around them renders to.
struct Built {
    locks: Vec<LockFile>,
    objects: Option<Objects>,
}

fn all_built(args: &OutdatedArgs, common: &Common) -> Result<Vec<Built>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for path in &args.paths {
        match build(path, args.enable_exec, common) {
            Ok(built) => out.push(built),
            Err(mut problems) => {
                let name = path.display().to_string();
                origin::find(&mut problems.diagnostics, path, &name);
                report.extend(problems);
            }
        }
    }
    report.check(out)
}

fn build(path: &Path, functions: bool, common: &Common) -> Result<Built, Report> {
    let mut locks = some_locks(&[path.to_owned()], common)?;
    if common.lock.is_none() {
        for file in &mut locks {
            // what is built is known here, whatever the lock is called
            file.target = built(path);
        }
    }
    let text = render(path, functions, common)?;
    let objects = Objects::of(&[input(path.display().to_string(), text, false)]);
    if !objects.problems.is_empty() {
        return Err(Report {
            diagnostics: objects.problems,
        });
    }
    Ok(Built {
        locks,
        objects: Some(objects),
    })
}

/// What a folder renders to, without any value.
fn render(path: &Path, functions: bool, common: &Common) -> Result<String, Report> {
    if !path.is_dir() {
        let message = format!("`{}` is no folder", path.display());
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("with `--group-by workload` give the folders that are built.")
            .into());
    }
    let lock = common.lock.as_deref();
    Ok(review_of(path, &[], functions, lock, common)?.0)
}
