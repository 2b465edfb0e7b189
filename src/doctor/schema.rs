//! What a cluster's definitions of kinds (CRDs) say: which fields each kind has.
//!
//! Reads what `kubectl get crd -o yaml` or `-o json` prints, or files of definitions themselves.

use crate::yaml::{NodeRef, Tree, split};

/// The kind of a definition.
const KIND: &str = "CustomResourceDefinition";
/// Lists in lists are looked into this often.
const DEPTH: usize = 4;

/// All definitions of a file.
pub struct Definitions<'t> {
    trees: Vec<Tree<'t>>,
}

/// What is known of a kind.
pub enum Known<'d, 't> {
    /// There is no definition of it.
    Absent,
    /// There is one, which does not serve the version.
    OtherVersion,
    /// It has this schema; `None`: it says nothing of fields.
    Schema(Option<NodeRef<'d, 't>>),
}

impl<'t> Definitions<'t> {
    /// Reads them; `None`: it is no YAML.
    #[must_use]
    pub fn read(text: &'t str) -> Option<Self> {
        let documents = split::documents(text).map(|range| &text[range]);
        let documents = documents.filter(|text| !split::only_comments(text));
        let trees: Result<Vec<_>, _> = documents.map(Tree::parse).collect();
        trees.ok().map(|trees| Self { trees })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.each().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is known of `group/version` and `kind`.
    #[must_use]
    pub fn of<'d>(&'d self, api_version: &str, kind: &str) -> Known<'d, 't> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let text = |node: NodeRef<'_, '_>, path: &str| {
            let text = node.at(path).and_then(NodeRef::scalar);
            text.unwrap_or_default().to_owned()
        };
        let mut all = self.each().into_iter();
        let Some(found) = all.find(|definition| {
            text(*definition, "spec/group") == group && text(*definition, "spec/names/kind") == kind
        }) else {
            return Known::Absent;
        };
        let versions = found.at("spec/versions");
        let mut versions = versions.into_iter().flat_map(NodeRef::items);
        match versions.find(|one| text(*one, "name") == version && text(*one, "served") == "true") {
            None => Known::OtherVersion,
            Some(version) => Known::Schema(version.at("schema/openAPIV3Schema")),
        }
    }

    fn each(&self) -> Vec<NodeRef<'_, 't>> {
        let mut out = Vec::new();
        for root in self.trees.iter().filter_map(Tree::root) {
            collect(root, 0, &mut out);
        }
        out
    }
}

fn collect<'d, 't>(node: NodeRef<'d, 't>, depth: usize, out: &mut Vec<NodeRef<'d, 't>>) {
    let kind = node.get("kind").and_then(NodeRef::scalar);
    if kind == Some(KIND) {
        out.push(node);
    } else if depth < DEPTH
        && kind.is_some_and(|kind| kind.ends_with("List"))
        && let Some(items) = node.get("items")
    {
        items.items().for_each(|item| collect(item, depth + 1, out));
    }
}
