//! What a run showed against `want/`; or, with `SNAPSHOTS=overwrite`, `want/` written anew.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use super::diff;
use super::folder::Story;
use super::run::Outcome;

/// The expectations of one story.
pub struct Wants {
    folder: PathBuf,
    overwrite: bool,
    seen: BTreeSet<String>,
    differences: Vec<String>,
}

impl Wants {
    /// Of a story.
    pub fn of(story: &Story) -> Self {
        let overwrite = env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
        Self {
            folder: story.path.join("want"),
            overwrite,
            seen: BTreeSet::new(),
            differences: Vec::new(),
        }
    }

    /// The exit code, which is written by hand and never recorded.
    pub fn exit(&mut self, run: &str, want: u8, got: &Outcome) {
        if got.exit != i32::from(want) {
            let stderr = String::from_utf8_lossy(&got.stderr);
            let exit = got.exit;
            self.broken(
                run,
                &format!("exit code {exit}, wanted {want}; stderr:\n{stderr}"),
            );
        }
    }

    /// The output of an earlier step, byte for byte.
    pub fn same(&mut self, run: &str, earlier: &Outcome, got: &Outcome) {
        if earlier.raw != got.raw {
            let diff = diff::unified(&earlier.stdout, &got.stdout);
            let diff = String::from_utf8_lossy(&diff);
            self.broken(
                run,
                &format!("prints something else than the earlier step:\n{diff}"),
            );
        }
    }

    /// Something that does not hold for a run.
    pub fn broken(&mut self, run: &str, what: &str) {
        self.differences.push(format!("{run}{what}"));
    }

    /// One file of `want/`; an absent one means that nothing is printed.
    pub fn text(&mut self, file: &str, got: &[u8]) {
        self.seen.insert(file.to_owned());
        let path = self.folder.join(file);
        if self.overwrite {
            fs::create_dir_all(&self.folder).unwrap();
            if got.is_empty() {
                fs::remove_file(&path).ok();
            } else if fs::read(&path).ok().as_deref() != Some(got) {
                fs::write(&path, got).unwrap();
            }
            return;
        }
        let want = fs::read(&path).unwrap_or_default();
        if want != got {
            let diff = diff::unified(&want, got);
            self.differences.push(format!(
                "want/{file} (-) and what was seen (+) differ:\n{}",
                String::from_utf8_lossy(&diff)
            ));
        }
    }

    /// All differences, also files that stand for nothing.
    pub fn finish(mut self) -> Result<(), String> {
        let files = fs::read_dir(&self.folder).into_iter().flatten();
        for file in files.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()) {
            if self.seen.contains(&file) {
                continue;
            }
            if self.overwrite {
                fs::remove_file(self.folder.join(file)).unwrap();
            } else {
                self.differences
                    .push(format!("want/{file}: nothing is compared with this file"));
            }
        }
        if self.differences.is_empty() {
            return Ok(());
        }
        Err(self.differences.join("\n\n")
            + "\n\n`make accept` records what is seen; review the diff.")
    }
}
