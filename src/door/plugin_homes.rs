//! EDGE: where kustomize and Helm look for plugins, and where this program is.
//!
//! Says places; it does not know what is put there.

use std::path::PathBuf;

use super::tools;
use crate::diag::{Code, Diagnostic};

/// Which variable names the folder of kustomize's plugins.
pub const KUSTOMIZE: &str = "KUSTOMIZE_PLUGIN_HOME";
/// Which variable names the folder of Helm's plugins.
pub const HELM: &str = "HELM_PLUGINS";

/// The folder in which kustomize and kubectl look first (kustomize `api/konfig/plugins.go`).
///
/// # Errors
/// Nothing says where that is.
pub fn kustomize() -> Result<PathBuf, Diagnostic> {
    let folder = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    folder(KUSTOMIZE)
        .or_else(|| folder("XDG_CONFIG_HOME").map(|home| home.join("kustomize/plugin")))
        .or_else(|| folder("HOME").map(|home| home.join(".config/kustomize/plugin")))
        .ok_or_else(|| {
            let message = format!(
                "neither `{KUSTOMIZE}` nor `HOME` is set: nobody knows where kustomize looks"
            );
            Diagnostic::error(Code::Usage, message).hint("name the folder: `--to DIR`.")
        })
}

/// The folder in which the Helm on PATH looks.
///
/// # Errors
/// There is no Helm, or it is one that cannot read the plugin.
pub fn helm() -> Result<PathBuf, Diagnostic> {
    let program = tools::find("helm").ok_or_else(|| {
        Diagnostic::error(
            Code::Usage,
            "`helm` is not on PATH, which knows where its plugins lie",
        )
        .hint(format!(
            "name the folder with `--to DIR`, and tell Helm 4: `{HELM}=DIR`."
        ))
    })?;
    let version = tools::said(&program, &["version", "--short"]);
    if version.starts_with("v3.") {
        return Err(Diagnostic::error(
            Code::Usage,
            "the `helm` on PATH is Helm 3: it runs the program itself, and a plugin for Helm 4 would make it complain at every command",
        )
        .hint(format!(
            "with Helm 3 write `--post-renderer countersign --post-renderer-args helm`; for a Helm 4 beside it take a folder of its own: `--to DIR`, and `{HELM}=DIR`."
        )));
    }
    let said = tools::said(&program, &["env", HELM]);
    let folder = std::env::split_paths(said.trim())
        .next()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.ok_or_else(|| {
        let message = format!("`{} env {HELM}` names no folder", program.display());
        Diagnostic::error(Code::ToolFailed, message).hint("name the folder: `--to DIR`.")
    })
}

/// This program, under the name that stays when it is replaced by a newer one.
///
/// # Errors
/// The system does not say.
pub fn program() -> Result<PathBuf, Diagnostic> {
    let on_path =
        tools::find("countersign").filter(|path| path.is_absolute() && tools::is_this(path));
    match on_path {
        Some(path) => Ok(path),
        None => std::env::current_exe().map_err(|error| {
            let message = format!(
                "the system does not say where this program is: {}",
                error.kind()
            );
            Diagnostic::error(Code::ReadFailed, message).hint("call it by its whole path.")
        }),
    }
}
