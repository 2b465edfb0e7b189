//! A stream, cut into the byte ranges of its documents without reading them.
//!
//! Every byte of the input belongs to exactly one unit, so that what is not changed can be copied.
//! A separator can only stand at the start of a line; YAML forbids it inside scalars.

use std::ops::Range;

use memchr::memmem;

use super::parallel;

/// Bytes that are searched at a time.
const PART: usize = 1 << 19;

/// Byte ranges of the documents of `text`, in order, covering all of it. A unit that holds only
/// comments or blank lines is kept as one of its own; directives stay with the document they open.
#[must_use]
pub fn split(text: &str) -> Vec<Range<usize>> {
    documents(text).collect()
}

/// The same, one after the other.
pub fn documents(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut cuts = cuts(text.as_bytes());
    let mut start = 0;
    std::iter::from_fn(move || {
        // directives belong to the document that the following `---` opens
        let cut = cuts.find(|&cut| cut > start && !only_directives(&text[start..cut]));
        let unit = start..cut.unwrap_or(text.len());
        start = unit.end;
        (!unit.is_empty()).then_some(unit)
    })
}

/// Where documents may end, in order: `---` opens one, `...` closes one.
fn cuts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let first = bytes.starts_with(b"...") && ends_marker(bytes, 3);
    let parts = (0..bytes.len()).step_by(PART);
    let parts: Vec<_> = parts.map(|start| start..start + PART).collect();
    let found = parallel::map(
        &parts,
        |part| part.len() / parallel::SEARCHED,
        |part| cuts_in(bytes, part.clone()).collect::<Vec<_>>(),
    );
    let first = first.then(|| next_line(bytes, 0));
    first.into_iter().chain(found.into_iter().flatten())
}

/// Those of the markers whose line begins behind a line break in this part.
fn cuts_in(bytes: &[u8], part: Range<usize>) -> impl Iterator<Item = usize> {
    // a marker may reach over the end
    let text = &bytes[..bytes.len().min(part.end + 3)][part.start..];
    let lines =
        move |marker| memmem::find_iter(text, marker).map(move |newline| part.start + newline + 1);
    let alone = |start: &usize| ends_marker(bytes, start + 3);
    let closing = lines(b"\n...").filter(alone);
    let mut closing = closing.map(|start| next_line(bytes, start)).peekable();
    let mut opening = lines(b"\n---").filter(alone).peekable();
    std::iter::from_fn(move || match (opening.peek(), closing.peek()) {
        (Some(opens), Some(closes)) if opens < closes => opening.next(),
        (Some(_), None) => opening.next(),
        _ => closing.next(),
    })
}

/// Whether a text opens with `---` on a line of its own.
#[must_use]
pub fn starts_document(text: &str) -> bool {
    text.starts_with("---") && ends_marker(text.as_bytes(), 3)
}

/// Whether a text holds only blank lines and comments.
#[must_use]
pub fn only_comments(text: &str) -> bool {
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim_start);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

/// Whether a text opens with a `%` directive, possibly after comments.
#[must_use]
pub fn opens_with_directive(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let first = lines.find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    first.is_some_and(|line| line.starts_with('%'))
}

fn ends_marker(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(u8::is_ascii_whitespace)
}

fn next_line(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |n| from + n + 1)
}

/// Only blank lines, comments and at least one `%` directive.
fn only_directives(text: &str) -> bool {
    // nearly every document of a stream
    if text.starts_with("---") {
        return false;
    }
    let mut directives = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let directive = line.starts_with('%');
        if !directive && !line.trim_start().starts_with('#') && !line.trim().is_empty() {
            return false;
        }
        directives |= directive;
    }
    directives
}

#[cfg(test)]
mod tests {
    use super::split;

    fn pieces(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn every_byte_belongs_to_one_unit() {
        assert_eq!(pieces("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(
            pieces("---\na: 1\n...\nb: 2\n"),
            ["---\na: 1\n...\n", "b: 2\n"]
        );
        assert_eq!(pieces("# hello\n---\na: 1"), ["# hello\n", "---\na: 1"]);
        assert_eq!(pieces("a: 1\r\n---\r\nb: 2"), ["a: 1\r\n", "---\r\nb: 2"]);
        assert!(pieces("").is_empty());
    }

    #[test]
    fn a_marker_must_stand_alone_at_the_start_of_a_line() {
        assert_eq!(pieces("a: ---\n---b: 1\n").len(), 1);
        assert_eq!(pieces("a: 1\n--- # note\nb: 1\n").len(), 2);
        assert_eq!(pieces("a: |\n  ---\n  x\n").len(), 1);
    }

    #[test]
    fn markers_are_found_wherever_the_parts_of_a_long_stream_meet() {
        for marker in ["---\n", "...\n"] {
            for shift in 0..8 {
                let before = "#".repeat(2 * super::PART - shift) + "\n";
                let text = format!("{before}{marker}a: 1\n");
                let cut = before.len() + if marker == "...\n" { 4 } else { 0 };
                assert_eq!(split(&text), [0..cut, cut..text.len()]);
            }
        }
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(pieces("%YAML 1.2\n---\na: 1\n"), ["%YAML 1.2\n---\na: 1\n"]);
        assert_eq!(
            pieces("a: 1\n...\n%YAML 1.2\n---\nb: 1\n"),
            ["a: 1\n...\n", "%YAML 1.2\n---\nb: 1\n"]
        );
    }
}
