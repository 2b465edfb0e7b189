//! A node of a tree, seen from outside: what it is, where it stands, what is below it.
//!
//! Aliases and merge keys are followed for reading. Changes nothing; knows no Kubernetes.

use std::borrow::Cow;
use std::ops::Range;

use super::{Kind, Node, Style, Tag, Tree};
use crate::yaml::scalar;

/// A node and the tree it stands in.
#[derive(Clone, Copy)]
pub struct NodeRef<'a, 't> {
    tree: &'a Tree<'t>,
    at: u32,
}

impl<'a, 't> NodeRef<'a, 't> {
    pub(super) fn new(tree: &'a Tree<'t>, at: u32) -> Self {
        Self { tree, at }
    }

    fn node(self) -> &'a Node<'t> {
        &self.tree.nodes[self.at as usize]
    }

    /// Index in document order.
    #[must_use]
    pub fn index(self) -> u32 {
        self.at
    }

    /// One past the last node of its subtree.
    #[must_use]
    pub fn last(self) -> u32 {
        self.node().last
    }

    /// The tree it stands in.
    #[must_use]
    pub fn tree(self) -> &'a Tree<'t> {
        self.tree
    }

    /// What it is; an alias is an alias.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// How it is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.node().style
    }

    /// Whether a tag was written before it.
    #[must_use]
    pub fn tagged(self) -> bool {
        self.node().tag != Tag::Absent
    }

    /// Whether an anchor was written before it.
    #[must_use]
    pub fn anchored(self) -> bool {
        self.node().anchored
    }

    /// What the document's outline says of it.
    #[must_use]
    pub fn fingerprint(self) -> u32 {
        self.tree.outline[self.at as usize]
    }

    /// Bytes of its content: without tag and anchor; block collections from their first key.
    #[must_use]
    pub fn span(self) -> Range<usize> {
        self.node().start as usize..self.node().end as usize
    }

    /// Where the text of its whole subtree ends.
    #[must_use]
    pub fn text_end(self) -> usize {
        self.tree.nodes[self.at as usize..self.last() as usize]
            .iter()
            .map(|n| n.end as usize)
            .max()
            .unwrap_or(0)
    }

    /// Depth below the document's root.
    #[must_use]
    pub fn depth(self) -> usize {
        self.node().depth.into()
    }

    /// The node itself, or what its alias stands for.
    #[must_use]
    pub fn resolved(self) -> NodeRef<'a, 't> {
        match self.kind() {
            Kind::Alias => NodeRef {
                at: self.node().target,
                ..self
            },
            _ => self,
        }
    }

    /// The text of a scalar (also through an alias), whatever type Go would give it.
    #[must_use]
    pub fn scalar(self) -> Option<&'a str> {
        let node = self.resolved().node();
        (node.kind == Kind::Scalar).then_some(&*node.value)
    }

    /// The same, to be kept when the tree is gone: borrowed where the document shows it as it reads.
    #[must_use]
    pub fn text(self) -> Option<Cow<'t, str>> {
        let node = self.resolved().node();
        (node.kind == Kind::Scalar).then(|| node.value.clone())
    }

    /// The text of a scalar that every YAML reader takes for a string.
    #[must_use]
    pub fn string(self) -> Option<&'a str> {
        let node = self.resolved();
        let text = node.scalar()?;
        let certain = match node.node().tag {
            Tag::Text => true,
            Tag::Other => false,
            Tag::Absent => node.style() != Style::Plain || scalar::is_string(text),
            Tag::Unknown => scalar::is_string(text),
        };
        certain.then_some(text)
    }

    /// A plain `null`, `~` or nothing at all, and not said to be a string.
    #[must_use]
    pub fn is_null(self) -> bool {
        let node = self.resolved();
        node.kind() == Kind::Scalar
            && node.style() == Style::Plain
            && node.node().tag != Tag::Text
            && scalar::is_null(&node.node().value)
    }

    /// Whether an edit here would change other places too.
    #[must_use]
    pub fn is_shared(self) -> bool {
        self.tree.is_shared(self.at)
    }

    /// Child nodes of a collection (keys and values of a mapping alternate).
    pub fn children(self) -> impl Iterator<Item = NodeRef<'a, 't>> {
        let node = self.resolved();
        let mut at = node.at + 1;
        let last = if node.kind() == Kind::Scalar {
            at
        } else {
            node.last()
        };
        std::iter::from_fn(move || {
            (at < last).then(|| {
                let child = NodeRef { at, ..node };
                at = child.last();
                child
            })
        })
    }

    /// Items of a sequence; nothing for other kinds.
    pub fn items(self) -> impl Iterator<Item = NodeRef<'a, 't>> {
        let sequence = self.resolved().kind() == Kind::Sequence;
        self.children().take_while(move |_| sequence)
    }

    /// Pairs of a mapping as written, merge keys not followed; nothing for other kinds.
    pub fn entries(self) -> impl Iterator<Item = (NodeRef<'a, 't>, NodeRef<'a, 't>)> {
        let mapping = self.resolved().kind() == Kind::Mapping;
        let mut children = self.children();
        std::iter::from_fn(move || {
            if !mapping {
                return None;
            }
            Some((children.next()?, children.next()?))
        })
    }

    /// Mappings that a merge key brings in, nearest first.
    pub fn merged(self) -> impl Iterator<Item = NodeRef<'a, 't>> {
        self.entries()
            .filter(|(key, _)| key.is_merge_key())
            .flat_map(|(_, value)| value.merge_sources())
    }

    pub(super) fn is_merge_key(self) -> bool {
        self.kind() == Kind::Scalar && self.style() == Style::Plain && self.scalar() == Some("<<")
    }

    /// What the value of a merge key brings in: itself, or each of its items.
    pub(super) fn merge_sources(self) -> impl Iterator<Item = NodeRef<'a, 't>> {
        let value = self.resolved();
        let one = (value.kind() == Kind::Mapping).then_some(value);
        one.into_iter().chain(value.items().map(NodeRef::resolved))
    }

    /// The value of a key: written here (the last one, as Go's JSON-compatible reader takes it), or
    /// merged in.
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'a, 't>> {
        let own = self
            .entries()
            .filter(|(k, _)| k.scalar() == Some(key))
            .last();
        if let Some((_, value)) = own {
            return Some(value);
        }
        // how many there can be is limited: see `merge`
        self.merged().find_map(|node| node.get(key))
    }

    /// The value at a `/`-path of keys.
    #[must_use]
    pub fn at(self, path: &str) -> Option<NodeRef<'a, 't>> {
        path.split('/')
            .filter(|s| !s.is_empty())
            .try_fold(self, NodeRef::get)
    }

    /// The key nodes that spell `key`: more than one is ambiguous.
    #[must_use]
    pub fn count_of(self, key: &str) -> usize {
        self.entries()
            .filter(|(k, _)| k.scalar() == Some(key))
            .count()
    }
}
