//! Taking items out of a sequence, and adding some at its end, without touching the others.
//!
//! For the wrappers `kind: List` and `ResourceList`. Made while a document is read, used when its
//! tree is gone. Knows no Kubernetes.

use std::ops::Range;

use super::edit::Edit;
use super::emit::Value;
use super::slot::Closed;
use super::tree::{Kind, NodeRef, Style};

/// The items of one sequence and where they stand.
#[derive(Clone, Debug)]
pub struct Items {
    flow: bool,
    /// Bytes from the first item to the end of the last; in flow style the whole `[…]`.
    region: Range<usize>,
    nodes: Range<u32>,
    /// What the document's outline says of `nodes`.
    outline: Vec<u32>,
    depth: usize,
    /// Column of the dashes.
    column: usize,
    crlf: bool,
    /// The last line of the region is not ended.
    open_line: bool,
    each: Vec<(Range<usize>, Range<u32>)>,
}

impl Items {
    /// Finds the items of `sequence`.
    pub fn find(sequence: NodeRef<'_, '_>) -> Result<Self, Closed> {
        if sequence.kind() == Kind::Alias || sequence.is_shared() {
            return Err(Closed::Shared);
        }
        if sequence.kind() != Kind::Sequence {
            return Err(Closed::NotAMapping);
        }
        let text = sequence.tree().text();
        let flow = sequence.style() == Style::Flow;
        let nodes = sequence.index() + 1..sequence.last();
        let outline = &sequence.tree().outline()[nodes.start as usize..nodes.end as usize];
        let depth = sequence.depth() + 1;
        let mut each: Vec<(Range<usize>, Range<u32>)> = Vec::new();
        let mut column = 0;
        for item in sequence.children() {
            let node_range = item.index()..item.last();
            let start = if flow {
                item.span().start
            } else {
                let (line, dash) = dash_before(text, item.span().start).ok_or(Closed::Layout)?;
                column = dash - line;
                line
            };
            if let Some((previous, _)) = each.last_mut()
                && !flow
            {
                previous.end = start;
            }
            let end = if flow {
                item.text_end()
            } else {
                end_of_line(text, item.text_end())
            };
            each.push((start..end, node_range));
        }
        let region = if flow {
            sequence.span()
        } else {
            each.first().map_or(0, |(r, _)| r.start)..each.last().map_or(0, |(r, _)| r.end)
        };
        let open_line = !flow && !text[..region.end].ends_with('\n');
        let crlf = text[region.clone()].contains("\r\n");
        Ok(Self {
            flow,
            region,
            nodes,
            outline: outline.to_vec(),
            depth,
            column,
            crlf,
            open_line,
            each,
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.each.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    /// Edits that take out the items numbered in `gone` (sorted) and add `new` at the end.
    #[must_use]
    pub fn change(&self, gone: &[usize], new: &[Value]) -> Vec<Edit> {
        let with: Vec<u32> = new
            .iter()
            .flat_map(|value| value.fingerprints(self.depth, !self.flow))
            .collect();
        if gone.len() == self.each.len() {
            return vec![self.replace_all(new, with)];
        }
        let kept_last = (0..self.each.len())
            .rev()
            .find(|n| gone.binary_search(n).is_err())
            .unwrap_or(0);
        let mut edits: Vec<Edit> = gone
            .iter()
            .filter(|n| **n < kept_last)
            .map(|n| {
                let bytes = self.each[*n].0.start..self.each[*n + 1].0.start;
                self.edit(bytes, String::new(), self.each[*n].1.clone(), Vec::new())
            })
            .collect();
        let (last_bytes, last_nodes) = &self.each[kept_last];
        let tail_end = self.each.last().map_or(last_bytes.end, |(r, _)| r.end);
        if tail_end > last_bytes.end || !new.is_empty() {
            let text = if self.flow {
                new.iter().map(|v| format!(", {}", v.to_json())).collect()
            } else {
                let first = if self.open_line { self.newline() } else { "" };
                format!(
                    "{}{}",
                    if new.is_empty() { "" } else { first },
                    self.block(new)
                )
            };
            let nodes = last_nodes.end..self.nodes.end;
            edits.push(self.edit(last_bytes.end..tail_end, text, nodes, with));
        }
        edits
    }

    fn newline(&self) -> &'static str {
        if self.crlf { "\r\n" } else { "\n" }
    }

    fn block(&self, new: &[Value]) -> String {
        let mut out = String::new();
        for value in new {
            out.push_str(&" ".repeat(self.column));
            out.push_str("- ");
            out.push_str(&value.to_yaml(self.column + 2, self.newline()));
        }
        out
    }

    fn replace_all(&self, new: &[Value], with: Vec<u32>) -> Edit {
        let text = if self.flow {
            let items: Vec<String> = new.iter().map(Value::to_json).collect();
            format!("[{}]", items.join(", "))
        } else if new.is_empty() {
            // a block sequence cannot be empty: the key keeps an empty flow sequence
            format!("{} []{}", " ".repeat(self.column), self.newline())
        } else {
            self.block(new)
        };
        self.edit(self.region.clone(), text, self.nodes.clone(), with)
    }

    fn edit(&self, bytes: Range<usize>, text: String, nodes: Range<u32>, with: Vec<u32>) -> Edit {
        let within = |node: u32| (node - self.nodes.start) as usize;
        Edit {
            bytes,
            text,
            node: nodes.start,
            gone: self.outline[within(nodes.start)..within(nodes.end)].to_vec(),
            with,
        }
    }
}

/// Start of the line and byte of the dash that introduces the node at `start`. Between the two may be
/// comments: kyaml puts those that open a file behind the dash.
fn dash_before(text: &str, start: usize) -> Option<(usize, usize)> {
    let mut end = start;
    loop {
        let line = text[..end].rfind('\n').map_or(0, |n| n + 1);
        let before = text[line..end].trim_end_matches('\r');
        let said = before.trim_start_matches(' ');
        if let Some(rest) = said.strip_prefix('-') {
            let follows = rest.starts_with(' ') || (rest.is_empty() && end < start);
            let found = follows && only_comment(rest, end < start);
            return found.then_some((line, line + before.len() - said.len()));
        }
        if line == 0 || !only_comment(said, end < start) {
            return None;
        }
        end = line - 1;
    }
}

/// Whether nothing stands in a part of a line; in a whole line a comment may.
fn only_comment(part: &str, whole: bool) -> bool {
    let part = part.trim_matches(' ');
    part.is_empty() || (whole && part.starts_with('#'))
}

fn end_of_line(text: &str, at: usize) -> usize {
    // the content of a block scalar ends with its own line break
    if at > 0 && text.as_bytes().get(at - 1) == Some(&b'\n') {
        return at;
    }
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}
