//! What is proposed together.

use std::rc::Rc;

use super::{DB, ORDERS, Vault, fact, locks, orders};
use crate::kube::id::ObjectId;
use crate::locking::file::LockFile;
use crate::locking::objects::Objects;
use crate::locking::outdated::{find, groups};
use crate::stage::Input;
use crate::vault::History;

fn deployment(name: &str, secrets: &[&str]) -> String {
    let each = secrets
        .iter()
        .map(|s| format!("        - secretRef: {{name: {s}}}\n"));
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: main\n        envFrom:\n{}",
        each.collect::<String>()
    )
}

/// The groups for a build, as lines.
fn grouped(files: &[LockFile], vault: &Vault, manifests: String) -> Vec<String> {
    let objects = Objects::of(&[Input {
        file: "overlays/prod".into(),
        text: manifests.into(),
        only_configs: false,
    }]);
    let outdated = find(files, vault).unwrap();
    // every lock is used by this build
    let objects = vec![vec![Rc::new(objects)]; files.len()];
    let groups = groups::by_workload(files, &outdated, &objects);
    let lines = groups.into_iter().map(|group| {
        let workloads: Vec<String> = group
            .workloads
            .unwrap()
            .iter()
            .map(ObjectId::label)
            .collect();
        format!("{} | {}", workloads.join(" "), group.command.join(" "))
    });
    lines.collect()
}

#[test]
fn secrets_that_roll_a_common_workload_are_proposed_together() {
    let files = orders();
    let newer = |h: &mut History| h.versions.push(fact(20, "2026-11-20T00:00:00Z"));
    let vault = Vault::of(&files)
        .history(DB, newer)
        .history("shared/ca", newer);
    let (db, config) = ("orders-db-dbfh4f54f4", "orders-config-d6mf575g2t");
    let apart = deployment("api", &[db]) + &deployment("web", &[config]);
    assert_eq!(
        grouped(&files, &vault, apart.clone()),
        [
            "Deployment/web | countersign lock overlays/prod --upgrade orders-config",
            "Deployment/api | countersign lock overlays/prod --upgrade orders-db",
        ]
    );
    assert_eq!(
        grouped(&files, &vault, apart + &deployment("job", &[config, db])),
        [
            "Deployment/api Deployment/job Deployment/web | countersign lock overlays/prod --upgrade orders-config --upgrade orders-db"
        ]
    );
}

#[test]
fn what_is_not_outdated_brings_nothing_together() {
    let files = orders();
    let newer = |h: &mut History| h.versions.push(fact(20, "2026-11-20T00:00:00Z"));
    let vault = Vault::of(&files).history(DB, newer);
    // the previous generation is not what rolls, and neither is a namesake elsewhere
    let other = deployment("other", &["orders-db-dbfh4f54f4"]).replace("shop", "till");
    let build = other + &deployment("old", &["orders-db-dm7c497m6m", "orders-config-d6mf575g2t"]);
    assert_eq!(
        grouped(&files, &vault, build),
        [" | countersign lock overlays/prod --upgrade orders-db"]
    );
}

#[test]
fn locks_that_one_build_moves_make_one_proposal() {
    let mut files = locks(&[("prod/locks/a.lock", ORDERS), ("prod/locks/b.lock", ORDERS)]);
    let newer = |h: &mut History| h.versions.push(fact(20, "2026-11-20T00:00:00Z"));
    let vault = Vault::of(&files[..1]).history(DB, newer);
    let apart = "countersign lock prod/locks --upgrade orders-db";
    assert_eq!(
        grouped(&files, &vault, String::new()),
        [format!(" | {apart}")],
        "one command moves it in both"
    );
    files[1].target = vec!["other".to_owned()];
    assert_eq!(
        grouped(&files, &vault, String::new()),
        [
            format!(" | {apart}"),
            " | countersign lock other --upgrade orders-db".to_owned()
        ]
    );
}
