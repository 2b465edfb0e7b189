//! EDGE: what `countersign lock` has to be told so that it builds what a lock belongs to: the folder,
//! and whether functions run in it. Read from the files as they lie; nothing is built or run.
//!
//! It knows neither what stands in a lock nor what a config means: a lock that a config names is
//! found by its path in the text.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::files::read_file;
use super::kustomize;
use super::listed::{Part, listed};
use crate::config::{API_VERSION, KIND};
use crate::lock::FILE;
use crate::yaml::split::split;
use crate::yaml::{NodeRef, Tree};

/// Annotations that make an object a function (kustomize kyaml/fn/runtime/runtimeutil).
const FUNCTION: &[&str] = &["config.kubernetes.io/function", "config.k8s.io/function"];
/// The version of what kustomize does by itself.
const BUILTIN: &str = "builtin";
/// More than this is not looked through in a folder of plain files.
const ENTRIES: usize = 2000;
/// Stands for a folder that only the user knows.
const FOLDER: &str = "FOLDER";
/// Stands for `{{ env }}` in a path; no path contains it.
const ANYTHING: char = '\0';

/// The words for what is built at a folder; `lock` is the file that the runner named.
#[must_use]
pub fn words(folder: &Path, lock: Option<&Path>) -> Vec<String> {
    let mut words = Vec::new();
    let text = folder.display().to_string();
    match text.as_str() {
        // alone it is not what its users build
        _ if is_component(folder) => words.push(FOLDER.to_owned()),
        "." | "" => {}
        flag if flag.starts_with('-') => words.push(format!("./{flag}")),
        _ => words.push(text),
    }
    if let Some(lock) = lock {
        words.extend(["--lock".to_owned(), lock.display().to_string()]);
    }
    if runs_plugins(folder) {
        words.push("--enable-exec".to_owned());
    }
    words
}

/// The words for a lock that was found. It lies in the folder that is built; one of another name
/// belongs to the folder whose config names it, or else the user has to say what is built with it:
/// another folder would be locked into it.
#[must_use]
pub fn words_for(lock: &Path) -> Vec<String> {
    if lock.file_name() == Some(OsStr::new(FILE)) {
        return words(lock.parent().unwrap_or(Path::new(".")), None);
    }
    match folder_of(lock) {
        Some(folder) => words(&folder, None),
        None => vec![
            FOLDER.to_owned(),
            "--lock".to_owned(),
            lock.display().to_string(),
        ],
    }
}

/// The folder whose config names this lock: it lies below it.
#[must_use]
pub fn folder_of(lock: &Path) -> Option<PathBuf> {
    for above in lock.ancestors().skip(1) {
        // `..` has no parent that its text would tell
        if above.ends_with("..") {
            return None;
        }
        let folder = if above.as_os_str().is_empty() {
            Path::new(".")
        } else {
            above
        };
        let inner = lock.strip_prefix(above).ok()?.to_str()?;
        if texts(folder).iter().any(|text| names(text, inner)) {
            return Some(folder.to_owned());
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Whether kustomize runs a function when it builds a folder.
#[must_use]
pub fn runs_functions(folder: &Path) -> bool {
    has_worker(folder, &is_function)
}

/// Whether kustomize runs anything but its own when it builds a folder: a function, or a plugin of the
/// older kind, which is known by its kind alone.
#[must_use]
pub fn runs_plugins(folder: &Path) -> bool {
    has_worker(folder, &|text| {
        let is_foreign = |document: &str| {
            let tree = Tree::parse(document).ok();
            let root = tree.as_ref().and_then(Tree::root);
            let version = root.and_then(|root| root.get("apiVersion")?.scalar());
            version.is_some_and(|version| version != BUILTIN)
        };
        is_function(text) || split(text).into_iter().any(|one| is_foreign(&text[one]))
    })
}

fn is_function(text: &str) -> bool {
    FUNCTION.iter().any(|name| text.contains(name))
}

fn has_worker(folder: &Path, is: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    listed(folder, &[Part::Worker], &mut |worker| {
        found |= is(&worker.text);
    });
    found
}

/// Whether a folder only means something within others.
#[must_use]
pub fn is_component(folder: &Path) -> bool {
    let text = kustomize::file_of(folder).and_then(|file| read_file(&file).ok());
    text.is_some_and(|text| {
        let tree = Tree::parse(&text).ok();
        let root = tree.as_ref().and_then(Tree::root);
        let kind = root.and_then(|root| root.get("kind"));
        kind.and_then(NodeRef::scalar) == Some("Component")
    })
}

/// Whether what a build of a folder reads holds a config.
#[must_use]
pub fn mentions_config(folder: &Path) -> bool {
    let both = [KIND, API_VERSION];
    texts(folder)
        .iter()
        .any(|text| both.iter().all(|word| text.contains(word)))
}

/// What a build of a folder reads.
fn texts(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    if kustomize::file_of(folder).is_some() {
        let all = [Part::Kustomization, Part::Object, Part::Worker, Part::Patch];
        listed(folder, &all, &mut |listed| texts.push(listed.text));
        return texts;
    }
    let walk = WalkDir::new(folder).follow_links(false).sort_by_file_name();
    let walk = walk.into_iter().filter_entry(|e| e.file_name() != ".git");
    for entry in walk.filter_map(Result::ok).take(ENTRIES) {
        let path = entry.path();
        if entry.file_type().is_dir() {
            if kustomize::file_of(path).is_some() {
                // nobody builds kustomizations as a folder of plain files
                return Vec::new();
            }
        } else if entry.file_type().is_file() && super::files::is_manifest(path) {
            texts.extend(read_file(path));
        }
    }
    texts
}

/// Whether a text names a path, apart from its comments; what stands in `{{ … }}` may be anything.
fn names(text: &str, path: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || "\"'`,{}[]".contains(c);
    let mut lines = text.lines().filter(|l| !l.trim_start().starts_with('#'));
    lines.any(|line| {
        let line = without_parameters(line);
        let mut words = line.split(ends);
        words.any(|word| !word.is_empty() && fits(word, path))
    })
}

/// A line with each `{{ … }}` as one sign.
fn without_parameters(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{")
        && let Some((_, after)) = after.split_once("}}")
    {
        out.push_str(before);
        out.push(ANYTHING);
        rest = after;
    }
    out + rest
}

fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once(ANYTHING) {
        None => pattern == path,
        Some((before, after)) => path.strip_prefix(before).is_some_and(|rest| {
            let mut ends = (0..=rest.len()).filter(|at| rest.is_char_boundary(*at));
            // a parameter alone says nothing about the file
            !(before.is_empty() && after.is_empty()) && ends.any(|at| fits(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_lock_is_named_in_any_style_and_with_parameters() {
        for text in [
            "lock: {file: locks/prod.lock}",
            "lock:\n  file: 'locks/prod.lock' # prod",
            "{\"lock\":{\"file\":\"locks/prod.lock\"}}",
            "patch: '[{op: add, path: /spec/lock, value: {file: locks/prod.lock}}]'",
            "lock: {file: \"locks/{{ env }}.lock\"}",
            "lock: {file: \"locks/{{env}}{{ tier }}.lock\"}",
            "lock: {file: \"{{ folder }}/prod.lock\"}",
        ] {
            assert!(names(text, "locks/prod.lock"), "{text}");
        }
        for text in [
            "lock: required",
            "# lock: {file: locks/prod.lock}",
            "lock: {file: old/locks/prod.lock}",
            "lock: {file: locks/prod.lock.old}",
            "lock: {file: \"locks/{{ env }}.yaml\"}",
            "name: \"{{ env }}\"",
        ] {
            assert!(!names(text, "locks/prod.lock"), "{text}");
        }
    }
}
