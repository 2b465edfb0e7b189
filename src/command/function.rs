//! No command: a KRM function.
//!
//! kustomize runs it in the folder of the kustomization that lists it, so its lock is there. While
//! `lock` or `plan` build, the function they find below them is this program as well: the runner's
//! environment then says what it is to do instead.

use std::borrow::Cow;
use std::path::Path;

use super::audited::{Audit, audited};
use super::{Done, Output, manifests, unread};
use crate::cli::args::Common;
use crate::cli::settings;
use crate::diag::{Diagnostic, Report};
use crate::door::locks::LockFiles;
use crate::door::{builds, files, krm, origin, recorder};
use crate::stage::plan::Mode;

/// Renders a `ResourceList`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn function(text: Cow<'static, str>, common: &Common) -> Result<Done, Report> {
    if settings::task().is_some() {
        // whoever builds takes itself down
        return rendered(text, common, &Audit::off());
    }
    audited("function", &[], common, |audit| {
        rendered(text, common, audit)
    })
}

fn rendered(text: Cow<'static, str>, common: &Common, audit: &Audit) -> Result<Done, Report> {
    let locks = LockFiles::new(Path::new("."), common.lock.as_deref());
    let in_place = krm::is_in_place(&text);
    let mut rendered = match settings::task() {
        None => manifests(krm::request(text), &locks, common, audit),
        Some(task) => {
            let (mode, folder) = match task {
                settings::Task::Review(folder) => (Mode::Review, folder),
                settings::Task::Record(folder) => (Mode::Learn, folder),
            };
            recorder::record(&folder, &text)?;
            // whoever builds holds what was recorded against the policy
            unread(krm::request(text), &locks, mode, common.strict, None)
        }
    };
    let said: &mut [Diagnostic] = match &mut rendered {
        Ok(rendered) => &mut rendered.warnings,
        Err(report) => &mut report.diagnostics,
    };
    origin::find(said, Path::new("."), files::STDIN);
    // kpt is started where the lock is, and `lock` reads a package without running it
    if !in_place {
        in_its_folder(said);
    }
    let mut rendered = rendered?;
    Ok(Done {
        said: std::mem::take(&mut rendered.warnings),
        output: Output::Manifests(Box::new(rendered)),
        exit: None,
    })
}

/// Whoever reads this stands in another folder than the function, and `lock` has to run it.
fn in_its_folder(said: &mut [Diagnostic]) {
    let here = Path::new(".").canonicalize().unwrap_or_default();
    let name = here.file_name().unwrap_or_default().to_string_lossy();
    let folder = if builds::is_component(Path::new(".")) {
        format!("for the folder that is built with the component `{name}`")
    } else {
        format!("in the folder `{name}`")
    };
    for diagnostic in said {
        if let Some(hint) = &mut diagnostic.hint {
            *hint = with_functions(hint, &folder);
        }
    }
}

/// Every `countersign lock …` of a hint, told to run functions and where.
fn with_functions(hint: &str, folder: &str) -> String {
    const LOCK: &str = "`countersign lock";
    const FLAG: &str = " --enable-exec";
    let mut out = String::new();
    let mut rest = hint;
    while let Some((before, after)) = rest.split_once(LOCK)
        && let Some((words, after)) = after.split_once('`')
    {
        let flag = if words.contains(FLAG) { "" } else { FLAG };
        out.push_str(&format!("{before}{LOCK}{flag}{words}` {folder}"));
        rest = after;
    }
    out + rest
}
