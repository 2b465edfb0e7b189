//! EDGE: written files beside a lock as they stand there, and whether a kustomization lists their Component.
//!
//! Reads only. What should stand in them is not known here.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::files::read_file;
use super::kustomize;
use super::listed::{Part, listed};
use super::locks::{folder_of, is_same};
use crate::diag::{Code, Diagnostic};
use crate::kube::own::GENERATION;
use crate::written::kustomize::NAME;
use crate::written::seal::{Standing, standing};
use crate::written::{self, Affixes};
use crate::yaml::{NodeRef, Tree};

/// How written files come back that nothing can be learnt with. What Git could merge would not fit one side of
/// what it could not: the folder comes back as a whole.
#[must_use]
pub fn restored(component: &Path) -> String {
    format!(
        "get all of it back from Git, after a conflict with `git checkout HEAD -- {}`, and run `countersign lock` again; or take it out of `components:` for a run with `--write`.",
        component.display()
    )
}

/// Deeper than this below their folder nothing is written.
const DEPTH: usize = 2;

/// Where what is written for a lock lies.
#[derive(Clone, Debug)]
pub struct Base {
    /// Everything is below it.
    pub folder: PathBuf,
    /// The lock, from there.
    pub lock: String,
}

impl Base {
    /// The folder of the lock itself.
    #[must_use]
    pub fn of_lock(path: &Path) -> Option<Self> {
        Some(Self {
            folder: folder_of(path).to_owned(),
            lock: path.file_name()?.to_str()?.to_owned(),
        })
    }

    /// A folder above the lock; `None`: it is not above it.
    #[must_use]
    pub fn above(folder: &Path, path: &Path) -> Option<Self> {
        let real = |path: &Path| path.canonicalize().ok();
        let inner = if let Ok(inner) = path.strip_prefix(folder) {
            inner.to_owned()
        } else {
            let way = real(folder_of(path))?;
            let way = way.strip_prefix(real(folder)?).ok()?;
            way.join(path.file_name()?)
        };
        Some(Self {
            folder: folder.to_owned(),
            lock: inner.to_str()?.to_owned(),
        })
    }

    /// A path below it, as the user may find it.
    #[must_use]
    pub fn path(&self, inner: &Path) -> PathBuf {
        if self.folder == Path::new(".") {
            inner.to_owned()
        } else {
            self.folder.join(inner)
        }
    }
}

/// What stands where a file is wanted; `None`: nothing.
///
/// # Errors
/// It cannot be read, or a link leads out of the folder.
pub fn found(base: &Base, wanted: &written::File) -> Result<Option<Standing>, Diagnostic> {
    let path = base.path(&wanted.path);
    within(&base.folder, &path)?;
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let text = read_file(&path)?;
    Ok(Some(standing(&wanted.from, &text, Some(&wanted.text))))
}

/// Files below an inner folder that were written from this lock, but for those that are wanted: where they are,
/// and whether nobody touched them.
///
/// # Errors
/// A link leads out of the folder.
pub fn left(
    base: &Base,
    inner: &Path,
    wanted: &[PathBuf],
) -> Result<Vec<(PathBuf, Standing)>, Diagnostic> {
    let folder = base.path(inner);
    within(&base.folder, &folder)?;
    let walk = WalkDir::new(folder).max_depth(DEPTH);
    let walk = walk.follow_links(false).sort_by_file_name();
    let mut out = Vec::new();
    for entry in walk.into_iter().filter_map(Result::ok) {
        if !entry.file_type().is_file() || wanted.iter().any(|path| path == entry.path()) {
            continue;
        }
        let text = read_file(entry.path()).unwrap_or_default();
        match standing(&base.lock, &text, None) {
            Standing::Foreign => {}
            ours => out.push((entry.into_path(), ours)),
        }
    }
    Ok(out)
}

/// Whether a kustomization lists the Component that lies in a folder.
#[must_use]
pub fn lists(kustomization: &Path, component: &Path) -> bool {
    let mut all = components(kustomization).into_iter();
    all.any(|listed| is_same(listed, component))
}

/// Written Components in a build, by their marks.
#[derive(Default)]
pub struct Marks {
    /// Of those that the kustomization itself lists.
    pub own: Vec<String>,
    /// Of those that what it is made from lists: their configs are the business of other locks.
    pub below: Vec<String>,
}

/// The written Components in the build of a folder.
///
/// # Errors
/// Somebody changed one, so that nobody can tell which configs it takes out: they would all seem to be gone.
pub fn marks(kustomization: &Path) -> Result<Marks, Diagnostic> {
    let mut own = Vec::new();
    for component in components(kustomization) {
        let found = mark(&component);
        let lock = component.with_extension("lock");
        if found.is_none() && lock.exists() && kustomize::file_of(&component).is_some() {
            let message = format!(
                "the Component in `{}` was changed by hand",
                component.display()
            );
            return Err(Diagnostic::error(Code::WrittenEdited, message).hint(restored(&component)));
        }
        own.extend(found);
    }
    if own.is_empty() {
        return Ok(Marks::default());
    }
    let mut below = Vec::new();
    listed(kustomization, &[Part::Kustomization], &mut |one| {
        let folder = one.path.as_deref().and_then(Path::parent);
        below.extend(folder.and_then(mark).filter(|mark| !own.contains(mark)));
    });
    Ok(Marks { own, below })
}

/// Whether a text holds what countersign has made.
#[must_use]
pub fn holds_made(text: &str) -> bool {
    text.contains(GENERATION)
}

/// The folder of written files that a tool complains of: a kustomization lists it, and it is not there or ours.
#[must_use]
pub fn complained_of(kustomization: &Path, complaint: &str) -> Option<PathBuf> {
    components(kustomization).into_iter().find(|component| {
        let lock = component.with_extension("lock");
        let is_written = lock.exists() || component.ends_with("countersign");
        let within = component
            .parent()
            .and_then(|parent| parent.canonicalize().ok());
        let real = within.zip(component.file_name());
        let real = real.map(|(parent, name)| parent.join(name).display().to_string());
        is_written && real.is_some_and(|real| complaint.contains(&real))
    })
}

fn mark(component: &Path) -> Option<String> {
    let text = read_file(&kustomize::file_of(component)?).ok()?;
    let lock = component.file_name()?.to_str()?;
    if standing(&format!("{lock}.lock"), &text, None) != Standing::Outdated {
        return None;
    }
    let tree = Tree::parse(&text).ok()?;
    let name = tree.root()?.at("metadata/name")?.scalar()?;
    name.strip_prefix(NAME).map(str::to_owned)
}

/// What a kustomization puts around every name; nothing where there is none.
#[must_use]
pub fn affixes(kustomization: &Path) -> Affixes {
    let text = text(kustomization);
    let tree = Tree::parse(&text).ok();
    let root = tree.as_ref().and_then(Tree::root);
    let said = |field: &str| root.and_then(|root| root.get(field)?.scalar());
    Affixes {
        prefix: said("namePrefix").unwrap_or_default().to_owned(),
        suffix: said("nameSuffix").unwrap_or_default().to_owned(),
    }
}

/// Names of the Secrets that a build generates, and the kustomization that says so.
#[must_use]
pub fn generated(kustomization: &Path) -> Vec<(String, PathBuf)> {
    let mut out = Vec::new();
    listed(kustomization, &[Part::Kustomization], &mut |one| {
        let tree = Tree::parse(&one.text).ok();
        let root = tree.as_ref().and_then(Tree::root);
        let generators = root.and_then(|root| root.get("secretGenerator"));
        for generator in generators.into_iter().flat_map(NodeRef::items) {
            if let (Some(name), Some(path)) = (generator.get("name"), &one.path) {
                out.extend(name.scalar().map(|name| (name.to_owned(), path.clone())));
            }
        }
    });
    out
}

/// A kustomization as it lies there; nothing where it cannot be read, because its build says so.
fn text(kustomization: &Path) -> String {
    let text = kustomize::file_of(kustomization).and_then(|file| read_file(&file).ok());
    text.unwrap_or_default()
}

fn components(kustomization: &Path) -> Vec<PathBuf> {
    let text = text(kustomization);
    let Ok(tree) = Tree::parse(&text) else {
        return Vec::new();
    };
    let listed = tree.root().and_then(|root| root.get("components"));
    let entries = listed.into_iter().flat_map(NodeRef::items);
    let paths = entries.filter_map(NodeRef::scalar);
    paths.map(|path| kustomization.join(path)).collect()
}

/// Nothing is read or written where the repository has put a link to.
fn within(folder: &Path, path: &Path) -> Result<(), Diagnostic> {
    let Ok(folder) = folder.canonicalize() else {
        return Ok(());
    };
    let mut there = path.ancestors().filter_map(|part| part.canonicalize().ok());
    if there.next().is_none_or(|real| real.starts_with(&folder)) {
        return Ok(());
    }
    let message = format!(
        "a link leads from `{}` out of the folder in which files are written",
        path.display()
    );
    Err(Diagnostic::error(Code::BadValue, message)
        .hint("remove the link; the folder is written again."))
}
