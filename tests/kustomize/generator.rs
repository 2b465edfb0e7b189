//! A config under `generators:`: emits before this layer's transformers run, and leaves the
//! references to kustomize.

use crate::app::{AS_FUNCTION, DELIVERIES, FUNCTION, ORDERS, STORE, component, config};
use crate::built::{Built, text};
use crate::folder::Folder;

/// The layer with the config as its generator, and with the same config as its transformer.
fn layers(delivery: &str, more: &str) -> Folder {
    let own = config(delivery, AS_FUNCTION);
    let files = format!(
        "{STORE}{ORDERS}{FUNCTION}=== base/secrets.yaml
{own}=== base/kustomization.yaml
resources: [orders.yaml]
generators: [secrets.yaml]
{more}=== as-transformer/secrets.yaml
{own}=== as-transformer/kustomization.yaml
resources: [orders.yaml]
transformers: [secrets.yaml]
{more}"
    );
    Folder::with(&[&files, &ORDERS.replace("base/", "as-transformer/")])
}

/// Everything but the stamps, which a generator cannot set: it sees no workload.
fn without_stamps(built: &Built) -> Vec<(String, serde_json::Value)> {
    let mut objects: Vec<_> = built.by_name().into_iter().collect();
    for (_, object) in &mut objects {
        for pointer in ["/metadata", "/spec/template/metadata"] {
            let Some(metadata) = object.pointer_mut(pointer) else {
                continue;
            };
            let Some(metadata) = metadata.as_object_mut() else {
                continue;
            };
            let Some(annotations) = metadata
                .get_mut("annotations")
                .and_then(|a| a.as_object_mut())
            else {
                continue;
            };
            annotations.remove("countersign.dev/config-hash");
            annotations.remove("countersign.dev/snapshot");
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    }
    objects
}

#[test]
fn generator_and_transformer_give_the_same_objects() {
    for delivery in DELIVERIES {
        for more in [
            "",
            "namespace: shop\n",
            "namePrefix: prod-\nnameSuffix: -eu\n",
            "namePrefix: prod-\nnamespace: shop\n",
        ] {
            let folder = layers(delivery, more);
            let generated = folder.build("base");
            let transformed = folder.build("as-transformer");
            assert_eq!(
                without_stamps(&generated),
                without_stamps(&transformed),
                "{delivery} {more}"
            );
        }
    }
}

#[test]
fn names_stay_as_they_are_through_every_rename_above() {
    let above = "=== middle/kustomization.yaml
resources: [../base]
namePrefix: shop-
=== top/kustomization.yaml
resources: [../middle, report.yaml]
namePrefix: prod-
nameSuffix: -eu
namespace: shop
=== top/report.yaml
apiVersion: v1
kind: Pod
metadata: {name: report}
spec: {containers: [{name: report, image: report, envFrom: [{secretRef: {name: orders-db}}]}]}
";
    for delivery in DELIVERIES {
        let folder = layers(delivery, "namePrefix: own-\n");
        folder.add(&[above]);
        let built = folder.build("top");
        let name = built.generation("orders-db");
        assert_eq!(
            built.uses("Deployment/prod-shop-own-orders-eu"),
            [name.as_str()],
            "{delivery}"
        );
        assert_eq!(
            built.uses("Pod/prod-report-eu"),
            [name.as_str()],
            "{delivery}"
        );
        // the Component does no harm
        folder.add(&[
            &component(),
            "=== base/kustomization.yaml
resources: [orders.yaml]
generators: [secrets.yaml]
components: [../names]
namePrefix: own-
",
        ]);
        assert_eq!(folder.build("top").by_name(), built.by_name(), "{delivery}");
    }
}

#[test]
fn a_namespace_that_the_workloads_have_themselves_must_be_the_configs() {
    for delivery in DELIVERIES {
        let folder = layers(delivery, "");
        let orders = ORDERS.replace(
            "{name: orders}\nspec",
            "{name: orders, namespace: shop}\nspec",
        );
        folder.add(&[&orders]);
        // a generator sees no workload, and kustomize says nothing about a name it cannot find
        let broken = Built::lawless(folder.try_build("base")).broken();
        assert_eq!(
            broken,
            ["Deployment/orders uses orders-db, which nobody makes"; 2]
        );
        folder.add(&[&format!(
            "=== base/secrets.yaml\n{}",
            config(delivery, &format!("  namespace: shop\n{AS_FUNCTION}"))
        )]);
        let built = folder.build("base");
        assert_eq!(
            built.uses("Deployment/orders"),
            [built.generation("orders-db")],
            "{delivery}"
        );
    }
}

#[test]
fn countersign_in_a_layer_above_stamps_the_users_of_what_was_generated() {
    let above = "=== top/kustomization.yaml
resources: [../base]
namespace: shop
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let folder = layers(delivery, "namespace: shop\n");
        folder.add(&[above]);
        let stamped = folder.build("top");
        assert_eq!(
            stamped.by_name(),
            folder.build("as-transformer").by_name(),
            "{delivery}"
        );
    }
}

#[test]
fn a_generator_leaves_nothing_of_its_stand_ins() {
    let built = layers("VaultStaticSecret", "").build("base");
    assert_eq!(built.names("Secret"), [""; 0]);
    let object = built.the(&format!(
        "VaultStaticSecret/{}",
        built.generation("orders-db")
    ));
    assert_eq!(
        text(object, "/spec/destination/name"),
        text(object, "/metadata/name")
    );
}

#[test]
fn two_instances_of_a_generator_in_one_namespace_are_refused_by_kustomize() {
    let above = "=== a/kustomization.yaml
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
        let folder = layers(delivery, "");
        folder.add(&[above]);
        let stderr = folder.fail("top");
        assert!(
            stderr.contains("already registered id"),
            "{delivery}: {stderr}"
        );
    }
}

#[test]
fn names_that_never_change_are_found() {
    for (delivery, stable) in [
        ("Secret", "nameSuffix: false"),
        ("VaultStaticSecret", "nameSuffix: false"),
        ("Both", "nameSuffix: false"),
        ("VaultStaticSecret", "follow: true"),
    ] {
        let folder = layers(delivery, "namePrefix: prod-\n");
        let own = config(delivery, AS_FUNCTION);
        let own = own.replace(
            "path: shop/orders}",
            &format!("path: shop/orders, {stable}}}"),
        );
        folder.add(&[&format!("=== base/secrets.yaml\n{own}")]);
        assert_eq!(
            folder.build("base").uses("Deployment/prod-orders"),
            ["orders-db"],
            "{delivery} {stable}"
        );
    }
}

#[test]
fn the_component_finds_users_that_kustomize_does_not_know() {
    let files = "=== base/kustomization.yaml
resources: [orders.yaml, rollout.yaml]
generators: [secrets.yaml]
components: [../names]
namePrefix: prod-
=== base/rollout.yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: canary}
spec: {template: {spec: {containers: [{name: app, image: app, envFrom: [{secretRef: {name: orders-db}}]}]}}}
";
    for delivery in DELIVERIES {
        let folder = layers(delivery, "");
        folder.add(&[&component(), files]);
        let built = folder.build("base");
        assert_eq!(
            built.uses("Rollout/prod-canary"),
            [built.generation("orders-db")],
            "{delivery}"
        );
    }
}

#[test]
fn labels_and_patches_of_the_layer_reach_what_is_emitted() {
    let more = "labels: [{pairs: {team: shop}}]
patches:
- target: {kind: Secret, name: orders-db}
  patch: '- {op: add, path: /immutable, value: true}'
";
    let built = layers("Secret", more).build("base");
    let secret = built.the(&format!("Secret/{}", built.generation("orders-db")));
    assert_eq!(text(secret, "/metadata/labels/team"), "shop");
    assert_eq!(secret["immutable"], true);
}

#[test]
fn a_config_above_makes_what_was_generated_again() {
    let above = |path: &str| {
        let newer = config("VaultStaticSecret", "").replace("name: shop", "name: newer");
        format!(
            "=== top/kustomization.yaml
resources: [../base, newer.yaml]
namePrefix: prod-
transformers: [../countersign]
=== top/newer.yaml
{}",
            newer.replace("shop/orders", path)
        )
    };
    for delivery in DELIVERIES {
        let folder = layers(delivery, "");
        folder.add(&[&above("shop/orders")]);
        let built = folder.build("top");
        assert_eq!(built.names("Secret"), [""; 0], "{delivery}");
        let name = built.generation("orders-db");
        assert_eq!(built.uses("Deployment/prod-orders"), [name]);
        // and says what is wrong when it means another secret
        folder.add(&[&above("shop/mail")]);
        let stderr = folder.fail("top");
        assert!(
            stderr.contains("was made from other sources than `orders-db` has now"),
            "{delivery}: {stderr}"
        );
    }
}
