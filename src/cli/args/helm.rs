//! What was typed about Helm: behind `helm`, and wherever a chart is built.

use std::path::PathBuf;

use clap::Args;

use crate::door::argocd::{Application, manifest};

/// Options of `helm`.
#[derive(Args, Debug)]
pub struct HelmArgs {
    /// A file that holds only VaultSecrets objects; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,
    /// The name of the release, which Helm does not tell: for the commands that are printed
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
    /// The namespace of the release, which Helm does not tell either: objects that name none are in it
    #[arg(long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// Append what is said to this file, because Helm throws it away; without it that goes where Helm
    /// itself writes its errors
    #[arg(
        long,
        env = "COUNTERSIGN_MESSAGES",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub messages: Option<PathBuf>,
}

/// What a chart is built with.
#[derive(Args, Clone, Debug, Default)]
pub struct ReleaseArgs {
    /// Of a chart: the name of the release
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
    /// Where objects are put that name no namespace; of a chart: the namespace of the release
    #[arg(long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// Of a chart: a file of values; may be given several times, the last one wins
    #[arg(long, value_name = "FILE")]
    pub values: Vec<PathBuf>,
    /// An Application of Argo CD that names the plugin: build as it does, with its parameters; `-` is stdin, for
    /// `argocd app get NAME -o yaml`
    #[arg(long, value_name = "FILE|-", value_parser = application)]
    pub application: Option<Application>,
}

/// Read once, because stdin can be.
fn application(file: &str) -> Result<Application, String> {
    manifest::read(file).map_err(|problem| match problem.hint {
        Some(hint) => format!("{}; {hint}", problem.message),
        None => problem.message,
    })
}
