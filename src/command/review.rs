//! What a reviewer compares: a path rendered without any value, and the locks that decided how.
//!
//! Where functions may run, each reads the lock of its own folder; which folders these are is learnt
//! from what they saw.

use std::path::{Path, PathBuf};

use super::learn::shown;
use super::{input, request, unread};
use crate::config::LockMode;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::helm::chart::Release;
use crate::door::kustomize::{self, Functions};
use crate::door::locks::{LockFiles, is_same};
use crate::door::{files, recorder};
use crate::lock::Locks;
use crate::locking::file::{LockFile, read_all};
use crate::policy::Policy;
use crate::stage::permit;
use crate::stage::plan::Mode;
use crate::stage::{Request, Shape};

/// How a path is rendered.
pub struct With<'a> {
    /// Files that hold only configs.
    pub configs: &'a [PathBuf],
    /// Whether kustomize may run functions.
    pub functions: bool,
    /// The lock that the runner chose.
    pub lock: Option<&'a Path>,
    /// What a chart is built with.
    pub release: Release<'a>,
    /// Whether a kept generation that cannot be made again is an error.
    pub strict: bool,
    /// What the runner allows; `None`: everything.
    pub policy: Option<&'a Policy>,
}

/// What is at a path as a stream, and the locks that it was rendered with, each once.
///
/// # Errors
/// Whatever keeps it from being rendered.
pub fn review_of(path: &Path, with: &With<'_>) -> Result<(String, Vec<LockFile>), Report> {
    let lock = with.lock;
    let mut inputs = files::inputs(&[], with.configs)?;
    let mut found = Vec::new();
    if with.functions && kustomize::file_of(path).is_some() {
        let functions = Functions::reviewed(lock)?;
        let text = kustomize::build(path, Some(&functions))?;
        found = locks_of(&functions, path, with)?;
        inputs.push(input(path.display().to_string(), text, false));
    } else {
        inputs.extend(files::built(&[path.to_owned()], &[], with.release)?);
    }
    let locks = if path.is_dir() {
        LockFiles::new(path, lock).with(with.release)
    } else {
        LockFiles::of_stream(lock)
    };
    let request = request(inputs, with.release);
    let rendered = unread(request, &locks, Mode::Review, with.strict, with.policy)?;
    let mut out = Vec::new();
    let written = rendered.write_to(&mut out).map(|()| String::from_utf8(out));
    let Ok(Ok(manifests)) = written else {
        let message = "what was rendered cannot be compared";
        return Err(Diagnostic::error(Code::Internal, message).into());
    };
    for opened in rendered.locks {
        // the folder itself may list a function, which has read the same one
        if !found
            .iter()
            .any(|known| is_same(&*known.name, &*opened.name))
        {
            found.push(LockFile {
                name: opened.name,
                lock: opened.lock,
                target: locks.target(),
            });
        }
    }
    Ok((manifests, found))
}

/// The locks that the functions of a build have read, each in the folder that lists it.
fn locks_of(functions: &Functions, path: &Path, with: &With<'_>) -> Result<Vec<LockFile>, Report> {
    let lock = with.lock;
    let mut out: Vec<LockFile> = Vec::new();
    for record in recorder::records(functions.folder())? {
        let lists = shown(&record.folder);
        let locks = LockFiles::of_function(&lists, path, lock);
        let inputs = vec![input(lists.display().to_string(), record.configs, true)];
        let shape = Shape::Stream;
        let learned = crate::learn(&Request::new(inputs, shape), None, with.policy)?;
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
            if !out.iter().any(|known| is_same(&*known.name, &*found.name)) {
                out.extend(read_all(vec![found], |_| locks.target())?);
            }
        }
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    permit::locks(with.policy, out.iter().map(|file| &file.lock))?;
    Ok(out)
}
