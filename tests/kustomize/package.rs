//! Packages of kpt, from the files before to the files after: read, run and written by the library
//! that kpt does it with, and held to what kpt says no to.

use crate::app::STORE;
use crate::folder::{Folder, stdout};

const KPTFILE: &str = "=== package/Kptfile
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
const APP: &str = "=== package/app/orders.yaml
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
fn config(path: &str, name: &str, delivery: &str, lock: &str) -> String {
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

const UNLOCKED: &str = "  lock: none\n";

fn package(delivery: &str) -> Folder {
    let config = config("secrets.yaml", "shop", delivery, UNLOCKED);
    Folder::with(&[STORE, KPTFILE, APP, &config])
}

/// The package after a command that has to succeed.
#[track_caller]
fn after(folder: &Folder, arguments: &[&str]) -> String {
    stdout(&folder.kpt(arguments, &[]));
    folder.texts("package")
}

/// stderr of a command that has to fail and to leave the package as it was.
#[track_caller]
fn refused(folder: &Folder, arguments: &[&str]) -> String {
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
fn used(package: &str) -> String {
    let (_, rest) = package
        .split_once("secretRef:\n        name: ")
        .expect("a reference");
    rest.lines().next().expect("a name").to_owned()
}

/// A file of a package.
#[track_caller]
fn file<'p>(package: &'p str, path: &str) -> &'p str {
    let files = package.split("=== ");
    let mut named = files.filter_map(|file| file.strip_prefix(&format!("{path}\n")));
    named
        .next()
        .unwrap_or_else(|| panic!("no {path} in\n{package}"))
}

fn paths(package: &str) -> Vec<&str> {
    let names = package.lines().filter_map(|line| line.strip_prefix("=== "));
    names.collect()
}

#[test]
fn what_a_config_makes_lies_beside_it_and_everything_else_keeps_its_bytes() {
    let folder = package("VaultStaticSecret");
    let before = folder.texts("package");
    let after = after(&folder, &["render", "."]);
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
    for arguments in [
        &["render", "."][..],
        &["eval", ".", "countersign"],
        &["eval", ".", "countersign", "secrets.yaml"],
    ] {
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
    let rendered = made(&["render", "."]);
    assert_eq!(made(&["eval", ".", "countersign"]), rendered);
    assert_eq!(
        made(&["eval", ".", "countersign", "secrets.yaml"]),
        rendered
    );
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
    let arguments = ["eval", ".", "countersign", "../outside.yaml"];
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
    let before = after(&folder, &["render", "."]);
    folder.add(&[STORE]);
    let rotated = after(&folder, &["render", "."]);
    assert_eq!(paths(&rotated), paths(&before));
    assert_ne!(used(&rotated), used(&before));
    assert!(!rotated.contains(&used(&before)), "{rotated}");
    // as if there had been no run before
    assert_eq!(
        rotated,
        after(&package("VaultStaticSecret"), &["render", "."])
    );
}

#[test]
fn what_a_lock_keeps_lies_there_until_the_lock_drops_it() {
    let config = config("secrets.yaml", "shop", "VaultStaticSecret", "");
    let folder = Folder::with(&[STORE, KPTFILE, APP, &config]);
    let stderr = refused(&folder, &["render", "."]);
    assert!(stderr.contains("error[lock-missing]"), "{stderr}");
    // the function runs where kpt was started, and `lock` needs no function to read a package
    assert!(
        stderr.contains("run `countersign lock` and commit"),
        "{stderr}"
    );
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db@1"));
    let before = after(&folder, &["render", "."]);
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db"));
    let both = after(&folder, &["render", "."]);
    let made = file(&both, "countersign_shop.yaml");
    for generation in [used(&before), used(&both)] {
        assert!(
            made.contains(&format!("\n  name: \"{generation}\"\n")),
            "{made}"
        );
    }
    assert_eq!(after(&folder, &["render", "."]), both);
    stdout(&folder.shell("cd package && countersign lock --check"));
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db --drop-previous"));
    let alone = after(&folder, &["render", "."]);
    assert!(!file(&alone, "countersign_shop.yaml").contains(&used(&before)));
    assert_eq!(used(&alone), used(&both));
}

#[test]
fn a_secret_that_leaves_the_config_goes_when_nobody_names_it() {
    let folder = package("VaultStaticSecret");
    let before = after(&folder, &["render", "."]);
    let config = folder.read("package/secrets.yaml");
    let without = config.replace(
        "name: orders-db, path: shop/orders",
        "name: mail, path: shop/mail",
    );
    folder.write("package/secrets.yaml", &without);
    let still_used = after(&folder, &["render", "."]);
    assert!(file(&still_used, "countersign_shop.yaml").contains(&used(&before)));
    let orders = folder.read("package/app/orders.yaml");
    let (start, rest) = orders.split_once("    envFrom:\n").expect("it is used");
    let (_, end) = rest.split_once("---\n").expect("another object");
    folder.write("package/app/orders.yaml", &format!("{start}---\n{end}"));
    let unused = after(&folder, &["render", "."]);
    let made = file(&unused, "countersign_shop.yaml");
    assert!(!made.contains("orders-db"), "{made}");
    assert!(made.contains("name: \"mail-"), "{made}");
}

#[test]
fn values_are_written_into_a_package_only_where_the_runner_says_so() {
    for delivery in ["Secret", "Both"] {
        let folder = package(delivery);
        let stderr = refused(&folder, &["render", "."]);
        assert!(
            stderr.contains("error[values-in-package]: `orders-db` is delivered as a Secret"),
            "{stderr}"
        );
        assert!(
            stderr.contains("COUNTERSIGN_WRITE_SECRETS=true"),
            "{stderr}"
        );
        let allowed = [("COUNTERSIGN_WRITE_SECRETS", "true")];
        stdout(&folder.kpt(&["render", "."], &allowed));
        let once = folder.texts("package");
        assert!(file(&once, "countersign_shop.yaml").contains("kind: \"Secret\""));
        stdout(&folder.kpt(&["render", "."], &allowed));
        assert_eq!(folder.texts("package"), once);
    }
}

#[test]
fn a_value_that_a_lock_keeps_is_a_value_as_well() {
    let config = config("secrets.yaml", "shop", "Secret", "");
    let folder = Folder::with(&[STORE, KPTFILE, APP, &config]);
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db@1"));
    let operator = config.replace("delivery: Secret", "delivery: VaultStaticSecret");
    folder.add(&[&operator]);
    stdout(&folder.shell("cd package && countersign lock --upgrade orders-db"));
    let stderr = refused(&folder, &["render", "."]);
    assert!(stderr.contains("error[values-in-package]"), "{stderr}");
}

#[test]
fn a_file_of_the_user_that_is_called_so_is_kept() {
    let folder = package("VaultStaticSecret");
    let mine = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n";
    folder.write("package/countersign_shop.yaml", mine);
    let once = after(&folder, &["render", "."]);
    let shared = file(&once, "countersign_shop.yaml");
    assert!(shared.starts_with(mine), "{shared}");
    assert!(shared.contains("VaultStaticSecret"), "{shared}");
    assert_eq!(after(&folder, &["render", "."]), once);
}

#[test]
fn packages_within_a_package_keep_their_files() {
    let inner = "=== package/mail/Kptfile
apiVersion: kpt.dev/v1
kind: Kptfile
metadata:
  name: mail
=== package/mail/deep/pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: mail
spec:
  containers:
  - name: app
    image: app:1
    envFrom:
    - secretRef:
        name: mail-account
";
    let mail = config(
        "mail/deep/secrets.yaml",
        "mail",
        "VaultStaticSecret",
        UNLOCKED,
    )
    .replace(
        "name: orders-db, path: shop/orders",
        "name: mail-account, path: shop/mail",
    );
    // by the pipeline around both, and by one of its own
    let own = inner.replace(
        "  name: mail\n===",
        "  name: mail\npipeline:\n  mutators:\n  - exec: countersign\n===",
    );
    for inner in [inner, &own] {
        let folder = package("VaultStaticSecret");
        folder.add(&[inner, &mail]);
        let once = after(&folder, &["render", "."]);
        assert_eq!(
            paths(&once),
            [
                "Kptfile",
                "app/orders.yaml",
                "countersign_shop.yaml",
                "mail/Kptfile",
                "mail/deep/countersign_mail.yaml",
                "mail/deep/pod.yaml",
                "mail/deep/secrets.yaml",
                "secrets.yaml"
            ]
        );
        assert!(file(&once, "mail/deep/countersign_mail.yaml").contains("mail-account-"));
        assert_eq!(after(&folder, &["render", "."]), once);
    }
}

#[test]
fn a_function_behind_another_one_of_kustomize_is_in_no_package() {
    // the one in front leaves the file names of kyaml on all that it returns
    let folder = Folder::with(&[
        STORE,
        "=== pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: orders}
spec: {containers: [{name: app, image: app, envFrom: [{secretRef: {name: orders-db}}]}]}
=== kustomization.yaml
resources: [pod.yaml, package/secrets.yaml]
transformers: [first.yaml, second.yaml]
=== first.yaml
apiVersion: example.com/v1
kind: Copy
metadata:
  name: copy
  annotations:
    config.kubernetes.io/function: |
      exec: {path: /bin/cat}
=== second.yaml
apiVersion: countersign.dev/v1alpha1
kind: Countersign
metadata:
  name: countersign
  annotations:
    config.kubernetes.io/function: |
      exec: {path: countersign}
",
        &config("secrets.yaml", "shop", "Secret", UNLOCKED).replace(
            "  annotations:\n    config.kubernetes.io/local-config: \"true\"\n",
            "",
        ),
    ]);
    let built = folder.build(".");
    assert_eq!(
        built.uses("Pod/orders"),
        [built.generation("orders-db")],
        "{}",
        built.text
    );
}
