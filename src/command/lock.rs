//! `countersign lock`: learns what a build defines, asks for what is missing, and writes the locks.
//!
//! Every lock is written after everything else has succeeded, each as a whole; while one is worked
//! on, no other run changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::learn::{Builds, Found, learn};
use super::unnamed::unnamed;
use super::{Done, Output};
use crate::cli::args::{Common, LockArgs};
use crate::cli::settings::{self, Chosen};
use crate::config::LockMode;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::below;
use crate::door::files::read_file;
use crate::door::locks::Held;
use crate::door::{kustomize, origin};
use crate::lock::{FILE, Lock, Locks, command, read, write};
use crate::locking::moved::move_entries;
use crate::locking::update::{Updated, Upgrade, Wish, named, update};
use crate::locking::{Learned, check, online, soon, summary};
use crate::policy::Policy;
use crate::stage::permit;
use crate::vault::signed::Signed;

/// Locks, or checks the locks.
///
/// # Errors
/// Every mistake of configs and locks, and what the store does not give; then nothing is written.
pub fn lock(args: &LockArgs, common: &Common) -> Result<Done, Report> {
    let upgrade = upgrade(args)?;
    let chosen = settings::store(common)?;
    let store = chosen.store.as_ref();
    let paths = paths(args, &upgrade)?;
    let builds = Builds {
        paths: &paths,
        configs: &args.configs,
        functions: args.enable_exec,
        address: store.address(),
        policy: chosen.policy.as_ref(),
    };
    let done = learn(&builds, common).and_then(by_file).and_then(|files| {
        // a lock that the runner names is named by nobody else
        let others = if common.lock.is_none() { &*paths } else { &[] };
        worked_on(args, files, others, &chosen, upgrade)
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
) -> Result<Done, Report> {
    let learned = files.values().flat_map(|part| &part.learned);
    let logins = learned.flat_map(|one| one.config.logins());
    let store = Signed::new(chosen.store.as_ref(), logins.collect());
    let policy = chosen.policy.as_ref();
    if args.check {
        let mut done = checked(files, others, args.online.then_some(&store), policy)?;
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
        let (mut done, asked) = written(files, &wish, args.dry_run, &store, policy)?;
        if asked {
            done.said.extend(chosen.warnings.iter().cloned());
        }
        Ok(done)
    }
}

fn upgrade(args: &LockArgs) -> Result<Upgrade, Diagnostic> {
    if let Some(path) = &args.path {
        return Ok(Upgrade::Path(path.trim_matches('/').to_owned()));
    }
    let Some(names) = &args.upgrade else {
        return Ok(Upgrade::None);
    };
    let mut out = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        let (name, version) = match name.rsplit_once('@') {
            None => (name.as_str(), None),
            Some((name, version)) => match version.parse::<u64>() {
                Ok(version) if version > 0 => (name, Some(version)),
                _ => {
                    let message = format!("`{version}` is no version");
                    return Err(Diagnostic::error(Code::Usage, message)
                        .hint("write `--upgrade NAME@3`, or `--upgrade NAME` for the newest."));
                }
            },
        };
        out.push((name.to_owned(), version));
    }
    Ok(if out.is_empty() {
        Upgrade::All
    } else {
        Upgrade::Named(out)
    })
}

/// What is built. With `--path`, every folder below the paths whose lock uses the path.
fn paths(args: &LockArgs, upgrade: &Upgrade) -> Result<Vec<PathBuf>, Report> {
    let mut paths = args.paths.clone();
    if paths.is_empty() {
        paths.push(".".into());
    }
    let Upgrade::Path(used) = upgrade else {
        return Ok(paths);
    };
    let mut report = Report::default();
    let (mut out, mut elsewhere) = (Vec::new(), Vec::new());
    for root in &paths {
        for found in below::locks(root)? {
            let lock = match read::read(&found.name, found.text.as_deref().unwrap_or_default()) {
                Ok(lock) => lock,
                Err(problems) => {
                    report.extend(problems);
                    continue;
                }
            };
            let path = Path::new(&*found.name);
            match path
                .parent()
                .filter(|_| path.file_name() == Some(OsStr::new(FILE)))
            {
                _ if !uses(&lock, used) => {}
                Some(folder) if folder.as_os_str().is_empty() => out.push(".".into()),
                Some(folder) => out.push(folder.to_owned()),
                // which folder is built with it is not known
                None => elsewhere.push(format!("`{}`", found.name)),
            }
        }
    }
    if out.is_empty() && !report.has_errors() {
        let message = format!("no `{FILE}` below here uses `{used}`");
        let hint = if elsewhere.is_empty() {
            "write it as `mount/path`, without `data/`.".to_owned()
        } else {
            format!(
                "it stands in {}: name the folders that are built with it.",
                elsewhere.join(", ")
            )
        };
        report.push(Diagnostic::error(Code::Usage, message).hint(hint));
    }
    report.check(out)
}

fn uses(lock: &Lock, path: &str) -> bool {
    let current = lock
        .entries
        .iter()
        .filter_map(|entry| entry.current.as_ref());
    let mut sources = current.flat_map(|generation| &generation.sources);
    sources.any(|pin| format!("{}/{}", pin.secret.mount, pin.secret.path) == path)
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
) -> Result<Done, Report> {
    let mut report = Report {
        diagnostics: unnamed(others, &files.keys().collect::<Vec<_>>()),
    };
    let opened = open(files)?;
    let locks = opened.iter().map(|open| &open.lock);
    permit::locks(policy, locks)?;
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
        held.write(&changed)?;
    }
    let done = Done {
        output: Output::Text(out),
        said: report.diagnostics,
        exit: None,
    };
    Ok((done, asked))
}
