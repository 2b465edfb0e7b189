//! The user's files before and after a command, and the difference as a reviewer would read it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use libtest_mimic::Trial;

use super::diff;

/// Nobody reviews a new file that is longer: what stands in it is made from a table.
const LONG: usize = 500;
/// So much of it is shown.
const FIRST: usize = 8;

/// All files below a directory, by their paths in it.
#[derive(Clone, PartialEq, Eq)]
pub struct WorkingCopy(BTreeMap<String, File>);

#[derive(Clone, PartialEq, Eq)]
struct File {
    mode: u32,
    bytes: Vec<u8>,
}

impl WorkingCopy {
    /// As it is now.
    pub fn of(directory: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(directory, "", &mut files);
        Self(files)
    }

    /// Makes the directory what it was.
    pub fn restore(&self, directory: &Path) {
        let now = Self::of(directory);
        for path in now.changed(self) {
            let target = directory.join(path);
            if now.0.contains_key(path) {
                fs::remove_file(&target).unwrap();
            }
            if let Some(file) = self.0.get(path) {
                fs::create_dir_all(target.parent().unwrap()).unwrap();
                fs::write(&target, &file.bytes).unwrap();
                fs::set_permissions(&target, fs::Permissions::from_mode(file.mode)).unwrap();
            }
        }
    }

    /// The paths that differ.
    pub fn changed<'a>(&'a self, after: &'a Self) -> Vec<&'a str> {
        let paths: BTreeSet<&String> = self.0.keys().chain(after.0.keys()).collect();
        let differ = paths
            .into_iter()
            .filter(|path| self.0.get(*path) != after.0.get(*path));
        differ.map(String::as_str).collect()
    }

    /// What a file holds; nothing if there is none.
    pub fn bytes(&self, path: &str) -> &[u8] {
        self.0.get(path).map_or(&[], |file| &file.bytes)
    }

    /// Every file that differs, line by line; `settle` puts in fixed words.
    pub fn diff(&self, after: &Self, settle: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut out = Vec::new();
        for path in self.changed(after) {
            let what = match (self.0.get(path), after.0.get(path)) {
                (None, _) => "created".to_owned(),
                (_, None) => "removed".to_owned(),
                (Some(a), Some(b)) if a.mode == b.mode => "changed".to_owned(),
                (Some(a), Some(b)) => {
                    format!(
                        "changed, mode {:o} to {:o},",
                        a.mode & 0o777,
                        b.mode & 0o777
                    )
                }
            };
            out.extend(format!("{what} {path}\n").bytes());
            let (old, new) = (settle(self.bytes(path)), settle(after.bytes(path)));
            let lines = old
                .iter()
                .chain(&new)
                .filter(|byte| **byte == b'\n')
                .count();
            if lines > LONG && (old.is_empty() || new.is_empty()) {
                out.extend(format!("{lines} lines, of which\n").bytes());
                let first = |text: &[u8]| -> Vec<u8> {
                    let lines = text.split_inclusive(|byte| *byte == b'\n');
                    lines.take(FIRST).flatten().copied().collect()
                };
                out.extend(diff::unified(&first(&old), &first(&new)));
            } else {
                out.extend(diff::unified(&old, &new));
            }
        }
        out
    }
}

fn collect(directory: &Path, prefix: &str, files: &mut BTreeMap<String, File>) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            let mode = entry.metadata().unwrap().permissions().mode();
            let bytes = fs::read(entry.path()).unwrap();
            files.insert(path, File { mode, bytes });
        }
    }
}

/// A change that is not seen is not reviewed.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: what a command does to the user's files is seen and can be undone",
        || {
            let scratch = tempfile::tempdir().unwrap();
            let at = |path: &str| scratch.path().join(path);
            let mode = |path: &str, mode: u32| {
                fs::set_permissions(at(path), fs::Permissions::from_mode(mode)).unwrap();
            };
            for path in ["a", "b", "c"] {
                fs::write(at(path), "1\n").unwrap();
                mode(path, 0o644);
            }
            let before = WorkingCopy::of(scratch.path());
            fs::write(at("a"), "2\n").unwrap();
            mode("b", 0o600);
            fs::remove_file(at("c")).unwrap();
            fs::create_dir(at("d")).unwrap();
            fs::write(at("d/e"), "1\n").unwrap();
            let after = WorkingCopy::of(scratch.path());
            let got = before.diff(&after, <[u8]>::to_vec);
            let want = "changed a\n@@\n-1\n+2\nchanged, mode 644 to 600, b\n\
                        removed c\n@@\n-1\ncreated d/e\n@@\n+1\n";
            assert_eq!(String::from_utf8(got).unwrap(), want);
            before.restore(scratch.path());
            assert!(WorkingCopy::of(scratch.path()) == before);
            fs::write(at("table"), "row\n".repeat(LONG + 1)).unwrap();
            let got = before.diff(&WorkingCopy::of(scratch.path()), <[u8]>::to_vec);
            let rows = "+row\n".repeat(FIRST);
            let want = format!("created table\n501 lines, of which\n@@\n{rows}");
            assert_eq!(String::from_utf8(got).unwrap(), want);
            Ok(())
        },
    )]
}
