//! What was typed after `policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Form, ReleaseArgs};

/// The commands of `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Say which rule of the runner's policy allows each source of configs and locks, and which do not
    ///
    /// Previous generations are looked at as well. Exit code 0: everything is allowed; 2: something is
    /// not. Asks no Vault.
    Check(PolicyCheckArgs),
    /// Write the least that Vault has to allow, from the configs and locks below a folder
    ///
    /// One policy for each purpose and Vault namespace, for the operator also for each Kubernetes
    /// namespace, with the roles that give them out. Builds as `lock` does; asks no Vault.
    Generate(GenerateArgs),
}

/// Options of `policy check`.
#[derive(Args, Debug)]
pub struct PolicyCheckArgs {
    /// Folders that are built, files, or `-` for a stream; the current directory if there is none
    #[arg(value_name = "PATH|-")]
    pub paths: Vec<PathBuf>,
    /// A file that holds only VaultSecrets objects; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,
    /// How the answer is written
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
    /// Let kustomize run the functions that the kustomization lists: they run with your environment
    #[arg(long)]
    pub enable_exec: bool,
    /// What charts are built with.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// Options of `policy generate`.
#[derive(Args, Debug)]
pub struct GenerateArgs {
    /// Folders that are built, files, or `-` for a stream; of a folder that is no build itself, those
    /// below it that have a lock
    #[arg(value_name = "PATH|-", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// A file that holds only VaultSecrets objects; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,
    /// Whom the policy is for
    #[arg(long = "for", value_enum, default_value = "all", value_name = "WHOM")]
    pub purpose: PolicyFor,
    /// How it is written: for a person, or for a program; Vault takes both
    #[arg(long, value_enum, default_value = "hcl")]
    pub format: PolicyForm,
    /// Let kustomize run the functions that the kustomization lists: they run with your environment
    #[arg(long)]
    pub enable_exec: bool,
    /// What charts are built with.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// The words of `policy generate --for`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyFor {
    /// Who runs `countersign lock` and `countersign outdated`
    Lock,
    /// Who renders
    Render,
    /// The Vault Secrets Operator
    Operator,
    /// Who sets the values
    Fill,
    /// Each of them
    All,
}

/// The words of `policy generate --format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyForm {
    /// Policies with comments and commands
    Hcl,
    /// Policies, who needs each line, and roles
    Json,
}
