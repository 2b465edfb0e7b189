//! How a written file says whose it is, and that nobody has touched it since.
//!
//! The first line says who writes it and from what. Behind it each part stands below a hash of itself, and between
//! two parts there is a line that never changes: so changes of two branches to different parts, neighbours as well,
//! can be merged as text and are still known as ours. In a template of Helm the first line and the hash are comments
//! of the template, which are not in what it makes.

use crate::hash;

const OPENS: &str = "{{- /* ";
const CLOSES: &str = " */ -}}";
/// Between two parts: Git merges only what has a line of its own in between.
const BETWEEN: &str = "#\n";

/// What stands in the place of a file, held against what is wanted there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is what is wanted.
    Same,
    /// It is as somebody wrote it with this program, and something else is wanted now.
    Outdated,
    /// It is ours, and somebody changed it by hand.
    Edited,
    /// It is not ours.
    Foreign,
}

/// A file of these parts, each of which ends its last line.
#[must_use]
pub fn sealed(from: &str, parts: &[String]) -> String {
    let parts = parts.iter().map(|part| format!("# {}\n{part}", mark(part)));
    let parts: Vec<String> = parts.collect();
    format!("# {}\n{}", head(from), parts.join(BETWEEN))
}

/// A template of Helm.
#[must_use]
pub fn sealed_template(from: &str, text: &str) -> String {
    let comment = |said: &str| format!("{OPENS}{said}{CLOSES}\n");
    comment(&head(from)) + &comment(&mark(text)) + text
}

/// What a line says, if it is a comment of ours.
fn said(line: &str) -> Option<&str> {
    let line = line.trim_end_matches('\n');
    let template = line.strip_prefix(OPENS);
    template
        .and_then(|line| line.strip_suffix(CLOSES))
        .or_else(|| line.strip_prefix("# "))
}

/// What a text is; `wanted`: nothing where no file is wanted.
#[must_use]
pub fn standing(from: &str, text: &str, wanted: Option<&str>) -> Standing {
    // Git may have changed how lines end
    let text = text.replace("\r\n", "\n");
    if wanted == Some(&*text) {
        Standing::Same
    } else if !is_ours(from, &text) {
        Standing::Foreign
    } else if is_whole(from, &text) {
        Standing::Outdated
    } else {
        Standing::Edited
    }
}

/// Whether a text says that it is written from this.
#[must_use]
pub fn is_ours(from: &str, text: &str) -> bool {
    let first = text.lines().next().and_then(said);
    first.is_some_and(|first| first.starts_with(&whose(from)))
}

fn whose(from: &str) -> String {
    format!("countersign writes this file from {from}. ")
}

fn head(from: &str) -> String {
    whose(from) + "Do not edit it: `countersign lock --check` finds an edit."
}

fn mark(part: &str) -> String {
    format!("[{}]", hash::short(part.as_bytes()))
}

/// Whether each part still is what its hash says.
fn is_whole(from: &str, text: &str) -> bool {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if said(first) != Some(&head(from)) {
        return false;
    }
    let mut open: Option<(&str, String)> = None;
    for line in lines {
        if let Some(marked) = said(line).filter(|said| is_mark(said)) {
            let is_other = |(said, part): (&str, String)| {
                let part = part.strip_suffix(BETWEEN);
                part.is_none_or(|part| said != mark(part))
            };
            if open.is_some_and(is_other) {
                return false;
            }
            open = Some((marked, String::new()));
        } else if let Some((_, part)) = &mut open {
            part.push_str(line);
        } else {
            return false;
        }
    }
    open.is_none_or(|(said, part)| said == mark(&part))
}

fn is_mark(said: &str) -> bool {
    let inner = said.strip_prefix('[');
    inner
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(hash::is_suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "countersign.lock";

    fn file() -> String {
        sealed(LOCK, &["a: 1\n".to_owned(), "b: 2\nc: 3\n".to_owned()])
    }

    #[test]
    fn what_was_written_and_not_touched_is_known() {
        let text = file();
        assert_eq!(standing(LOCK, &text, Some(&text)), Standing::Same);
        assert_eq!(standing(LOCK, &text, Some("else")), Standing::Outdated);
        assert_eq!(standing(LOCK, &text, None), Standing::Outdated);
        let windows = text.replace('\n', "\r\n");
        assert_eq!(standing(LOCK, &windows, Some(&text)), Standing::Same);
    }

    #[test]
    fn an_edit_of_any_line_is_found() {
        let text = file();
        for (from, to) in [
            ("a: 1", "a: 2"),
            ("c: 3\n", ""),
            ("c: 3\n", "c: 3\nd: 4\n"),
            ("Do not edit", "Please edit"),
            ("# [", "<<<<<<< HEAD\n# ["),
        ] {
            let edited = text.replacen(from, to, 1);
            assert_eq!(
                standing(LOCK, &edited, Some(&text)),
                Standing::Edited,
                "{to}"
            );
        }
    }

    #[test]
    fn parts_of_two_branches_are_still_ours() {
        let part = |text: &str| text.to_owned();
        let merged = sealed(LOCK, &[part("a: 2\n"), part("b: 2\nc: 4\n")]);
        assert_eq!(standing(LOCK, &merged, Some(&file())), Standing::Outdated);
    }

    #[test]
    fn a_template_is_known_as_well() {
        let text = sealed_template(LOCK, "{{- /* a comment of the template */ -}}\na: 1\n");
        assert!(
            text.starts_with("{{- /* countersign writes this file from "),
            "{text}"
        );
        assert_eq!(standing(LOCK, &text, Some(&text)), Standing::Same);
        assert_eq!(standing(LOCK, &text, Some("else")), Standing::Outdated);
        let edited = text.replace("a comment", "an edit");
        assert_eq!(standing(LOCK, &edited, Some(&text)), Standing::Edited);
    }

    #[test]
    fn files_of_others_are_foreign() {
        for text in [
            "",
            "a: 1\n",
            "# countersign writes this file from other.lock. \n",
        ] {
            assert_eq!(
                standing(LOCK, text, Some(&file())),
                Standing::Foreign,
                "{text}"
            );
        }
    }
}
