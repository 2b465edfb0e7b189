//! Texts that are YAML to our parser and something else to Go's readers: refused, whoever is right.
//!
//! Found by comparing the two on damaged documents; `tests/oracle.rs` and `tests/properties` hold the comparison.

use std::ops::Range;

use super::Unreadable;

/// Characters that are line breaks in YAML 1.1 (Go) and none in YAML 1.2.
pub(super) fn character(text: &str) -> Result<(), Unreadable> {
    let bytes = text.as_bytes();
    // U+0085 is C2 85; U+2028 and U+2029 are E2 80 A8 and E2 80 A9
    let is_break = |at: &usize| {
        matches!(
            bytes[*at..],
            [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]
        )
    };
    match memchr::memchr2_iter(0xC2, 0xE2, bytes).find(is_break) {
        Some(at) => Err(Unreadable::divergent(
            "a raw line separator (U+0085, U+2028 or U+2029), which Go's YAML reads as a line break",
            at,
        )),
        None => Ok(()),
    }
}

/// Byte order marks that open a line, but not the document: files that were joined.
pub(super) fn marks(text: &str) -> Vec<usize> {
    let opens_a_line = |at: &usize| {
        let before = text[..*at].trim_end_matches([' ', '\t', '\u{feff}']);
        *at > 0 && (before.is_empty() || before.ends_with(['\n', '\r']))
    };
    let all = memchr::memmem::find_iter(text.as_bytes(), "\u{feff}");
    all.filter(opens_a_line).collect()
}

/// What is said of the first of `marks` that stands outside of a scalar.
pub(super) fn no_marks(marks: &[usize]) -> Result<(), Unreadable> {
    match marks.first() {
        Some(at) => Err(Unreadable::divergent(
            "a byte order mark at the start of a line, which Go's YAML reads as text",
            *at,
        )),
        None => Ok(()),
    }
}

/// In flow style, a plain scalar keeps its colon for Go where a bracket or comma follows.
pub(super) fn colon(text: &str, scalar: &Range<usize>) -> Result<(), Unreadable> {
    let next = text.as_bytes().get(scalar.end..).unwrap_or_default();
    let kept = matches!(next, [b':', b',' | b'[' | b']' | b'{' | b'}', ..]);
    if kept && !scalar.is_empty() {
        return Err(Unreadable::divergent(
            "a colon before a bracket or comma, which Go's YAML takes for a part of the word before it",
            scalar.end,
        ));
    }
    Ok(())
}

/// Go's readers end the name of an anchor at the first character that is no letter, digit, `_` or
/// `-`, and may take the rest for something else.
pub(super) fn anchor(name: &str, at: usize) -> Result<(), Unreadable> {
    let agreed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.chars().all(agreed) {
        return Ok(());
    }
    Err(Unreadable::divergent(
        "the name of an anchor with a character that Go's YAML does not count to it",
        at,
    ))
}
