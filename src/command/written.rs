//! Written files beside a lock: what is wanted there, what stands there, and what becomes of it.
//!
//! For `lock`, which writes them, and for whoever checks. Nothing is written here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::lock::Part;
use crate::config::BuildTool;
use crate::diag::{Code, Diagnostic, Place, Report, Severity};
use crate::door::helm::chart::written::{alone, redefined};
use crate::door::helm::chart::{Release, is_chart};
use crate::door::locks::Change;
use crate::door::written::Base;
use crate::door::{kustomize, unwritten, written};
use crate::lock::Lock;
use crate::written::helm::alone::said;
use crate::written::seal::Standing;
use crate::written::{File, Material, WRITERS, Writer, form};

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
pub fn work(
    path: &Path,
    lock: &Lock,
    part: &Part,
    release: Release<'_>,
    asked: bool,
) -> Result<Work, Report> {
    let mut work = Work::default();
    let tool = tool(part);
    let base = match (tool, part.built.as_deref()) {
        (Some(BuildTool::Helm), Some(chart)) => Base::above(chart, path),
        _ => Base::of_lock(path),
    };
    let writer = writer(base.as_ref(), tool, part, asked)?;
    let Some(base) = base else {
        return Ok(work);
    };
    let mut wanted = Vec::new();
    if let Some(writer) = writer {
        covered(part)?;
        let affixes = part.built.as_deref().map(written::affixes);
        let affixes = affixes.unwrap_or_default();
        let material = Material {
            file: &base.lock,
            lock,
            learned: &part.learned,
            affixes: &affixes,
        };
        let files = (writer.files)(&material)?;
        work.said.extend(files.warnings);
        for one in &files.files {
            let target = base.path(&one.path);
            match written::found(&base, one)? {
                Some(Standing::Same) => {}
                Some(Standing::Foreign) => work.edits.push(foreign(&target, writer.form)),
                Some(Standing::Edited) if !asked => {
                    work.edits
                        .push(edited(&target, "was changed by hand", part));
                }
                None | Some(Standing::Outdated | Standing::Edited) => work.changes.push(Change {
                    path: target.clone(),
                    text: Some(one.text.clone()),
                }),
            }
            wanted.push(target);
        }
        let folder = base.path(&(writer.folder)(&base.lock));
        match writer.form {
            BuildTool::Kustomize => {
                work.said.extend(unlisted(&folder, part));
                work.said.extend(generated(part));
            }
            BuildTool::Helm => of_chart(&mut work, part, release, &files.files),
        }
        work.folder = Some(folder);
    }
    for writer in WRITERS.iter().filter(|writer| fits(writer.form, tool)) {
        for (path, standing) in written::left(&base, &(writer.folder)(&base.lock), &wanted)? {
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

/// What builds it, where that is known.
fn tool(part: &Part) -> Option<BuildTool> {
    let built = part.built.as_deref()?;
    if kustomize::file_of(built).is_some() {
        return Some(BuildTool::Kustomize);
    }
    is_chart(built).then_some(BuildTool::Helm)
}

/// Whether files for one tool may lie beside the lock of what is built with another.
fn fits(form: BuildTool, tool: Option<BuildTool>) -> bool {
    form == tool.unwrap_or(BuildTool::Kustomize)
}

/// Who writes: as the configs say; else, what is asked for fits the build, and what is there is kept up to date.
fn writer(
    base: Option<&Base>,
    tool: Option<BuildTool>,
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
    let form = if named.is_some() {
        named
    } else if asked {
        tool
    } else {
        let is_there = |base: &Base, writer: &Writer| {
            let left = written::left(base, &(writer.folder)(&base.lock), &[]);
            left.is_ok_and(|left| !left.is_empty())
        };
        let mut fitting = WRITERS.iter().filter(|writer| fits(writer.form, tool));
        let there = fitting.find(|writer| base.is_some_and(|base| is_there(base, writer)));
        there.map(|writer| writer.form)
    };
    if form.is_none() && !asked {
        return Ok(None);
    }
    let unlike = base.filter(|base| Path::new(&base.lock).extension() != Some("lock".as_ref()));
    let refused = if let (Some(form), Some(tool)) = (form, tool.filter(|tool| form != Some(*tool)))
    {
        let message = format!(
            "a config says `write: {}`, and what is built is for {}",
            form.word(),
            tool.word()
        );
        Diagnostic::error(Code::BadValue, message).hint(format!("write `write: {}`.", tool.word()))
    } else if form.is_none() || tool.is_none() {
        let message = "files can be written for a folder with a kustomization or a chart";
        Diagnostic::error(Code::Usage, message)
            .hint("name the folder that is built, and in `spec.write` the tool that builds it; behind a pipe nothing has to be written.")
    } else if let Some(base) = unlike {
        let message = format!(
            "files are written into a folder that is called like the lock, and `{}` does not end in `.lock`",
            base.lock
        );
        let hint = format!("call it `{}.lock`.", base.lock);
        Diagnostic::error(Code::Usage, message).hint(hint)
    } else if base.is_none() {
        let message = "the lock lies outside of the chart, whose templates see only its own files";
        Diagnostic::error(Code::Usage, message)
            .hint("name a lock below the chart in `spec.lock.file`, and leave `--lock` out.")
    } else {
        return Ok(form.map(Writer::of));
    };
    Err(refused.into())
}

/// What is written takes every config out of the build, so the lock has to cover all of them.
fn covered(part: &Part) -> Result<(), Report> {
    let mut report = Report::default();
    let mut configs: Vec<_> = part.unlocked.iter().map(|one| &one.config).collect();
    configs.dedup_by_key(|config| &config.name);
    for config in configs {
        let message = format!(
            "`{}` says `lock: none`, and what is written stands at versions of a lock",
            config.name
        );
        report.push(
            Diagnostic::error(Code::BadValue, message)
                .at(config.place.clone())
                .hint("take `lock: none` out, or render the build with countersign."),
        );
    }
    report.check(())
}

/// The one line that the user has to add.
fn unlisted(folder: &Path, part: &Part) -> Option<Diagnostic> {
    let built = part.built.as_deref()?;
    if written::lists(built, folder) {
        return None;
    }
    let file = kustomize::file_of(built)?.display().to_string();
    let message = format!("`{file}` does not list what is written for it");
    let entry = unwritten::way(built, folder).display().to_string();
    let warning = Diagnostic::warning(Code::WrittenUnlisted, message).at(at(&file));
    Some(warning.hint(format!("add `components: [{entry}]`.")))
}

/// Secrets of the user that kustomize could mean as well: it then refuses to build.
fn generated(part: &Part) -> Vec<Diagnostic> {
    let Some(built) = part.built.as_deref() else {
        return Vec::new();
    };
    let managed: BTreeSet<&str> = part.learned.iter().map(|one| &*one.managed.name).collect();
    let all = written::generated(built).into_iter();
    let same = all.filter(|(name, _)| managed.contains(&**name));
    same.map(|(name, file)| {
        let file = file.display().to_string();
        let message = format!("`secretGenerator` of `{file}` makes a Secret `{name}`, and a config defines one");
        let warning = Diagnostic::warning(Code::ForeignSecret, message).at(at(&file));
        warning.hint("take one of the two out, or rename it: kustomize finds \"multiple possible referrals\" where both are in one namespace.")
    })
    .collect()
}

/// What is to be done in templates of the user, and what Helm alone says once everything is written.
fn of_chart(work: &mut Work, part: &Part, release: Release<'_>, files: &[File]) {
    let Some(chart) = part.built.as_deref() else {
        return;
    };
    for (name, place) in redefined(chart) {
        let message = format!("`{name}` is defined here and in what is written");
        let error = Diagnostic::error(Code::WrittenEdited, message).at(place);
        let hint = "give it another name: Helm keeps one of both, for all charts of a release.";
        work.edits.push(error.hint(hint));
    }
    match alone(chart, release, files) {
        Ok(stream) => {
            let chart = chart.display().to_string();
            work.said.extend(said(&chart, stream, &part.learned));
        }
        Err(error) => work.said.push(Diagnostic {
            severity: Severity::Warning,
            ..error.hint("correct the chart or its values: this is what Helm says where there is no countersign.")
        }),
    }
}

fn at(file: &str) -> Place {
    Place {
        file: Some(file.into()),
        ..Place::default()
    }
}

fn edited(path: &Path, message: &str, part: &Part) -> Diagnostic {
    let file = path.display().to_string();
    let message = format!("`{file}` {message}");
    let error = Diagnostic::error(Code::WrittenEdited, message).at(at(&file));
    error.hint(format!(
        "put what you need into the config, or into files of your own; `{} --write` writes this one again.",
        part.command
    ))
}

fn foreign(path: &Path, form: BuildTool) -> Diagnostic {
    let message = format!("`{}` has to be written, and is not ours", path.display());
    let hint = match form {
        BuildTool::Kustomize => {
            "move it away; or name the lock otherwise in `spec.lock.file`: the folder is called like its lock, without `.lock`."
        }
        BuildTool::Helm => "move it away.",
    };
    Diagnostic::error(Code::WrittenEdited, message).hint(hint)
}
