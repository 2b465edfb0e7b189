//! countersign beside other functions, kustomize's own generators, validators and replacements.

use serde_json::{Value, json};

use crate::app::{DELIVERIES, PLAIN_BASE, app};
use crate::built::text;
use crate::folder::Folder;

/// A function that returns what it was given, and one that sets an annotation on its way.
const OTHERS: &str = "=== others/kustomization.yaml
resources: [pass.yaml]
=== others/pass.yaml
apiVersion: example.com/v1
kind: Pass
metadata:
  name: pass
  annotations:
    config.kubernetes.io/function: |
      exec: {path: cat}
";

#[test]
fn other_functions_may_run_before_and_after() {
    let layer = |functions: &str| {
        format!(
            "=== top/kustomization.yaml
resources: [../base]
namePrefix: prod-
namespace: shop
configMapGenerator: [{{name: generated, literals: [a=b]}}]
transformers: {functions}
"
        )
    };
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), PLAIN_BASE, OTHERS]);
        let build = |functions| {
            folder.add(&[&layer(functions)]);
            folder.build("top").by_name()
        };
        let alone = build("[../countersign]");
        assert_eq!(build("[../others, ../countersign]"), alone, "{delivery}");
        assert_eq!(build("[../countersign, ../others]"), alone, "{delivery}");
    }
}

#[test]
fn a_builtin_transformer_after_it_renames_everything_together() {
    // in a file, because kustomize runs what is written inline first
    let layer = "=== top/kustomization.yaml
resources: [../base]
transformers: [../countersign, late.yaml]
=== top/late.yaml
apiVersion: builtin
kind: PrefixTransformer
metadata: {name: late}
prefix: late-
fieldSpecs: [{path: metadata/name}]
";
    let built = Folder::with(&[&app("Secret"), PLAIN_BASE, layer]).build("top");
    let name = built.generation("late-orders-db");
    assert_eq!(built.uses("Deployment/late-orders"), [name]);
}

#[test]
fn secret_generator_and_a_delivered_secret_give_one_suffix() {
    let generated = "=== generated/kustomization.yaml
secretGenerator: [{name: orders-db, literals: [user=s3cr3t-user, password=s3cr3t-two]}]
";
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, generated]);
    let by_kustomize = crate::built::Built::of(folder.try_build("generated"));
    let by_countersign = folder.pipe("base");
    let name = by_countersign.generation("orders-db");
    assert_eq!(by_kustomize.generation("orders-db"), name);
    let label = format!("Secret/{name}");
    for field in ["data", "type"] {
        assert_eq!(
            by_kustomize.the(&label)[field],
            by_countersign.the(&label)[field]
        );
    }
}

#[test]
fn a_generated_secret_with_a_managed_name_is_refused() {
    let layer = "=== top/kustomization.yaml
resources: [../base]
secretGenerator: [{name: orders-db, literals: [user=s3cr3t-other]}]
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let stderr = Folder::with(&[&app(delivery), PLAIN_BASE, layer]).fail("top");
        assert!(
            stderr.contains("error[foreign-secret]: there is a Secret `orders-db` already"),
            "{stderr}"
        );
    }
}

#[test]
fn a_validator_after_it_sees_the_final_names() {
    let layer = "=== top/kustomization.yaml
resources: [../base]
transformers: [../countersign]
validators: [validator.yaml]
=== top/validator.yaml
apiVersion: example.com/v1
kind: Validator
metadata:
  name: names
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./validate}
=== top/validate
#!/bin/sh
exec grep -q 'secretName: orders-db-[2456789bcdfghkmt]*$'
";
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, layer]);
    folder.make_executable("top/validate");
    folder.build("top");
}

#[test]
fn replacements_of_the_built_layer_see_logical_names() {
    let layer = "=== top/kustomization.yaml
resources: [../base]
replacements:
- source: {kind: VaultSecrets, name: shop, fieldPath: 'spec.secrets.0.path'}
  targets:
  - select: {kind: ConfigMap, name: settings}
    fieldPaths: [data.VAULT_PATH]
    options: {create: true}
transformers: [../countersign]
";
    let built = Folder::with(&[&app("Secret"), PLAIN_BASE, layer]).build("top");
    assert_eq!(
        text(built.the("ConfigMap/settings"), "/data/VAULT_PATH"),
        "shop/orders"
    );
}

#[test]
fn every_item_comes_back_with_all_its_annotations() {
    let layer = "=== top/kustomization.yaml
resources: [../base]
namePrefix: prod-
namespace: shop
configMapGenerator: [{name: generated, literals: [a=b]}]
secretGenerator: [{name: licence, literals: [key=s3cr3t-licence]}]
transformers: [recorded.yaml]
=== top/recorded.yaml
apiVersion: countersign.dev/v1alpha1
kind: Countersign
metadata:
  name: recorded
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./record}
=== top/record
#!/bin/sh
tee ../given.yaml | countersign | tee ../returned.yaml
";
    let folder = Folder::with(&[&app("Both"), PLAIN_BASE, layer]);
    folder.make_executable("top/record");
    folder.build("top");
    let [given, returned] = ["given.yaml", "returned.yaml"].map(|file| {
        let list: Value = serde_yaml::from_str(&folder.read(file)).expect("it is YAML");
        list["items"].as_array().expect("a list").clone()
    });
    let mut compared = 0;
    for item in given.iter().filter(|item| item["kind"] != "VaultSecrets") {
        let same = |other: &&Value| {
            other["kind"] == item["kind"] && other["metadata"]["name"] == item["metadata"]["name"]
        };
        let back = returned.iter().find(same).expect("it comes back");
        let before = item["metadata"]["annotations"]
            .as_object()
            .expect("kustomize sets some");
        for (name, value) in before {
            assert_eq!(&back["metadata"]["annotations"][name], value, "{name}");
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn generated_config_maps_may_be_merged_by_a_layer_above() {
    let layers = "=== base/kustomization.yaml
resources: [orders.yaml, secrets.yaml]
configMapGenerator: [{name: generated, literals: [a=b]}]
transformers: [../countersign]
=== top/kustomization.yaml
resources: [../base]
namePrefix: prod-
configMapGenerator: [{name: generated, behavior: merge, literals: [c=d]}]
";
    let folder = Folder::with(&[&app("Secret"), layers]);
    let built = folder.build("top");
    folder.add(&[&layers.replace("transformers: [../countersign]\n", "")]);
    let plain = folder.pipe("top");
    assert_eq!(built.names("ConfigMap"), plain.names("ConfigMap"));
    let name = built.names("ConfigMap").remove(0);
    assert_eq!(
        built.the(&format!("ConfigMap/{name}"))["data"],
        json!({"a": "b", "c": "d"})
    );
}

#[test]
fn origin_and_transformation_records_are_kept_where_they_are_asked_for() {
    let layer = "=== top/kustomization.yaml
resources: [../base]
buildMetadata: [originAnnotations, managedByLabel]
transformers: [../countersign]
";
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, layer]);
    let built = crate::built::Built::lawless(folder.try_build("top"));
    let origin = text(
        built.the("Deployment/orders"),
        "/metadata/annotations/config.kubernetes.io~1origin",
    );
    assert_eq!(origin, "path: ../base/orders.yaml\n");
}
