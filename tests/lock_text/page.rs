//! What docs/lock-format.md shows is what the code writes, and what a rotation changes.

use std::fs;

use countersign::lock::read::read;
use countersign::lock::write::write;

use crate::markdown::blocks;

const PAGE: &str = "docs/lock-format.md";
const BEFORE: &str = "fixtures/locks/before-a-rotation.lock";
const AFTER: &str = "fixtures/locks/after-a-rotation.lock";

fn file(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("`{path}`: {error}"))
}

/// The blocks of a language, each with its comment.
fn shown(language: &str) -> Vec<(Option<String>, String)> {
    let page = file(PAGE);
    let lines: Vec<&str> = page.lines().collect();
    let blocks = blocks(&page).into_iter().filter(|b| b.language == language);
    blocks
        .map(|b| (b.comment, lines[b.lines].join("\n") + "\n"))
        .collect()
}

#[test]
fn the_checked_in_locks_are_what_the_code_writes() {
    for path in [BEFORE, AFTER] {
        let text = file(path);
        let lock = read(path, &text);
        assert_eq!(lock.map(|lock| write(&lock)), Ok(text));
    }
}

#[test]
fn the_page_shows_the_whole_lock() {
    let comment = Some(format!("file: {AFTER}"));
    assert!(
        shown("yaml").contains(&(comment, file(AFTER))),
        "{PAGE} shows another lock than {AFTER}"
    );
}

#[test]
fn the_page_shows_what_a_rotation_changes() {
    let diffs = shown("diff");
    let [(_, diff)] = diffs.as_slice() else {
        panic!("{PAGE} shows {} diffs", diffs.len());
    };
    let side = |left_out: char| -> String {
        let kept = diff.lines().filter(|line| !line.starts_with(left_out));
        kept.map(|line| format!("{}\n", &line[1..])).collect()
    };
    let (before, after) = (file(BEFORE), file(AFTER));
    let (removed, added) = (side('+'), side('-'));
    assert_eq!(
        before.matches(&removed).count(),
        1,
        "{BEFORE} has no\n{removed}"
    );
    assert_eq!(before.replace(&removed, &added), after);
}
