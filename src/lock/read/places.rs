//! Where generations stand, found quickly: a lock may hold thousands, and each keeps its place.
//!
//! The picture of a line is kept only where it is one field on a line of its own, as `write` writes
//! it; the caller has found the value to be a name or a suffix.

use std::sync::Arc;

use crate::diag::{Picture, Place};
use crate::yaml::NodeRef;
use crate::yaml::picture::Located;

/// Lines of one lock.
pub struct Places<'a> {
    located: &'a Located<'a>,
    /// Where each line starts.
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    /// For one text.
    pub fn new(located: &'a Located<'a>) -> Self {
        let breaks = memchr::memchr_iter(b'\n', located.text.as_bytes());
        Self {
            located,
            starts: std::iter::once(0).chain(breaks.map(|n| n + 1)).collect(),
        }
    }

    /// The place of a scalar that is known to be a name or a suffix.
    pub fn of(&self, node: NodeRef<'_, '_>, field: String) -> Place {
        let span = node.span();
        let line = self.starts.partition_point(|start| *start <= span.start);
        let start = self.starts[line - 1];
        let text = self.located.text;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let whole = text[start..].lines().next().unwrap_or_default();
        let mark = span.start - start;
        let key = whole.get(..mark).unwrap_or_default();
        let key = key.trim_start_matches([' ', '-']);
        // nothing else stands on the line, so there is nothing to mask
        let alone = span.end == start + whole.len() && matches!(key, "name: " | "generation: ");
        Place {
            file: Some(Arc::clone(&self.located.file)),
            line: count(line),
            column: count(text[start..span.start].chars().count()) + 1,
            object: Some(super::KIND.to_owned()),
            field: Some(field),
            picture: alone.then(|| Picture {
                line: whole.to_owned(),
                start: mark,
                len: span.len(),
            }),
        }
    }
}
