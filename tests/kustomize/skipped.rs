//! Tools that skip a function that is a program, and the folder that makes this an error.

use crate::app::{DELIVERIES, PLAIN_BASE, app};
use crate::folder::{Folder, failure, shipped};

const TOP: &str = "=== top/kustomization.yaml
resources: [../base]
namePrefix: prod-
transformers: [../countersign]
=== guarded/kustomization.yaml
resources: [../base]
namePrefix: prod-
transformers: [../guarded-countersign]
";

fn guarded(delivery: &str) -> Folder {
    let folder = Folder::with(&[&app(delivery), PLAIN_BASE, TOP]);
    folder.add(&[&shipped("function", "guarded-countersign")]);
    folder
}

#[test]
fn a_build_that_skipped_the_function_fails_and_says_why() {
    let folder = guarded("VaultStaticSecret");
    let alone = ["build", "--enable-alpha-plugins", "guarded"];
    for output in [folder.try_kubectl("guarded"), folder.kustomize(&alone)] {
        let stderr = failure(output);
        assert!(stderr.contains("countersign was skipped"), "{stderr}");
        assert!(
            stderr.contains("kustomize build --enable-alpha-plugins --enable-exec"),
            "{stderr}"
        );
    }
}

#[test]
fn where_the_function_ran_nothing_is_different() {
    for delivery in DELIVERIES {
        let folder = guarded(delivery);
        assert_eq!(
            folder.build("guarded").text,
            folder.build("top").text,
            "{delivery}"
        );
    }
}

#[test]
fn a_lock_can_be_made_through_it() {
    let folder = guarded("VaultStaticSecret");
    let config = folder
        .read("base/secrets.yaml")
        .replace("  lock: none\n", "");
    folder.write("base/secrets.yaml", &config);
    let output = folder.shell("countersign lock --enable-exec guarded");
    assert!(output.status.success(), "{output:?}");
    assert!(
        folder
            .read("guarded/countersign.lock")
            .contains("orders-db")
    );
}
