//! The repository that a story's files may lie in: made at the first commit, the same in every run.

use std::path::Path;
use std::process::Command;

/// Commits everything.
pub fn commit(directory: &Path, home: &Path, message: &str) {
    let git = |args: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "core.hooksPath=/dev/null"])
            .args(["-c", "init.defaultBranch=main", "-c", "gc.auto=0"])
            .args(args)
            .current_dir(directory)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Story")))
            .envs(
                ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "story@example.com")),
            )
            .envs(
                ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"]
                    .map(|name| (name, "2026-11-01T09:00:00Z")),
            )
            .output()
            .expect("git commits the files of a story");
        assert!(
            output.status.success(),
            "git {args:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    };
    if !directory.join(".git").exists() {
        git(&["init", "--quiet", "--template="]);
    }
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "-m", message]);
}
