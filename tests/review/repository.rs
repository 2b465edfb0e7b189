//! A Git repository in a scratch folder, made with the real git and nobody's configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub struct Repository {
    folder: TempDir,
}

impl Repository {
    /// An empty one.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let new = Self { folder };
        new.git(&["init", "--quiet", "--initial-branch=main"]);
        new
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it is there")
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Runs git in it and returns what it printed.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-11-21T10:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-11-21T10:00:00Z")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .output()
            .expect("git is on PATH");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Commits everything that is there.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--no-verify", "--message", message]);
    }

    /// A program in the repository that leaves a mark when it runs.
    pub fn trap(&self, path: &str) -> Trap {
        let mark = self.at("trapped");
        let script = format!("#!/bin/sh\n: > '{}'\ncat\n", mark.display());
        self.write(path, &script);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(self.at(path), mode).expect("it is ours");
        }
        Trap { mark }
    }

    /// Everything below the folder with its bytes, `.git` included.
    pub fn bytes(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.root(), &mut found);
        found.sort();
        found
    }
}

/// What a program leaves that should not have run.
pub struct Trap {
    mark: PathBuf,
}

impl Trap {
    pub fn is_sprung(&self) -> bool {
        self.mark.exists()
    }
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.push((path, bytes));
        }
    }
}
