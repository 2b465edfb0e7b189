//! Names from Vault and from the repository, made harmless for the place where they are printed.
//!
//! Key names, paths, object names and field paths are chosen by somebody who may want to be read as
//! something else: a link, a mention, a command of a forge, an escape sequence. Each place has one
//! function here, and nothing from outside is printed in any other way.

use crate::diag::safe::terminal;

/// A longer name is cut in the middle of nowhere, and says so.
const LONGEST: usize = 200;
/// In a picture.
const LONGEST_LABEL: usize = 60;

/// For a terminal and the log of a pipeline: between backticks that cannot be closed from within.
#[must_use]
pub fn in_text(name: &str) -> String {
    format!("`{}`", printable(name, LONGEST, &['`']))
}

/// For Markdown: a code span, in which neither GitHub nor GitLab looks for mentions, references,
/// links, HTML or commands. `|` would end a cell of a table, also within a code span.
#[must_use]
pub fn in_markdown(name: &str) -> String {
    format!("`{}`", printable(name, LONGEST, &['`', '|']))
}

/// For a quoted label of Mermaid: everything but letters, digits and a few signs as an entity.
#[must_use]
pub fn in_mermaid(name: &str) -> String {
    let shown = printable(name, LONGEST_LABEL, &[]);
    let entity = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '/' => c.to_string(),
        other => format!("#{};", u32::from(other)),
    };
    shown.chars().map(entity).collect()
}

/// A sentence that may hold names, for Markdown: one code span.
#[must_use]
pub fn sentence_in_markdown(sentence: &str) -> String {
    in_markdown(&sentence.replace('`', "'"))
}

/// A sentence that may hold names, for a terminal.
#[must_use]
pub fn sentence_in_text(sentence: &str) -> String {
    printable(sentence, 4 * LONGEST, &[])
}

/// What can be seen, cut to a length, without the signs that mean something where it is printed.
fn printable(name: &str, longest: usize, also: &[char]) -> String {
    if name.is_empty() {
        return "(no name)".to_owned();
    }
    let mut out = String::new();
    let mut after_hash = false;
    for (at, c) in name.chars().enumerate() {
        if at == longest {
            out.push('…');
            break;
        }
        // `##[…]` and `##vso[…]` are commands of pipelines wherever they stand in a line
        if also.contains(&c) || (c == '#' && after_hash) {
            out.push_str(&c.escape_unicode().to_string());
        } else {
            out.push_str(&terminal(c.encode_utf8(&mut [0; 4])));
        }
        after_hash = c == '#';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_backticks() {
        assert_eq!(in_text("a` is fine, `b"), r"`a\u{60} is fine, \u{60}b`");
        assert_eq!(in_text("\x1b[2J\n/close"), r"`\u{1b}[2J\n/close`");
        assert_eq!(in_text("##[group]x"), r"`#\u{23}[group]x`");
        assert_eq!(in_text("###"), r"`#\u{23}\u{23}`");
        assert_eq!(in_text(""), "`(no name)`");
    }

    #[test]
    fn a_name_cannot_leave_its_cell() {
        assert_eq!(in_markdown("a|b`@all`"), r"`a\u{7c}b\u{60}@all\u{60}`");
        assert_eq!(in_markdown("a\n\n/approve"), r"`a\n\n/approve`");
        assert_eq!(sentence_in_markdown("no `a`"), "`no 'a'`");
    }

    #[test]
    fn a_label_of_a_picture_is_letters_and_entities() {
        assert_eq!(in_mermaid("Job/a-b_c.d"), "Job/a-b_c.d");
        assert_eq!(in_mermaid("\"]; click"), "#34;#93;#59;#32;click");
        assert_eq!(in_mermaid("a\nb"), "a#92;nb");
    }

    #[test]
    fn a_long_name_is_cut() {
        let long = "x".repeat(1000);
        assert_eq!(in_text(&long).chars().count(), 203);
        assert!(in_text(&long).ends_with("x…`"));
    }
}
