//! An application's manifests, from the program that builds it.
//!
//! No plugins and no exec functions: the repository must not choose what runs. Which manifests come of it is
//! not looked at here.

use std::path::Path;
use std::time::Instant;

use super::{Application, Kind};
use crate::diag::{Code, Report};
use crate::door::helm::chart::{self, Release};
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
        let release = Release {
            application: Some(application),
            ..Release::default()
        };
        chart::build_on(ground, folder, release)
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
