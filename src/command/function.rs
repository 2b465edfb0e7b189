//! No command: a KRM function.
//!
//! kustomize runs it in the folder of the kustomization that lists it, so its lock is there. While
//! `lock` or `plan` build, the function they find below them is this program as well: the runner's
//! environment then says what it is to do instead.

use std::borrow::Cow;
use std::path::Path;

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
    let locks = LockFiles::new(Path::new("."), common.lock.as_deref());
    let mut rendered = match settings::task() {
        None => manifests(krm::request(text), &locks, common),
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
    in_its_folder(said);
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
        format!("in the folder that is built with the component `{name}`")
    } else {
        format!("in the folder `{name}`")
    };
    for diagnostic in said {
        let hint = diagnostic.hint.take();
        diagnostic.hint = hint.map(|hint| {
            let parts = hint.split('`').enumerate().map(|(at, part)| {
                // every other part is code
                let more = part
                    .strip_prefix("countersign lock")
                    .filter(|_| at % 2 == 1);
                match more.map(|more| more.replace(" --enable-exec", "")) {
                    Some(more) => format!("`countersign lock --enable-exec{more}` {folder}"),
                    None if at % 2 == 1 => format!("`{part}`"),
                    None => part.to_owned(),
                }
            });
            parts.collect()
        });
    }
}
