//! EDGE: what a function saw while `lock` builds: configs go into the private folder of that run.
//!
//! Only our own configs are kept, never the manifests beside them, which may hold Secrets.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::config;
use crate::diag::{Code, Diagnostic};
use crate::kube::id::ObjectId;
use crate::yaml::{NodeRef, Tree};

/// Stands before the folder in which the function ran.
const FOLDER: &str = "# ";

/// What one function saw.
#[derive(Clone, Debug)]
pub struct Record {
    /// The folder of the kustomization that lists it.
    pub folder: PathBuf,
    /// Its configs, as documents.
    pub configs: String,
}

/// Keeps the configs of a `ResourceList` in `folder`.
///
/// # Errors
/// The folder cannot be written.
pub fn record(folder: &Path, list: &str) -> Result<(), Diagnostic> {
    let here = Path::new(".").canonicalize().unwrap_or_default();
    let mut text = format!("{FOLDER}{}\n", here.display());
    for config in configs(list) {
        text.push_str("---\n");
        text.push_str(&config);
        text.push('\n');
    }
    let write = || {
        let mut file = tempfile::Builder::new()
            .suffix(".yaml")
            .tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.keep().map_err(|error| error.error)?;
        Ok::<(), std::io::Error>(())
    };
    write().map_err(|error| {
        Diagnostic::error(
            Code::WriteFailed,
            format!("what this function saw cannot be kept: {}", error.kind()),
        )
        .hint("`countersign lock` keeps it below TMPDIR; make room there.")
    })
}

/// Everything that was kept in `folder`.
///
/// # Errors
/// The folder cannot be read.
pub fn records(folder: &Path) -> Result<Vec<Record>, Diagnostic> {
    kept(folder).map_err(|error| {
        Diagnostic::error(
            Code::ReadFailed,
            format!("what the functions saw cannot be read: {}", error.kind()),
        )
    })
}

fn kept(folder: &Path) -> std::io::Result<Vec<Record>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "yaml") {
            continue;
        }
        let text = fs::read_to_string(path)?;
        let (first, configs) = text.split_once('\n').unwrap_or((&text, ""));
        out.push(Record {
            folder: first.trim_start_matches(FOLDER).into(),
            configs: configs.to_owned(),
        });
    }
    // in the order of the file system they would come in any
    out.sort_by(|a, b| (&a.folder, &a.configs).cmp(&(&b.folder, &b.configs)));
    out.dedup_by(|a, b| a.folder == b.folder && a.configs == b.configs);
    Ok(out)
}

/// The configs of a `ResourceList`, each as the text of a document.
fn configs(list: &str) -> Vec<String> {
    let Ok(tree) = Tree::parse(list) else {
        // what cannot be read is reported by `read`
        return Vec::new();
    };
    let Some(root) = tree.root() else {
        return Vec::new();
    };
    let items = root.get("items").map(NodeRef::items);
    let own = root.get("functionConfig");
    let mut seen = Vec::new();
    let mut texts = Vec::new();
    for node in own.into_iter().chain(items.into_iter().flatten()) {
        let node = node.resolved();
        let id = ObjectId::of(node);
        let is_config = id.kind == config::KIND && config::API_VERSION.starts_with(id.group());
        // in generator position a function that is its own config stands among the items as well
        if is_config && !seen.contains(&(id.name.clone(), id.namespace.clone())) {
            texts.push(document(list, node));
            seen.push((id.name, id.namespace));
        }
    }
    texts
}

/// The text of a node, its first line as far in as the others are.
fn document(list: &str, node: NodeRef<'_, '_>) -> String {
    let start = node.span().start;
    let line = list[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = list[line..start].chars().count();
    format!("{}{}", " ".repeat(before), &list[start..node.text_end()])
}
