//! A package that is written in place, as kpt does it: each run gets what the one before returned.

use crate::app::{STORE, config};
use crate::folder::{Folder, stdout};

/// What belongs to the tool and to local work; comments and all.
const UNTOUCHED: &str = "- apiVersion: kpt.dev/v1
  kind: Kptfile # of the package
  metadata:
    name: shop
    annotations:
      config.kubernetes.io/local-config: \"true\"
      internal.config.kubernetes.io/path: 'Kptfile'
      internal.config.kubernetes.io/index: '0'
";

const POD: &str = "- apiVersion: v1
  kind: Pod
  metadata:
    name: report
    annotations:
      internal.config.kubernetes.io/path: 'app/pod.yaml'
      internal.config.kubernetes.io/index: '0'
  spec: {containers: [{name: report, image: report, envFrom: [{secretRef: {name: orders-db}}]}]}
";

/// The package with a config that stands outside of it, as `--fn-config` names it.
fn package() -> String {
    let config = config("VaultStaticSecret", "");
    let config: Vec<_> = config.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{UNTOUCHED}{POD}functionConfig:\n{}",
        config.concat()
    )
}

/// The name of the generation that the pod uses.
fn used(list: &str) -> String {
    let (_, rest) = list.split_once("secretRef: {name: ").expect("a reference");
    rest.split('}').next().expect("its end").to_owned()
}

#[test]
fn a_second_run_in_place_changes_nothing() {
    let folder = Folder::with(&[STORE]);
    let once = stdout(&folder.function(&package()));
    assert!(used(&once).starts_with("orders-db-"), "{once}");
    assert_eq!(stdout(&folder.function(&once)), once);
}

#[test]
fn a_rotation_replaces_what_the_run_before_wrote() {
    let newest = "      - {created: 2026-11-02T09:00:00Z, data: {user: s3cr3t-user, password: s3cr3t-two}}\n";
    let earlier = STORE.replace(newest, "");
    assert_ne!(earlier, STORE);
    let folder = Folder::with(&[&earlier]);
    let before = stdout(&folder.function(&package()));
    folder.add(&[STORE]);
    let after = stdout(&folder.function(&before));
    assert_ne!(used(&after), used(&before));
    assert!(!after.contains(&used(&before)), "{after}");
    // as if there had been no run before
    assert_eq!(after, stdout(&folder.function(&package())));
}

#[test]
fn what_is_not_ours_keeps_its_bytes_and_its_file() {
    let list = stdout(&Folder::with(&[STORE]).function(&package()));
    assert!(list.contains(UNTOUCHED), "{list}");
    assert!(
        list.contains("internal.config.kubernetes.io/path: 'app/pod.yaml'\n"),
        "{list}"
    );
}
