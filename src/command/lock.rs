//! `countersign lock`: learns what a build defines, asks for what is missing, and writes the locks.
//!
//! Every lock is written after everything else has succeeded, each as a whole; while one is worked
//! on, no other run changes it.

mod typed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::audited::{Audit, audited};
use super::learn::{Builds, Found, learn};
use super::unnamed::unnamed;
use super::{Done, Output, chart};
use crate::cli::args::{Common, LockArgs};
use crate::cli::settings::{self, Chosen};
use crate::config::LockMode;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::files::read_file;
use crate::door::locks::Held;
use crate::door::{kustomize, origin};
use crate::lock::{Lock, Locks, command, read, write};
use crate::locking::moved::move_entries;
use crate::locking::update::{Updated, Upgrade, Wish, named, update};
use crate::locking::{Learned, check, online, soon, summary};
use crate::policy::Policy;
use crate::stage::permit;
use crate::vault::signed::Signed;
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
        let mut done = checked(files, others, args.online.then_some(&store), policy, audit)?;
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
        let (mut done, asked) = written(files, &wish, args.dry_run, &store, policy, audit)?;
        if asked {
            done.said.extend(chosen.warnings.iter().cloned());
        }
        Ok(done)
    }
}

/// What stands in one lock file.
pub(super) struct Part {
    pub learned: Vec<Learned>,
    /// Writes it.
    pub command: String,
}

type Files = BTreeMap<PathBuf, Part>;

pub(super) fn by_file(found: Found) -> Result<Files, Report> {
    let mut report = Report::default();
    let mut files = Files::new();
    for (locks, learned) in found {
        let part = || Part {
            learned: Vec::new(),
            command: command::text(&locks.target()),
        };
        for one in learned {
            let LockMode::Required(file) = &one.config.lock else {
                continue;
            };
            match locks.path(file.as_deref()) {
                Ok(path) => files.entry(path).or_insert_with(part).learned.push(one),
                Err(problem) => report.push(problem.at(one.config.place.clone())),
            }
        }
        // secrets may be left in it although nothing defines one any more, or no config wants it
        if let Ok(path) = locks.path(None)
            && path.exists()
        {
            files.entry(path).or_insert_with(part);
        }
    }
    if files.is_empty() && !report.has_errors() {
        report.push(
            Diagnostic::error(Code::Usage, "there is nothing to lock here")
                .hint("list a VaultSecrets object under `resources:`; one with `lock: none` needs no lock."),
        );
    }
    report.check(files)
}

/// A lock that is being worked on.
pub(super) struct Open {
    pub path: PathBuf,
    /// As it stands; `None`: there is no such file yet.
    pub text: Option<String>,
    pub lock: Lock,
    pub part: Part,
}

impl Open {
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }
}

pub(super) fn open(files: Files) -> Result<Vec<Open>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for (path, part) in files {
        let open = || -> Result<Open, Report> {
            let there = path.symlink_metadata().is_ok();
            let text = if there { Some(read_file(&path)?) } else { None };
            let lock = match &text {
                Some(text) => read::read(&path.display().to_string(), text)?,
                None => Lock::default(),
            };
            Ok(Open {
                path: path.clone(),
                text,
                lock,
                part,
            })
        };
        match open() {
            Ok(open) => out.push(open),
            Err(problems) => report.extend(problems),
        }
    }
    report.check(out)
}

/// `others`: folders below which no other lock should lie.
fn checked(
    files: Files,
    others: &[PathBuf],
    online: Option<&Signed<'_>>,
    policy: Option<&Policy>,
    audit: &Audit,
) -> Result<Done, Report> {
    let mut report = Report {
        diagnostics: unnamed(others, &files.keys().collect::<Vec<_>>()),
    };
    let opened = open(files)?;
    let locks = opened.iter().map(|open| &open.lock);
    permit::locks(policy, locks.clone())?;
    audit.for_locks(locks);
    for open in opened {
        let name = open.name();
        match &open.text {
            Some(text) => {
                let found = check::check(
                    &name,
                    text,
                    &open.lock,
                    &open.part.learned,
                    &open.part.command,
                );
                report.diagnostics.extend(found);
            }
            None => report.push(
                Diagnostic::error(Code::LockMissing, format!("there is no `{name}`")).hint(
                    format!("run `{}` and commit what it writes.", open.part.command),
                ),
            ),
        }
        if let Some(store) = online {
            report.extend(online::check(&open.lock, &open.part.command, store));
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    Ok(Done {
        output: Output::Text(String::new()),
        said: report.diagnostics,
        exit: None,
    })
}

/// What was written, and whether the store was asked for it.
fn written(
    files: Files,
    wish: &Wish,
    dry: bool,
    store: &Signed<'_>,
    policy: Option<&Policy>,
    audit: &Audit,
) -> Result<(Done, bool), Report> {
    let mut report = Report::default();
    let mut out = String::new();
    let mut changed = Vec::new();
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
            report
                .diagnostics
                .extend(soon::soon(&open.name(), &open.lock, &lock, store));
        }
        let lines = summary::summary(&open.lock, &lock);
        let same = open.text.as_deref() == Some(&text);
        let verb = match (same, dry) {
            (true, _) => "is up to date",
            (false, true) => "would change",
            (false, false) => "is written",
        };
        out.push_str(&format!("{} {verb}\n", open.name()));
        for line in lines {
            out.push_str(&format!("  {line}\n"));
        }
        if !same && !dry {
            changed.push((open.path, text));
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    if let Some(held) = &held {
        audit.locks(changed.iter().map(|(path, _)| path))?;
        held.write(&changed)?;
    }
    let done = Done {
        output: Output::Text(out),
        said: report.diagnostics,
        exit: None,
    };
    Ok((done, asked))
}
