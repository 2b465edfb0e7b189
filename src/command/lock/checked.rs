//! `lock --check`: whether `lock` would leave everything as it is, locks and what is written beside them.

use std::path::PathBuf;

use super::opened::{Files, Open, open};
use crate::command::audited::Audit;
use crate::command::unnamed::unnamed;
use crate::command::written::{Work, work};
use crate::command::{Done, Output};
use crate::diag::{Code, Diagnostic, Report, Severity};
use crate::door::helm::chart::Release;
use crate::locking::{check, online};
use crate::policy::Policy;
use crate::stage::permit;
use crate::vault::signed::Signed;

/// Checks; `others`: folders below which no other lock should lie.
///
/// # Errors
/// Everything that is not as it should be.
pub fn checked(
    files: Files,
    others: &[PathBuf],
    release: Release<'_>,
    online: Option<&Signed<'_>>,
    policy: Option<&Policy>,
    audit: &Audit,
) -> Result<Done, Report> {
    let mut report = Report {
        diagnostics: unnamed(others, &files.keys().collect::<Vec<_>>()),
    };
    let opened = open(files)?;
    let locks = opened.iter().map(|open| &open.lock);
    permit::locks(policy, locks.clone())?;
    audit.for_locks(locks);
    for open in opened {
        let name = open.name();
        match &open.text {
            Some(text) => {
                let found = check::check(
                    &name,
                    text,
                    &open.lock,
                    &open.part.learned,
                    &open.part.command,
                );
                if found.is_empty() {
                    report.extend(
                        written_checked(&open, release).unwrap_or_else(|problems| problems),
                    );
                }
                report.diagnostics.extend(found);
            }
            None => report.push(
                Diagnostic::error(Code::LockMissing, format!("there is no `{name}`")).hint(
                    format!("run `{}` and commit what it writes.", open.part.command),
                ),
            ),
        }
        if let Some(store) = online {
            report.extend(online::check(&open.lock, &open.part.command, store));
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    Ok(Done {
        output: Output::Text(String::new()),
        said: report.diagnostics,
        exit: None,
    })
}

/// Whether what is written beside a lock is what the lock says.
///
/// # Errors
/// What cannot be written at all.
pub fn written_checked(open: &Open, release: Release<'_>) -> Result<Report, Report> {
    let Work {
        changes,
        edits,
        mut said,
        ..
    } = work(&open.path, &open.lock, &open.part, release, false)?;
    for one in said
        .iter_mut()
        .filter(|one| matches!(one.code, Code::WrittenUnlisted | Code::ToolFailed))
    {
        one.severity = Severity::Error;
    }
    let stale = changes.iter().map(|change| {
        let message = format!(
            "`{}` does not agree with `{}`",
            change.path.display(),
            open.name()
        );
        Diagnostic::error(Code::LockStale, message).hint(format!(
            "run `{}` and commit what it writes.",
            open.part.command
        ))
    });
    said.extend(stale);
    said.extend(edits);
    Ok(Report { diagnostics: said })
}
