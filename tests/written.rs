//! What `lock` does to written files and their folder: nothing that is up to date is touched, nothing leads out of
//! it, and runs at the same time leave files that agree with the lock.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const SECRETS: usize = 6;
const FILES: &[&str] = &[
    "kustomization.yaml",
    "names/kustomization.yaml",
    "names/stand-ins.yaml",
    "objects.yaml",
    "references.yaml",
];

/// `app/` with a config of some secrets, each of two versions, and kustomize on PATH.
struct Ground(TempDir);

impl Ground {
    fn new() -> Self {
        let ground = Self(tempfile::tempdir().unwrap());
        let list = |line: &dyn Fn(usize) -> String| (0..SECRETS).map(line).collect::<String>();
        ground.write("app/kustomization.yaml", "resources: [secrets.yaml]\n");
        ground.write(
            "app/secrets.yaml",
            &format!(
                "apiVersion: countersign.dev/v1alpha1\nkind: VaultSecrets\nmetadata: {{name: shop, namespace: shop}}\n\
                 spec:\n  delivery: VaultStaticSecret\n  write: kustomize\n  vault: {{mount: kvv2}}\n  secrets:\n{}",
                list(&|n| format!("  - {{name: db-{n}, path: db-{n}}}\n"))
            ),
        );
        ground.write(
            "vault.yaml",
            &format!(
                "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts:\n  kvv2:\n    engine: kv-v2\n    secrets:\n{}",
                list(&|n| format!(
                    "      db-{n}:\n\
                     \x20     - {{created: 2026-11-01T09:00:00Z, data: {{p: s3cr3t-a}}}}\n\
                     \x20     - {{created: 2026-11-02T09:00:00Z, data: {{p: s3cr3t-b}}}}\n"
                ))
            ),
        );
        fs::create_dir(ground.at("bin")).unwrap();
        let kustomize = env::var_os("COUNTERSIGN_TEST_KUSTOMIZE");
        let kustomize = kustomize.expect("run the tests with `make test`");
        symlink(kustomize, ground.at("bin/kustomize")).unwrap();
        ground
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn start(&self, args: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.arg("lock").args(args).current_dir(self.0.path());
        command
            .env_clear()
            .env("PATH", self.at("bin"))
            .env("COUNTERSIGN_STORE", "file:vault.yaml");
        let command = command.stdin(Stdio::null());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn lock(&self, args: &[&str]) -> Output {
        self.start(args).wait_with_output().unwrap()
    }

    /// Locks everything at its first version, and lists what is written.
    fn written(&self) {
        let all: Vec<String> = (0..SECRETS).map(|n| format!("db-{n}@1")).collect();
        let upgrades = all.iter().flat_map(|name| ["--upgrade", name]);
        succeeds(&self.lock(&["app"].into_iter().chain(upgrades).collect::<Vec<_>>()));
        let listed = "resources: [secrets.yaml]\ncomponents: [countersign]\n";
        self.write("app/kustomization.yaml", listed);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

#[test]
fn what_is_up_to_date_is_not_touched() {
    let ground = Ground::new();
    ground.written();
    let inode = |file: &&str| {
        fs::metadata(ground.at("app/countersign").join(file))
            .unwrap()
            .ino()
    };
    let before: Vec<u64> = FILES.iter().map(inode).collect();
    succeeds(&ground.lock(&["app"]));
    succeeds(&ground.lock(&["app", "--write"]));
    assert_eq!(FILES.iter().map(inode).collect::<Vec<_>>(), before);
    succeeds(&ground.lock(&["app", "--upgrade", "db-1"]));
    let after: Vec<u64> = FILES.iter().map(inode).collect();
    let changed = FILES.iter().zip(before.iter().zip(&after));
    let changed: Vec<&str> = changed
        .filter(|(_, (a, b))| a != b)
        .map(|(f, _)| *f)
        .collect();
    // neither the Component nor the table of places knows a version
    assert_eq!(
        changed,
        [
            "names/kustomization.yaml",
            "names/stand-ins.yaml",
            "objects.yaml"
        ]
    );
}

#[test]
fn a_listed_component_hides_neither_configs_nor_who_uses_them() {
    let ground = Ground::new();
    // the config has the namespace of its user alone
    let config = fs::read_to_string(ground.at("app/secrets.yaml")).unwrap();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: back}\n\
               spec: {containers: [{name: web, image: web, envFrom: [{secretRef: {name: db-0}}]}]}\n---\n";
    let config = config.replace("name: shop, namespace: shop", "name: shop");
    ground.write("app/secrets.yaml", &format!("{pod}{config}"));
    ground.written();
    let locked = fs::read_to_string(ground.at("app/countersign.lock")).unwrap();
    assert!(locked.contains("namespace: back"), "{locked}");
    succeeds(&ground.lock(&["app", "--check"]));
    succeeds(&ground.lock(&["app"]));
    let again = fs::read_to_string(ground.at("app/countersign.lock")).unwrap();
    assert_eq!(again, locked);
}

#[test]
fn runs_at_the_same_time_leave_files_that_agree_with_the_lock() {
    let ground = Ground::new();
    ground.written();
    let runs: Vec<Child> = (0..SECRETS)
        .map(|n| ground.start(&["app", "--upgrade", &format!("db-{n}")]))
        .collect();
    for run in runs {
        succeeds(&run.wait_with_output().unwrap());
    }
    succeeds(&ground.lock(&["app", "--check"]));
    let objects = fs::read_to_string(ground.at("app/countersign/objects.yaml")).unwrap();
    assert_eq!(
        objects.matches("version: 2\n").count(),
        SECRETS,
        "{objects}"
    );
}

#[test]
fn rotations_of_neighbours_merge_as_text() {
    let ground = Ground::new();
    ground.written();
    let all = || {
        let files = FILES.iter().map(|file| format!("countersign/{file}"));
        let mut all: Vec<String> = files.collect();
        all.push("countersign.lock".into());
        all.into_iter()
            .map(|file| (ground.at("app").join(&file), file))
    };
    let keep = |branch: &str| {
        for (path, file) in all() {
            ground.write(
                &format!("{branch}/{file}"),
                &fs::read_to_string(path).unwrap(),
            );
        }
    };
    let back = |branch: &str| {
        for (path, file) in all() {
            fs::copy(ground.at(branch).join(file), path).unwrap();
        }
    };
    keep("base");
    succeeds(&ground.lock(&["app", "--upgrade", "db-1"]));
    keep("ours");
    back("base");
    succeeds(&ground.lock(&["app", "--upgrade", "db-2"]));
    keep("theirs");
    for (path, file) in all() {
        let sides = ["ours", "base", "theirs"].map(|side| ground.at(side).join(&file));
        let merged = Command::new("git")
            .args(["merge-file", "-p"])
            .args(sides)
            .output()
            .unwrap();
        succeeds(&merged);
        fs::write(path, merged.stdout).unwrap();
    }
    succeeds(&ground.lock(&["app", "--check"]));
    let objects = fs::read_to_string(ground.at("app/countersign/objects.yaml")).unwrap();
    assert_eq!(objects.matches("version: 2\n").count(), 2, "{objects}");
}

#[test]
fn a_link_leads_nothing_out_of_the_folder_of_the_lock() {
    for link in ["app/countersign", "app/countersign/names"] {
        let ground = Ground::new();
        fs::create_dir(ground.at("elsewhere")).unwrap();
        fs::create_dir_all(ground.at(link).parent().unwrap()).unwrap();
        symlink(ground.at("elsewhere"), ground.at(link)).unwrap();
        let output = ground.lock(&["app"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("a link leads"), "{}", said(&output));
        assert!(is_empty(&ground.at("elsewhere")), "{link}");
        assert!(!ground.at("app/countersign.lock").exists(), "{link}");
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}
