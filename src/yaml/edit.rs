//! Changing bytes of one document, and proving that nothing else changed.
//!
//! An edit says twice what it does: which bytes become which text, and which nodes become which
//! nodes. After splicing, the result is read again: it must show exactly the new nodes, and with the
//! old ones in their place the document as it was; a difference is a bug of ours and nothing is
//! written. Knows no Kubernetes.

use std::ops::Range;

use super::scalar::{plain_or_quoted, quote_json};
use super::tree::{Digest, Kind, NodeRef, Style, Tree, fingerprint};

/// One change of a document.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Bytes of the document that go.
    pub bytes: Range<usize>,
    /// What comes instead.
    pub text: String,
    /// Index of the node at which it happens.
    pub node: u32,
    /// Fingerprints (see `Tree::outline`) of the nodes that go.
    pub gone: Vec<u32>,
    /// Fingerprints of those that come instead.
    pub with: Vec<u32>,
}

impl Edit {
    /// Nodes that go.
    #[must_use]
    pub fn nodes(&self) -> Range<usize> {
        let start = self.node as usize;
        start..start + self.gone.len()
    }

    /// Whether it takes out all that another one changes.
    #[must_use]
    pub fn takes(&self, other: &Edit) -> bool {
        let (taken, changed) = (self.nodes(), other.nodes());
        taken.start <= changed.start && changed.end <= taken.end && !taken.is_empty()
    }
}

/// A scalar that can be replaced later, when its document's tree is gone.
#[derive(Clone, Debug)]
pub struct ScalarSpot {
    /// Bytes of the scalar, without quotes' meaning: the whole token.
    pub bytes: Range<u32>,
    /// Its node.
    pub node: u32,
    /// Depth below the root, for the proof.
    pub depth: u16,
    /// How it is written.
    pub style: Style,
    /// It carries a tag.
    pub tagged: bool,
    /// It carries an anchor.
    pub anchored: bool,
    /// Changing it would change other places too (anchored and aliased).
    pub shared: bool,
}

/// A tree refuses documents of more than 4 GiB.
pub(super) fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

impl ScalarSpot {
    /// Remembers a scalar; an alias stands for its target, which is then shared.
    #[must_use]
    pub fn of(node: NodeRef<'_, '_>) -> Self {
        let target = node.resolved();
        let span = target.span();
        Self {
            bytes: offset(span.start)..offset(span.end),
            node: target.index(),
            depth: u16::try_from(target.depth()).unwrap_or(u16::MAX),
            style: target.style(),
            tagged: target.tagged(),
            anchored: target.anchored(),
            shared: node.kind() == Kind::Alias || target.is_shared(),
        }
    }

    /// The bytes that have to go for the string `old` to be replaced.
    fn spelled(&self, document: &str, old: &str) -> Option<Range<usize>> {
        let whole = self.bytes.start as usize..self.bytes.end as usize;
        let token = document.get(whole.clone())?;
        match self.style {
            Style::Plain | Style::Single | Style::Double => Some(whole),
            Style::BlockScalar => {
                let start = whole.start + token.find(old)?;
                Some(start..start + old.len())
            }
            Style::Flow | Style::Block => None,
        }
    }

    /// Whether the string `old` can be replaced.
    #[must_use]
    pub fn is_replaceable(&self, document: &str, old: &str) -> bool {
        self.spelled(document, old).is_some()
    }

    /// Replaces the string `old`, which is all that it says, by `new`, keeping the way it is quoted.
    #[must_use]
    pub fn replace(&self, document: &str, old: &str, new: &str) -> Option<Edit> {
        let bytes = self.spelled(document, old)?;
        let simple = !new.contains(['\'', '\\', '"', '\n']);
        let text = match self.style {
            Style::Plain => plain_or_quoted(new),
            Style::Single if simple => format!("'{new}'"),
            Style::Single | Style::Double => quote_json(new),
            Style::BlockScalar => new.to_owned(),
            Style::Flow | Style::Block => return None,
        };
        let print = |value: &str, plain| {
            let (depth, anchor) = (self.depth.into(), self.anchored.into());
            fingerprint(Kind::Scalar, depth, plain, self.tagged, value, anchor)
        };
        let was_plain = self.style == Style::Plain;
        let with = vec![print(new, was_plain && !text.starts_with('"'))];
        Some(Edit {
            bytes,
            text,
            node: self.node,
            gone: vec![print(old, was_plain)],
            with,
        })
    }
}

/// Puts edits in the order of their bytes.
pub fn sort(edits: &mut [Edit]) {
    edits.sort_by_key(|e| (e.bytes.start, e.bytes.end));
}

/// Splices sorted edits into a document; overlapping ones are a bug.
pub fn apply(document: &str, edits: &[Edit]) -> Result<String, String> {
    let grown: usize = edits.iter().map(|e| e.text.len()).sum();
    let mut out = String::with_capacity(document.len() + grown);
    let mut done = 0;
    for edit in edits {
        let between = document
            .get(done..edit.bytes.start)
            .ok_or("two edits overlap")?;
        out.push_str(between);
        out.push_str(&edit.text);
        done = edit.bytes.end;
    }
    out.push_str(document.get(done..).ok_or("an edit past the end")?);
    Ok(out)
}

/// Reads `after`, which must show what the edits say should be there, and with what was there before
/// in its place the outline that `before` is the digest of.
pub fn prove(before: Digest, edits: &[Edit], after: &str) -> Result<(), String> {
    const DIFFERENT: &str = "the edited text reads differently than meant";
    let outline =
        Tree::outline_of(after).map_err(|error| format!("the edited text is {}", error.message))?;
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|e| (e.nodes().start, e.nodes().end));
    let (mut undone, mut done, mut rest) = (Digest::EMPTY, 0, outline.as_slice());
    for edit in order {
        let nodes = edit.nodes();
        let kept = nodes.start.checked_sub(done).ok_or("two edits overlap")?;
        let (kept, changed) = rest.split_at_checked(kept).ok_or(DIFFERENT)?;
        rest = changed.strip_prefix(&*edit.with).ok_or(DIFFERENT)?;
        undone = undone.then(kept).then(&edit.gone);
        done = nodes.end;
    }
    if undone.then(rest) != before {
        return Err(DIFFERENT.into());
    }
    Ok(())
}
