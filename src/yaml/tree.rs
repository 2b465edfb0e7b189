//! One YAML document as a flat, ordered tree with byte spans.
//!
//! Nodes stand in document order; the subtree of node `i` is `i..last(i)`. Scalars borrow from the
//! text. Aliases and merge keys are followed for reading; whether a node may be *changed* is a
//! question for `edit`. Knows no Kubernetes and resolves no types: see `scalar`.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

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

struct Node<'t> {
    kind: Kind,
    style: Style,
    /// A tag was written; only `!!str` leaves the type certain.
    tagged: bool,
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

/// A parsed document; empty when the text holds only comments.
pub struct Tree<'t> {
    text: &'t str,
    nodes: Vec<Node<'t>>,
    /// Subtrees that aliases use elsewhere: changing them changes other places too.
    shared: Vec<Range<u32>>,
    outline: Vec<u64>,
}

/// Characters that YAML 1.1 (Go) takes for line breaks and YAML 1.2 does not, or that one of the
/// readers strips or refuses.
fn divergent_character(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // U+0085 is C2 85; U+2028 and U+2029 are E2 80 A8 and E2 80 A9
    memchr::memchr2_iter(0xC2, 0xE2, bytes).find(|&at| {
        matches!(
            bytes[at..],
            [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]
        )
    })
}

impl<'t> Tree<'t> {
    /// Reads one document.
    pub fn parse(text: &'t str) -> Result<Self, Unreadable> {
        if let Some(at) = divergent_character(text) {
            return Err(Unreadable {
                message: "a raw line separator (U+0085, U+2028 or U+2029), which Go's YAML reads as a line break".into(),
                at,
                divergent: true,
            });
        }
        Builder::new(text).run()
    }

    /// The text that was read.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The top node, unless there is only white space and comments.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_, 't>> {
        (!self.nodes.is_empty()).then_some(NodeRef { tree: self, at: 0 })
    }

    /// The node with this index.
    #[must_use]
    pub fn node(&self, at: u32) -> Option<NodeRef<'_, 't>> {
        ((at as usize) < self.nodes.len()).then_some(NodeRef { tree: self, at })
    }

    /// One hash a node, in order: two documents with equal outlines hold the same data.
    #[must_use]
    pub fn outline(&self) -> &[u64] {
        &self.outline
    }

    /// The same, when the tree itself is no longer needed.
    #[must_use]
    pub fn into_outline(self) -> Vec<u64> {
        self.outline
    }

    /// Whether a node is inside an anchored subtree that some alias uses.
    #[must_use]
    pub fn is_shared(&self, node: u32) -> bool {
        self.shared.iter().any(|range| range.contains(&node))
    }
}

/// What the outline keeps of a node: enough that any change of meaning changes it, nothing of how
/// it is laid out. `plain` matters because the type of a plain scalar is guessed.
#[must_use]
pub fn fingerprint(
    kind: Kind,
    depth: usize,
    plain: bool,
    tagged: bool,
    value: &str,
    alias: u32,
) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, depth, plain, tagged, value, alias).hash(&mut hasher);
    hasher.finish()
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

struct Builder<'t> {
    text: &'t str,
    nodes: Vec<Node<'t>>,
    outline: Vec<u64>,
    open: Vec<u32>,
    anchors: Vec<(usize, u32)>,
    aliased: Vec<u32>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let guess = text.len() / 10;
        Self {
            text,
            nodes: Vec::with_capacity(guess),
            outline: Vec::with_capacity(guess),
            open: Vec::new(),
            anchors: Vec::new(),
            aliased: Vec::new(),
        }
    }

    fn run(mut self) -> Result<Tree<'t>, Unreadable> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| Unreadable {
                // the parser's own text may quote the document
                message: "not valid YAML here".into(),
                at: error
                    .marker()
                    .byte_offset()
                    .unwrap_or(0)
                    .min(self.text.len()),
                divergent: false,
            })?;
            let range = span.byte_range().unwrap_or(0..0);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(Unreadable {
                            message: "a second document that does not start on a line of its own"
                                .into(),
                            at: range.start,
                            divergent: true,
                        });
                    }
                }
                Event::Scalar(value, style, anchor, tag) => {
                    let style = match style {
                        ScalarStyle::Plain => Style::Plain,
                        ScalarStyle::SingleQuoted => Style::Single,
                        ScalarStyle::DoubleQuoted => Style::Double,
                        ScalarStyle::Literal | ScalarStyle::Folded => Style::BlockScalar,
                    };
                    // granit reports an absent value as `~` without a span
                    let value = if range.is_empty() && style == Style::Plain {
                        Cow::Borrowed("")
                    } else {
                        value
                    };
                    self.push(Kind::Scalar, style, tag.is_some(), anchor, range, value, 0)?;
                }
                Event::SequenceStart(style, anchor, tag) => {
                    let at = self.push(
                        Kind::Sequence,
                        structure(style),
                        tag.is_some(),
                        anchor,
                        range,
                        Cow::Borrowed(""),
                        0,
                    )?;
                    self.open.push(at);
                }
                Event::MappingStart(style, anchor, tag) => {
                    let at = self.push(
                        Kind::Mapping,
                        structure(style),
                        tag.is_some(),
                        anchor,
                        range,
                        Cow::Borrowed(""),
                        0,
                    )?;
                    self.open.push(at);
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
                Event::Alias(id) => self.alias(id, range)?,
                _ => {}
            }
        }
        let shared = self
            .aliased
            .iter()
            .map(|&at| at..self.nodes[at as usize].last)
            .collect();
        Ok(Tree {
            text: self.text,
            nodes: self.nodes,
            shared,
            outline: self.outline,
        })
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the fields of one node, pushed in one place"
    )]
    fn push(
        &mut self,
        kind: Kind,
        style: Style,
        tagged: bool,
        anchor: usize,
        range: Range<usize>,
        value: Cow<'t, str>,
        target: u32,
    ) -> Result<u32, Unreadable> {
        let too_large = |at| Unreadable {
            message: "a document of more than 4 GiB".into(),
            at,
            divergent: false,
        };
        let at = u32::try_from(self.nodes.len()).map_err(|_| too_large(range.start))?;
        let start = u32::try_from(range.start).map_err(|_| too_large(range.start))?;
        let end = u32::try_from(range.end).map_err(|_| too_large(range.start))?;
        if anchor != 0 {
            self.anchors.push((anchor, at));
        }
        // an alias is told apart by which anchor it means, counted in order of definition
        let alias = if kind == Kind::Alias {
            self.anchors
                .iter()
                .position(|&(_, node)| node == target)
                .map_or(u32::MAX, index)
        } else {
            0
        };
        self.outline.push(fingerprint(
            kind,
            self.open.len(),
            style == Style::Plain,
            tagged,
            &value,
            alias,
        ));
        self.nodes.push(Node {
            kind,
            style,
            tagged,
            start,
            end,
            last: at + 1,
            target,
            value,
        });
        Ok(at)
    }

    fn close(&mut self, end: usize) {
        let last = index(self.nodes.len());
        if let Some(at) = self.open.pop() {
            let node = &mut self.nodes[at as usize];
            node.last = last;
            if node.style == Style::Flow {
                node.end = u32::try_from(end).unwrap_or(node.end);
            }
        }
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Result<(), Unreadable> {
        let target = self
            .anchors
            .iter()
            .rev()
            .find(|(anchor, _)| *anchor == id)
            .map(|&(_, at)| at);
        let Some(target) = target.filter(|at| !self.open.contains(at)) else {
            return Err(Unreadable {
                message: "an alias without an anchor before it".into(),
                at: range.start,
                divergent: false,
            });
        };
        if !self.aliased.contains(&target) {
            self.aliased.push(target);
        }
        self.push(
            Kind::Alias,
            Style::Plain,
            false,
            0,
            range,
            Cow::Borrowed(""),
            target,
        )?;
        Ok(())
    }
}

/// Nodes are counted before they are pushed; see `push`.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn structure(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Flow => Style::Flow,
        StructureStyle::Block => Style::Block,
    }
}

/// A node and the tree it stands in.
#[derive(Clone, Copy)]
pub struct NodeRef<'a, 't> {
    tree: &'a Tree<'t>,
    at: u32,
}

impl<'a, 't> NodeRef<'a, 't> {
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
        self.node().tagged
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
        let mut depth = 0;
        let mut at = 0;
        while at < self.at {
            if self.tree.nodes[at as usize].last > self.at {
                depth += 1;
                at += 1;
            } else {
                at = self.tree.nodes[at as usize].last;
            }
        }
        depth
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

    /// The text of a scalar that every YAML reader takes for a string.
    #[must_use]
    pub fn string(self) -> Option<&'a str> {
        let node = self.resolved();
        let text = node.scalar()?;
        let certain = node.style() != Style::Plain || super::scalar::is_string(text);
        certain.then_some(text)
    }

    /// A plain `null`, `~` or nothing at all.
    #[must_use]
    pub fn is_null(self) -> bool {
        let node = self.resolved();
        node.kind() == Kind::Scalar
            && node.style() == Style::Plain
            && super::scalar::is_null(&node.node().value)
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
            .filter(|(key, _)| {
                key.kind() == Kind::Scalar
                    && key.style() == Style::Plain
                    && key.scalar() == Some("<<")
            })
            .flat_map(|(_, value)| {
                let value = value.resolved();
                let one = (value.kind() == Kind::Mapping).then_some(value);
                one.into_iter().chain(value.items().map(NodeRef::resolved))
            })
    }

    /// The value of a key: written here (the last one, as Go's JSON-compatible reader takes it), or
    /// merged in.
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'a, 't>> {
        self.get_within(key, 8)
    }

    fn get_within(self, key: &str, merges: usize) -> Option<NodeRef<'a, 't>> {
        let own = self
            .entries()
            .filter(|(k, _)| k.scalar() == Some(key))
            .last();
        if let Some((_, value)) = own {
            return Some(value);
        }
        if merges == 0 {
            return None;
        }
        self.merged()
            .find_map(|node| node.get_within(key, merges - 1))
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
