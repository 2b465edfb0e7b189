//! Packages of kpt, from the files before to the files after: read, run and written by the library
//! that kpt does it with, and held to what kpt says no to.

use crate::app::STORE;
use crate::folder::{Folder, stdout};

pub const KPTFILE: &str = "=== package/Kptfile
apiVersion: kpt.dev/v1
kind: Kptfile # of the package
metadata:
  name: shop
  annotations:
    config.kubernetes.io/local-config: \"true\"
pipeline:
  mutators:
    - exec: countersign
      configPath: secrets.yaml
";

/// Text that is written as kpt writes it, so that a difference is ours.
pub const APP: &str = "=== package/app/orders.yaml
# The order service.
apiVersion: v1
kind: Pod
metadata:
  name: orders # ours
spec:
  containers:
  - name: app # the only one
    image: app:1
    envFrom:
    - secretRef:
        name: orders-db
---
# What it is told.
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: 0644
";

/// The file of a config.
pub fn config(path: &str, name: &str, delivery: &str, lock: &str) -> String {
    format!(
        "=== package/{path}
# Which secrets the package has.
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata:
  name: {name}
  annotations:
    config.kubernetes.io/local-config: \"true\"
spec:
  delivery: {delivery} # who brings it
{lock}  vault: {{mount: kvv2}}
  operator: {{vaultAuthRef: shop}}
  secrets:
  - {{name: orders-db, path: shop/orders}}
"
    )
}

/// What is typed behind `kpt`.
pub const RENDER: [&str; 3] = ["fn", "render", "--allow-exec"];
const EVAL: [&str; 4] = ["fn", "eval", "--exec", "countersign"];
const EVAL_WITH: [&str; 6] = [
    "fn",
    "eval",
    "--exec",
    "countersign",
    "--fn-config",
    "secrets.yaml",
];

pub const UNLOCKED: &str = "  lock: none\n";

pub fn package(delivery: &str) -> Folder {
    let config = config("secrets.yaml", "shop", delivery, UNLOCKED);
    Folder::with(&[STORE, KPTFILE, APP, &config])
}

/// The package after a command that has to succeed.
#[track_caller]
pub fn after(folder: &Folder, arguments: &[&str]) -> String {
    stdout(&folder.kpt(arguments, &[]));
    folder.texts("package")
}

/// stderr of a command that has to fail and to leave the package as it was.
#[track_caller]
pub fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let before = folder.texts("package");
    let output = folder.kpt(arguments, &[]);
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!output.status.success(), "{stderr}");
    assert_eq!(folder.texts("package"), before);
    assert!(!stderr.contains("s3cr3t-"), "{stderr}");
    stderr
}

/// Whose Secret the pod of a package takes.
#[track_caller]
pub fn used(package: &str) -> String {
    let (_, rest) = package
        .split_once("secretRef:\n        name: ")
        .expect("a reference");
    rest.lines().next().expect("a name").to_owned()
}

/// A file of a package.
#[track_caller]
pub fn file<'p>(package: &'p str, path: &str) -> &'p str {
    let files = package.split("=== ");
    let mut named = files.filter_map(|file| file.strip_prefix(&format!("{path}\n")));
    named
        .next()
        .unwrap_or_else(|| panic!("no {path} in\n{package}"))
}

pub fn paths(package: &str) -> Vec<&str> {
    let names = package.lines().filter_map(|line| line.strip_prefix("=== "));
    names.collect()
}

#[test]
fn what_a_config_makes_lies_beside_it_and_everything_else_keeps_its_bytes() {
    let folder = package("VaultStaticSecret");
    let before = folder.texts("package");
    let after = after(&folder, &RENDER);
    assert_eq!(
        paths(&after),
        [
            "Kptfile",
            "app/orders.yaml",
            "countersign_shop.yaml",
            "secrets.yaml"
        ]
    );
    for same in ["Kptfile", "secrets.yaml"] {
        assert_eq!(file(&after, same), file(&before, same));
    }
    let generation = used(&after);
    assert!(generation.starts_with("orders-db-"), "{after}");
    let made = file(&after, "countersign_shop.yaml");
    assert!(
        made.contains(&format!("  name: \"{generation}\"\n")),
        "{made}"
    );
    assert!(!made.contains("config.kubernetes.io/"), "{made}");
    let orders = file(&after, "app/orders.yaml");
    let (changed, rest) = orders.split_once("spec:\n").expect("a spec");
    assert!(changed.starts_with("# The order service.\napiVersion: v1\n"));
    assert!(changed.contains("countersign.dev/config-hash"), "{changed}");
    let (_, untouched) = file(&before, "app/orders.yaml")
        .split_once("spec:\n")
        .expect("a spec");
    assert_eq!(rest.replace(&generation, "orders-db"), untouched);
}

#[test]
fn a_second_run_changes_no_byte() {
    for arguments in [&RENDER[..], &EVAL, &EVAL_WITH] {
        let folder = package("VaultStaticSecret");
        let once = after(&folder, arguments);
        assert_ne!(once, package("VaultStaticSecret").texts("package"));
        assert_eq!(after(&folder, arguments), once, "{arguments:?}");
    }
}

#[test]
fn whichever_command_runs_it_the_objects_are_the_same() {
    let made = |arguments: &[&str]| {
        let after = after(&package("VaultStaticSecret"), arguments);
        file(&after, "countersign_shop.yaml").to_owned()
    };
    let rendered = made(&RENDER);
    assert_eq!(made(&EVAL), rendered);
    assert_eq!(made(&EVAL_WITH), rendered);
}

#[test]
fn a_config_outside_of_the_package_makes_a_file_of_the_package() {
    let folder = Folder::with(&[STORE, KPTFILE, APP]);
    folder.add(&[&config(
        "../outside.yaml",
        "shop",
        "VaultStaticSecret",
        UNLOCKED,
    )]);
    let arguments = [
        "fn",
        "eval",
        "--exec",
        "countersign",
        "--fn-config",
        "../outside.yaml",
    ];
    let once = after(&folder, &arguments);
    assert_eq!(
        paths(&once),
        ["Kptfile", "app/orders.yaml", "countersign_shop.yaml"]
    );
    assert_eq!(after(&folder, &arguments), once);
}

#[test]
fn a_rotated_secret_replaces_its_file() {
    let folder = package("VaultStaticSecret");
    let newest = "      - {created: 2026-11-02T09:00:00Z, data: {user: s3cr3t-user, password: s3cr3t-two}}\n";
    let earlier = STORE.replace(newest, "");
    assert_ne!(earlier, STORE);
    folder.add(&[&earlier]);
    let before = after(&folder, &RENDER);
    folder.add(&[STORE]);
    let rotated = after(&folder, &RENDER);
    assert_eq!(paths(&rotated), paths(&before));
    assert_ne!(used(&rotated), used(&before));
    assert!(!rotated.contains(&used(&before)), "{rotated}");
    // as if there had been no run before
    assert_eq!(rotated, after(&package("VaultStaticSecret"), &RENDER));
}

#[test]
fn what_a_lock_keeps_lies_there_until_the_lock_drops_it() {
    let config = config("secrets.yaml", "shop", "VaultStaticSecret", "");
    let folder = Folder::with(&[STORE, KPTFILE, APP, &config]);
    let stderr = refused(&folder, &RENDER);
    assert!(stderr.contains("error[lock-missing]"), "{stderr}");
    // the function runs where kpt was started, and `lock` needs no function to read a package
    assert!(
        stderr.contains("run `countersign lock` and commit"),
        "{stderr}"
    );
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db@1"));
    let before = after(&folder, &RENDER);
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db"));
    let both = after(&folder, &RENDER);
    let made = file(&both, "countersign_shop.yaml");
    for generation in [used(&before), used(&both)] {
        assert!(
            made.contains(&format!("\n  name: \"{generation}\"\n")),
            "{made}"
        );
    }
    assert_eq!(after(&folder, &RENDER), both);
    stdout(&folder.shell("cd package && countersign lock --check"));
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db --drop-previous"));
    let alone = after(&folder, &RENDER);
    assert!(!file(&alone, "countersign_shop.yaml").contains(&used(&before)));
    assert_eq!(used(&alone), used(&both));
}

#[test]
fn a_secret_that_leaves_the_config_goes_when_nobody_names_it() {
    let folder = package("VaultStaticSecret");
    let before = after(&folder, &RENDER);
    let config = folder.read("package/secrets.yaml");
    let without = config.replace(
        "name: orders-db, path: shop/orders",
        "name: mail, path: shop/mail",
    );
    folder.write("package/secrets.yaml", &without);
    let still_used = after(&folder, &RENDER);
    assert!(file(&still_used, "countersign_shop.yaml").contains(&used(&before)));
    let orders = folder.read("package/app/orders.yaml");
    let (start, rest) = orders.split_once("    envFrom:\n").expect("it is used");
    let (_, end) = rest.split_once("---\n").expect("another object");
    folder.write("package/app/orders.yaml", &format!("{start}---\n{end}"));
    let unused = after(&folder, &RENDER);
    let made = file(&unused, "countersign_shop.yaml");
    assert!(!made.contains("orders-db"), "{made}");
    assert!(made.contains("name: \"mail-"), "{made}");
}
