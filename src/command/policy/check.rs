//! `countersign policy check`: which rule of the runner's policy allows each source, and which do not.
//!
//! Learns configs as `lock` does and reads the locks beside them. Asks no Vault.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cli::args::{Common, Form, PolicyCheckArgs};
use crate::cli::{exit, settings};
use crate::command::learn::{Builds, learn};
use crate::command::{Done, Output, chart};
use crate::config::{Config, LockMode};
use crate::diag::codes::Fault;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::locks::LockFiles;
use crate::door::{kustomize, origin};
use crate::lock::{Lock, Locks, read};
use crate::locking::Learned;
use crate::locking::known::Known;
use crate::policy::Policy;
use crate::policy::report::{Checked, OfConfig, OfSecret, OfSource, json, text};
use crate::stage::permit;
use crate::stage::subject::Subject;

/// Looks and tells.
///
/// # Errors
/// A policy, configs and locks that cannot be read.
pub fn check(args: &PolicyCheckArgs, common: &Common) -> Result<Done, Report> {
    let chosen = settings::store(common)?;
    let Some(policy) = &chosen.policy else {
        return Err(
            Diagnostic::error(Code::Usage, "there is no policy to check")
                .hint("name it with `--policy FILE` or `COUNTERSIGN_POLICY`.")
                .into(),
        );
    };
    let mut paths = args.paths.clone();
    if paths.is_empty() {
        paths.push(".".into());
    }
    let builds = Builds {
        paths: &paths,
        configs: &args.configs,
        functions: args.enable_exec,
        release: chart(&args.release),
        address: chosen.store.address(),
        // everything is looked at, also what is denied
        policy: None,
    };
    let (configs, secrets) = learn(&builds, common)
        .and_then(|found| {
            let mut report = Report::default();
            let (mut configs, mut secrets) = (Vec::new(), Vec::new());
            for (locks, learned) in &found {
                configs.extend(of_configs(policy, learned));
                match of_build(policy, locks, learned) {
                    Ok(found) => secrets.extend(found),
                    Err(problems) => report.extend(problems),
                }
            }
            report.check((configs, secrets))
        })
        .map_err(|report| shown_where_written(report, &paths))?;
    // a pipeline that only checks names none, and nobody is asked at the usual one
    let address = chosen
        .store
        .address()
        .filter(|_| settings::names_a_server());
    let checked = Checked {
        policy: policy.name.to_string(),
        variables: policy.variables.clone(),
        address: address.map(|text| (text.to_owned(), policy.allows_address(text))),
        configs,
        secrets,
    };
    Ok(Done {
        output: Output::Text(match args.format {
            Form::Text => text::text(&checked),
            Form::Json => json::json(&checked),
        }),
        said: Vec::new(),
        exit: (!checked.is_allowed()).then_some(exit::code(Fault::Config)),
    })
}

fn shown_where_written(mut report: Report, paths: &[PathBuf]) -> Report {
    let built = paths
        .iter()
        .filter(|path| kustomize::file_of(path).is_some());
    for folder in built {
        let name = folder.display().to_string();
        origin::find(&mut report.diagnostics, folder, &name);
    }
    report
}

/// The configs of which something is denied, each once.
fn of_configs(policy: &Policy, learned: &[Learned]) -> Vec<OfConfig> {
    let mut configs: Vec<&Config> = Vec::new();
    for one in learned {
        if configs.iter().all(|known| known.place != one.config.place) {
            configs.push(&one.config);
        }
    }
    let judged = configs.into_iter().map(|config| {
        let mut report = Report::default();
        permit::config(policy, config, &mut report);
        let said = report.sorted().into_iter().map(|one| one.message);
        OfConfig {
            name: config.name.clone(),
            why: said.collect(),
        }
    });
    judged.filter(|config| !config.why.is_empty()).collect()
}

/// What one build defines, and what its locks keep.
fn of_build(
    policy: &Policy,
    locks: &LockFiles,
    learned: &[Learned],
) -> Result<Vec<OfSecret>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    let mut files: BTreeSet<Option<&str>> = BTreeSet::from([None]);
    files.extend(learned.iter().filter_map(|one| match &one.config.lock {
        LockMode::Required(file) => Some(file.as_deref()),
        LockMode::None => None,
    }));
    let mut opened: Vec<(Option<&str>, String, Lock)> = Vec::new();
    for file in files {
        match open(locks, file) {
            Ok(Some((name, lock))) => opened.push((file, name, lock)),
            Ok(None) => {}
            Err(problems) => report.extend(problems),
        }
    }
    let known = opened
        .iter()
        .map(|(of, _, lock)| (of, Known::of(lock, learned)));
    let known: Vec<(_, Known<'_>)> = known.collect();
    for one in learned {
        let lock = match &one.config.lock {
            LockMode::Required(file) => known.iter().find(|(of, _)| **of == file.as_deref()),
            LockMode::None => None,
        };
        let entry = lock.and_then(|(_, known)| known.entry(one));
        let subject = Subject {
            locked: entry.and_then(|entry| entry.current.as_ref()),
            ..one.subject(&one.managed, None)
        };
        out.push(of_subject(policy, &subject, None));
    }
    for (_, name, lock) in &opened {
        for entry in &lock.entries {
            for kept in permit::previous(entry) {
                let subject = kept.subject();
                out.push(of_subject(policy, &subject, Some(name)));
            }
        }
    }
    report.check(out)
}

fn open(locks: &LockFiles, file: Option<&str>) -> Result<Option<(String, Lock)>, Report> {
    let found = locks.read(file)?;
    let Some(text) = found.text else {
        return Ok(None);
    };
    let lock = read::read(&found.name, &text)?;
    Ok(Some((found.name.to_string(), lock)))
}

fn of_subject(policy: &Policy, subject: &Subject<'_>, lock: Option<&String>) -> OfSecret {
    let suffix = subject.locked.and_then(|locked| locked.suffix.clone());
    let judged = permit::judge(policy, subject).into_iter();
    let sources = judged.map(|one| OfSource::of(policy, one.secret, one.is_key, &one.verdict));
    OfSecret {
        config: subject.config.to_owned(),
        name: subject.managed.name.clone(),
        namespace: subject.namespace.map(str::to_owned),
        delivery: subject.managed.delivery,
        kept: lock.map(|file| (suffix.unwrap_or_default(), file.clone())),
        sources: sources.collect(),
    }
}
