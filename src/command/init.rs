//! `countersign init`: a first config from the manifests of a folder.

use std::path::Path;

use super::{Done, Output};
use crate::cli::args::InitArgs;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::listed::{Part, listed};
use crate::door::{created, files, kustomize};
use crate::kube::names::{NAME_MAX, name_fault};
use crate::locking::objects::Objects;
use crate::starting::found::Found;
use crate::starting::generator::Generators;
use crate::starting::steps::{self, Written};
use crate::starting::{by_namespace, config};

/// What the new file is called.
const FILE: &str = "vaultsecrets.yaml";

/// Looks, and writes one file.
///
/// # Errors
/// The folder cannot be built or read, or the file is there.
pub fn init(args: &InitArgs) -> Result<Done, Report> {
    let folder = args.path.as_path();
    if !folder.is_dir() {
        let message = format!("`{}` is no folder", folder.display());
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("name the folder that is built: the new file is put into it.")
            .into());
    }
    let kustomization = kustomize::file_of(folder);
    let inputs = files::inputs(&[folder.to_owned()], &[])?;
    let mut report = Report {
        diagnostics: Objects::of(&inputs).problems,
    };
    report.check(())?;
    let found = Found::of(&inputs);
    let mut generators = Generators::default();
    listed(folder, &[Part::Kustomization], &mut |file| {
        generators.look(&file.text);
    });
    let vault_auth = found.vault_auth.clone();
    let wanted = found.wanted(generators);
    let text = if wanted.is_empty() {
        "nothing to write: every Secret that these manifests name is made by them\n".to_owned()
    } else {
        let config = config::text(&by_namespace(&wanted), &name(folder), vault_auth.as_deref());
        if args.print {
            config
        } else {
            let file = if folder == Path::new(".") {
                FILE.into()
            } else {
                folder.join(FILE)
            };
            created::file(&file, &config)?;
            let shown = |path: &Path| {
                path.strip_prefix("./")
                    .unwrap_or(path)
                    .display()
                    .to_string()
            };
            let kustomization = kustomization.as_deref().map(shown);
            let written = Written {
                file: &shown(&file),
                folder: &folder.display().to_string(),
                kustomization: kustomization.as_deref(),
            };
            steps::text(&written, &wanted)
        }
    };
    Ok(Done {
        output: Output::Text(text),
        said: Vec::new(),
        exit: None,
    })
}

/// What the folder is called, as far as an object can be called so.
fn name(folder: &Path) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let legal = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(legal).take(NAME_MAX / 4).collect();
    let name = name.trim_matches('-');
    if name_fault(name).is_some() {
        return "secrets".to_owned();
    }
    name.to_owned()
}
