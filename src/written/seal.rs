//! How a written file says whose it is, and that nobody has touched it since.
//!
//! The first line says who writes it and from what. Behind it each part stands below a hash of itself, so that
//! changes of two branches to different parts can be merged as text and are still known as ours.

use crate::hash;

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
pub fn sealed(lock: &str, parts: &[String]) -> String {
    let mut text = head(lock) + "\n";
    for part in parts {
        text += &mark(part);
        text.push('\n');
        text += part;
    }
    text
}

/// What a text is; `wanted`: nothing where no file is wanted.
#[must_use]
pub fn standing(lock: &str, text: &str, wanted: Option<&str>) -> Standing {
    // Git may have changed how lines end
    let text = text.replace("\r\n", "\n");
    if wanted == Some(&*text) {
        Standing::Same
    } else if !is_ours(lock, &text) {
        Standing::Foreign
    } else if is_whole(lock, &text) {
        Standing::Outdated
    } else {
        Standing::Edited
    }
}

/// Whether a text says that it is written from a lock of this name.
#[must_use]
pub fn is_ours(lock: &str, text: &str) -> bool {
    text.starts_with(&whose(lock))
}

fn whose(lock: &str) -> String {
    format!("# countersign writes this file from {lock}. ")
}

fn head(lock: &str) -> String {
    whose(lock) + "Do not edit it: `countersign lock --check` finds an edit."
}

fn mark(part: &str) -> String {
    format!("# [{}]", hash::short(part.as_bytes()))
}

/// Whether each part still is what its hash says.
fn is_whole(lock: &str, text: &str) -> bool {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end_matches('\n') != head(lock) {
        return false;
    }
    let mut open: Option<(&str, String)> = None;
    for line in lines {
        if is_mark(line) {
            if open.is_some_and(|(said, part)| said != mark(&part)) {
                return false;
            }
            open = Some((line.trim_end(), String::new()));
        } else if let Some((_, part)) = &mut open {
            part.push_str(line);
        } else {
            return false;
        }
    }
    open.is_none_or(|(said, part)| said == mark(&part))
}

fn is_mark(line: &str) -> bool {
    let inner = line.trim_end().strip_prefix("# [");
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
