//! Changing bytes of one document, and proving that nothing else changed.
//!
//! An edit says twice what it does: which bytes become which text, and which nodes become which
//! nodes. After splicing, the result is read again and must show exactly those nodes; a difference
//! is a bug of ours and nothing is written. Knows no Kubernetes.

use std::ops::Range;

use super::scalar::{plain_or_quoted, quote};
use super::tree::{Kind, NodeRef, Style, Tree, fingerprint};

/// One change of a document.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Bytes of the document that go.
    pub bytes: Range<usize>,
    /// What comes instead.
    pub text: String,
    /// Nodes (see `Tree::outline`) that go.
    pub nodes: Range<u32>,
    /// Fingerprints of those that come instead.
    pub with: Vec<u32>,
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
fn node_offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

impl ScalarSpot {
    /// Remembers a scalar; an alias stands for its target, which is then shared.
    #[must_use]
    pub fn of(node: NodeRef<'_, '_>) -> Self {
        let target = node.resolved();
        let span = target.span();
        Self {
            bytes: node_offset(span.start)..node_offset(span.end),
            node: target.index(),
            depth: u16::try_from(target.depth()).unwrap_or(u16::MAX),
            style: target.style(),
            tagged: target.tagged(),
            anchored: target.anchored(),
            shared: node.kind() == Kind::Alias || target.is_shared(),
        }
    }

    /// Replaces the string `old` by `new`, keeping the way it is quoted.
    #[must_use]
    pub fn replace(&self, document: &str, old: &str, new: &str) -> Option<Edit> {
        let whole = self.bytes.start as usize..self.bytes.end as usize;
        let token = document.get(whole.clone())?;
        let simple = !new.contains(['\'', '\\', '"', '\n']);
        let (bytes, text, plain) = match self.style {
            Style::Plain => {
                let text = plain_or_quoted(new);
                let plain = !text.starts_with('"');
                (whole, text, plain)
            }
            Style::Single if simple => (whole, format!("'{new}'"), false),
            Style::Single | Style::Double => (whole, quote(new), false),
            Style::BlockScalar => {
                let at = token.find(old)?;
                let start = whole.start + at;
                (start..start + old.len(), new.to_owned(), false)
            }
            Style::Flow | Style::Block => return None,
        };
        let with = vec![fingerprint(
            Kind::Scalar,
            self.depth.into(),
            plain,
            self.tagged,
            new,
            self.anchored.into(),
        )];
        Some(Edit {
            bytes,
            text,
            nodes: self.node..self.node + 1,
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

/// Reads `after` and compares it, node by node, with what the edits say should be there.
pub fn prove(before: &[u32], edits: &[Edit], after: &str) -> Result<(), String> {
    let outline =
        Tree::outline_of(after).map_err(|error| format!("the edited text is {}", error.message))?;
    let mut seen = outline.iter();
    let mut same = |expected: &[u32]| expected.iter().all(|hash| seen.next() == Some(hash));
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|e| (e.nodes.start, e.nodes.end));
    let mut done = 0;
    for edit in order {
        let kept = before
            .get(done..edit.nodes.start as usize)
            .ok_or("two edits overlap")?;
        if !same(kept) || !same(&edit.with) {
            return Err("the edited text reads differently than meant".into());
        }
        done = edit.nodes.end as usize;
    }
    let rest = before.get(done..).ok_or("an edit past the end")?;
    if !same(rest) || seen.next().is_some() {
        return Err("the edited text reads differently than meant".into());
    }
    Ok(())
}
