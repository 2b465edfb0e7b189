//! One YAML document as a flat, ordered tree with byte spans.
//!
//! Nodes stand in document order; the subtree of node `i` is `i..last(i)`. Scalars borrow from the
//! text. Aliases and merge keys are followed for reading; whether a node may be *changed* is a
//! question for `edit`. Knows no Kubernetes and resolves no types: see `scalar`.

mod build;
mod divergent;
mod merge;
mod node;
mod outline;

use std::borrow::Cow;
use std::ops::Range;

pub use node::NodeRef;
pub use outline::{Digest, fingerprint};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text, of whatever type.
    Scalar,
    /// Ordered pairs; keys and values alternate among the children.
    Mapping,
    /// Ordered items.
    Sequence,
    /// Stands for an anchored node.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Unquoted: the only scalars whose type Go has to guess.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|` or `>`
    BlockScalar,
    /// `{…}` or `[…]`
    Flow,
    /// By indentation.
    Block,
}

/// What a tag says about the type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    /// None is written.
    Absent,
    /// `!!str`
    Text,
    /// `!!int`, `!!binary`, …: anything but a string.
    Other,
    /// `!` or one that Go does not know and ignores.
    Unknown,
}

struct Node<'t> {
    kind: Kind,
    style: Style,
    tag: Tag,
    /// An anchor was written.
    anchored: bool,
    /// Below the root.
    depth: u16,
    start: u32,
    end: u32,
    last: u32,
    /// For an alias, the index of its target; otherwise 0.
    target: u32,
    value: Cow<'t, str>,
}

/// Why a text is not one YAML document that both this reader and Go's would agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, without any of the text.
    pub message: String,
    /// Byte offset in the text.
    pub at: usize,
    /// It is YAML, but Go's reader would see something else.
    pub divergent: bool,
}

impl Unreadable {
    fn syntax(message: &str, at: usize) -> Self {
        Self {
            message: message.to_owned(),
            at,
            divergent: false,
        }
    }

    fn divergent(message: &str, at: usize) -> Self {
        Self {
            divergent: true,
            ..Self::syntax(message, at)
        }
    }
}

/// A parsed document; empty when the text holds only comments.
pub struct Tree<'t> {
    text: &'t str,
    nodes: Vec<Node<'t>>,
    /// Subtrees that aliases use elsewhere, in order and apart: changing them changes other places too.
    shared: Vec<Range<u32>>,
    /// Mappings with a merge key, each after all that it may merge.
    merging: Vec<u32>,
    outline: Vec<u32>,
}

impl<'t> Tree<'t> {
    /// Reads one document.
    pub fn parse(text: &'t str) -> Result<Self, Unreadable> {
        let tree = build::build(text)?;
        merge::check(&tree)?;
        Ok(tree)
    }

    /// The outline of a document whose tree is not needed.
    pub fn outline_of(text: &'t str) -> Result<Vec<u32>, Unreadable> {
        match build::outline(text)? {
            Some(outline) => Ok(outline),
            // only a tree can tell whether merge keys are read in one way
            None => Self::parse(text).map(|tree| tree.outline),
        }
    }

    /// The text that was read.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The top node, unless there is only white space and comments.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_, 't>> {
        (!self.nodes.is_empty()).then(|| NodeRef::new(self, 0))
    }

    /// The node with this index.
    #[must_use]
    pub fn node(&self, at: u32) -> Option<NodeRef<'_, 't>> {
        ((at as usize) < self.nodes.len()).then(|| NodeRef::new(self, at))
    }

    /// One hash a node, in order: two documents with equal outlines hold the same data.
    #[must_use]
    pub fn outline(&self) -> &[u32] {
        &self.outline
    }

    /// All of the outline in one number.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::EMPTY.then(&self.outline)
    }

    /// Whether a node is inside an anchored subtree that some alias uses.
    #[must_use]
    pub fn is_shared(&self, node: u32) -> bool {
        let next = self.shared.partition_point(|range| range.start <= node);
        next > 0 && self.shared[next - 1].contains(&node)
    }
}

/// Whether the last scalar of a document is a block scalar, to which a line break would be added.
#[must_use]
pub fn ends_in_block_scalar(text: &str) -> bool {
    Tree::parse(text).is_ok_and(|tree| {
        tree.nodes
            .last()
            .is_some_and(|node| node.style == Style::BlockScalar)
    })
}
