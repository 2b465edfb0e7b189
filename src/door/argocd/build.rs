//! An application's manifests, from the program that builds it.
//!
//! No plugins and no exec functions: the repository must not choose what runs. Which manifests come of it is
//! not looked at here.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Application, Kind};
use crate::diag::{Code, Diagnostic, Report};
use crate::door::helm::chart::{self, Cluster, Release};
use crate::door::program::Ground;
use crate::door::program::private::Private;
use crate::door::{files, kustomize};
use crate::stage::Input;

/// What is built: the folder that a plugin is started in.
pub const FOLDER: &str = ".";

/// Builds the application in the current directory.
///
/// # Errors
/// What the program says that builds it, or that it takes longer than until `deadline`.
pub fn build(application: &Application, deadline: Instant) -> Result<Vec<Input>, Report> {
    let folder = Path::new(FOLDER);
    let kind = application.kind(folder);
    if kind == Kind::Directory {
        return files::inputs(&[folder.to_owned()], &[]);
    }
    let private = Private::new()?;
    let ground = Ground {
        private: Some(&private),
        until: Some(deadline),
    };
    let built = if kind == Kind::Kustomize {
        kustomize::build_on(ground, folder, None)
    } else {
        charted(application, ground)
    };
    let text = built.map_err(|error| match error.code {
        Code::ToolMissing => error.hint("put it into the image of the sidecar."),
        _ => error,
    })?;
    Ok(vec![Input {
        file: FOLDER.into(),
        text: text.into(),
        only_configs: false,
    }])
}

fn charted(application: &Application, ground: Ground<'_>) -> Result<String, Diagnostic> {
    let chosen = &application.parameters;
    let files = chosen.values_files.iter().map(|file| values_file(file));
    let values: Vec<PathBuf> = files.collect::<Result<_, _>>()?;
    let namespace = Some(application.namespace.as_str());
    let release = Release {
        name: Some(chosen.release_name.as_ref().unwrap_or(&application.name)),
        namespace: namespace.filter(|namespace| !namespace.is_empty()),
        values: &values,
        texts: Some(&chosen.helm_parameters),
        cluster: Some(Cluster {
            version: application.kube_version.as_deref(),
            kinds: &application.api_versions,
        }),
    };
    chart::build_on(ground, Path::new(FOLDER), release)
}

/// A file of the repository: Helm would also fetch one from anywhere, or read one of the sidecar.
fn values_file(file: &str) -> Result<PathBuf, Diagnostic> {
    let path = Path::new(file);
    let inner = |real: PathBuf| {
        let here = Path::new(FOLDER).canonicalize().ok();
        here.is_some_and(|here| real.starts_with(here))
    };
    if !file.contains("://") && path.is_relative() && path.canonicalize().is_ok_and(inner) {
        return Ok(path.to_owned());
    }
    let message = "the parameter `values-files` names what is no file of the application";
    Err(Diagnostic::error(Code::BadValue, message)
        .hint("write paths below the application's folder, from there."))
}
