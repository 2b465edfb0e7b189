//! `countersign render`.

use std::path::{Path, PathBuf};

use super::audited::{Audit, audited};
use super::{Done, Output, chart, locks, manifests, request};
use crate::cli::args::{Common, ReleaseArgs};
use crate::diag::{Diagnostic, Report};
use crate::door::{files, kustomize, origin};

/// Renders files, folders, kustomizations or a stream.
///
/// # Errors
/// Everything that is wrong with them.
pub fn render(
    paths: &[PathBuf],
    configs: &[PathBuf],
    release: &ReleaseArgs,
    common: &Common,
) -> Result<Done, Report> {
    let given: Vec<PathBuf> = paths.iter().chain(configs).cloned().collect();
    audited("render", &given, common, |audit| {
        rendered(paths, configs, release, common, audit)
    })
}

fn rendered(
    paths: &[PathBuf],
    configs: &[PathBuf],
    release: &ReleaseArgs,
    common: &Common,
    audit: &Audit,
) -> Result<Done, Report> {
    let chart = chart(release);
    let locks = locks(paths, chart, common);
    let mut rendered = files::built(paths, configs, chart)
        .and_then(|inputs| manifests(request(inputs, chart), &locks, common, audit));
    let said: &mut [Diagnostic] = match &mut rendered {
        Ok(rendered) => &mut rendered.warnings,
        Err(report) => &mut report.diagnostics,
    };
    for folder in paths.iter().filter(|path| *path != Path::new("-")) {
        if kustomize::file_of(folder).is_some() {
            origin::find(said, folder, &folder.display().to_string());
        }
    }
    let mut rendered = rendered?;
    Ok(Done {
        said: std::mem::take(&mut rendered.warnings),
        output: Output::Manifests(Box::new(rendered)),
        exit: None,
    })
}
