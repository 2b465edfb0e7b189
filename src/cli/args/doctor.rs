//! What was typed after `doctor`.

use std::path::PathBuf;

use clap::Args;

use super::{Form, ReleaseArgs};

/// Options of `doctor`.
#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// Folders that are built, files, or `-` for a stream
    #[arg(value_name = "PATH|-", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// A file that holds only VaultSecrets objects; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,
    /// What the cluster knows of the operator's objects: the output of `kubectl get crd -o yaml`, or a
    /// file of definitions
    #[arg(long, value_name = "FILE")]
    pub crds: Option<PathBuf>,
    /// How the answer is written; `docs/doctor.schema.json` describes the JSON
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
    /// Let kustomize run the functions that the kustomization lists: they run with your environment
    #[arg(long)]
    pub enable_exec: bool,
    /// What charts are built with.
    #[command(flatten)]
    pub release: ReleaseArgs,
}
