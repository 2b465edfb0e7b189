//! `countersign lock …` as it is printed in hints and reports.
//!
//! What stands after it is known where a lock was found; here it only becomes words, and a text that
//! can be pasted.

use crate::diag::shell::shell;

/// The command word by word; `target` are the words that say which build is meant.
#[must_use]
pub fn words(target: &[String], more: impl IntoIterator<Item = String>) -> Vec<String> {
    let head = ["countersign", "lock"].map(str::to_owned).into_iter();
    head.chain(target.iter().cloned()).chain(more).collect()
}

/// The command that brings a lock up to date.
#[must_use]
pub fn text(target: &[String]) -> String {
    shell(&words(target, []))
}
