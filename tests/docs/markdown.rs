//! The fenced blocks of a page, each with the line it starts on and the comment right above it.
//!
//! Knows as much Markdown as our own pages use, and nothing of what the blocks mean.

use std::ops::Range;

/// One fenced block.
pub struct Block {
    /// What follows the opening fence: `console`, `yaml`.
    pub language: String,
    /// `file: examples/x.yaml` of `<!-- file: examples/x.yaml -->` on the line above.
    pub comment: Option<String>,
    /// The lines between the fences, as indices into the lines of the page.
    pub lines: Range<usize>,
}

/// All blocks of a page, in order.
pub fn blocks(page: &str) -> Vec<Block> {
    let lines: Vec<&str> = page.lines().collect();
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        match open.take() {
            None => open = Some(at),
            Some(start) => {
                assert!(
                    language.is_empty(),
                    "line {}: a fence within a block",
                    at + 1
                );
                let above = start.checked_sub(1).map_or("", |above| lines[above].trim());
                let comment = above
                    .strip_prefix("<!-- ")
                    .and_then(|rest| rest.strip_suffix(" -->"));
                found.push(Block {
                    language: lines[start].trim_start().trim_start_matches('`').to_owned(),
                    comment: comment.map(str::to_owned),
                    lines: start + 1..at,
                });
            }
        }
    }
    assert!(open.is_none(), "the last block has no end");
    found
}
