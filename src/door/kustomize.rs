//! EDGE: a folder with a kustomization is built with the real kustomize.
//!
//! Plugins and exec functions stay off: the repository must not choose what runs. No shell.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::diag::{Code, Diagnostic, Report};

/// Names of a kustomization file (kustomize api/konfig).
const FILES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Programs that can build one, best first.
const PROGRAMS: &[(&str, &str)] = &[("kustomize", "build"), ("kubectl", "kustomize")];
/// More than this of a tool's complaint is not passed on.
const COMPLAINT: usize = 8 * 1024;

/// The file that makes a folder a kustomization.
#[must_use]
pub fn file_of(folder: &Path) -> Option<PathBuf> {
    let files = FILES.iter().map(|file| folder.join(file));
    files.into_iter().find(|file| file.is_file())
}

/// Builds a kustomization.
pub fn build(folder: &Path) -> Result<String, Report> {
    for (program, verb) in PROGRAMS {
        // a folder whose name starts with `-` is not a flag
        let argument = if folder.is_absolute() {
            folder.to_owned()
        } else {
            Path::new(".").join(folder)
        };
        let run = Command::new(program)
            .args([OsStr::new(verb), argument.as_os_str()])
            .stdin(Stdio::null())
            .env_remove("VAULT_TOKEN")
            .env_remove("BAO_TOKEN")
            .output();
        let output = match run {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(Diagnostic::error(
                    Code::ToolFailed,
                    format!("`{program}` cannot be run: {}", error.kind()),
                )
                .hint("check that it is executable.")
                .into());
            }
        };
        if output.status.success() {
            return String::from_utf8(output.stdout).map_err(|_| {
                Diagnostic::error(
                    Code::ToolFailed,
                    format!("the output of `{program}` is not UTF-8"),
                )
                .into()
            });
        }
        return Err(complaint(program, verb, folder, &output.stderr).into());
    }
    Err(Diagnostic::error(Code::ToolMissing, "neither `kustomize` nor `kubectl` is on PATH")
        .hint("install kustomize, or build elsewhere and pipe: `kustomize build … | countersign render -`.")
        .into())
}

fn complaint(program: &str, verb: &str, folder: &Path, stderr: &[u8]) -> Diagnostic {
    let text = String::from_utf8_lossy(&stderr[..stderr.len().min(COMPLAINT)]);
    let text = text.trim();
    let hint = if text.contains("external plugins disabled") {
        "take the function out of `transformers:` and `generators:`; `render` needs none. Or keep it and run `kustomize build --enable-alpha-plugins --enable-exec`."
    } else {
        "correct the kustomization; `countersign` only passes on what was said."
    };
    let message = format!("`{program} {verb} {}` failed:\n{text}", folder.display());
    Diagnostic::error(Code::ToolFailed, message).hint(hint)
}
