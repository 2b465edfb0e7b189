//! `countersign doctor`: looks up what is so, and lets `doctor` say whether that is right.
//!
//! Every step that fails becomes a finding; the others go on where that makes sense. Nothing is
//! written, and no value is kept.

mod asking;
mod building;
mod machine;

use std::path::Path;

use self::building::Built;
use super::audited::{Audit, audited};
use super::review::{With, review_of};
use super::{Done, Output, chart};
use crate::cli::args::{Common, DoctorArgs, Form};
use crate::cli::exit;
use crate::cli::settings::{self, Chosen, runner::Runner};
use crate::diag::Report;
use crate::doctor::operator::{Emitted, emitted};
use crate::doctor::runner::{Facts, Held};
use crate::doctor::schema::Definitions;
use crate::doctor::{Finding, Findings, Group, Severity, json, operator, runner, text};
use crate::door::files;
use crate::door::helm::chart::is_chart;

/// In front of a file that plays the store.
const FILE: &str = "file:";

/// Looks at everything.
///
/// # Errors
/// The audit log alone: what is wrong is what was asked for.
pub fn doctor(args: &DoctorArgs, common: &Common) -> Result<Done, Report> {
    audited("doctor", &args.paths, common, |audit| {
        Ok(looked(args, common, audit))
    })
}

fn looked(args: &DoctorArgs, common: &Common, audit: &Audit) -> Done {
    let mut findings = Findings::default();
    let environment = settings::runner::runner(common);
    let chosen = match settings::store(common) {
        Ok(chosen) => Some(audit.watch(chosen)),
        Err(report) => {
            findings.extend(said(Group::Runner, "settings", report));
            None
        }
    };
    findings.extend(runner::findings(&facts(
        &environment,
        chosen.as_ref(),
        common,
    )));
    let built = building::built(args, common, chosen.as_ref(), &mut findings);
    audit.for_learned(built.learned.iter());
    if let Some(chosen) = &chosen {
        let is_file = common.store.starts_with(FILE);
        asking::ask(is_file, chosen, &built, &mut findings);
    }
    let charts = of_operator(args, common, chosen.as_ref(), &built, &mut findings);
    machine::look(&args.paths, &charts, &mut findings);
    let findings = findings.sorted();
    Done {
        output: Output::Text(match args.format {
            Form::Text => text::text(&findings),
            Form::Json => json::json(&findings),
        }),
        said: Vec::new(),
        exit: match findings.worst() {
            Severity::Ok | Severity::Note => None,
            Severity::Warning => Some(exit::WARNED),
            Severity::Error => Some(exit::AILING),
        },
    }
}

/// A report as findings.
fn said(group: Group, check: &'static str, report: Report) -> Vec<Finding> {
    let each = report.sorted().into_iter();
    each.map(|one| Finding::said(group, check, one)).collect()
}

fn facts<'a>(runner: &'a Runner, chosen: Option<&'a Chosen>, common: &'a Common) -> Facts<'a> {
    let policy = match chosen {
        None if common.policy.is_some() => Held::Unread,
        chosen => chosen.map_or(Held::Nothing, |chosen| {
            let address = chosen.store.address();
            chosen
                .policy
                .as_ref()
                .map_or(Held::Nothing, |policy| Held::By {
                    name: &policy.name,
                    by: runner.policy_by,
                    allows: address.is_none_or(|address| policy.allows_address(address)),
                })
        }),
    };
    let file = common.store.strip_prefix(FILE);
    Facts {
        told: &runner.told,
        hidden: &runner.hidden,
        unknown: &runner.unknown,
        known: &runner.known,
        file_store: file.map(|file| (file, runner.store_by)),
        method_by: runner.method_by,
        run: (settings::time(common), runner.timeout_by),
        policy,
    }
}

/// Renders without values what can be rendered, and holds what is emitted against the cluster's
/// definitions. What charts render to is given back.
fn of_operator(
    args: &DoctorArgs,
    common: &Common,
    chosen: Option<&Chosen>,
    built: &Built,
    findings: &mut Findings,
) -> Vec<String> {
    let text = match args.crds.as_deref().map(files::read_file).transpose() {
        Ok(text) => text,
        Err(problem) => {
            findings.push(Finding::said(Group::Operator, "definitions", problem));
            return Vec::new();
        }
    };
    let definitions = text.as_deref().and_then(Definitions::read);
    if text.is_some() && definitions.as_ref().is_none_or(Definitions::is_empty) {
        let message = "the file of `--crds` holds no definition of a kind";
        let finding = Finding::new(Group::Operator, "definitions", Severity::Error, message);
        findings.push(finding.hint("give the output of `kubectl get crd -o yaml`."));
        return Vec::new();
    }
    let with = With {
        configs: &args.configs,
        functions: args.enable_exec,
        lock: common.lock.as_deref(),
        release: chart(&args.release),
        strict: false,
        policy: chosen.and_then(|chosen| chosen.policy.as_ref()),
    };
    let mut streams = Vec::new();
    for folder in &built.rendered {
        if let Ok((stream, _)) = review_of(folder, &with) {
            streams.push((is_chart(folder), stream));
        } else if built.has_operator() {
            let message = format!(
                "what `{}` emits for the operator was not checked: it cannot be rendered yet",
                folder.display()
            );
            let finding = Finding::new(Group::Operator, "definitions", Severity::Note, message);
            findings.push(finding.hint("mend what is said of the build and the lock first."));
        }
    }
    if args.paths.iter().any(|path| path == Path::new("-")) && built.has_operator() {
        let message = "what a stream emits for the operator was not checked: it is read once";
        let finding = Finding::new(Group::Operator, "definitions", Severity::Note, message);
        findings.push(finding.hint("give the folder that is built, or a file of the stream."));
    }
    let mut all = Emitted::default();
    for (_, stream) in &streams {
        emitted(stream, &mut all);
    }
    findings.extend(operator::findings(&all, definitions.as_ref()));
    let charts = streams.into_iter().filter(|(chart, _)| *chart);
    charts.map(|(_, stream)| stream).collect()
}
