//! `countersign plan`: renders two sides as a reviewer compares them, and says what a merge would do.
//!
//! No value is read and no store is opened. The other revision is laid out apart from the user's
//! checkout; both sides are built at the same time.

use std::path::{Path, PathBuf};

use super::review::{With, review_of};
use super::{Done, Output, chart};
use crate::cli::args::{Common, PlanArgs, PlanFormat, ReleaseArgs};
use crate::cli::{exit, settings};
use crate::diag::{Code, Report};
use crate::door::kustomize;
use crate::door::revision::{self, Laid};
use crate::door::{files, origin};
use crate::policy::Policy;
use crate::review::{self, Side};

/// Compares what is at the path with another revision, directory or file.
///
/// # Errors
/// Whatever keeps one of the sides from being rendered.
pub fn plan(args: &PlanArgs, common: &Common, colour: bool) -> Result<Done, Report> {
    let policy = settings::store(common)?.policy;
    let other = Other::find(args)?;
    let (before, after) = std::thread::scope(|scope| {
        let before = scope.spawn(|| other.side(args, common));
        let after = side(
            &args.path,
            common.lock.as_deref(),
            args,
            &args.release,
            common,
            policy.as_ref(),
        );
        (before.join(), after)
    });
    let before = before.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let (before, after) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(mut one), Err(other)) => {
            one.extend(other);
            return Err(one);
        }
        (Err(report), Ok(_)) | (Ok(_), Err(report)) => return Err(report),
    };
    let review = review::compare(&before, &after);
    let text = match args.format {
        PlanFormat::Text => review::text::text(&review, colour),
        PlanFormat::Json => review::json::json(&review),
        PlanFormat::Markdown => review::markdown::markdown(&review),
    };
    Ok(Done {
        output: Output::Text(text),
        said: Vec::new(),
        exit: (args.exit_code && review.rolls()).then_some(exit::ROLLS),
    })
}

/// What the path is compared with.
enum Other {
    /// Another revision of the repository.
    Revision(Box<Laid>, String),
    /// A directory that is built in the same way.
    Folder(PathBuf),
    /// Manifests that were rendered before.
    File(PathBuf),
}

impl Other {
    fn find(args: &PlanArgs) -> Result<Self, Report> {
        let path = Path::new(&args.against);
        if path.is_dir() {
            return Ok(Other::Folder(path.to_owned()));
        }
        if path.exists() {
            return Ok(Other::File(path.to_owned()));
        }
        let of = if args.path == Path::new("-") {
            Path::new(".")
        } else {
            &args.path
        };
        let laid = revision::lay_out(of, &args.against)?;
        Ok(Other::Revision(Box::new(laid), args.against.clone()))
    }

    fn side(&self, args: &PlanArgs, common: &Common) -> Result<Side, Report> {
        match self {
            Other::File(path) => Ok(Side {
                manifests: files::read_file(path)?,
                ..Side::default()
            }),
            // what is compared with is not what would be merged
            Other::Folder(folder) => side(folder, None, args, &args.release, common, None),
            Other::Revision(laid, revision) => {
                let Some(path) = laid.path() else {
                    return Ok(Side {
                        notes: laid.notes.clone(),
                        ..Side::default()
                    });
                };
                let lock = common.lock.as_deref();
                let lock = lock.and_then(|lock| counterpart(laid, path, &args.path, lock));
                let (release, absent) = release_there(laid, path, args, revision);
                let mut side = side(path, lock.as_deref(), args, &release, common, None)
                    .map_err(|report| said_of(report, laid, revision))?;
                side.notes.extend(laid.notes.iter().cloned());
                side.notes.extend(absent);
                Ok(side)
            }
        }
    }
}

/// Where a file of the user's checkout is in the other revision.
fn counterpart(laid: &Laid, there: &Path, here: &Path, file: &Path) -> Option<PathBuf> {
    let inner = there.strip_prefix(laid.root()).ok()?;
    let here = here.canonicalize().ok()?;
    let root = here.ancestors().nth(inner.components().count())?;
    let file = file.canonicalize().ok()?;
    Some(laid.root().join(file.strip_prefix(root).ok()?))
}

/// What a chart is built with there: files of values as that revision has them, those from elsewhere as
/// they are. Those that it lacks are left out and told.
fn release_there(
    laid: &Laid,
    there: &Path,
    args: &PlanArgs,
    revision: &str,
) -> (ReleaseArgs, Vec<String>) {
    let mut release = args.release.clone();
    let mut absent = Vec::new();
    release.values.retain_mut(|file| {
        let Some(other) = counterpart(laid, there, &args.path, file) else {
            return true;
        };
        if other.is_file() {
            *file = other;
            return true;
        }
        absent.push(format!("`{}` is not in `{revision}`", file.display()));
        false
    });
    (release, absent)
}

/// Messages name the revision, not the folder in which it was laid out.
fn said_of(mut report: Report, laid: &Laid, revision: &str) -> Report {
    let root = format!("{}/", laid.root().display());
    let said = format!("{revision}:");
    for diagnostic in &mut report.diagnostics {
        if diagnostic.code == Code::LockMissing {
            let hint = "commit a lock there first, or compare with a revision that has one; `plan` renders both sides as their locks say.";
            diagnostic.hint = Some(hint.to_owned());
        }
        if diagnostic.code == Code::LockStale {
            let hint = "its lock and its configs do not agree there: compare with a revision in which they do.";
            diagnostic.hint = Some(hint.to_owned());
        }
        diagnostic.message = diagnostic.message.replace(&root, &said);
        diagnostic.hint = diagnostic.hint.as_ref().map(|h| h.replace(&root, &said));
        if let Some(place) = &mut diagnostic.place {
            place.file = place.file.as_ref().map(|f| f.replace(&root, &said).into());
        }
    }
    report
}

/// One side, rendered without any value.
fn side(
    path: &Path,
    lock: Option<&Path>,
    args: &PlanArgs,
    release: &ReleaseArgs,
    common: &Common,
    policy: Option<&Policy>,
) -> Result<Side, Report> {
    let with = With {
        release: chart(release),
        configs: &args.configs,
        functions: args.enable_exec,
        lock,
        strict: common.strict,
        policy,
    };
    let (manifests, locks) = review_of(path, &with).map_err(|mut report| {
        if kustomize::file_of(path).is_some() {
            let built = path.display().to_string();
            origin::find(&mut report.diagnostics, path, &built);
        }
        report
    })?;
    Ok(Side {
        manifests,
        locks: locks.into_iter().map(|file| file.lock).collect(),
        notes: Vec::new(),
    })
}
