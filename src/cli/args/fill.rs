//! What was typed behind `missing` and `fill`.

use std::path::PathBuf;

use clap::Args;

use super::{Form, ReleaseArgs};

/// What is built, and how.
#[derive(Args, Debug)]
pub struct BuildArgs {
    /// Folders that are built, files, or `-` for a stream; the current directory if there is none
    #[arg(value_name = "PATH|-")]
    pub paths: Vec<PathBuf>,
    /// A file that holds only VaultSecrets objects; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,
    /// Let kustomize run the functions that the kustomization lists: they run with your environment
    #[arg(long)]
    pub enable_exec: bool,
    /// What charts are built with.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

impl BuildArgs {
    /// Every path that was typed.
    pub fn given(&self) -> impl Iterator<Item = &PathBuf> {
        self.paths.iter().chain(&self.configs)
    }
}

/// Options of `missing`.
#[derive(Args, Debug)]
pub struct MissingArgs {
    /// What is built.
    #[command(flatten)]
    pub build: BuildArgs,
    /// Also read the values, to find those that only hold a place: empty, TBD, CHANGEME, `<…>`
    #[arg(long)]
    pub placeholders: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
}

/// Options of `fill`.
#[derive(Args, Debug)]
pub struct FillArgs {
    /// The logical name of a managed secret; with --path none
    #[arg(value_name = "NAME", required_unless_present = "path")]
    pub name: Option<String>,
    /// What is built.
    #[command(flatten)]
    pub build: BuildArgs,
    /// Instead of NAME: whatever any secret takes from this path of Vault
    #[arg(long, value_name = "MOUNT/PATH")]
    pub path: Option<String>,
    /// Take values from stdin: a mapping of keys to strings, in JSON or YAML. Nobody is asked then
    #[arg(long)]
    pub stdin: bool,
    /// Generate the value of KEY (may be given several times): 32 characters of `alnum`, or LENGTH
    /// of `alnum`, `hex`, `base64url` or `symbols`. Nobody is asked then
    #[arg(long, value_name = "KEY[=LENGTH[:ALPHABET]]")]
    pub generate: Vec<String>,
    /// Also set keys whose value only holds a place; this reads values
    #[arg(long)]
    pub placeholders: bool,
    /// Write nothing; say which keys would be set
    #[arg(long)]
    pub dry_run: bool,
}
