//! What the paths define, and whether their locks agree: as `lock --check` would find it.

use std::path::{Path, PathBuf};

use super::said;
use crate::cli::args::{Common, DoctorArgs};
use crate::cli::settings::Chosen;
use crate::command::chart;
use crate::command::learn::{Builds, Found, learn};
use crate::command::lock::{Open, by_file, open, written_checked};
use crate::command::unnamed::unnamed;
use crate::config::LockMode;
use crate::diag::{Code, Diagnostic, Report};
use crate::doctor::{Finding, Findings, Group, Severity};
use crate::door::helm::chart::Release;
use crate::door::{builds, kustomize, origin};
use crate::locking::file::LockFile;
use crate::locking::{Learned, check};
use crate::stage::permit;

/// What is known of the paths.
#[derive(Default)]
pub struct Built {
    /// The secrets that they define.
    pub learned: Vec<Learned>,
    /// Their locks, those among them that can be read.
    pub locks: Vec<LockFile>,
    /// The command that writes each of these locks.
    pub commands: Vec<String>,
    /// What can be rendered.
    pub rendered: Vec<PathBuf>,
    /// The runner's policy forbids something: nothing may be asked.
    pub is_denied: bool,
}

impl Built {
    /// Whether anything is emitted for an operator.
    pub fn has_operator(&self) -> bool {
        let mut learned = self.learned.iter();
        learned.any(|one| one.managed.delivery.has_operator() || one.config.access.is_some())
    }

    /// Places of what kustomize has built, where the user wrote it.
    pub fn shown(&self, mut report: Report) -> Report {
        for folder in &self.rendered {
            if kustomize::file_of(folder).is_some() {
                let name = folder.display().to_string();
                origin::find(&mut report.diagnostics, folder, &name);
            }
        }
        report
    }
}

/// Builds and looks into the locks.
pub fn built(
    args: &DoctorArgs,
    common: &Common,
    chosen: Option<&Chosen>,
    findings: &mut Findings,
) -> Built {
    let mut out = Built::default();
    let mut paths = Vec::new();
    for path in &args.paths {
        if !args.enable_exec && lists(path, builds::runs_plugins) {
            let message = format!("`{}` lists a function, and was not built", path.display());
            let finding = Finding::new(Group::Build, "build", Severity::Warning, message);
            findings.push(
                finding
                    .hint("with `--enable-exec` it is: functions then run with your environment."),
            );
        } else {
            paths.push(path.clone());
        }
    }
    if paths.is_empty() {
        return out;
    }
    let policy = chosen.and_then(|chosen| chosen.policy.as_ref());
    let builds = Builds {
        paths: &paths,
        configs: &args.configs,
        functions: args.enable_exec,
        release: chart(&args.release),
        address: chosen.and_then(|chosen| chosen.store.address()),
        policy,
    };
    let found = match learn(&builds, common) {
        Ok(found) => found,
        Err(report) => {
            out.is_denied = is_denied(&report);
            findings.extend(said(Group::Build, "build", report));
            return out;
        }
    };
    out.learned = found.values().flatten().cloned().collect();
    findings.push(defined(&out.learned));
    // a stream can be read once
    out.rendered = paths
        .iter()
        .filter(|path| *path != Path::new("-"))
        .cloned()
        .collect();
    let needs_lock = |one: &Learned| matches!(one.config.lock, LockMode::Required(_));
    if !out.learned.iter().any(needs_lock) {
        return out;
    }
    let others = if common.lock.is_none() { &*paths } else { &[] };
    for opened in opened(found, others, findings) {
        of_lock(&opened, &out, chart(&args.release), findings);
        if opened.text.is_some() {
            out.commands.push(opened.part.command.clone());
            out.locks.push(LockFile {
                name: opened.name().into(),
                lock: opened.lock,
                target: Vec::new(),
            });
        }
    }
    let locks = out.locks.iter().map(|file| &file.lock);
    if let Err(report) = permit::locks(policy, locks) {
        out.is_denied = true;
        findings.extend(said(Group::Lock, "lock", report));
    }
    out
}

/// Whether a path is a kustomization with a function in it.
pub fn lists_function(path: &Path) -> bool {
    lists(path, builds::runs_functions)
}

fn lists(path: &Path, what: fn(&Path) -> bool) -> bool {
    kustomize::file_of(path).is_some() && what(path)
}

fn is_denied(report: &Report) -> bool {
    let mut all = report.diagnostics.iter();
    all.any(|one| one.code == Code::PolicyDenied)
}

fn defined(learned: &[Learned]) -> Finding {
    let mut configs: Vec<&str> = learned.iter().map(|one| &*one.config.name).collect();
    configs.sort_unstable();
    configs.dedup();
    if configs.is_empty() {
        let message = "no secret is defined here";
        let finding = Finding::new(Group::Build, "build", Severity::Note, message);
        return finding.hint("name the folders that are built; a VaultSecrets object stands among the manifests, or comes by `--config`.");
    }
    let (configs, secrets) = (configs.len(), learned.len());
    let end = |n| if n == 1 { "" } else { "s" };
    let message = format!(
        "{configs} config{} can be read, with {secrets} secret{}",
        end(configs),
        end(secrets)
    );
    Finding::ok(Group::Build, "build", message)
}

fn opened(found: Found, others: &[PathBuf], findings: &mut Findings) -> Vec<Open> {
    let files = by_file(found).and_then(|files| {
        let warnings = unnamed(others, &files.keys().collect::<Vec<_>>());
        findings.extend(
            warnings
                .into_iter()
                .map(|one| Finding::said(Group::Lock, "lock", one)),
        );
        open(files)
    });
    files.unwrap_or_else(|report| {
        findings.extend(said(Group::Lock, "lock", report));
        Vec::new()
    })
}

fn of_lock(opened: &Open, built: &Built, release: Release<'_>, findings: &mut Findings) {
    let (name, part) = (opened.name(), &opened.part);
    let Some(text) = &opened.text else {
        let missing = Diagnostic::error(Code::LockMissing, format!("there is no `{name}`"));
        let hint = format!("run `{}` and commit what it writes.", part.command);
        findings.push(Finding::said(Group::Lock, "lock", missing.hint(hint)));
        return;
    };
    let mut found = check::check(&name, text, &opened.lock, &part.learned, &part.command);
    if found.is_empty() {
        let report = written_checked(opened, release).unwrap_or_else(|problems| problems);
        found.extend(report.diagnostics);
    }
    if found.is_empty() {
        let message = format!("`{name}` agrees with its configs");
        findings.push(Finding::ok(Group::Lock, "lock", message));
    }
    let report = built.shown(Report { diagnostics: found });
    findings.extend(said(Group::Lock, "lock", report));
}
