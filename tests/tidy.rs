//! The architecture as tests over the text of the project: who may know whom, where the world is
//! touched, where values are seen, how long a file may be, and that documents name what exists.
//!
//! Each table is the whole truth; an exception is a row with its reason. Nothing here knows behaviour.

#[path = "tidy/edges.rs"]
mod edges;
#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/pages.rs"]
mod pages;
#[path = "tidy/project.rs"]
mod project;
#[path = "tidy/values.rs"]
mod values;

use project::{files, none};

/// The most lines that a file may have.
const LONGEST: usize = 400;

/// Text that no file of ours holds, and why. Taken apart here, so that this file may be read too.
#[rustfmt::skip]
const NEVER: &[(&str, &str)] = &[
    (concat!("to", "do!"), "unfinished"),
    (concat!("unimple", "mented!"), "unfinished"),
    (concat!("db", "g!"), "prints what may be secret"),
    (concat!("FIX", "ME"), "write an issue"),
    (concat!("#[ig", "nore"), "a test that does not run proves nothing"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/wo", "rk/"), "a path of one machine"),
];

#[test]
fn no_file_is_longer_than_can_be_read_at_once() {
    let long = files(&["src", "tests"], ".rs")
        .into_iter()
        .filter(|f| f.text.lines().count() > LONGEST);
    none(
        &long
            .map(|f| format!("{} has {} lines", f.path, f.text.lines().count()))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_file_opens_with_why_it_exists() {
    let silent = files(&["src", "tests"], ".rs")
        .into_iter()
        .filter(|f| !f.text.starts_with("//! "));
    none(
        &silent
            .map(|f| format!("{} does not start with `//!`", f.path))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_left_unfinished_and_no_machine_is_named() {
    let mut all = files(&["src", "tests", "examples", "plugin", "docs"], "");
    all.extend(files(
        &["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile"],
        "",
    ));
    let problems = all.iter().flat_map(|file| {
        let found = NEVER.iter().filter(|(word, _)| file.text.contains(word));
        found
            .map(|(word, why)| format!("{}: `{word}`: {why}", file.path))
            .collect::<Vec<_>>()
    });
    none(&problems.collect::<Vec<_>>());
}
