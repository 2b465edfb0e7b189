//! Which managed secrets a build defines, and in which lock each of them stands: learnt by building.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{input, request};
use crate::cli::args::Common;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::helm::chart::{Release, UNNAMED, is_chart};
use crate::door::kustomize::{self, Functions};
use crate::door::locks::LockFiles;
use crate::door::{files, origin, recorder, unwritten, written};
use crate::locking::Learned;
use crate::policy::Policy;
use crate::stage::Input;
use crate::yaml::parallel;

/// What has to be built.
pub struct Builds<'a> {
    /// Folders, files and `-`.
    pub paths: &'a [PathBuf],
    /// Files that hold only configs.
    pub configs: &'a [PathBuf],
    /// Whether kustomize may run functions.
    pub functions: bool,
    /// The address of the runner's store.
    pub address: Option<&'a str>,
    /// What charts are built with.
    pub release: Release<'a>,
    /// What the runner allows; `None`: everything.
    pub policy: Option<&'a Policy>,
}

/// By the directory whose lock counts.
pub type Found = BTreeMap<LockFiles, Vec<Learned>>;

/// Builds everything and looks what it defines. Each folder is a build of its own; a stream and
/// single files are one, in the current directory.
///
/// # Errors
/// Whatever keeps it from being built, and every mistake in a config.
pub fn learn(builds: &Builds<'_>, common: &Common) -> Result<Found, Report> {
    let mut report = Report::default();
    let mut found = Found::new();
    let (folders, others): (Vec<_>, Vec<_>) =
        builds.paths.iter().cloned().partition(|path| path.is_dir());
    let chosen = common.lock.as_deref();
    if chosen.is_some() && folders.len() + usize::from(!others.is_empty()) > 1 {
        let message = "`--lock` names one lock, and several builds are given".to_owned();
        report.push(
            Diagnostic::error(Code::Usage, message)
                .hint("a lock belongs to one build: run the command once for each of them."),
        );
        return Err(report);
    }
    for (folder, built) in folders.iter().zip(all(builds, &folders, chosen)) {
        match built {
            Ok(parts) => {
                for (locks, learned) in parts {
                    add(&mut found, locks, learned);
                }
            }
            Err(mut problems) => {
                let built = folder.display().to_string();
                origin::find(&mut problems.diagnostics, folder, &built);
                report.extend(problems);
            }
        }
    }
    if !others.is_empty() {
        let inputs = files::inputs(&others, builds.configs).and_then(|inputs| {
            let empty = inputs.iter().all(|input| input.text.trim().is_empty());
            if empty {
                Err(nothing().into())
            } else {
                Ok(inputs)
            }
        });
        let learned = inputs.and_then(|inputs| {
            let mut texts = inputs.iter().map(|input| &*input.text);
            let is_made = texts.any(written::holds_made);
            let learned = of(inputs, builds)?;
            if learned.is_empty() && is_made {
                return Err(made().into());
            }
            Ok(learned)
        });
        match learned {
            Ok(learned) => add(&mut found, LockFiles::of_stream(chosen), learned),
            Err(problems) => report.extend(problems),
        }
    }
    report.check(found)
}

/// The build in front of a pipe failed: its lock must not lose everything that stands in it.
fn nothing() -> Diagnostic {
    Diagnostic::error(Code::Usage, "there are no manifests to learn from")
        .hint("the command in front of the pipe may have failed.")
}

/// Whoever made these objects has taken the configs out, and they are not gone.
fn made() -> Diagnostic {
    let message = "these manifests hold what countersign has made, and no config";
    Diagnostic::error(Code::Usage, message).hint(
        "name the folder that is built: `lock` finds the configs that its written files take out.",
    )
}

fn add(found: &mut Found, locks: LockFiles, learned: Vec<Learned>) {
    let same = found.keys().find(|known| known.is(&locks)).cloned();
    let known = found.entry(same.unwrap_or(locks)).or_default();
    for one in learned {
        // the function may run twice in one folder: a base that stands twice in a build
        let same = |k: &Learned| {
            k.config.name == one.config.name
                && k.managed.name == one.managed.name
                && k.namespace == one.namespace
        };
        if !known.iter().any(same) {
            known.push(one);
        }
    }
}

fn of(inputs: Vec<Input>, builds: &Builds<'_>) -> Result<Vec<Learned>, Report> {
    let request = request(inputs, builds.release);
    crate::learn(&request, builds.address, builds.policy)
}

/// What one folder defines, lock by lock.
type Parts = Vec<(LockFiles, Vec<Learned>)>;

/// Builds every folder, as many at once as there are cores; in their order.
fn all(
    builds: &Builds<'_>,
    folders: &[PathBuf],
    chosen: Option<&Path>,
) -> Vec<Result<Parts, Report>> {
    parallel::each(folders, |folder| build(builds, folder, chosen))
}

fn build(builds: &Builds<'_>, folder: &Path, chosen: Option<&Path>) -> Result<Parts, Report> {
    let locks = LockFiles::new(folder, chosen).with(builds.release);
    let is_kustomization = kustomize::file_of(folder).is_some();
    if !builds.functions && is_kustomization {
        let mut inputs = files::inputs(&[], builds.configs)?;
        let text = unwritten::build(folder, None)?;
        inputs.insert(0, input(folder.display().to_string(), text, false));
        return Ok(vec![(locks, of(inputs, builds)?)]);
    }
    if !is_kustomization {
        let inputs = files::built(&[folder.to_owned()], builds.configs, builds.release)?;
        let learned = of(inputs, builds)?;
        if builds.release.name.is_none() && is_chart(folder) {
            of_a_release(&learned)?;
        }
        return Ok(vec![(locks, learned)]);
    }
    let functions = Functions::recorded()?;
    let text = unwritten::build(folder, Some(&functions))?;
    let mut inputs = files::inputs(&[], builds.configs)?;
    inputs.push(input(folder.display().to_string(), text, false));
    let mut parts = vec![(locks, of(inputs, builds)?)];
    let records = recorder::records(functions.folder())?;
    for record in records {
        if !record.folder.is_dir() && chosen.is_none() {
            let message = "a function of a remote base ran, and its folder is gone".to_owned();
            return Err(Diagnostic::error(Code::ReadFailed, message)
                .hint("name the lock with `--lock FILE`, or list the function in a folder of your own.")
                .into());
        }
        let lists = shown(&record.folder);
        let inputs = vec![input(lists.display().to_string(), record.configs, true)];
        let locks = LockFiles::of_function(&lists, folder, chosen);
        parts.push((locks, of(inputs, builds)?));
    }
    Ok(parts)
}

/// A lock of secrets that no release will have is of no use.
fn of_a_release(learned: &[Learned]) -> Result<(), Diagnostic> {
    let named = |text: &str| text.contains(UNNAMED);
    let mut all = learned.iter();
    let found = all.find(|one| named(&one.config.name) || named(&one.managed.name));
    let Some(one) = found else { return Ok(()) };
    let message = format!(
        "`{}` of `{}` is called after the release, and nobody said its name",
        one.managed.name, one.config.name
    );
    Err(Diagnostic::error(Code::Usage, message)
        .at(one.managed.place.clone())
        .hint(format!("say `--release=NAME`, or `--application=FILE` where Argo CD builds it; Helm took `{UNNAMED}`.")))
}

/// A folder as a person in the current directory would write it.
pub fn shown(folder: &Path) -> PathBuf {
    let here = Path::new(".").canonicalize().unwrap_or_default();
    match folder.strip_prefix(&here) {
        Ok(inner) if inner.as_os_str().is_empty() => PathBuf::from("."),
        Ok(inner) => inner.to_owned(),
        Err(_) => folder.to_owned(),
    }
}
