//! From a node to the place and picture that a person sees.
//!
//! The picture masks every scalar that is not a key of a mapping or the value of a field that
//! holds names, paths and keys: somebody will paste a password into the wrong field. Comments are
//! cut off for the same reason.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use super::tree::{Kind, NodeRef, Tree};
use crate::diag::{Picture, Place};

/// A document and where it stands in a file.
#[derive(Clone)]
pub struct Located<'t> {
    /// File name as the user gave it, or `<stdin>`.
    pub file: Arc<str>,
    /// Line of the document's first line, counted from 1.
    pub first_line: u32,
    /// The document.
    pub text: &'t str,
}

/// How many lines there are up to where somebody looked last.
#[derive(Default)]
pub struct Lines(Cell<(usize, usize)>);

impl Lines {
    /// Line ends in the beginning of a text: always the same text.
    fn within(&self, beginning: &[u8]) -> usize {
        let (at, lines) = self.0.get();
        let (at, lines) = if at <= beginning.len() {
            (at, lines)
        } else {
            (0, 0)
        };
        let more = memchr::memchr_iter(b'\n', &beginning[at..]).count();
        self.0.set((beginning.len(), lines + more));
        lines + more
    }
}

/// Fields whose values are names, paths and keys: shown.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "apiVersion", "kind", "name", "namespace", "mount", "path", "key", "group", "vaultAuthRef",
    "secretName", "role", "method", "serviceAccount", "caCertSecretRef", "tlsServerName",
];
/// Fields whose values are words, numbers and switches of ours: shown when they are such.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "delivery", "engine", "lock", "hash", "decode", "version", "type", "immutable", "nameSuffix",
    "follow", "hmacSecretData", "refreshAfter",
];
/// What a word of ours can be.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "VaultStaticSecret", "Secret", "Both", "kv-v1", "kv-v2", "required", "none", "version", "keyed",
    "content", "base64", "true", "false", "Opaque",
];
/// Mappings whose scalars are names of keys.
const KEYS: &[&str] = &["keys"];
/// Mappings whose lists are names of keys.
const KEY_LISTS: &[&str] = &["exclude", "live"];

/// So many bytes of a line are shown on each side of the mark.
const AROUND: usize = 200;

/// Whether a value of one of `WORDS` cannot be a secret.
fn is_word(text: &str) -> bool {
    let number = text.trim_end_matches(['s', 'm', 'h']);
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    KNOWN.contains(&text) || (digits && number.len() <= 5) || text.starts_with("kubernetes.io/")
}

impl Located<'_> {
    /// The place of a byte range, without a picture.
    #[must_use]
    pub fn place(&self, at: usize) -> Place {
        self.place_on(at, &Lines::default())
    }

    /// The same for one of many places, whose lines are counted on from the one before.
    #[must_use]
    pub fn place_on(&self, at: usize, counted: &Lines) -> Place {
        let before = &self.text.as_bytes()[..floor(self.text, at)];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
        let lines = counted.within(before);
        // a character starts wherever a byte does not continue one
        let starts = before[line_start..].iter().filter(|b| (**b & 0xC0) != 0x80);
        Place {
            file: Some(Arc::clone(&self.file)),
            line: self.first_line + count(lines),
            column: count(starts.count()) + 1,
            ..Place::default()
        }
    }

    /// The place of a node, with its line masked.
    #[must_use]
    pub fn place_of(&self, node: NodeRef<'_, '_>) -> Place {
        self.pictured(node, false)
    }

    /// The same for a scalar that is known to spell a managed name, and may be shown.
    #[must_use]
    pub fn place_of_name(&self, node: NodeRef<'_, '_>) -> Place {
        self.pictured(node, true)
    }

    fn pictured(&self, node: NodeRef<'_, '_>, is_name: bool) -> Place {
        let span = node.span();
        let mut place = self.place(span.start);
        place.picture = Some(picture(node.tree(), span, is_name));
        place
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn picture(tree: &Tree<'_>, marked: Range<usize>, is_name: bool) -> Picture {
    let text = tree.text();
    let bytes = text.as_bytes();
    let line_start = memchr::memrchr(b'\n', &bytes[..marked.start]).map_or(0, |n| n + 1);
    let line_end = memchr::memchr2(b'\n', b'\r', &bytes[marked.start..])
        .map_or(text.len(), |n| marked.start + n);
    // a whole config may stand on one line
    let start = line_start.max(floor(text, marked.start.saturating_sub(AROUND)));
    let end = line_end.min(floor(text, marked.start + AROUND));
    let mut line = Line {
        text,
        out: String::from(if start > line_start { "…" } else { "" }),
        start,
        done: start,
        end,
        marked: marked.clone(),
        is_name,
        mark: None,
        cut: false,
    };
    if let Some(root) = tree.root() {
        line.walk(root, false, None);
    }
    line.structure(end);
    if end < line_end && !line.cut {
        line.out.push('…');
    }
    let (from, to) = line.mark.unwrap_or((line.out.len(), line.out.len()));
    Picture {
        start: from,
        len: to.saturating_sub(from).max(1),
        line: line.out,
    }
}

/// One line, rebuilt from left to right.
struct Line<'a> {
    text: &'a str,
    out: String,
    start: usize,
    done: usize,
    end: usize,
    marked: Range<usize>,
    /// The marked scalar is a managed name.
    is_name: bool,
    mark: Option<(usize, usize)>,
    cut: bool,
}

impl Line<'_> {
    /// `shown`: scalars directly here are names; `key`: the key that leads to this node.
    fn walk(&mut self, node: NodeRef<'_, '_>, shown: bool, key: Option<&str>) {
        let is_one_of = |fields: &[&str]| key.is_some_and(|k| fields.contains(&k));
        match node.kind() {
            Kind::Alias => {}
            Kind::Scalar => {
                let word = is_one_of(WORDS) && is_word(node.scalar().unwrap_or_default());
                self.scalar(node.span(), shown || word || is_one_of(NAMES));
            }
            Kind::Sequence => {
                self.open(node);
                let mut items = node.children().peekable();
                while let Some(item) = items.next() {
                    if !self.is_before(items.peek()) && item.span().start < self.end {
                        self.walk(item, shown && item.kind() == Kind::Scalar, None);
                    }
                }
            }
            Kind::Mapping => {
                self.open(node);
                let mut entries = node.entries().peekable();
                while let Some((key, value)) = entries.next() {
                    let next = entries.peek().map(|(key, _)| key);
                    if self.is_before(next) || key.span().start >= self.end {
                        continue;
                    }
                    if key.kind() != Kind::Scalar {
                        self.walk(key, false, None);
                        self.walk(value, false, None);
                        continue;
                    }
                    self.scalar(key.span(), true);
                    let shown = match value.kind() {
                        Kind::Scalar => is_one_of(KEYS),
                        Kind::Sequence => is_one_of(KEY_LISTS),
                        _ => false,
                    };
                    self.walk(value, shown, key.scalar());
                }
            }
        }
    }

    /// Whether a node ends before the line, because its next sibling stands before it too.
    fn is_before(&self, next: Option<&NodeRef<'_, '_>>) -> bool {
        next.is_some_and(|next| next.span().start <= self.start && next.span().start != 0)
    }

    fn open(&mut self, node: NodeRef<'_, '_>) {
        // a marked collection is marked by its first character
        let span = node.span();
        if span.start == self.marked.start && span.start >= self.done && span.start < self.end {
            self.structure(span.start);
            if self.mark.is_none() {
                self.mark = Some((self.out.len(), self.out.len() + 1));
            }
        }
    }

    fn scalar(&mut self, span: Range<usize>, shown: bool) {
        let from = span.start.max(self.done);
        let to = span.end.min(self.end);
        if from >= self.end || (to <= self.done && !span.is_empty()) || from > to || self.cut {
            return;
        }
        self.structure(from);
        let at = self.out.len();
        if shown || (self.is_name && span.start == self.marked.start) {
            self.out.push_str(&self.text[from..to]);
        } else if to > from {
            self.out.push_str("***");
        }
        self.done = to;
        if span.start == self.marked.start {
            self.mark = Some((at, self.out.len()));
        }
    }

    /// Copies what stands between scalars, up to a comment.
    fn structure(&mut self, to: usize) {
        let to = to.min(self.end);
        if self.cut || to <= self.done {
            return;
        }
        let between = &self.text[self.done..to];
        let kept = between.find('#').map_or(between, |at| &between[..at]);
        self.cut = kept.len() < between.len();
        // anchors and tags are structure too; anything else there is only punctuation
        self.out
            .push_str(if self.cut { kept.trim_end() } else { kept });
        self.done = to;
    }
}

#[cfg(test)]
mod tests {
    use super::Located;
    use crate::yaml::Tree;

    fn line(text: &str, path: &str) -> String {
        let tree = Tree::parse(text).unwrap();
        let located = Located {
            file: "f".into(),
            first_line: 1,
            text,
        };
        let node = tree.root().unwrap().at(path).unwrap();
        let picture = located.place_of(node).picture.unwrap();
        format!(
            "{}\n{}{}",
            picture.line,
            " ".repeat(picture.start),
            "^".repeat(picture.len)
        )
    }

    #[test]
    fn values_are_masked_names_are_not() {
        assert_eq!(
            line("a:\n  path: kv/x  # s3cr3t-1\n", "a/path"),
            "  path: kv/x\n        ^^^^"
        );
        assert_eq!(
            line("password: s3cr3t-2\n", "password"),
            "password: ***\n          ^^^"
        );
        assert_eq!(
            line("{name: db, pw: s3cr3t, keys: {A: b}}\n", "keys"),
            "{name: db, pw: ***, keys: {A: b}}\n                          ^"
        );
        assert_eq!(
            line("a: |\n  s3cr3t\nname: x\n", "name"),
            "name: x\n      ^"
        );
    }
}
