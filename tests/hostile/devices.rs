//! Links, devices and pipes that stand where a file should: only files are read, and nothing waits for
//! what never comes.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::attack::{CONFIG, Folder, LOCKED};

/// What may lie in a repository under the name of a file, made at a path.
fn odd(folder: &Folder, name: &str, kind: &str) {
    let path = folder.path().join(name);
    match kind {
        "pipe" => {
            let made = Command::new("mkfifo").arg(&path).status().unwrap();
            assert!(made.success());
        }
        "folder" => fs::create_dir(&path).unwrap(),
        target => symlink(target, &path).unwrap(),
    }
}

const ODD: &[&str] = &[
    "pipe",
    "folder",
    "/dev/zero",
    "/dev/stdin",
    "/dev/tty",
    "/dev",
    "nowhere",
];

#[test]
fn what_is_no_file_is_refused_where_a_file_is_named() {
    for kind in ODD {
        let folder = Folder::with(&[("config.yaml", CONFIG.as_bytes())]);
        odd(&folder, "other.yaml", kind);
        folder
            .run(&["render", "config.yaml", "--config", "other.yaml"])
            .refused(1, "error[read-failed]");
        if !matches!(*kind, "folder" | "/dev") {
            folder
                .run(&["render", "config.yaml", "other.yaml"])
                .refused(1, "error[read-failed]");
        }
        let named = folder.variable("COUNTERSIGN_STORE", "file:other.yaml");
        named
            .run(&["render", "config.yaml"])
            .refused(1, "error[read-failed]");
    }
}

#[test]
fn what_is_no_file_is_passed_by_where_a_folder_is_walked() {
    for kind in ODD {
        let folder = Folder::with(&[("app/config.yaml", CONFIG.as_bytes())]);
        odd(&folder, "app/other.yaml", kind);
        odd(&folder, "app/other.lock", kind);
        let ended = folder.run(&["render", "app"]);
        ended.fine();
        assert!(ended.stdout.contains("orders-db"));
        folder.run(&["uses", "kvv2/shop/db", "app"]).fine();
        folder
            .run(&["outdated", "app"])
            .refused(4, "error[lock-missing]");
    }
}

#[test]
fn what_is_no_file_is_no_lock() {
    for kind in ODD {
        let folder = Folder::with(&[("app/config.yaml", LOCKED.as_bytes())]);
        odd(&folder, "app/countersign.lock", kind);
        for args in [
            &["render", "app"][..],
            &["lock", "app"],
            &["lock", "--check", "app"],
        ] {
            let ended = folder.run(args);
            assert!(
                matches!(ended.code, Some(1 | 2 | 4)),
                "{kind} {args:?}: {ended:?}"
            );
            assert!(ended.stdout.is_empty(), "{kind} {args:?}: {ended:?}");
        }
    }
}

#[test]
fn a_lock_that_the_config_names_is_no_way_out_of_the_folder() {
    let folder = Folder::with(&[("elsewhere/countersign.lock", b"s3cr3t-elsewhere: 1\n")]);
    let out = folder.path().join("elsewhere").canonicalize().unwrap();
    for (name, said) in [
        ("../elsewhere/countersign.lock", "is not below"),
        ("/dev/stdin", "is not below"),
        ("link/countersign.lock", "is not below"),
        ("link.lock", "is not below"),
        ("..", "is not below"),
        ("", "is not below"),
    ] {
        let config = LOCKED.replace(
            "  vault:",
            &format!("  lock: {{file: \"{name}\"}}\n  vault:"),
        );
        folder.file("app/config.yaml", config.as_bytes());
        if !folder.path().join("app/link").exists() {
            symlink(&out, folder.path().join("app/link")).unwrap();
            symlink(
                out.join("countersign.lock"),
                folder.path().join("app/link.lock"),
            )
            .unwrap();
        }
        let ended = folder.run(&["render", "app"]);
        assert!(ended.code.is_some_and(|code| code != 0), "{ended:?}");
        assert!(ended.stderr.contains(said), "{name}: {}", ended.stderr);
        assert!(!ended.stderr.contains("s3cr3t"), "{}", ended.stderr);
    }
}

#[test]
fn a_kustomization_that_lists_what_is_no_file_of_it_shows_nothing_of_that() {
    let folder = Folder::with(&[
        (
            "app/config.yaml",
            CONFIG
                .replace("  vault:", "  valut: 1\n  vault:")
                .as_bytes(),
        ),
        (
            "elsewhere.yaml",
            CONFIG.replace("shop/db", "s3cr3t-elsewhere").as_bytes(),
        ),
    ]);
    odd(&folder, "app/pipe.yaml", "pipe");
    let listed = "resources: [config.yaml, /etc/passwd, ../elsewhere.yaml, /dev/stdin, /dev/zero, pipe.yaml, ., .., link]\n";
    folder.file("app/kustomization.yaml", listed.as_bytes());
    symlink("/", folder.path().join("app/link")).unwrap();
    // as if kustomize had built it
    let built = CONFIG.replace("  vault:", "  valut: 1\n  vault:");
    folder.file("built.yaml", built.as_bytes());
    fs::create_dir(folder.path().join("bin")).unwrap();
    symlink("/bin/cat", folder.path().join("bin/cat")).unwrap();
    crate::children::program(&folder, "kustomize", "exec cat built.yaml");
    let ended = folder.run(&["render", "app"]);
    ended.refused(2, "error[unknown-field]: unknown field `valut`");
    assert!(
        ended.stderr.contains("app/config.yaml:7:3"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("s3cr3t"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("root:"), "{}", ended.stderr);
}

#[test]
fn the_pipe_of_a_shell_is_read() {
    let folder = Folder::with(&[("config.yaml", CONFIG.as_bytes())]).stdin("config.yaml");
    let output = Command::new("/bin/sh")
        .args(["-c", "cat config.yaml | \"$0\" render /dev/stdin"])
        .arg(env!("CARGO_BIN_EXE_countersign"))
        .current_dir(folder.path())
        .env("COUNTERSIGN_STORE", "file:vault.yaml")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("orders-db")
    );
}
