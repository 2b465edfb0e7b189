//! `countersign lock`: learns what a build defines, asks for what is missing, and writes the locks.
//!
//! Every lock is written after everything else has succeeded, each as a whole; while one is worked
//! on, no other run changes it.

mod checked;
mod opened;
mod typed;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::audited::{Audit, audited};
use super::learn::{Builds, learn};
use super::written::work;
use super::{Done, Output, chart};
use crate::cli::args::{Common, LockArgs};
use crate::cli::settings::{self, Chosen};
use crate::diag::Report;
use crate::door::locks::{Change, Held};
use crate::door::{kustomize, origin};
use crate::lock::{read, write};
use crate::locking::moved::move_entries;
use crate::locking::update::{Updated, Upgrade, Wish, named, update};
use crate::locking::{soon, summary};
use crate::policy::Policy;
use crate::stage::permit;
use crate::vault::signed::Signed;
use checked::checked;
pub(super) use checked::written_checked;
use opened::Files;
pub(super) use opened::{Open, Part, by_file, open};
use typed::{paths, upgrade};

/// Locks, or checks the locks.
///
/// # Errors
/// Every mistake of configs and locks, and what the store does not give; then nothing is written.
pub fn lock(args: &LockArgs, common: &Common) -> Result<Done, Report> {
    let given: Vec<PathBuf> = args.paths.iter().chain(&args.configs).cloned().collect();
    audited("lock", &given, common, |audit| locked(args, common, audit))
}

fn locked(args: &LockArgs, common: &Common, audit: &Audit) -> Result<Done, Report> {
    let upgrade = upgrade(args)?;
    let chosen = audit.watch(settings::store(common)?);
    let store = chosen.store.as_ref();
    let paths = paths(args, &upgrade)?;
    let builds = Builds {
        paths: &paths,
        configs: &args.configs,
        functions: args.enable_exec,
        release: chart(&args.release),
        address: store.address(),
        policy: chosen.policy.as_ref(),
    };
    let done = learn(&builds, common).and_then(by_file).and_then(|files| {
        // a lock that the runner names is named by nobody else
        let others = if common.lock.is_none() { &*paths } else { &[] };
        worked_on(args, files, others, &chosen, upgrade, audit)
    });
    done.map_err(|mut report| {
        let files = report
            .diagnostics
            .iter()
            .filter_map(|one| one.place.as_ref()?.file.clone());
        // a function may run in a lower folder than those that were given
        for built in files.collect::<BTreeSet<_>>() {
            let folder = Path::new(&*built);
            if kustomize::file_of(folder).is_some() {
                origin::find(&mut report.diagnostics, folder, &built);
            }
        }
        report
    })
}

fn worked_on(
    args: &LockArgs,
    files: Files,
    others: &[PathBuf],
    chosen: &Chosen,
    upgrade: Upgrade,
    audit: &Audit,
) -> Result<Done, Report> {
    let learned = files.values().flat_map(|part| &part.learned);
    audit.for_learned(learned.clone());
    let logins = learned.flat_map(|one| one.config.logins());
    let store = Signed::new(chosen.store.as_ref(), logins.collect());
    let policy = chosen.policy.as_ref();
    if args.check {
        let release = chart(&args.release);
        let online = args.online.then_some(&store);
        let mut done = checked(files, others, release, online, policy, audit)?;
        if args.online {
            done.said.extend(chosen.warnings.iter().cloned());
        }
        Ok(done)
    } else {
        let wish = Wish {
            upgrade,
            drop_previous: args.drop_previous,
            now: settings::now(),
        };
        let (mut done, asked) = written(files, &wish, args, &store, policy, audit)?;
        if asked {
            done.said.extend(chosen.warnings.iter().cloned());
        }
        Ok(done)
    }
}

/// What was written, and whether the store was asked for it.
fn written(
    files: Files,
    wish: &Wish,
    args: &LockArgs,
    store: &Signed<'_>,
    policy: Option<&Policy>,
    audit: &Audit,
) -> Result<(Done, bool), Report> {
    let dry = args.dry_run;
    let mut report = Report::default();
    let mut out = String::new();
    let (mut locks, mut changed) = (Vec::new(), Vec::new());
    let mut asked = false;
    let held = if dry {
        None
    } else {
        Some(Held::take(files.keys().map(PathBuf::as_path))?)
    };
    let mut opened = open(files)?;
    let learned = opened.iter().flat_map(|open| &open.part.learned);
    named(&learned.collect::<Vec<_>>(), wish, &mut report);
    report.check(())?;
    let parts = opened.iter_mut();
    let mut parts: Vec<_> = parts
        .map(|o| (&mut o.lock, o.part.learned.as_slice()))
        .collect();
    move_entries(&mut parts);
    for open in opened {
        let Updated { lock, asked: now } = match update(&open.lock, &open.part.learned, wish, store)
        {
            Ok(updated) => updated,
            Err(problems) => {
                report.extend(problems);
                continue;
            }
        };
        asked |= now;
        let text = write::write(&lock);
        // a server may say what no lock can hold
        let fits = read::read(&open.name(), &text);
        if let Err(problems) = fits.and_then(|_| permit::locks(policy, [&lock])) {
            report.extend(problems);
            continue;
        }
        if now {
            report.diagnostics.extend(soon::soon(
                &open.name(),
                &open.lock,
                &lock,
                &open.part.command,
                store,
            ));
        }
        let lines = summary::summary(&open.lock, &lock);
        let same = open.text.as_deref() == Some(&text);
        out.push_str(&format!("{} {}\n", open.name(), verb(same, dry)));
        for line in lines {
            out.push_str(&format!("  {line}\n"));
        }
        match work(
            &open.path,
            &lock,
            &open.part,
            chart(&args.release),
            args.write,
        ) {
            Ok(work) => {
                if let Some(folder) = &work.folder {
                    let verb = verb(work.changes.is_empty(), dry);
                    out.push_str(&format!("{} {verb}\n", folder.display()));
                }
                report.diagnostics.extend(work.edits);
                report.diagnostics.extend(work.said);
                changed.extend(work.changes);
            }
            Err(problems) => report.extend(problems),
        }
        if !same {
            locks.push(open.path.clone());
            changed.push(Change {
                path: open.path,
                text: Some(text),
            });
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    if let Some(held) = &held {
        audit.locks(locks.iter())?;
        held.write(&changed)?;
    }
    let done = Done {
        output: Output::Text(out),
        said: report.diagnostics,
        exit: None,
    };
    Ok((done, asked))
}

fn verb(same: bool, dry: bool) -> &'static str {
    match (same, dry) {
        (true, _) => "is up to date",
        (false, true) => "would change",
        (false, false) => "is written",
    }
}
