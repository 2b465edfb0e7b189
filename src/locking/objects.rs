//! Objects of rendered manifests or of a cluster: which of them hold a secret, and who uses those.
//!
//! `uses`, `prune` and the groups of `outdated` look at manifests only in this way. Identities,
//! annotations, references and counts are read; the data of a Secret never is.

mod index;
mod object;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use self::index::Index;
pub use self::object::{Life, Object, Said};
use crate::diag::{Code, Diagnostic, Severity};
use crate::kube::id::namespaces_agree;
use crate::kube::mention::In;
use crate::stage::Input;
use crate::yaml::picture::Located;
use crate::yaml::{Kind, NodeRef, Tree, parallel, split};

/// Lists in lists are opened this often.
const LISTS: usize = 8;
/// What documents contain that may hold a secret: our own objects and configs, and the operator's.
pub const HOLDERS: &[&str] = &["countersign.dev/", "VaultStaticSecret"];

/// Some of the objects of some texts.
#[derive(Default)]
pub struct Objects {
    /// In the order of the texts.
    pub all: Vec<Object>,
    /// Documents that could not be read.
    pub problems: Vec<Diagnostic>,
    index: Index,
    seen: HashSet<(usize, usize)>,
}

impl Objects {
    /// Everything in these texts.
    #[must_use]
    pub fn of(inputs: &[Input]) -> Self {
        let mut objects = Self::default();
        objects.look(inputs, Severity::Error, &|_| true);
        objects
    }

    /// Reads the documents that are wanted and were not read before. What cannot be read is as bad
    /// as `severity` says: a folder may hold templates that are no YAML.
    pub fn look(
        &mut self,
        inputs: &[Input],
        severity: Severity,
        wanted: &(dyn Fn(&str) -> bool + Sync),
    ) {
        let mut documents: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            let ranges = split::documents(&input.text).filter(|range| {
                !self.seen.contains(&(at, range.start)) && wanted(&input.text[range.clone()])
            });
            documents.extend(ranges.map(|range| (at, range)));
        }
        let read = parallel::map(
            &documents,
            |(_, range)| range.len(),
            |(at, range)| document(&inputs[*at], range.clone()),
        );
        for ((at, range), (objects, problem)) in documents.into_iter().zip(read) {
            self.seen.insert((at, range.start));
            self.take(objects);
            self.problems
                .extend(problem.map(|said| Diagnostic { severity, ..said }));
        }
    }

    /// Takes in what was seen in other texts.
    pub fn add(&mut self, other: Objects) {
        self.take(other.all);
        self.problems.extend(other.problems);
    }

    fn take(&mut self, objects: Vec<Object>) {
        for object in objects {
            self.index.add(self.all.len(), &object);
            self.all.push(object);
        }
    }

    /// What a generation of a managed secret is called among these objects: overlays may have put
    /// something around the name that it was made with.
    #[must_use]
    pub fn names(
        &self,
        logical: &str,
        suffix: Option<&str>,
        namespace: Option<&str>,
    ) -> Vec<String> {
        let ours = self.at(self.index.ours(logical, suffix));
        let here = ours.filter(|object| {
            let stands_in = object.id.namespace.as_deref();
            namespaces_agree(stands_in, namespace)
        });
        let mut names: Vec<String> = here.filter_map(|o| o.secret.clone()).collect();
        names.push(match suffix {
            Some(suffix) => format!("{logical}-{suffix}"),
            None => logical.to_owned(),
        });
        names.sort();
        names.dedup();
        names
    }

    /// Who refers to a Secret of one of these names in this namespace, in their order. What makes a
    /// Secret is none of its users.
    #[must_use]
    pub fn users(&self, names: &[String], namespace: Option<&str>) -> Vec<&Object> {
        let found = names.iter().flat_map(|name| {
            let users = self.index.users(name).iter();
            users.filter(move |at| {
                let object = &self.all[**at];
                let mut mentions = object.mentions.iter();
                mentions.any(|(said, place)| said == name && agrees(object, place, namespace))
            })
        });
        let found: BTreeSet<usize> = found.copied().collect();
        found.into_iter().map(|at| &self.all[at]).collect()
    }

    /// What is or makes a Secret of this name in the same namespace as `object`.
    pub fn holders<'o>(
        &'o self,
        secret: &str,
        object: &'o Object,
    ) -> impl Iterator<Item = &'o Object> {
        let all = self.at(self.index.holders(secret));
        all.filter(|other| other.id.namespace == object.id.namespace)
    }

    /// The objects with which `object` goes, as far as they are here.
    pub fn owners<'o>(&'o self, object: &'o Object) -> impl Iterator<Item = &'o Object> {
        object.owners.iter().flat_map(move |(kind, name)| {
            let all = self.at(self.index.named(name));
            all.filter(move |other| {
                other.id.kind == *kind && other.id.namespace == object.id.namespace
            })
        })
    }

    fn at<'o>(&'o self, positions: &'o [usize]) -> impl Iterator<Item = &'o Object> {
        positions.iter().map(|at| &self.all[*at])
    }
}

fn agrees(object: &Object, place: &In, namespace: Option<&str>) -> bool {
    match place {
        In::Any => true,
        In::Named(named) => namespaces_agree(Some(named), namespace),
        In::Own => namespaces_agree(object.id.namespace.as_deref(), namespace),
    }
}

fn document(input: &Input, range: Range<usize>) -> (Vec<Object>, Option<Diagnostic>) {
    let before = &input.text.as_bytes()[..range.start];
    let lines = memchr::memchr_iter(b'\n', before).count();
    let located = Located {
        file: Arc::clone(&input.file),
        first_line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
        text: &input.text[range],
    };
    let said = |code, message: &str, at| {
        Diagnostic::error(code, message)
            .at(located.place(at))
            .hint("it was not looked at; correct it, or give what it renders to.")
    };
    let tree = match Tree::parse(located.text) {
        Ok(tree) => tree,
        Err(error) => {
            let code = if error.divergent {
                Code::YamlDivergent
            } else {
                Code::YamlSyntax
            };
            return (Vec::new(), Some(said(code, &error.message, error.at)));
        }
    };
    let mut out = Vec::new();
    let mut bounded = true;
    if let Some(root) = tree.root() {
        each(root, 0, &mut |node| match Object::read(node, &located) {
            Some(object) => out.push(object),
            None => bounded = false,
        });
    }
    let bomb = "the aliases of this document stand for more than a million nodes";
    (out, (!bounded).then(|| said(Code::TooLarge, bomb, 0)))
}

/// Calls back for each object; those of a list stand for themselves.
fn each(node: NodeRef<'_, '_>, depth: usize, found: &mut dyn FnMut(NodeRef<'_, '_>)) {
    let node = node.resolved();
    let Some(kind) = node.get("kind").and_then(NodeRef::scalar) else {
        return;
    };
    let items = node.get("items").map(NodeRef::resolved);
    match items.filter(|items| items.kind() == Kind::Sequence) {
        Some(items) if kind.ends_with("List") && depth < LISTS => {
            for item in items.items() {
                each(item, depth + 1, found);
            }
        }
        _ => found(node),
    }
}
