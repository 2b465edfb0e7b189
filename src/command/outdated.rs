//! `countersign outdated`: what Vault has newer than the locks.
//!
//! With groups by workload each path is built as `lock` would build it, to see who uses what.

use std::path::Path;
use std::rc::Rc;

use super::audited::{Audit, audited};
use super::below::some_locks;
use super::review::{With, review_of};
use super::{Done, Output, chart, input};
use crate::cli::args::{Common, Form, GroupBy, OutdatedArgs};
use crate::cli::{exit, settings};
use crate::diag::{Code, Diagnostic, Report};
use crate::door::helm::chart::{Release, is_chart};
use crate::door::locks::is_same;
use crate::door::origin;
use crate::locking::file::LockFile;
use crate::locking::objects::Objects;
use crate::locking::outdated::{Outdated, Status, find, groups, json, text};
use crate::policy::Policy;
use crate::stage::permit;

/// Asks and tells.
///
/// # Errors
/// Locks and manifests that cannot be read, and what the store refuses.
pub fn outdated(args: &OutdatedArgs, common: &Common) -> Result<Done, Report> {
    audited("outdated", &args.paths, common, |audit| {
        told(args, common, audit)
    })
}

fn told(args: &OutdatedArgs, common: &Common, audit: &Audit) -> Result<Done, Report> {
    let chosen = audit.watch(settings::store(common)?);
    let built = match args.group_by {
        GroupBy::Secret => Built {
            locks: told_how(some_locks(&args.paths, common)?, chart(&args.release)),
            objects: Vec::new(),
        },
        GroupBy::Workload => all_built(args, common, chosen.policy.as_ref())?,
    };
    let locks = built.locks.iter().map(|file| &file.lock);
    permit::locks(chosen.policy.as_ref(), locks.clone())?;
    audit.for_locks(locks);
    let outdated = find(&built.locks, chosen.store.as_ref())?;
    let groups = match args.group_by {
        GroupBy::Secret => groups::by_secret(&built.locks, &outdated),
        GroupBy::Workload => groups::by_workload(&built.locks, &outdated, &built.objects),
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

/// What is printed for a chart builds it as this run was told.
fn told_how(mut locks: Vec<LockFile>, release: Release<'_>) -> Vec<LockFile> {
    for lock in &mut locks {
        if Path::new(&*lock.name).parent().is_some_and(is_chart) {
            lock.target.extend(release.words());
        }
    }
    locks
}

fn exit(outdated: &Outdated) -> Option<u8> {
    match outdated.status() {
        Status::Broken => Some(exit::BROKEN),
        Status::Outdated => Some(exit::OUTDATED),
        _ => None,
    }
}

/// Locks, each once, and for each of them what the builds that use it render to.
#[derive(Default)]
struct Built {
    locks: Vec<LockFile>,
    objects: Vec<Vec<Rc<Objects>>>,
}

fn all_built(
    args: &OutdatedArgs,
    common: &Common,
    policy: Option<&Policy>,
) -> Result<Built, Report> {
    let mut report = Report::default();
    let mut out = Built::default();
    for path in &args.paths {
        match build(path, args, common, policy) {
            Ok((locks, objects)) => {
                for lock in locks {
                    let mut known = out.locks.iter();
                    let same = known.position(|one| is_same(&*one.name, &*lock.name));
                    if let Some(at) = same {
                        out.objects[at].push(Rc::clone(&objects));
                    } else {
                        out.locks.push(lock);
                        out.objects.push(vec![Rc::clone(&objects)]);
                    }
                }
            }
            Err(mut problems) => {
                let name = path.display().to_string();
                origin::find(&mut problems.diagnostics, path, &name);
                report.extend(problems);
            }
        }
    }
    report.check(out)
}

/// The locks that a folder is built with, and what it renders to, without any value.
fn build(
    path: &Path,
    args: &OutdatedArgs,
    common: &Common,
    policy: Option<&Policy>,
) -> Result<(Vec<LockFile>, Rc<Objects>), Report> {
    if !path.is_dir() {
        let message = format!("`{}` is no folder", path.display());
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("with `--group-by workload` give the folders that are built.")
            .into());
    }
    let with = With {
        configs: &[],
        functions: args.enable_exec,
        lock: common.lock.as_deref(),
        release: chart(&args.release),
        strict: common.strict,
        policy,
    };
    let (text, locks) = review_of(path, &with)?;
    let objects = Objects::of(&[input(path.display().to_string(), text, false)]);
    if !objects.problems.is_empty() {
        return Err(Report {
            diagnostics: objects.problems,
        });
    }
    Ok((locks, Rc::new(objects)))
}
