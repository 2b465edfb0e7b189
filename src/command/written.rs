//! Written files beside a lock: what is wanted there, what stands there, and what becomes of it.
//!
//! For `lock`, which writes them, and for whoever checks. Nothing is written here.

use std::path::{Path, PathBuf};

use super::lock::Part;
use crate::config::BuildTool;
use crate::diag::{Code, Diagnostic, Place, Report, Severity};
use crate::door::locks::{Change, folder_of};
use crate::door::{kustomize, unwritten, written};
use crate::lock::Lock;
use crate::written::seal::Standing;
use crate::written::{Material, WRITERS, Writer, form};

/// What has to be done about the files of one lock.
#[derive(Default)]
pub struct Work {
    /// What is not as it should be and is ours to write.
    pub changes: Vec<Change>,
    /// What somebody else has put there.
    pub edits: Vec<Diagnostic>,
    /// What the user should know or do.
    pub said: Vec<Diagnostic>,
    /// The folder; `None`: nothing is written for this lock.
    pub folder: Option<PathBuf>,
}

/// Holds the files of a lock against what the lock says; `asked`: the user wants them, and edits undone.
///
/// # Errors
/// What cannot be written, or read.
pub fn work(path: &Path, lock: &Lock, part: &Part, asked: bool) -> Result<Work, Report> {
    let mut work = Work::default();
    let Some(file) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(work);
    };
    let writer = writer(path, file, part, asked)?;
    let mut wanted = Vec::new();
    if let Some(writer) = writer {
        let material = Material {
            file,
            lock,
            learned: &part.learned,
        };
        let files = (writer.files)(&material)?;
        work.said.extend(files.warnings);
        for one in &files.files {
            let target = folder_of(path).join(&one.path);
            match written::found(path, &one.path, &one.text)? {
                Some(Standing::Same) => {}
                Some(Standing::Foreign) => work.edits.push(foreign(&target)),
                Some(Standing::Edited) if !asked => {
                    work.edits
                        .push(edited(&target, "was changed by hand", part));
                }
                None | Some(Standing::Outdated | Standing::Edited) => work.changes.push(Change {
                    path: target,
                    text: Some(one.text.clone()),
                }),
            }
        }
        wanted.extend(files.files);
        let folder = folder_of(path).join((writer.folder)(file));
        work.said.extend(unlisted(writer.form, &folder, part));
        work.folder = Some(folder);
    }
    let wanted: Vec<&Path> = wanted.iter().map(|one| &*one.path).collect();
    for writer in WRITERS {
        for (left, standing) in written::left(path, &(writer.folder)(file), &wanted)? {
            let path = folder_of(path).join(left);
            if standing == Standing::Edited {
                let message = "is written no longer, and was changed by hand";
                work.said.push(Diagnostic {
                    severity: Severity::Warning,
                    ..edited(&path, message, part)
                });
            } else {
                work.changes.push(Change { path, text: None });
            }
        }
    }
    Ok(work)
}

/// Who writes: as the configs say; else, what is asked for fits the build, and what is there is kept up to date.
fn writer(
    path: &Path,
    file: &str,
    part: &Part,
    asked: bool,
) -> Result<Option<&'static Writer>, Report> {
    let named = form(&part.learned).map_err(|(one, other)| {
        let message = format!(
            "the configs of one lock say `write: {}` and `write: {}`",
            one.word(),
            other.word()
        );
        Diagnostic::error(Code::BadValue, message)
            .hint("give them locks of their own with `spec.lock.file`, or let them say the same.")
    })?;
    let built = part.built.as_deref();
    let is_kustomization = built.is_some_and(|built| kustomize::file_of(built).is_some());
    let form = if named.is_some() {
        named
    } else if asked && is_kustomization {
        Some(BuildTool::Kustomize)
    } else if asked {
        None
    } else {
        let mut there = WRITERS.iter().filter_map(|writer| {
            let left = written::left(path, &(writer.folder)(file), &[]);
            left.is_ok_and(|left| !left.is_empty())
                .then_some(writer.form)
        });
        there.next()
    };
    if form.is_none() && !asked {
        return Ok(None);
    }
    let fits = form == Some(BuildTool::Kustomize) && is_kustomization;
    if !fits {
        let message = "files can be written for a folder with a kustomization";
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("name the folder that is built; behind a pipe nothing has to be written.")
            .into());
    }
    Ok(form.map(Writer::of))
}

/// The one line that the user has to add.
fn unlisted(form: BuildTool, folder: &Path, part: &Part) -> Option<Diagnostic> {
    let built = part.built.as_deref()?;
    match form {
        BuildTool::Kustomize if written::lists(built, folder) => return None,
        BuildTool::Kustomize => {}
    }
    let file = kustomize::file_of(built)?.display().to_string();
    let message = format!("`{file}` does not list what is written for it");
    let entry = unwritten::way(built, folder).display().to_string();
    let place = Place {
        file: Some(file.into()),
        ..Place::default()
    };
    Some(
        Diagnostic::warning(Code::WrittenUnlisted, message)
            .at(place)
            .hint(format!("add `components: [{entry}]`.")),
    )
}

fn edited(path: &Path, message: &str, part: &Part) -> Diagnostic {
    let place = Place {
        file: Some(path.display().to_string().into()),
        ..Place::default()
    };
    let message = format!("`{}` {message}", path.display());
    Diagnostic::error(Code::WrittenEdited, message)
        .at(place)
        .hint(format!(
            "put what you need into the config, or patch it in your own kustomization; `{} --write` writes the file again.",
            part.command
        ))
}

fn foreign(path: &Path) -> Diagnostic {
    let message = format!("`{}` has to be written, and is not ours", path.display());
    Diagnostic::error(Code::WrittenEdited, message)
        .hint("move it away; or name the lock otherwise in `spec.lock.file`: the folder is called like its lock, without `.lock`.")
}
