//! What a package of kpt may hold: values only where the runner says so, files of the user, other packages.

use crate::app::STORE;
use crate::folder::{Folder, stdout};
use crate::package::{
    APP, KPTFILE, RENDER, UNLOCKED, after, config, file, package, paths, refused,
};

#[test]
fn values_are_written_into_a_package_only_where_the_runner_says_so() {
    for delivery in ["Secret", "Both"] {
        let folder = package(delivery);
        let stderr = refused(&folder, &RENDER);
        assert!(
            stderr.contains("error[values-in-package]: `orders-db` is delivered as a Secret"),
            "{stderr}"
        );
        assert!(
            stderr.contains("COUNTERSIGN_WRITE_SECRETS=true"),
            "{stderr}"
        );
        let allowed = [("COUNTERSIGN_WRITE_SECRETS", "true")];
        stdout(&folder.kpt(&RENDER, &allowed));
        let once = folder.texts("package");
        assert!(file(&once, "countersign_shop.yaml").contains("kind: \"Secret\""));
        stdout(&folder.kpt(&RENDER, &allowed));
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
    let stderr = refused(&folder, &RENDER);
    assert!(stderr.contains("error[values-in-package]"), "{stderr}");
}

#[test]
fn a_file_of_the_user_that_is_called_so_is_kept() {
    let folder = package("VaultStaticSecret");
    let mine = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n";
    folder.write("package/countersign_shop.yaml", mine);
    let once = after(&folder, &RENDER);
    let shared = file(&once, "countersign_shop.yaml");
    assert!(shared.starts_with(mine), "{shared}");
    assert!(shared.contains("VaultStaticSecret"), "{shared}");
    assert_eq!(after(&folder, &RENDER), once);
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
        let once = after(&folder, &RENDER);
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
        assert_eq!(after(&folder, &RENDER), once);
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
