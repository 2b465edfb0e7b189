//! What was typed after `init`. Decides nothing; the comments are the help texts.

use std::path::PathBuf;

use clap::Args;

/// Options of `init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The folder that is built: a kustomization, or plain files
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Write nothing; print the config
    #[arg(long)]
    pub print: bool,
}
