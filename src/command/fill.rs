//! `countersign fill`: sets what the configs of a build expect and the store lacks.
//!
//! Everything is asked and everything is typed before anything is written. A path that was written stays
//! written when the next one fails, and that is said.

mod target;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use super::audited::{Audit, audited};
use super::learn::Found;
use super::missing::learned;
use super::{Done, Output};
use crate::cli::args::{Common, FillArgs};
use crate::cli::{exit, settings};
use crate::diag::{Diagnostic, Report};
use crate::door::terminal::Terminal;
use crate::door::{files, random};
use crate::filling::draft::{Brought, Draft, From, Set, drafts};
use crate::filling::found::{Finding, ask, said};
use crate::filling::generate::Recipe;
use crate::filling::{given, written};
use crate::value::SecretValue;
use crate::vault::writing::{Write, Writer};
use target::Target;

/// Looks, asks and writes.
///
/// # Errors
/// Mistakes of configs and of what was brought, and what the store refuses.
pub fn fill(args: &FillArgs, common: &Common) -> Result<Done, Report> {
    let target = Target::of(args)?;
    let given: Vec<PathBuf> = target.build.given().cloned().collect();
    audited("fill", &given, common, |audit| {
        filled(args, &target, common, audit)
    })
}

fn filled(
    args: &FillArgs,
    target: &Target<'_>,
    common: &Common,
    audit: &Audit,
) -> Result<Done, Report> {
    let recipes = recipes(args)?;
    let seen = look(target, args.placeholders, common, audit)?;
    let given = if args.stdin {
        given::mapping(&files::values()?)?
    } else {
        BTreeMap::new()
    };
    let brought = Brought {
        asks: !args.stdin && recipes.is_empty(),
        given,
        recipes,
    };
    let mut drafts = drafts(&seen.findings, brought)?;
    // a lock that cannot be read is told before anything is written
    let next = target.next(&seen.found, common)?;
    let output = if drafts.is_empty() {
        written::complete(&seen.findings)
    } else if args.dry_run {
        drafts.iter().map(written::planned).collect()
    } else {
        let Some(values) = values(&mut drafts, seen.writer.as_ref())? else {
            return Ok(Done {
                output: Output::Text(String::new()),
                said: Vec::new(),
                exit: Some(exit::INTERRUPTED),
            });
        };
        let text = write(&drafts, values, seen.writer.as_ref())?;
        let left = drafts.iter().any(|draft| !draft.left.is_empty());
        // a lock would say no to what is still missing
        text + if left { "" } else { &next }
    };
    Ok(Done {
        output: Output::Text(output),
        said: seen.warnings,
        exit: None,
    })
}

fn recipes(args: &FillArgs) -> Result<Vec<Recipe>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for text in &args.generate {
        match Recipe::read(text) {
            Ok(recipe) => out.push(recipe),
            Err(problem) => report.push(problem),
        }
    }
    report.check(out)
}

/// What is known before somebody types.
struct Seen {
    found: Found,
    findings: Vec<Finding>,
    warnings: Vec<Diagnostic>,
    writer: Rc<dyn Writer>,
}

/// What is expected and what is there.
fn look(target: &Target<'_>, values: bool, common: &Common, audit: &Audit) -> Result<Seen, Report> {
    let chosen = audit.watch(settings::store(common)?);
    let writer = settings::writer(common, &chosen)?;
    let store = chosen.store.as_ref();
    let found = learned(&target.build, store, chosen.policy.as_ref(), common)?;
    audit.for_learned(found.values().flatten());
    let expected = target.expected(&found, store.namespace());
    if expected.is_empty() {
        return Err(target.unknown(&found, store.namespace()).into());
    }
    Ok(Seen {
        findings: ask(expected, store, values)?,
        found,
        warnings: chosen.warnings,
        writer,
    })
}

type Values = Vec<Vec<(String, SecretValue)>>;

/// A value for every key of every draft; `None`: somebody pressed Ctrl-C.
fn values(drafts: &mut [Draft], writer: &dyn Writer) -> Result<Option<Values>, Report> {
    let mut terminal = None;
    let mut out = Values::new();
    for draft in drafts {
        let mut opening = Some(written::opening(draft));
        let mut values = Vec::new();
        for Set { key, base64, from } in std::mem::take(&mut draft.sets) {
            let value = match from {
                From::Given(value) => value,
                From::Drawn(recipe) => recipe.draw(base64, &random::fill)?,
                From::Asked => {
                    let terminal = match &mut terminal {
                        Some(terminal) => terminal,
                        none => none.insert(Terminal::open()?),
                    };
                    terminal.say(&opening.take().unwrap_or_default())?;
                    match typed(terminal, &key, base64)? {
                        Some(value) => value,
                        None => return Ok(None),
                    }
                }
            };
            values.push((key, value));
        }
        out.push(values);
    }
    if terminal.is_some() {
        writer.begin_anew();
    }
    Ok(Some(out))
}

/// Asks until there is a value, or nobody wants to give one.
fn typed(
    terminal: &mut Terminal,
    key: &str,
    base64: bool,
) -> Result<Option<SecretValue>, Diagnostic> {
    loop {
        terminal.say(&written::prompt(key, base64))?;
        let Some(mut line) = terminal.line()? else {
            terminal.say("\ninterrupted; nothing is written\n")?;
            return Ok(None);
        };
        let value = SecretValue::new(std::mem::take(&mut *line).into_bytes());
        if value.is_empty() {
            terminal.say("an empty value is none; again, or Ctrl-C\n")?;
        } else if base64 && !value.is_base64() {
            terminal.say("that is no base64, and the config decodes it; again, or Ctrl-C\n")?;
        } else {
            return Ok(Some(value));
        }
    }
}

fn write(drafts: &[Draft], values: Values, writer: &dyn Writer) -> Result<String, Report> {
    let mut out = String::new();
    let mut done: Vec<String> = Vec::new();
    for (draft, keys) in drafts.iter().zip(values) {
        if keys.is_empty() {
            out.push_str(&written::untouched(draft));
            continue;
        }
        let write = Write {
            secret: draft.secret.clone(),
            login: draft.login.clone(),
            expects: draft.expects,
            keys,
        };
        match writer.write(&write) {
            Ok(version) => {
                out.push_str(&written::written(draft, &write, version));
                done.push(format!("version {version} of {}", draft.secret));
            }
            Err(refusal) => {
                let mut problem = said(&refusal);
                if !done.is_empty() {
                    let done = done.join(", ");
                    problem
                        .message
                        .push_str(&format!("; written before that: {done}"));
                }
                return Err(problem.into());
            }
        }
    }
    Ok(out)
}
