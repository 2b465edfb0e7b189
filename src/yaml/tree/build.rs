//! From parser events to a tree.
//!
//! The parser is YAML 1.2, Go's readers are 1.1 with habits of their own: what they would read
//! differently is refused here, or brought into line. No message quotes the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::{Kind, Node, Style, Tag, Tree, Unreadable, divergent, fingerprint};

/// Reads one document.
pub(super) fn build(text: &str) -> Result<Tree<'_>, Unreadable> {
    check(text)?;
    let mut builder = Builder::new(text);
    builder.nodes = Some(Vec::with_capacity(builder.outline.capacity()));
    builder.run()?;
    let nodes = builder.nodes.unwrap_or_default();
    let aliased = builder.aliased.iter();
    let aliased = aliased.map(|&at| at..nodes[at as usize].last).collect();
    Ok(Tree {
        text,
        shared: apart(aliased),
        nodes,
        merging: builder.merging,
        outline: builder.outline,
    })
}

/// Reads one document for its outline alone; nothing where merge keys are.
pub(super) fn outline(text: &str) -> Result<Option<Vec<u32>>, Unreadable> {
    check(text)?;
    let mut builder = Builder::new(text);
    builder.run()?;
    Ok(builder.merging.is_empty().then_some(builder.outline))
}

fn check(text: &str) -> Result<(), Unreadable> {
    if u32::try_from(text.len()).is_err() {
        return Err(Unreadable::syntax("a document of more than 4 GiB", 0));
    }
    divergent::character(text)
}

struct Builder<'t> {
    text: &'t str,
    /// Nothing where only the outline is wanted.
    nodes: Option<Vec<Node<'t>>>,
    outline: Vec<u32>,
    open: Vec<u32>,
    /// The node and the number of each anchor.
    anchors: HashMap<usize, (u32, usize)>,
    /// How many anchors were written.
    written: usize,
    aliased: Vec<u32>,
    /// Byte order marks that open a line.
    marks: Vec<usize>,
    /// Open mappings with a merge key, then closed ones.
    merges: Vec<u32>,
    merging: Vec<u32>,
}

/// What an event says of a node, without its value.
struct Said {
    style: Style,
    tag: Tag,
    anchor: usize,
    range: Range<usize>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            nodes: None,
            // a manifest has a node in eight bytes, or fewer
            outline: Vec::with_capacity(text.len() / 8),
            open: Vec::new(),
            marks: divergent::marks(text),
            anchors: HashMap::new(),
            written: 0,
            aliased: Vec::new(),
            merges: Vec::new(),
            merging: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Unreadable> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.emit_anchor_events = true;
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| {
                // the parser's own text may quote the document
                let at = error.marker().byte_offset().unwrap_or(0);
                Unreadable::syntax("not valid YAML here", at.min(self.text.len()))
            })?;
            let range = span.byte_range().unwrap_or(0..0);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let message = "a second document that does not start on a line of its own";
                        return Err(Unreadable::divergent(message, range.start));
                    }
                }
                Event::Scalar(value, style, anchor, tag) => {
                    let said = Said {
                        style: scalar(style),
                        tag: class(tag.as_deref()),
                        anchor,
                        range,
                    };
                    self.scalar(said, value)?;
                }
                Event::SequenceStart(style, anchor, tag) => {
                    let said = Said {
                        style: structure(style),
                        tag: class(tag.as_deref()),
                        anchor,
                        range,
                    };
                    self.open(Kind::Sequence, said);
                }
                Event::MappingStart(style, anchor, tag) => {
                    let said = Said {
                        style: structure(style),
                        tag: class(tag.as_deref()),
                        anchor,
                        range,
                    };
                    self.open(Kind::Mapping, said);
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
                Event::Anchor(_, name) => divergent::anchor(&name, range.start)?,
                Event::Alias(id) => {
                    let name = self.text.get(range.clone()).unwrap_or_default();
                    divergent::anchor(name.trim_start_matches('*'), range.start)?;
                    self.alias(id, range)?;
                }
                _ => {}
            }
        }
        divergent::no_marks(&self.marks)
    }

    fn scalar(&mut self, said: Said, mut value: Cow<'t, str>) -> Result<(), Unreadable> {
        // granit reports an absent value as `~` without a span
        if said.range.is_empty() && said.style == Style::Plain {
            value = Cow::Borrowed("");
        }
        // and ends the last line of a block scalar, where Go takes the text as it is
        let unended = said.range.end >= self.text.len() && !self.text.ends_with(['\n', '\r']);
        if said.style == Style::BlockScalar && unended && value.ends_with('\n') {
            value.to_mut().pop();
        }
        match said.style {
            Style::Plain => divergent::colon(self.text, &said.range)?,
            // within quotes and blocks it is a character like any other
            _ => self.marks.retain(|at| !said.range.contains(at)),
        }
        if said.style == Style::Plain && value == "<<" {
            self.merges.extend(self.open.last());
        }
        self.push(Kind::Scalar, said, value, None);
        Ok(())
    }

    fn open(&mut self, kind: Kind, said: Said) {
        let at = self.push(kind, said, Cow::Borrowed(""), None);
        self.open.push(at);
    }

    fn close(&mut self, end: usize) {
        let last = index(self.outline.len());
        let Some(at) = self.open.pop() else { return };
        if let Some(nodes) = &mut self.nodes {
            let node = &mut nodes[at as usize];
            node.last = last;
            if node.style == Style::Flow {
                node.end = index(end);
            }
        }
        if self.merges.last() == Some(&at) {
            self.merges.retain(|open| *open != at);
            self.merging.push(at);
        }
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Result<(), Unreadable> {
        let anchor = self
            .anchors
            .get(&id)
            .filter(|(at, _)| !self.open.contains(at));
        let Some(&(target, number)) = anchor else {
            return Err(Unreadable::syntax(
                "an alias without an anchor before it",
                range.start,
            ));
        };
        self.aliased.push(target);
        let said = Said {
            style: Style::Plain,
            tag: Tag::Absent,
            anchor: 0,
            range,
        };
        self.push(
            Kind::Alias,
            said,
            Cow::Borrowed(""),
            Some((target, self.written - number)),
        );
        Ok(())
    }

    /// Adds a node; `alias` is its target and how many anchors ago that was.
    fn push(
        &mut self,
        kind: Kind,
        said: Said,
        value: Cow<'t, str>,
        alias: Option<(u32, usize)>,
    ) -> u32 {
        let Said {
            style,
            tag,
            anchor,
            range,
        } = said;
        let at = index(self.outline.len());
        let depth = self.open.len();
        let anchored = anchor != 0;
        if anchored {
            self.anchors.insert(anchor, (at, self.written));
            self.written += 1;
        }
        let anchoring = alias.map_or(usize::from(anchored), |(_, ago)| 2 + ago);
        let plain = style == Style::Plain;
        self.outline.push(fingerprint(
            kind,
            depth,
            plain,
            tag != Tag::Absent,
            &value,
            anchoring,
        ));
        if let Some(nodes) = &mut self.nodes {
            nodes.push(Node {
                kind,
                style,
                tag,
                anchored,
                // the parser refuses more than some hundred
                depth: u16::try_from(depth).unwrap_or(u16::MAX),
                start: index(range.start),
                end: index(range.end),
                last: at + 1,
                target: alias.map_or(0, |(target, _)| target),
                value,
            });
        }
        at
    }
}

/// Nodes are fewer than bytes, and those are counted at the beginning.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn structure(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Flow => Style::Flow,
        StructureStyle::Block => Style::Block,
    }
}

fn scalar(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::BlockScalar,
    }
}

fn class(tag: Option<&granit_parser::Tag>) -> Tag {
    match tag.map(granit_parser::Tag::parts) {
        None => Tag::Absent,
        Some((handle, suffix)) => {
            match format!("{handle}{suffix}").strip_prefix("tag:yaml.org,2002:") {
                Some("str") => Tag::Text,
                // those that Go resolves
                Some(
                    "null" | "bool" | "int" | "float" | "timestamp" | "binary" | "merge" | "map"
                    | "seq",
                ) => Tag::Other,
                _ => Tag::Unknown,
            }
        }
    }
}

/// Ranges in order, without those inside others.
fn apart(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    ranges.dedup_by(|inner, outer| inner.end <= outer.end);
    ranges
}
