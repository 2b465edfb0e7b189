//! What Argo CD says to a plugin about an application, and what the application is.
//!
//! Only what an author of applications may say is read here: `ARGOCD_APP_PARAMETERS`, and the variables of
//! `plugin.env` that the documentation names. Never `PARAM_*`, whose names collide.

pub mod build;
pub mod frame;
pub mod manifest;
pub mod parameters;

use std::path::{Path, PathBuf};

use self::parameters::Parameters;
use super::{builds, helm::chart, kustomize};
use crate::diag::Diagnostic;

/// Stands for a file that only a person has.
const FILE: &str = "FILE";

/// What is in an application's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// kustomize builds it.
    Kustomize,
    /// Helm builds it.
    Helm,
    /// Manifests, as they are.
    Directory,
}

/// All kinds, and how an Application names each.
const KINDS: [(&str, Kind); 3] = [
    ("kustomize", Kind::Kustomize),
    ("helm", Kind::Helm),
    ("directory", Kind::Directory),
];

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        let mut kinds = KINDS.iter().filter(|(_, kind)| *kind == self);
        kinds.next().map_or("", |(word, _)| word)
    }

    /// What a folder looks like.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        if kustomize::file_of(folder).is_some() {
            Self::Kustomize
        } else if chart::is_chart(folder) {
            Self::Helm
        } else {
            Self::Directory
        }
    }
}

/// An application of Argo CD, as a plugin is told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Where a person has it as a file, or a word for that.
    pub file: Option<String>,
    /// Where a person has what it builds; `None`: she says it herself.
    pub path: Option<PathBuf>,
    /// What its author chose.
    pub parameters: Parameters,
    /// Its name.
    pub name: String,
    /// The namespace it is deployed to.
    pub namespace: String,
    /// The version of the cluster, where Argo CD knows one.
    pub kube_version: Option<String>,
    /// The kinds that the cluster knows.
    pub api_versions: Vec<String>,
}

impl Application {
    /// From the variables that the server sets.
    ///
    /// # Errors
    /// A parameter that there is not, or of another type.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Diagnostic> {
        let text = |name: &str| variable(name).filter(|text| !text.is_empty());
        let listed = text("KUBE_API_VERSIONS").unwrap_or_default();
        let parameters = Parameters::read(&text)?;
        let counts = parameters.count_for_locks() || chart::is_chart(Path::new(build::FOLDER));
        Ok(Self {
            // whoever locks needs the same
            file: counts.then(|| FILE.to_owned()),
            path: text("ARGOCD_APP_SOURCE_PATH").map(PathBuf::from),
            parameters,
            name: text("ARGOCD_APP_NAME").unwrap_or_default(),
            namespace: text("ARGOCD_APP_NAMESPACE").unwrap_or_default(),
            kube_version: text("KUBE_VERSION"),
            api_versions: listed
                .split(',')
                .filter(|v| !v.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    /// The name of Helm's release.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        let chosen = self.parameters.release_name.as_deref();
        chosen.or(Some(self.name.as_str()).filter(|name| !name.is_empty()))
    }

    /// What is built: what the author says, else what the folder looks like.
    #[must_use]
    pub fn kind(&self, folder: &Path) -> Kind {
        self.parameters.kind.unwrap_or_else(|| Kind::of(folder))
    }
}

/// Whether a folder has something for us to do.
#[must_use]
pub fn is_ours(folder: &Path) -> bool {
    folder.join(crate::lock::FILE).is_file() || builds::mentions_config(folder)
}
