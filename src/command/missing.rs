//! `countersign missing`: what the configs of a build expect and the store lacks.

use std::path::PathBuf;

use super::audited::{Audit, audited};
use super::learn::{Builds, Found, learn};
use super::{Done, Output, chart};
use crate::cli::args::{BuildArgs, Common, Form, MissingArgs};
use crate::cli::{exit, settings};
use crate::diag::{Code, Diagnostic, Report};
use crate::door::{kustomize, origin};
use crate::filling::expected::expected;
use crate::filling::found::{Finding, Standing, ask, said};
use crate::filling::{json, text};
use crate::policy::Policy;
use crate::vault::Store;

/// Asks and tells.
///
/// # Errors
/// Mistakes of configs, and what keeps the whole store from answering.
pub fn missing(args: &MissingArgs, common: &Common) -> Result<Done, Report> {
    let given: Vec<PathBuf> = args.build.given().cloned().collect();
    audited("missing", &given, common, |audit| told(args, common, audit))
}

fn told(args: &MissingArgs, common: &Common, audit: &Audit) -> Result<Done, Report> {
    let chosen = audit.watch(settings::store(common)?);
    let store = chosen.store.as_ref();
    let found = learned(&args.build, store, chosen.policy.as_ref(), common)?;
    audit.for_learned(found.values().flatten());
    let expected = expected(found.values().flatten(), store.namespace());
    let asked = !expected.is_empty();
    let findings = ask(expected, store, args.placeholders)?;
    // nobody fills a file but its owner
    let build = store.address().map(|_| words(&args.build, common));
    let output = match args.format {
        Form::Text => text::text(&findings, build.as_deref()),
        Form::Json => json::json(&findings, build.as_deref()),
    };
    let mut report = Report::default();
    for finding in &findings {
        if let Standing::Unknown(refusal) = &finding.standing {
            report.push(said(refusal));
        }
    }
    let unknown = exit::of(&report.diagnostics);
    let lacks = findings.iter().any(Finding::lacks);
    if asked {
        report.diagnostics.extend(chosen.warnings);
    }
    Ok(Done {
        output: Output::Text(output),
        said: report.diagnostics,
        // what is known to be missing is missing, whatever else is not known
        exit: Some(if lacks { exit::MISSING } else { unknown }),
    })
}

/// What a build defines, learnt as `lock` learns it.
///
/// # Errors
/// Whatever keeps it from being built, and every mistake in a config.
pub fn learned(
    args: &BuildArgs,
    store: &dyn Store,
    policy: Option<&Policy>,
    common: &Common,
) -> Result<Found, Report> {
    let paths = paths(args);
    let builds = Builds {
        paths: &paths,
        configs: &args.configs,
        functions: args.enable_exec,
        release: chart(&args.release),
        address: store.address(),
        policy,
    };
    let found = learn(&builds, common).map_err(|mut report| {
        let folders = paths
            .iter()
            .filter(|path| kustomize::file_of(path).is_some());
        for folder in folders {
            let built = folder.display().to_string();
            origin::find(&mut report.diagnostics, folder, &built);
        }
        report
    })?;
    if found.values().all(Vec::is_empty) {
        return Err(Diagnostic::error(Code::Usage, "no config defines a secret here")
            .hint("name the folder that is built, or a file with a VaultSecrets object with `--config`.")
            .into());
    }
    Ok(found)
}

fn paths(args: &BuildArgs) -> Vec<PathBuf> {
    if args.paths.is_empty() {
        return vec![".".into()];
    }
    args.paths.clone()
}

/// What says to another command that the same is built.
pub fn words(args: &BuildArgs, common: &Common) -> Vec<String> {
    let path = |path: &PathBuf| match path.display().to_string() {
        flag if flag.starts_with('-') && flag != "-" => format!("./{flag}"),
        path => path,
    };
    let mut words: Vec<String> = args.paths.iter().map(path).collect();
    let flag = |name: &str, file: &PathBuf| [name.to_owned(), file.display().to_string()];
    words.extend(args.configs.iter().flat_map(|file| flag("--config", file)));
    words.extend(common.lock.iter().flat_map(|file| flag("--lock", file)));
    words.extend(args.enable_exec.then(|| "--enable-exec".to_owned()));
    words.extend(chart(&args.release).words());
    words
}
