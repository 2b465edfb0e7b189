//! The files of the project, read once for a question.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// A text file of the checkout.
pub struct File {
    /// Relative to the checkout.
    pub path: String,
    pub text: String,
}

impl File {
    /// Without the tests at its end.
    pub fn code(&self) -> &str {
        self.text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default()
    }

    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

/// Files below these folders whose names end so, in a stable order.
pub fn files(folders: &[&str], end: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        for entry in WalkDir::new(root.join(folder)).sort_by_file_name() {
            let entry = entry.expect("the checkout can be read");
            if !entry.file_type().is_file() || !entry.path().to_string_lossy().ends_with(end) {
                continue;
            }
            let path = entry.path().strip_prefix(root).expect("below it");
            let path = path.to_str().expect("plain names").to_owned();
            let text = fs::read_to_string(entry.path()).expect("UTF-8");
            found.push(File { path, text });
        }
    }
    assert!(!found.is_empty(), "no `{end}` in {folders:?}");
    found
}

pub fn sources() -> Vec<File> {
    files(&["src"], ".rs")
}

pub fn program() -> Vec<File> {
    sources()
        .into_iter()
        .filter(|file| !file.is_test())
        .collect()
}

/// Pages that people read.
pub fn pages() -> Vec<File> {
    let mut pages = files(
        &[
            "docs",
            "plugin",
            "examples",
            "src",
            "README.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
        ],
        ".md",
    );
    pages.retain(|page| page.path != "docs/errors.md");
    pages
}

#[track_caller]
pub fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
