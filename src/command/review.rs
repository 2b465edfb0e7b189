//! What a reviewer compares: a path rendered without any value, and the locks that decided how.
//!
//! Where functions may run, each reads the lock of its own folder; which folders these are is learnt
//! from what they saw.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{input, manifests};
use crate::cli::args::Common;
use crate::config::LockMode;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::kustomize::{self, Functions};
use crate::door::locks::LockFiles;
use crate::door::{files, recorder};
use crate::lock::{Lock, Locks, read};
use crate::stage::plan::Mode;
use crate::stage::{Request, Shape};

/// What is at a path as a stream, and the locks that it was rendered with.
///
/// # Errors
/// Whatever keeps it from being rendered.
pub fn review_of(
    path: &Path,
    configs: &[PathBuf],
    functions: bool,
    lock: Option<&Path>,
    common: &Common,
) -> Result<(String, Vec<Lock>), Report> {
    let folder = if path.is_dir() { path } else { Path::new(".") };
    let mut inputs = files::inputs(&[], configs)?;
    let mut found = Vec::new();
    if functions && kustomize::file_of(path).is_some() {
        let functions = Functions::reviewed(lock)?;
        let text = kustomize::build(path, Some(&functions))?;
        found = locks_of(&functions, lock)?;
        inputs.push(input(path.display().to_string(), text, false));
    } else {
        inputs.extend(files::inputs(&[path.to_owned()], &[])?);
    }
    let shape = Shape::Stream;
    let locks = LockFiles::new(folder, lock);
    let rendered = manifests(Request { inputs, shape }, &locks, Mode::Review, common)?;
    let mut out = Vec::new();
    let written = rendered.write_to(&mut out).map(|()| String::from_utf8(out));
    let Ok(Ok(manifests)) = written else {
        let message = "what was rendered cannot be compared";
        return Err(Diagnostic::error(Code::Internal, message).into());
    };
    for lock in rendered.locks {
        // the folder itself may list a function, which has read the same one
        if !found.contains(&lock) {
            found.push(lock);
        }
    }
    Ok((manifests, found))
}

/// The locks that the functions of a build have read, each in the folder that lists it.
fn locks_of(functions: &Functions, lock: Option<&Path>) -> Result<Vec<Lock>, Report> {
    let mut texts = BTreeMap::new();
    for record in recorder::records(functions.folder())? {
        let locks = LockFiles::new(&record.folder, lock);
        let name = record.folder.display().to_string();
        let inputs = vec![input(name, record.configs, true)];
        let shape = Shape::Stream;
        let learned = crate::learn(&Request { inputs, shape }, None)?;
        let mut files: Vec<Option<&str>> = Vec::new();
        for one in &learned {
            if let LockMode::Required(file) = &one.config.lock {
                files.push(file.as_deref());
            }
        }
        if learned.is_empty() {
            files.push(None);
        }
        for file in files {
            let found = locks.read(file)?;
            texts.insert(found.name, found.text);
        }
    }
    let texts = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)));
    texts.map(|(name, text)| read::read(&name, &text)).collect()
}
