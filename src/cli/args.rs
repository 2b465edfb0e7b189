//! What was typed. Decides nothing; the comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Vault secrets in Kubernetes manifests, while they render: hashed names, and a config hash on every
/// workload, so that a secret change is a rollout somebody approved.
///
/// Without a command it is a KRM function: a `ResourceList` on stdin, as kustomize and kpt give it.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do; nothing: be a KRM function.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// For every command.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Args, Debug)]
pub struct Common {
    /// Where secrets are read: `vault` (also OpenBao), or `file:PATH` for a file that plays one
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_STORE",
        hide_env_values = true,
        default_value = "vault",
        value_name = "STORE"
    )]
    pub store: String,
    /// Say more about what is asked of the store; twice: also what is decided
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render manifests: a kustomization, files, directories, or a stream on stdin
    ///
    /// A folder with a kustomization is built with the real kustomize, plugins off. VaultSecrets
    /// objects stand among the manifests, or come by --config; they are never in the output.
    Render {
        /// Folders and files in the order of the output; `-` is stdin
        #[arg(required = true, value_name = "PATH|-")]
        paths: Vec<PathBuf>,
        /// A file that holds only VaultSecrets objects; may be given several times
        #[arg(long = "config", value_name = "FILE")]
        configs: Vec<PathBuf>,
    },
    /// Explain an error code, as printed in brackets
    Explain {
        /// `missing-key`
        #[arg(value_name = "CODE")]
        code: String,
    },
}
