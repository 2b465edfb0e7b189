//! One line of source and the carets under its mark, made to fit a terminal.
//!
//! Lines may hold tabs, wide characters or a whole minified file; the mark must stay in sight and
//! the carets under it. It knows `Picture` only, not where the line comes from or how the report
//! around it looks.

use crate::diag::Picture;
use crate::diag::safe::{columns, shown};

/// Columns of source shown; with the gutter a report stays within 120.
const WIDTH: usize = 112;

/// Stands where a line was cut.
const CUT: &str = "…";

/// What is printed for a tab.
const TAB: &str = "    ";

/// A picture ready to print.
pub(super) struct Drawn {
    /// The line, or the part of it around the mark.
    pub line: String,
    /// Spaces up to the mark.
    pub indent: String,
    /// One caret for each column of the mark, at least one.
    pub carets: String,
}

/// Never panics: offsets outside the line or inside a character are moved to the nearest place
/// that exists.
pub(super) fn draw(picture: &Picture) -> Drawn {
    let source = picture.line.as_str();
    let start = source.floor_char_boundary(picture.start);
    let end = source
        .floor_char_boundary(picture.start.saturating_add(picture.len))
        .max(start);

    // The mark first, at most two thirds of the width; then both sides share what is left, and what
    // one of them does not need goes to the other. A mark that had to be cut has no right side.
    let mark = Part::head(&source[start..end], WIDTH * 2 / 3);
    let rest = &source[end - mark.missing..];
    let right_side = |room| Part::head(rest, if mark.missing > 0 { 0 } else { room });
    let room = WIDTH - mark.columns() - 2 * columns(CUT);
    let before = Part::tail(&source[..start], room - right_side(room / 2).columns());
    let after = right_side(room - before.columns());

    let left = if before.missing > 0 { CUT } else { "" };
    let right = if after.missing > 0 { CUT } else { "" };
    let lead = format!("{left}{}", before.text);
    Drawn {
        indent: " ".repeat(columns(&lead)),
        carets: "^".repeat(mark.columns().max(1)),
        line: format!("{lead}{}{}{right}", mark.text, after.text),
    }
}

/// A piece of the line as it is printed.
struct Part {
    text: String,
    /// Bytes of the source that did not fit.
    missing: usize,
}

impl Part {
    /// As much of the beginning as fits.
    fn head(source: &str, room: usize) -> Self {
        let (shown, used) = fitting(source.chars(), room);
        Self {
            text: shown.concat(),
            missing: source.len() - used,
        }
    }

    /// As much of the end as fits.
    fn tail(source: &str, room: usize) -> Self {
        let (mut shown, used) = fitting(source.chars().rev(), room);
        shown.reverse();
        Self {
            text: shown.concat(),
            missing: source.len() - used,
        }
    }

    fn columns(&self) -> usize {
        columns(&self.text)
    }
}

/// The characters that fit, as printed, and how many bytes of the source they are. Looks at no more
/// of a long line than it prints.
fn fitting(characters: impl Iterator<Item = char>, room: usize) -> (Vec<String>, usize) {
    let (mut texts, mut taken, mut bytes) = (Vec::new(), 0, 0);
    for character in characters {
        let text = if character == '\t' {
            TAB.to_owned()
        } else {
            shown(character)
        };
        taken += columns(&text);
        if taken > room {
            break;
        }
        texts.push(text);
        bytes += character.len_utf8();
    }
    (texts, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line and its carets as two lines, the mark given as the first `needle` of `line`.
    fn drawn(line: &str, needle: &str) -> String {
        let start = line.find(needle).expect("the mark is part of the line");
        at(line, start, needle.len())
    }

    fn at(line: &str, start: usize, len: usize) -> String {
        let Drawn {
            line,
            indent,
            carets,
        } = draw(&Picture {
            line: line.to_owned(),
            start,
            len,
        });
        format!("{line}\n{indent}{carets}")
    }

    #[test]
    fn carets_stand_under_the_mark() {
        assert_eq!(
            drawn("  key: passwrd", "passwrd"),
            "  key: passwrd\n       ^^^^^^^"
        );
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_carets_in_place() {
        assert_eq!(drawn("\tkey:\tp", "p"), "    key:    p\n            ^");
        assert_eq!(
            drawn("漢字: 値段 # x", "値段"),
            "漢字: 値段 # x\n      ^^^^"
        );
        assert_eq!(drawn("a\u{202e}: b", "b"), "a\\u{202e}: b\n           ^");
        assert_eq!(drawn("a: \u{1b}c", "\u{1b}"), "a: \\u{1b}c\n   ^^^^^^");
    }

    #[test]
    fn a_mark_without_length_is_one_caret_at_the_end() {
        assert_eq!(at("key:", 4, 0), "key:\n    ^");
        assert_eq!(at("", 0, 0), "\n^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let filler = "0123456789".repeat(50);
        for line in [
            format!("{filler}MARK{filler}"),
            format!("MARK{filler}"),
            format!("{filler}MARK"),
        ] {
            let text = drawn(&line, "MARK");
            let (shown, carets) = text.split_once('\n').expect("two lines");
            assert!((WIDTH - 1..=WIDTH).contains(&columns(shown)), "{shown}");
            assert_eq!(
                shown.find("MARK").map(|at| columns(&shown[..at])),
                carets.find('^')
            );
            assert_eq!(shown.starts_with(CUT), !line.starts_with('M'));
            assert_eq!(shown.ends_with(CUT), !line.ends_with('K'));
        }
    }

    #[test]
    fn a_mark_longer_than_the_terminal_is_cut_itself() {
        let line = format!("key: {}", "x".repeat(10_000));
        let text = at(&line, 5, 10_000);
        let want = "x".repeat(WIDTH * 2 / 3);
        assert_eq!(
            text,
            format!("key: {want}…\n     {}", "^".repeat(WIDTH * 2 / 3))
        );
    }

    #[test]
    fn odd_offsets_do_no_harm() {
        for line in ["", "größe", "漢字", "\t\u{200b}"] {
            for start in [0, 1, 2, 3, 7, usize::MAX] {
                for len in [0, 1, 2, usize::MAX] {
                    at(line, start, len);
                }
            }
        }
    }
}
