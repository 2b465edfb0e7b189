//! What `countersign lock` does to files: a lock is replaced as a whole, by one run at a time, or not
//! at all.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const SECRETS: usize = 12;

/// A folder with a config of some secrets and a store in which each has two versions.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let name = |n: usize| format!("db-{n}");
    let each = |line: &dyn Fn(usize) -> String| (0..SECRETS).map(line).collect::<String>();
    let config = format!(
        "apiVersion: countersign.dev/v1alpha1\nkind: VaultSecrets\nmetadata: {{name: shop, namespace: shop}}\n\
         spec:\n  delivery: VaultStaticSecret\n  vault: {{mount: kvv2}}\n  secrets:\n{}",
        each(&|n| format!(
            "  - {{name: {}, path: shop/{n}, keys: {{P: p}}}}\n",
            name(n)
        ))
    );
    let store = format!(
        "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts:\n  kvv2:\n    engine: kv-v2\n    secrets:\n{}",
        each(&|n| format!(
            "      shop/{n}:\n\
             \x20     - {{created: 2026-11-01T09:00:00Z, data: {{p: s3cr3t-a{n}}}}}\n\
             \x20     - {{created: 2026-11-02T09:00:00Z, data: {{p: s3cr3t-b{n}}}}}\n"
        ))
    );
    fs::create_dir(folder.path().join("app")).unwrap();
    fs::write(folder.path().join("app/config.yaml"), config).unwrap();
    fs::write(folder.path().join("vault.yaml"), store).unwrap();
    folder
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .arg("lock")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("COUNTERSIGN_STORE", "file:vault.yaml")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn lock(folder: &Path, args: &[&str]) -> Output {
    let output = command(folder, args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    output
}

fn text(folder: &Path) -> String {
    fs::read_to_string(folder.join("app/countersign.lock")).unwrap()
}

/// Names of files in the folder of the lock.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("app")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn runs_at_the_same_time_lose_nothing() {
    let folder = folder();
    let all: Vec<String> = (0..SECRETS).map(|n| format!("db-{n}@1")).collect();
    let first: Vec<&str> = ["app"]
        .into_iter()
        .chain(all.iter().flat_map(|name| ["--upgrade", name]))
        .collect();
    lock(folder.path(), &first);
    assert_eq!(text(folder.path()).matches("version: 1\n").count(), SECRETS);
    let runs: Vec<Child> = (0..SECRETS)
        .map(|n| {
            let name = format!("db-{n}");
            let mut run = command(folder.path(), &["app", "--upgrade", &name]);
            run.spawn().unwrap()
        })
        .collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
    let text = text(folder.path());
    // each moved to its second version and keeps the first
    assert_eq!(text.matches("version: 2\n").count(), SECRETS, "{text}");
    assert_eq!(text.matches("version: 1\n").count(), SECRETS, "{text}");
    assert_eq!(files(folder.path()), ["config.yaml", "countersign.lock"]);
}

#[test]
fn a_run_that_fails_leaves_every_lock_as_it_was() {
    let folder = folder();
    lock(folder.path(), &["app"]);
    let before = text(folder.path());
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    let config = fs::read_to_string(folder.path().join("app/config.yaml")).unwrap();
    fs::write(
        other.join("config.yaml"),
        config.replace("shop/3", "shop/absent"),
    )
    .unwrap();
    let output = command(folder.path(), &["app", "other", "--upgrade"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    assert_eq!(text(folder.path()), before);
    assert!(!other.join("countersign.lock").exists());
}

#[cfg(unix)]
#[test]
fn mode_and_link_of_a_lock_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder();
    let (there, link) = (
        folder.path().join("kept.lock"),
        folder.path().join("app/countersign.lock"),
    );
    lock(folder.path(), &["app", "--upgrade", "db-1@1"]);
    fs::rename(&link, &there).unwrap();
    symlink(&there, &link).unwrap();
    fs::set_permissions(&there, fs::Permissions::from_mode(0o640)).unwrap();
    lock(
        folder.path(),
        &["app", "--lock", "app/countersign.lock", "--upgrade", "db-1"],
    );
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(
        there.metadata().unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(text(folder.path()).contains("previous:"));
}

#[test]
fn what_is_up_to_date_is_not_written() {
    let folder = folder();
    lock(folder.path(), &["app"]);
    let path = folder.path().join("app/countersign.lock");
    let before = path.metadata().unwrap().modified().unwrap();
    let output = lock(folder.path(), &["app"]);
    assert_eq!(output.stdout, b"app/countersign.lock is up to date\n");
    assert_eq!(path.metadata().unwrap().modified().unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_a_lock_out_of_its_folder() {
    let folder = folder();
    std::os::unix::fs::symlink("..", folder.path().join("app/up")).unwrap();
    let config = folder.path().join("app/config.yaml");
    let text = fs::read_to_string(&config).unwrap();
    let named = text.replace(
        "  delivery:",
        "  lock: {file: up/escaped.lock}\n  delivery:",
    );
    fs::write(&config, named).unwrap();
    let output = command(folder.path(), &["app"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("`up/escaped.lock` is not below `app`"),
        "{said}"
    );
    assert!(!folder.path().join("escaped.lock").exists());
}

#[test]
fn where_one_lock_cannot_be_written_none_is() {
    let folder = folder();
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::copy(
        folder.path().join("app/config.yaml"),
        other.join("config.yaml"),
    )
    .unwrap();
    // no file system takes a folder of that name
    let config = other.join("config.yaml");
    let text = fs::read_to_string(&config).unwrap();
    let long = "l".repeat(300);
    let named = text.replace(
        "  delivery:",
        &format!("  lock: {{file: {long}/x.lock}}\n  delivery:"),
    );
    fs::write(&config, named).unwrap();
    let output = command(folder.path(), &["app", "other"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert_eq!(files(folder.path()), ["config.yaml"]);
}

#[cfg(unix)]
#[test]
fn questions_about_a_repository_follow_no_link() {
    let folder = folder();
    lock(folder.path(), &["app"]);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let there = folder.path().join("app/countersign.lock");
    std::os::unix::fs::symlink(there, empty.join("countersign.lock")).unwrap();
    let uses = |path: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(["uses", "kvv2/shop/1", path]);
        let output = command.current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(uses("app").contains("db-1"));
    assert!(!uses("empty").contains("db-1"), "{}", uses("empty"));
}
