//! `countersign policy generate`: the least that Vault has to allow for what is defined below a
//! folder.
//!
//! Learns as `lock` does. A folder that is no build itself, with locks below it, is a repository:
//! the folders that have a lock are built.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::cli::args::{Common, GenerateArgs, PolicyFor, PolicyForm};
use crate::cli::settings;
use crate::command::below::all_locks;
use crate::command::learn::{Builds, learn};
use crate::command::{Done, Output, chart};
use crate::diag::{Code, Diagnostic, Report};
use crate::door::locks::LockFiles;
use crate::door::{below, kustomize};
use crate::grants::{Purpose, hcl, json, policies, uses};
use crate::lock::{FILE, Locks};
use crate::locking::file::{LockFile, read_all};

/// Generates. Asks nobody.
///
/// # Errors
/// Every mistake of configs and locks, and paths that a policy cannot name.
pub fn generate(args: &GenerateArgs, common: &Common) -> Result<Done, Report> {
    let chosen = settings::store(common)?;
    let store = chosen.store.as_ref();
    let built = built(&args.paths)?;
    let builds = Builds {
        paths: &built,
        configs: &args.configs,
        functions: args.enable_exec,
        release: chart(&args.release),
        policy: None,
        address: store.address(),
    };
    let learned: Vec<_> = learn(&builds, common)?.into_values().flatten().collect();
    let locks = locks(&args.paths, common)?;
    let uses = uses::uses(&learned, &locks, store.namespace());
    if uses.is_empty() {
        let message = "there is no config and no lock here";
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("name the folders that are built, as for `countersign lock`.")
            .into());
    }
    let purposes = purposes(args.purpose);
    let policies = policies(&uses, &purposes)?;
    Ok(Done {
        output: Output::Text(match args.format {
            PolicyForm::Hcl => hcl::hcl(&policies, &purposes),
            PolicyForm::Json => json::json(&policies),
        }),
        said: Vec::new(),
        exit: None,
    })
}

fn purposes(chosen: PolicyFor) -> Vec<Purpose> {
    match chosen {
        PolicyFor::Lock => vec![Purpose::Lock],
        PolicyFor::Render => vec![Purpose::Render],
        PolicyFor::Operator => vec![Purpose::Operator],
        PolicyFor::Fill => vec![Purpose::Fill],
        PolicyFor::All => Purpose::ALL.to_vec(),
    }
}

/// The locks that there are; before the first `lock` there is none.
fn locks(paths: &[PathBuf], common: &Common) -> Result<Vec<LockFile>, Report> {
    let (folders, others): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| path.is_dir());
    let here = Path::new(".");
    if let Some(chosen) = common.lock.as_deref() {
        return read_all(vec![LockFiles::new(here, Some(chosen)).read(None)?], |_| {
            Vec::new()
        });
    }
    let mut out = all_locks(&folders, common)?;
    if !others.is_empty() && !folders.iter().any(|folder| folder == here) {
        out.extend(read_all(
            vec![LockFiles::new(here, None).read(None)?],
            |_| Vec::new(),
        )?);
    }
    Ok(out)
}

/// What is built for these paths.
fn built(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Report> {
    let mut out = Vec::new();
    for path in paths {
        let whole =
            !path.is_dir() || kustomize::file_of(path).is_some() || path.join(FILE).exists();
        let mut below = if whole { Vec::new() } else { locked(path)? };
        if below.is_empty() {
            below.push(path.clone());
        }
        out.extend(below);
    }
    Ok(out)
}

/// The folders below a path that have a lock.
fn locked(root: &Path) -> Result<Vec<PathBuf>, Report> {
    let mut out = Vec::new();
    for lock in below::locks(root)? {
        let path = Path::new(&*lock.name);
        if path.file_name() == Some(OsStr::new(FILE))
            && let Some(folder) = path.parent()
        {
            out.push(folder.to_owned());
        }
    }
    Ok(out)
}
