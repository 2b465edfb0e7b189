//! countersign in a base or in the middle, with layers above that rename, patch and add.

use crate::app::{BASE_WITH_COMPONENT, BASE_WITH_FUNCTION, DELIVERIES, app, component};
use crate::built::{Built, text};
use crate::folder::Folder;

/// An overlay that renames everything, and adds a workload that knows only the logical name.
const TOP: &str = "=== top/kustomization.yaml
resources: [../base, report.yaml]
namePrefix: prod-
nameSuffix: -eu
namespace: shop
=== top/report.yaml
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{name: report, image: report, envFrom: [{secretRef: {name: orders-db}}]}]
";

/// A workload of a kind that kustomize does not know.
const ROLLOUT: &str = "=== base/orders.yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: orders}
spec: {template: {spec: {containers: [{name: app, image: app, envFrom: [{secretRef: {name: orders-db}}]}]}}}
";

#[test]
fn a_secret_keeps_its_users_through_every_rename() {
    let folder = Folder::with(&[&app("Secret"), BASE_WITH_FUNCTION, TOP]);
    let built = folder.build("top");
    let name = built.generation("prod-orders-db");
    assert!(name.ends_with("-eu"), "{name}");
    assert_eq!(built.uses("Deployment/prod-orders-eu"), [name.as_str()]);
    assert_eq!(built.uses("CronJob/prod-report-eu"), [name.as_str()]);
}

#[test]
fn with_the_component_every_delivery_keeps_its_users_through_every_rename() {
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), &component(), BASE_WITH_COMPONENT, TOP]);
        let built = folder.build("top");
        let name = built.generation("prod-orders-db");
        assert_eq!(
            built.uses("Deployment/prod-orders-eu"),
            [name.as_str()],
            "{delivery}"
        );
        assert_eq!(
            built.uses("CronJob/prod-report-eu"),
            [name.as_str()],
            "{delivery}"
        );
        if delivery != "Secret" {
            let object = built.the(&format!("VaultStaticSecret/{name}"));
            assert_eq!(text(object, "/spec/destination/name"), name);
        }
    }
}

#[test]
fn the_component_may_as_well_stand_in_the_layer_that_renames() {
    let top = TOP.replace("namePrefix", "components: [../names]\nnamePrefix");
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), &component(), BASE_WITH_FUNCTION, &top]);
        let built = folder.build("top");
        let name = built.generation("prod-orders-db");
        assert_eq!(built.uses("CronJob/prod-report-eu"), [name], "{delivery}");
    }
}

/// The limit that `docs/kustomize.md` describes: nothing can tell a function in a base what layers
/// above it will do.
#[test]
fn without_the_component_names_come_apart_above_a_rename() {
    let broken = |base: &str, delivery: &str| {
        let folder = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, TOP, base]);
        let mut broken = Built::lawless(folder.try_build("top")).broken();
        for line in &mut broken {
            line.truncate(line.find("orders-db").unwrap_or_default());
        }
        broken
    };
    assert_eq!(broken("", "Secret"), [""; 0]);
    assert_eq!(broken(ROLLOUT, "Secret"), ["Rollout/prod-orders-eu uses "]);
    assert_eq!(
        broken("", "VaultStaticSecret"),
        ["CronJob/prod-report-eu uses "]
    );
    assert_eq!(broken("", "Both"), ["VaultStaticSecret/prod-"]);
}

#[test]
fn the_component_covers_kinds_that_kustomize_does_not_know() {
    for delivery in DELIVERIES {
        let folder = Folder::with(&[
            &app(delivery),
            &component(),
            BASE_WITH_COMPONENT,
            TOP,
            ROLLOUT,
        ]);
        let built = folder.build("top");
        assert_eq!(
            built.uses("Rollout/prod-orders-eu"),
            [built.generation("prod-orders-db")]
        );
    }
}

#[test]
fn three_layers_may_rename_one_after_the_other() {
    let layers = "=== middle/kustomization.yaml
resources: [../base]
namePrefix: shop-
namespace: middle
=== top/kustomization.yaml
resources: [../middle, report.yaml]
nameSuffix: -eu
namePrefix: prod-
namespace: shop
";
    for delivery in DELIVERIES {
        let folder = Folder::with(&[
            &app(delivery),
            &component(),
            BASE_WITH_COMPONENT,
            TOP,
            layers,
        ]);
        let built = folder.build("top");
        let name = built.generation("prod-shop-orders-db");
        assert_eq!(
            built.uses("Deployment/prod-shop-orders-eu"),
            [name.as_str()],
            "{delivery}"
        );
        assert_eq!(
            built.uses("CronJob/prod-report-eu"),
            [name.as_str()],
            "{delivery}"
        );
    }
}

#[test]
fn the_function_may_stand_in_the_middle_of_three_layers() {
    let layers = "=== base/kustomization.yaml
resources: [orders.yaml, secrets.yaml]
namePrefix: shop-
=== middle/kustomization.yaml
resources: [../base]
nameSuffix: -a
transformers: [../countersign]
components: [../names]
=== top/kustomization.yaml
resources: [../middle, report.yaml]
namePrefix: prod-
namespace: shop
";
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), &component(), TOP, layers]);
        let built = folder.build("top");
        let name = built.generation("prod-orders-db");
        assert_eq!(
            built.uses("Deployment/prod-shop-orders-a"),
            [name.as_str()],
            "{delivery}"
        );
        assert_eq!(
            built.uses("CronJob/prod-report"),
            [name.as_str()],
            "{delivery}"
        );
    }
}

#[test]
fn two_instances_of_one_base_live_in_one_namespace() {
    let layers = "=== a/kustomization.yaml
resources: [../base]
namePrefix: a-
=== b/kustomization.yaml
resources: [../base]
namePrefix: b-
=== top/kustomization.yaml
resources: [../a, ../b]
namespace: shop
";
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), &component(), BASE_WITH_COMPONENT, layers]);
        let built = folder.build("top");
        for instance in ["a", "b"] {
            let name = built.generation(&format!("{instance}-orders-db"));
            assert_eq!(
                built.uses(&format!("Deployment/{instance}-orders")),
                [name],
                "{delivery}"
            );
        }
    }
}

#[test]
fn patches_above_find_the_emitted_objects_by_their_logical_names() {
    let top = "=== top/kustomization.yaml
resources: [../base]
namePrefix: prod-
patches:
- patch: |-
    apiVersion: v1
    kind: Secret
    metadata: {name: orders-db, labels: {strategic: here}}
- target: {kind: Secret, name: orders-db}
  patch: '- {op: add, path: /metadata/labels/json, value: here}'
- target: {kind: VaultStaticSecret, name: orders-db}
  patch: '- {op: replace, path: /spec/refreshAfter, value: 1h}'
";
    let folder = Folder::with(&[&app("Both"), &component(), BASE_WITH_COMPONENT, top]);
    let built = folder.build("top");
    let name = built.generation("prod-orders-db");
    let secret = built.the(&format!("Secret/{name}"));
    assert_eq!(text(secret, "/metadata/labels/strategic"), "here");
    assert_eq!(text(secret, "/metadata/labels/json"), "here");
    let operated = built.the(&format!("VaultStaticSecret/{name}"));
    assert_eq!(text(operated, "/spec/refreshAfter"), "1h");
    assert_eq!(text(operated, "/spec/destination/name"), name);
    assert_eq!(built.uses("Deployment/prod-orders"), [name]);
}

#[test]
fn replacements_above_find_the_emitted_objects_by_their_logical_names() {
    let top = "=== top/kustomization.yaml
resources: [../base]
replacements:
- source: {kind: Secret, name: orders-db, fieldPath: metadata.name}
  targets:
  - select: {kind: ConfigMap, name: settings}
    fieldPaths: [data.SECRET_NAME]
    options: {create: true}
";
    let built = Folder::with(&[&app("Secret"), BASE_WITH_FUNCTION, top]).build("top");
    let name = built.generation("orders-db");
    assert_eq!(
        text(built.the("ConfigMap/settings"), "/data/SECRET_NAME"),
        name
    );
}

#[test]
fn names_that_never_change_follow_as_well() {
    for (delivery, stable) in [
        ("Secret", "nameSuffix: false"),
        ("VaultStaticSecret", "nameSuffix: false"),
        ("Both", "nameSuffix: false"),
        ("VaultStaticSecret", "follow: true"),
    ] {
        let app = app(delivery).replace(
            "path: shop/orders}",
            &format!("path: shop/orders, {stable}}}"),
        );
        let folder = Folder::with(&[&app, &component(), BASE_WITH_COMPONENT, TOP]);
        let built = folder.build("top");
        assert_eq!(
            built.uses("Deployment/prod-orders-eu"),
            ["prod-orders-db-eu"],
            "{delivery} {stable}"
        );
        assert_eq!(
            built.uses("CronJob/prod-report-eu"),
            ["prod-orders-db-eu"],
            "{delivery} {stable}"
        );
    }
}

/// The cure is a second pass, or countersign in the layer that is built.
#[test]
fn stamps_do_not_see_what_a_layer_above_changes() {
    let top = "=== top/kustomization.yaml
resources: [../base]
images: [{name: registry.example.com/orders, newTag: 1.5.0}]
";
    let folder = Folder::with(&[&app("Secret"), BASE_WITH_FUNCTION, top]);
    let stamps = folder.build("base").stamps("Deployment/orders");
    assert_eq!(folder.build("top").stamps("Deployment/orders"), stamps);
    let fresh = folder.render(&folder.build("top").text);
    assert!(fresh.stamps("Deployment/orders").1.starts_with("1.5.0:"));
}
