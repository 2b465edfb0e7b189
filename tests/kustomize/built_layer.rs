//! countersign in the layer that is built, as transformer or behind a pipe: the usual place.

use crate::app::{AS_FUNCTION, DELIVERIES, PLAIN_BASE, app, config};
use crate::built::text;
use crate::folder::Folder;

/// Everything that an overlay usually does; `function` is the same with countersign in it.
fn overlay(contents: &str) -> String {
    format!(
        "=== prod/kustomization.yaml
{contents}=== function/kustomization.yaml
{contents}transformers: [../countersign]
"
    )
}

const RENAMES: &str = "resources: [../base]
namePrefix: prod-
nameSuffix: -eu
namespace: shop
images: [{name: registry.example.com/orders, newTag: 1.5.0}]
";

#[test]
fn the_function_and_the_pipe_give_the_same_objects() {
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), PLAIN_BASE, &overlay(RENAMES)]);
        let built = folder.build("function");
        assert_eq!(built.by_name(), folder.pipe("prod").by_name(), "{delivery}");
        assert_eq!(
            built.by_name(),
            folder.pipe_from_kubectl("prod").by_name(),
            "{delivery}"
        );
        let orders = "Deployment/prod-orders-eu";
        assert_eq!(
            built.uses(orders),
            [built.generation("orders-db")],
            "{delivery}"
        );
        assert!(built.stamps(orders).1.starts_with("1.5.0:"), "{delivery}");
    }
}

#[test]
fn names_that_kustomize_hashes_count_the_same_before_and_after() {
    let overlay = overlay(
        "resources: [../base]
namePrefix: prod-
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: orders}
    spec:
      template:
        spec:
          containers:
          - name: orders
            envFrom:
            - configMapRef: {name: settings}
            - configMapRef: {name: generated}
            - secretRef: {name: licence}
configMapGenerator: [{name: generated, literals: [COLOUR=red, 'ODD=<&>']}]
secretGenerator: [{name: licence, literals: [key=s3cr3t-licence]}]
",
    );
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, &overlay]);
    let (built, piped) = (folder.build("function"), folder.pipe("prod"));
    assert_eq!(built.by_name(), piped.by_name());
    let licence = built.generation("prod-licence");
    let database = built.generation("orders-db");
    assert_eq!(built.uses("Deployment/prod-orders"), [database, licence]);
    // and all of it counts
    let overlay = overlay.replace("COLOUR=red", "COLOUR=blue");
    let changed = Folder::with(&[&app("Secret"), PLAIN_BASE, &overlay]).build("function");
    assert_ne!(
        built.stamps("Deployment/prod-orders"),
        changed.stamps("Deployment/prod-orders")
    );
}

#[test]
fn a_config_may_be_the_function_itself() {
    for delivery in DELIVERIES {
        let own = config(delivery, AS_FUNCTION);
        let layer = format!(
            "=== own/kustomization.yaml
resources: [../base/orders.yaml]
namespace: shop
transformers: [secrets.yaml]
=== own/secrets.yaml
{own}=== shared/kustomization.yaml
resources: [../base/orders.yaml, ../base/secrets.yaml]
namespace: shop
transformers: [../countersign]
"
        );
        let folder = Folder::with(&[&app(delivery), &layer]);
        let load_anywhere = |layer: &str| folder.build_unrestricted(layer).by_name();
        assert_eq!(load_anywhere("own"), load_anywhere("shared"), "{delivery}");
    }
}

#[test]
fn a_config_may_stand_inline_under_transformers() {
    let own = config("Secret", AS_FUNCTION).replace('\n', "\n  ");
    let layer = format!(
        "=== base/kustomization.yaml\nresources: [orders.yaml]\ntransformers:\n- |-\n  {own}\n"
    );
    let folder = Folder::with(&[&app("Secret"), &layer]);
    let built = folder.build("base");
    assert_eq!(
        built.uses("Deployment/orders"),
        [built.generation("orders-db")]
    );
}

#[test]
fn layers_below_patch_the_config_like_any_other_resource() {
    let layers = "=== eu/kustomization.yaml
resources: [../base]
namespace: shop
patches:
- target: {kind: VaultSecrets}
  patch: '- {op: add, path: /spec/secrets/0/version, value: 1}'
=== function/kustomization.yaml
resources: [../eu]
namePrefix: prod-
transformers: [../countersign]
";
    let folder = Folder::with(&[&app("VaultStaticSecret"), PLAIN_BASE, layers]);
    let built = folder.build("function");
    let object = built.the(&format!(
        "VaultStaticSecret/{}",
        built.generation("orders-db")
    ));
    assert_eq!(object["spec"]["version"], 1);
    assert_eq!(text(object, "/metadata/namespace"), "shop");
}

#[test]
fn a_workload_that_the_built_layer_adds_uses_the_logical_name() {
    let layer = "=== top/kustomization.yaml
resources: [../base, report.yaml]
namePrefix: prod-
transformers: [../countersign]
=== top/report.yaml
apiVersion: v1
kind: Pod
metadata: {name: report}
spec: {containers: [{name: report, image: report, envFrom: [{secretRef: {name: orders-db}}]}]}
";
    for delivery in DELIVERIES {
        let built = Folder::with(&[&app(delivery), PLAIN_BASE, layer]).build("top");
        assert_eq!(
            built.uses("Pod/prod-report"),
            [built.generation("orders-db")],
            "{delivery}"
        );
    }
}

#[test]
fn sites_that_kustomize_does_not_know_are_right_as_well() {
    let layer = "=== top/kustomization.yaml
resources: [../base, rollout.yaml]
namePrefix: prod-
namespace: shop
transformers: [../countersign]
=== top/rollout.yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: canary}
spec: {template: {spec: {containers: [{name: app, image: app, envFrom: [{secretRef: {name: orders-db}}]}]}}}
";
    let built = Folder::with(&[&app("Both"), PLAIN_BASE, layer]).build("top");
    assert_eq!(
        built.uses("Rollout/prod-canary"),
        [built.generation("orders-db")]
    );
}

#[test]
fn a_component_may_bring_the_config() {
    let layers = "=== database/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [secrets.yaml]
=== prod/kustomization.yaml
resources: [../base]
components: [../database]
namePrefix: prod-
transformers: [../countersign]
=== base/kustomization.yaml
resources: [orders.yaml]
";
    let secrets = format!("=== database/secrets.yaml\n{}", config("Both", ""));
    let built = Folder::with(&[&app("Both"), layers, &secrets]).build("prod");
    assert_eq!(
        built.uses("Deployment/prod-orders"),
        [built.generation("orders-db")]
    );
}

#[test]
fn a_component_may_bring_the_function() {
    let layers = "=== secrets/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
transformers: [../countersign]
=== prod/kustomization.yaml
resources: [../base]
components: [../secrets]
";
    let built = Folder::with(&[&app("Both"), PLAIN_BASE, layers]).build("prod");
    assert_eq!(
        built.uses("Deployment/orders"),
        [built.generation("orders-db")]
    );
}

#[test]
fn a_layer_without_secrets_is_left_as_it_is() {
    let base = "=== base/kustomization.yaml
resources: [service.yaml]
=== base/service.yaml
apiVersion: v1
kind: Service
metadata: {name: orders, annotations: {date: 2026-11-01, mode: '0644', answer: 'yes'}}
spec: {selector: {app: orders}, ports: [{port: 80}]}
";
    let overlay = overlay(
        "resources: [../base]
namePrefix: prod-
configMapGenerator: [{name: generated, literals: [a=b]}]
",
    );
    let folder = Folder::with(&[&app("Both"), base, &overlay]);
    assert_eq!(folder.build("function").text, folder.plain("prod"));
}

#[test]
fn a_layer_of_nothing_but_configs_builds_to_its_secrets() {
    let layer = "=== base/kustomization.yaml
resources: [secrets.yaml]
transformers: [../countersign]
";
    for delivery in DELIVERIES {
        let built = Folder::with(&[&app(delivery), layer]).build("base");
        assert!(
            built.generation("orders-db").starts_with("orders-db-"),
            "{delivery}"
        );
    }
}

#[test]
fn instances_that_run_it_in_their_own_layers_live_in_one_namespace() {
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
";
    let built = Folder::with(&[&app("VaultStaticSecret"), PLAIN_BASE, layers]).build("top");
    let made = built.names("VaultStaticSecret");
    assert_eq!(made.len(), 2, "{made:?}");
    let [a, b] = ["a", "b"].map(|instance| built.uses(&format!("Deployment/{instance}-orders")));
    assert_ne!(a, b);
}
