//! countersign again, in a layer above: brings up to date what layers in between have changed.

use crate::app::{BASE_WITH_FUNCTION, DELIVERIES, PLAIN_BASE, app, config};
use crate::built::text;
use crate::folder::Folder;

/// Renames, another image, other settings, and a workload that knows only the logical name; then
/// countersign for the second time.
const TOP: &str = "=== top/kustomization.yaml
resources: [../base, report.yaml]
namePrefix: prod-
nameSuffix: -eu
namespace: shop
images: [{name: registry.example.com/orders, newTag: 1.5.0}]
patches:
- target: {kind: ConfigMap, name: settings}
  patch: '- {op: replace, path: /data/LOG_LEVEL, value: debug}'
transformers: [../countersign]
=== top/report.yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: report}
spec: {template: {spec: {containers: [{name: app, image: app, envFrom: [{secretRef: {name: orders-db}}]}]}}}
";

#[test]
fn references_destinations_and_stamps_are_right_without_the_component() {
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, TOP]);
        let built = folder.build("top");
        let name = built.generation("prod-orders-db");
        assert_eq!(
            built.uses("Deployment/prod-orders-eu"),
            [name.as_str()],
            "{delivery}"
        );
        assert_eq!(
            built.uses("Rollout/prod-report-eu"),
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
fn stamps_are_those_of_a_single_pass() {
    for delivery in DELIVERIES {
        let twice = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, TOP]).build("top");
        let once = Folder::with(&[&app(delivery), PLAIN_BASE, TOP]).build("top");
        let orders = "Deployment/prod-orders-eu";
        assert!(twice.stamps(orders).1.starts_with("1.5.0:"));
        // only the name of the config differs, which `version` counts and `content` does not
        if delivery != "VaultStaticSecret" {
            assert_eq!(twice.stamps(orders), once.stamps(orders), "{delivery}");
        }
        let quiet = TOP.replace("value: debug", "value: info");
        let quiet = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, &quiet]).build("top");
        assert_ne!(twice.stamps(orders), quiet.stamps(orders), "{delivery}");
    }
}

#[test]
fn a_pipe_behind_the_build_is_a_second_pass() {
    let plain_top = TOP.replace("transformers: [../countersign]\n", "");
    for delivery in DELIVERIES {
        let twice = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, TOP]).build("top");
        let folder = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, &plain_top]);
        let broken = String::from_utf8(folder.try_build("top").stdout).expect("UTF-8");
        assert_eq!(
            folder.render(&broken).by_name(),
            twice.by_name(),
            "{delivery}"
        );
    }
}

#[test]
fn countersign_may_run_in_each_of_three_layers() {
    let layers = "=== middle/kustomization.yaml
resources: [../base]
namePrefix: shop-
transformers: [../countersign]
=== top/kustomization.yaml
resources: [../middle]
namePrefix: prod-
namespace: shop
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let built = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, layers]).build("top");
        let name = built.generation("prod-shop-orders-db");
        assert_eq!(
            built.uses("Deployment/prod-shop-orders"),
            [name],
            "{delivery}"
        );
    }
}

#[test]
fn two_instances_are_told_apart() {
    let layers = "=== a/kustomization.yaml
resources: [../base]
namePrefix: a-
transformers: [../countersign]
=== b/kustomization.yaml
resources: [../base]
namePrefix: b-
transformers: [../countersign]
=== top/kustomization.yaml
resources: [../a, ../b]
namespace: shop
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let built = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, layers]).build("top");
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

/// Both instances call their secret by the same name below the layer that tells them apart; the
/// prefixes that kustomize recorded say which is whose.
#[test]
fn two_instances_below_a_single_second_pass_are_told_apart() {
    let layers = "=== a/kustomization.yaml
resources: [../base]
namePrefix: a-
=== b/kustomization.yaml
resources: [../base]
namePrefix: b-
=== top/kustomization.yaml
resources: [../a, ../b]
namespace: shop
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let built = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, layers]).build("top");
        for instance in ["a", "b"] {
            let used = built.uses(&format!("Deployment/{instance}-orders"));
            let own = format!("{instance}-orders-db-");
            assert!(
                used.iter().all(|name| name.starts_with(&own)),
                "{delivery}: {used:?}"
            );
            assert!(!used.is_empty(), "{delivery}");
        }
    }
}

#[test]
fn a_config_above_makes_the_secrets_of_a_layer_below_again() {
    let top = "=== top/kustomization.yaml
resources: [../base, newer.yaml]
namePrefix: prod-
namespace: shop
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let newer = format!(
            "=== top/newer.yaml\n{}",
            config(delivery, "").replace("name: shop", "name: newer")
        );
        let built = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, top, &newer]).build("top");
        assert_eq!(
            built.uses("Deployment/prod-orders"),
            [built.generation("orders-db")],
            "{delivery}"
        );
    }
}

#[test]
fn a_config_above_that_means_something_else_by_the_name_is_refused() {
    let top = "=== top/kustomization.yaml
resources: [../base, other.yaml]
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let other = config(delivery, "").replace("name: shop", "name: other");
        let other = format!(
            "=== top/other.yaml\n{}",
            other.replace("shop/orders", "shop/mail")
        );
        let stderr = Folder::with(&[&app(delivery), BASE_WITH_FUNCTION, top, &other]).fail("top");
        assert!(
            stderr.contains("error[foreign-secret]"),
            "{delivery}: {stderr}"
        );
    }
}

#[test]
fn our_own_output_is_left_as_it_is() {
    let rendered = "=== rendered/kustomization.yaml
resources: [all.yaml]
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), PLAIN_BASE, TOP, rendered]);
        let built = folder.build("top");
        assert_eq!(folder.render(&built.text).text, built.text, "{delivery}");
        folder.write("rendered/all.yaml", &built.text);
        assert_eq!(folder.build("rendered").text, built.text, "{delivery}");
    }
}

#[test]
fn names_that_never_change_are_brought_up_to_date() {
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
        let built = Folder::with(&[&app, BASE_WITH_FUNCTION, TOP]).build("top");
        assert_eq!(
            built.uses("Deployment/prod-orders-eu"),
            ["prod-orders-db-eu"],
            "{delivery} {stable}"
        );
        assert_eq!(
            built.uses("Rollout/prod-report-eu"),
            ["prod-orders-db-eu"],
            "{delivery} {stable}"
        );
    }
}
