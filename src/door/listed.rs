//! EDGE: what a kustomization and its local bases list, read as the files lie there.
//!
//! For messages alone: nothing is built or run, and what cannot be read is left out, because the
//! build says so. It knows how kustomizations are written and nothing of configs or locks.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use super::files::read_file;
use super::kustomize;
use crate::yaml::{NodeRef, Tree};

/// Larger files are not looked at.
const LARGEST: u64 = 1024 * 1024;
/// Nor are more folders: each is looked at from within the one that lists it.
const FOLDERS: usize = 500;
/// Lists of objects.
const OBJECTS: &[&str] = &["resources", "bases", "components"];
/// Lists of what works on them.
const WORKERS: &[&str] = &["generators", "transformers", "validators"];
/// Lists of what changes them; an entry may say `path: FILE`.
const PATCHES: &[&str] = &["patches", "patchesStrategicMerge", "patchesJson6902"];

/// What a text is to the build.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The kustomization itself, with all that is written inline.
    Kustomization,
    /// Objects.
    Object,
    /// What makes, changes or checks objects: a function, or kustomize's own.
    Worker,
    /// A patch.
    Patch,
}

/// One text that a build reads.
pub struct Listed {
    /// Where it stands; `None`: inline in a kustomization.
    pub path: Option<PathBuf>,
    /// What it says.
    pub text: String,
}

/// Shows every text of these parts; others are not read.
pub fn listed(folder: &Path, parts: &[Part], visit: &mut dyn FnMut(Listed)) {
    let mut walk = Walk {
        parts,
        visit,
        seen: HashSet::new(),
    };
    walk.folder(folder, Part::Object);
}

struct Walk<'w> {
    parts: &'w [Part],
    visit: &'w mut dyn FnMut(Listed),
    seen: HashSet<(PathBuf, Part)>,
}

impl Walk<'_> {
    /// A folder; its objects are `part` to whoever lists it.
    fn folder(&mut self, folder: &Path, part: Part) {
        let known = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if self.seen.len() >= FOLDERS || !self.seen.insert((known, part)) {
            return;
        }
        let Some(file) = kustomize::file_of(folder) else {
            return;
        };
        let Some(text) = read(&file) else { return };
        if let Ok(tree) = Tree::parse(&text)
            && let Some(root) = tree.root()
        {
            for entry in entries(root, OBJECTS).filter_map(NodeRef::scalar) {
                self.entry(folder, entry, part);
            }
            for entry in entries(root, WORKERS).filter_map(NodeRef::scalar) {
                self.entry(folder, entry, Part::Worker);
            }
            for entry in entries(root, PATCHES) {
                let path = entry.get("path").unwrap_or(entry);
                if let Some(path) = path.scalar() {
                    self.entry(folder, path, Part::Patch);
                }
            }
        }
        self.show(Part::Kustomization, Some(file), text);
    }

    fn entry(&mut self, folder: &Path, entry: &str, part: Part) {
        if entry.contains('\n') {
            self.show(part, None, entry.to_owned());
            return;
        }
        if entry.contains("://") {
            return;
        }
        let path = plain(&folder.join(entry));
        if path.is_dir() {
            self.folder(&path, part);
        } else if self.parts.contains(&part)
            && let Some(text) = read(&path)
        {
            self.show(part, Some(path), text);
        }
    }

    fn show(&mut self, part: Part, path: Option<PathBuf>, text: String) {
        if self.parts.contains(&part) {
            (self.visit)(Listed { path, text });
        }
    }
}

fn entries<'a, 't>(
    root: NodeRef<'a, 't>,
    lists: &'static [&'static str],
) -> impl Iterator<Item = NodeRef<'a, 't>> {
    let lists = lists.iter().filter_map(move |list| root.get(list));
    lists.flat_map(NodeRef::items)
}

/// A list may name anything, also pipes and devices that have no end.
fn read(path: &Path) -> Option<String> {
    let metadata = path.metadata().ok()?;
    let is_small = metadata.is_file() && metadata.len() <= LARGEST;
    if is_small { read_file(path).ok() } else { None }
}

/// A path without `.` and without `dir/..`, as a person would write it.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
