//! What was typed after `plugin`. Decides nothing; the comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// The commands of `plugin`.
#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Write the files of a plugin, for this version of countersign
    ///
    /// A link or a plugin of another version is replaced, and that is said. Anything else that is there and
    /// differs is left as it is; then nothing at all is written.
    Install(PluginInstallArgs),
}

/// Options of `plugin install`.
#[derive(Args, Debug)]
pub struct PluginInstallArgs {
    /// For which tool
    #[arg(value_name = "TOOL")]
    pub plugin: Plugin,
    /// Another folder than the one in which the tool looks; for Argo CD the folder of the Component
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Write nothing; print the files, or for kustomize the commands that make its links
    #[arg(long)]
    pub print: bool,
}

/// Tools with a place for plugins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Plugin {
    /// The plugin that kubectl runs, and kustomize: links to this program
    Kustomize,
    /// The post-renderer of Helm 4
    Helm,
    /// A Component that adds the sidecar to the repo server
    Argocd,
}
