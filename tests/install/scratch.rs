//! A home for one test, and programs that are run in it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use walkdir::WalkDir;

/// A folder that is the home of a user with an empty machine; gone when the test ends.
pub struct Scratch(TempDir);

impl Scratch {
    /// `countersign` is on PATH, and these tools of the tests under their own names: `helm4` is `helm`.
    pub fn with(tools: &[&str]) -> Self {
        let scratch = Self(TempDir::new().unwrap());
        fs::create_dir(scratch.at("bin")).unwrap();
        let place = |name: &str, program: OsString| {
            symlink(program, scratch.at("bin").join(name)).unwrap();
        };
        place("countersign", env!("CARGO_BIN_EXE_countersign").into());
        for tool in tools {
            let variable = format!("COUNTERSIGN_TEST_{}", tool.to_uppercase());
            let program = std::env::var_os(&variable);
            let program = program.unwrap_or_else(|| {
                panic!("`{variable}` is not set: run the tests with `make test`, which installs it")
            });
            place(tool.trim_end_matches('4'), program);
        }
        scratch
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap()
    }

    /// Lines of a shell, in the home.
    pub fn shell(&self, lines: &str) -> Output {
        let mut command = Command::new("bash");
        command.args(["--norc", "-euc", lines]);
        self.run(&mut command)
    }

    /// The same for lines that have to succeed: what they print.
    #[track_caller]
    pub fn prints(&self, lines: &str) -> String {
        let output = self.shell(lines);
        assert!(output.status.success(), "{lines}\n{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same for lines that have to fail: what they say.
    #[track_caller]
    pub fn fails(&self, lines: &str) -> String {
        let output = self.shell(lines);
        assert!(!output.status.success(), "{lines}");
        said(&output)
    }

    fn run(&self, command: &mut Command) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.at("bin").display());
        command.env_clear().current_dir(self.0.path());
        command
            .env("HOME", self.0.path())
            .env("PATH", path)
            .env("LC_ALL", "C.UTF-8");
        command.output().unwrap()
    }

    /// Everything below a folder that is no folder, in order.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let folder = self.at(folder);
        let all = WalkDir::new(&folder).sort_by_file_name().into_iter();
        let all = all
            .map(Result::unwrap)
            .filter(|entry| !entry.file_type().is_dir());
        let name = |entry: walkdir::DirEntry| {
            let path = entry.path().strip_prefix(&folder).unwrap();
            path.to_str().unwrap().to_owned()
        };
        all.map(name).collect()
    }
}

/// What a program said on stderr.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file of the checkout.
pub fn checkout(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The version of this program.
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
