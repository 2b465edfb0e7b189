//! What was typed behind `lock`, decided: what moves, and which folders are built for it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::cli::args::LockArgs;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::below;
use crate::lock::{FILE, Lock, read};
use crate::locking::update::Upgrade;

/// What moves.
///
/// # Errors
/// A version that is none.
pub fn upgrade(args: &LockArgs) -> Result<Upgrade, Diagnostic> {
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
pub fn paths(args: &LockArgs, upgrade: &Upgrade) -> Result<Vec<PathBuf>, Report> {
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
