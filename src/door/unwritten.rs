//! EDGE: a kustomization built as if it did not list what countersign has written for it.
//!
//! `lock` has to learn the configs, which the written Component takes out, and who uses them, which kustomize
//! would have rewritten. Both happen at the end of a build: a layer above, in a private folder, undoes them
//! before. It must not know what a config means.

use std::path::{Component, Path, PathBuf};

use super::kustomize::{self, Functions};
use super::locks::folder_of;
use super::scratch;
use super::written::{Marks, complained_of, marks, restored};
use crate::config::KIND;
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::access::GROUP;
use crate::kube::own::{CONFIG, SECRET};
use crate::written::kustomize::{LOCAL, MARK};
use crate::yaml::scalar::quote;

/// Builds it; without `functions` it can run nothing.
///
/// # Errors
/// What the tool says of the folder itself.
pub fn build(folder: &Path, functions: Option<&Functions>) -> Result<String, Report> {
    let marks = marks(folder)?;
    if marks.own.is_empty() {
        return plain(folder, functions);
    }
    let above = scratch::folder()
        .and_then(|above| {
            let inner = above.path().canonicalize()?;
            let resource = relative(&inner, &folder.canonicalize()?);
            let text = layer(&resource, &marks);
            std::fs::write(inner.join("kustomization.yaml"), text)?;
            Ok(above)
        })
        .map_err(|error| {
            let message = format!("there is no private folder for the build: {}", error.kind());
            Diagnostic::error(Code::WriteFailed, message).hint("make room below TMPDIR.")
        })?;
    kustomize::build(above.path(), functions).or_else(|problems| {
        // what is wrong is wrong in the user's own folder
        plain(folder, functions)?;
        Err(problems)
    })
}

/// Whatever `lock` needs to write the files again has to be built with them.
fn plain(folder: &Path, functions: Option<&Functions>) -> Result<String, Report> {
    kustomize::build(folder, functions).map_err(|mut problems| {
        for one in &mut problems.diagnostics {
            if let Some(component) = complained_of(folder, &one.message) {
                let name = component.display();
                let way = restored(&component);
                one.hint = Some(format!("`countersign lock` writes `{name}`: {way}"));
            }
        }
        problems
    })
}

/// No object is deleted: a strategic merge takes kustomize as long as a small build. What is local is dropped at
/// the end; a stand-in in a namespace where nobody lives is followed by nobody until then.
fn layer(resource: &Path, marks: &Marks) -> String {
    let resource = quote(&resource.display().to_string());
    let mut text = format!("resources:\n- {resource}\npatches:\n");
    let mut others = marks.below.clone();
    for mark in &marks.own {
        let others_first = others.iter().map(|other| format!(",!{MARK}{other}"));
        let selector = format!("{MARK}{mark}{}", others_first.collect::<String>());
        text += &patch(
            &format!("kind: {KIND}, annotationSelector: {}", quote(&selector)),
            &format!(
                "op: remove, path: /metadata/annotations/{}",
                LOCAL.replace('/', "~1")
            ),
        );
        others.push(mark.clone());
    }
    let local = format!("op: add, path: /metadata/annotations, value: {{{LOCAL}: \"true\"}}");
    for made in [SECRET, CONFIG] {
        let target = format!("group: {GROUP}, annotationSelector: {made}");
        text += &patch(&target, &local);
    }
    let nowhere = "op: add, path: /metadata/namespace, value: taken-out";
    text += &patch(
        &format!("kind: Secret, annotationSelector: {LOCAL}"),
        nowhere,
    );
    text
}

fn patch(target: &str, operation: &str) -> String {
    format!("- target: {{{target}}}\n  patch: |-\n    - {{{operation}}}\n")
}

/// The way from one folder to another, as a kustomization in the first says it.
#[must_use]
pub fn way(from: &Path, to: &Path) -> PathBuf {
    let real = |path: &Path| path.canonicalize().ok();
    // what is still to be made lies in a folder that is there
    let inner = real(folder_of(to)).zip(to.file_name());
    let to = inner.map_or_else(|| to.to_owned(), |(folder, name)| folder.join(name));
    real(from).map_or_else(|| to.clone(), |from| relative(&from, &to))
}

/// The same, both without links.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components());
    let shared = shared.take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_folder_goes_up_and_down_again() {
        let way = |from, to| {
            relative(Path::new(from), Path::new(to))
                .display()
                .to_string()
        };
        assert_eq!(way("/tmp/a", "/home/b/c"), "../../home/b/c");
        assert_eq!(way("/tmp/a", "/tmp/b"), "../b");
        assert_eq!(way("/a", "/a/b"), "b");
    }
}
