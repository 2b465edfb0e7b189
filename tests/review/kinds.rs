//! What a changed pod template does, for every kind that runs pods.

use countersign::kube::sites::path::segments;
use countersign::kube::workload::{WORKLOADS, Workload};
use countersign::review::{Effect, Reason, Review, Side, compare};

/// An object of a kind whose pods run this image, with more of its own.
fn object(api: &str, kind: &str, template: &str, image: &str, more: &str) -> String {
    let mut pod = format!(
        "{{metadata: {{labels: {{app: a}}}}, spec: {{containers: [{{name: app, image: {image}}}]}}}}"
    );
    let keys = if template.is_empty() {
        Vec::new()
    } else {
        segments(template)
    };
    if keys.is_empty() {
        return format!(
            "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{containers: [{{name: app, image: {image}}}]{more}}}\n"
        );
    }
    for key in keys[1..].iter().rev() {
        pod = match key.as_str() {
            // lists on the way
            "metrics" | "templates" => format!("{{{key}: [{pod}]}}"),
            _ => format!("{{{key}: {pod}}}"),
        };
    }
    let body = format!("{}{more}}}", &pod[..pod.len() - 1]);
    let top = &keys[0];
    // a PodTemplate has no spec
    format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\n{top}: {body}\n")
}

fn plan(before: &str, after: &str) -> Review {
    let side = |text: &str| Side {
        manifests: text.to_owned(),
        ..Side::default()
    };
    compare(&side(before), &side(after))
}

fn effect(before: &str, after: &str) -> Effect {
    let review = plan(before, after);
    assert_eq!(review.workloads.len(), 1, "{before}{after}");
    review.workloads[0].effect.clone()
}

fn api(row: &Workload) -> String {
    match row.groups[0] {
        "" => "v1".to_owned(),
        group => format!("{group}/v1"),
    }
}

#[test]
fn every_kind_that_runs_pods_has_an_effect_of_its_own() {
    let said: Vec<String> = WORKLOADS
        .iter()
        .map(|row| {
            let of = |image| object(&api(row), row.kind, row.template, image, "");
            let effect = effect(&of("a:1"), &of("a:2"));
            format!("{}/{}: {effect:?}", row.groups[0], row.kind)
        })
        .collect();
    assert_eq!(
        said,
        [
            "/Pod: InPlace",
            "/PodTemplate: NewPodsOnly",
            "/ReplicationController: NewPodsOnly",
            "apps/DaemonSet: Rolls",
            "apps/Deployment: Rolls",
            "apps/ReplicaSet: NewPodsOnly",
            "apps/StatefulSet: Rolls",
            "apps.kruise.io/BroadcastJob: Unknown",
            "apps.kruise.io/CloneSet: Rolls",
            "apps.kruise.io/DaemonSet: Rolls",
            "apps.kruise.io/StatefulSet: Rolls",
            "argoproj.io/AnalysisRun: Unknown",
            "argoproj.io/AnalysisTemplate: NextRun { suspended: false }",
            "argoproj.io/ClusterAnalysisTemplate: NextRun { suspended: false }",
            "argoproj.io/Experiment: Unknown",
            "argoproj.io/Rollout: Rolls",
            "batch/CronJob: NextRun { suspended: false }",
            "batch/Job: Refused([\"spec.template\"])",
            "keda.sh/ScaledJob: Rolls",
            "postgresql.cnpg.io/Pooler: Rolls",
            "serving.knative.dev/Configuration: Rolls",
            "serving.knative.dev/Revision: Refused([\"spec.containers\"])",
            "serving.knative.dev/Service: Rolls",
        ]
    );
}

#[test]
fn what_the_object_says_of_its_rollout_is_heard() {
    let refused = |field: &str| Effect::Refused(vec![field.to_owned()]);
    let cases = [
        ("apps/v1", "Deployment", "paused: true", Effect::Paused),
        (
            "argoproj.io/v1alpha1",
            "Rollout",
            "paused: true",
            Effect::Paused,
        ),
        (
            "apps.kruise.io/v1alpha1",
            "CloneSet",
            "updateStrategy: {paused: true}",
            Effect::Paused,
        ),
        (
            "apps.kruise.io/v1beta1",
            "StatefulSet",
            "updateStrategy: {rollingUpdate: {paused: true}}",
            Effect::Paused,
        ),
        (
            "apps/v1",
            "DaemonSet",
            "updateStrategy: {type: OnDelete}",
            Effect::OnDelete,
        ),
        (
            "apps/v1",
            "StatefulSet",
            "updateStrategy: {type: OnDelete}",
            Effect::OnDelete,
        ),
        (
            "apps/v1",
            "StatefulSet",
            "updateStrategy: {rollingUpdate: {partition: 3}}",
            Effect::RollsFrom(3),
        ),
        (
            "apps/v1",
            "StatefulSet",
            "updateStrategy: {rollingUpdate: {partition: 0}}",
            Effect::Rolls,
        ),
        (
            "batch/v1",
            "CronJob",
            "suspend: true",
            Effect::NextRun { suspended: true },
        ),
        (
            "keda.sh/v1alpha1",
            "ScaledJob",
            "rollout: {strategy: gradual}",
            Effect::NextRun { suspended: false },
        ),
    ];
    for (api, kind, more, want) in cases {
        let group = api.rsplit_once('/').map_or("", |(group, _)| group);
        let row = countersign::kube::workload::workloads(kind, group).expect("a row");
        let of = |image| object(api, kind, row.template, image, &format!(", {more}"));
        assert_eq!(effect(&of("a:1"), &of("a:2")), want, "{kind} {more}");
    }
    let named = |image: &str| {
        format!(
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{template: {{metadata: {{name: a-1}}, spec: {{containers: [{{image: {image}}}]}}}}}}\n"
        )
    };
    assert_eq!(
        effect(&named("a:1"), &named("a:2")),
        refused("spec.template")
    );
}

#[test]
fn what_the_api_server_refuses_is_said_whatever_else_rolls() {
    let selector = |app: &str| format!(", selector: {{matchLabels: {{app: {app}}}}}");
    let of = |kind, image, more: &str| object("apps/v1", kind, "spec/template", image, more);
    assert_eq!(
        effect(
            &of("Deployment", "a:1", &selector("a")),
            &of("Deployment", "a:2", &selector("b"))
        ),
        Effect::Refused(vec!["spec.selector".to_owned()])
    );
    assert_eq!(
        effect(
            &of("StatefulSet", "a:1", ", serviceName: a"),
            &of("StatefulSet", "a:1", ", serviceName: b")
        ),
        Effect::Refused(vec!["spec.serviceName".to_owned()])
    );
    assert_eq!(
        effect(
            &of("StatefulSet", "a:1", ", replicas: 1"),
            &of("StatefulSet", "a:2", ", replicas: 2")
        ),
        Effect::Rolls
    );
    let pod = |image, more| object("v1", "Pod", "", image, more);
    assert_eq!(
        effect(&pod("a:1", ""), &pod("a:1", ", serviceAccountName: b")),
        Effect::Refused(vec!["spec.serviceAccountName".to_owned()])
    );
    let secret =
        |kind| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ntype: {kind}\n");
    let review = plan(&secret("Opaque"), &secret("example.com/x"));
    assert_eq!(review.objects[0].refused, ["type"]);
    let map = |value: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\nimmutable: true\ndata: {{a: {value}}}\n"
        )
    };
    assert_eq!(plan(&map("x"), &map("y")).objects[0].refused, ["data.a"]);
}

#[test]
fn a_job_that_its_tool_replaces_is_not_refused() {
    let job = |image: &str, annotation: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a, annotations: {{{annotation}}}}}\nspec: {{template: {{spec: {{containers: [{{name: a, image: {image}}}]}}}}}}\n"
        )
    };
    let refused = Effect::Refused(vec!["spec.template".to_owned()]);
    let cases = [
        ("a: b", refused.clone()),
        (
            "argocd.argoproj.io/sync-options: 'Replace=true'",
            refused.clone(),
        ),
        (
            "argocd.argoproj.io/sync-options: 'Replace=true, Force=true'",
            Effect::Replaced("Argo CD"),
        ),
        (
            "argocd.argoproj.io/hook: PreSync",
            Effect::Replaced("Argo CD"),
        ),
        (
            "argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookFailed",
            refused.clone(),
        ),
        ("helm.sh/hook: pre-upgrade", Effect::Replaced("Helm")),
        (
            "helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-failed",
            refused,
        ),
        (
            "kustomize.toolkit.fluxcd.io/force: enabled",
            Effect::Replaced("Flux"),
        ),
    ];
    for (annotation, want) in cases {
        let got = effect(&job("a:1", annotation), &job("a:2", annotation));
        assert_eq!(got, want, "{annotation}");
    }
}

#[test]
fn other_changes_are_named_by_their_fields() {
    let of = |image| object("apps/v1", "Deployment", "spec/template", image, "");
    let review = plan(&of("a:1"), &of("a:2"));
    let Reason::Template(fields) = &review.workloads[0].reasons[0] else {
        panic!("{:?}", review.workloads);
    };
    assert_eq!(fields.named, ["spec.template.spec.containers[app].image"]);
}

#[test]
fn numbers_and_strings_differ_and_a_field_of_null_is_none() {
    let of = |more: &str| object("apps/v1", "Deployment", "spec/template", "a:1", more);
    assert!(plan(&of(", x: 1"), &of(", x: \"1\"")).objects.len() == 1);
    assert!(plan(&of(", x: ~"), &of("")).objects.is_empty());
    assert!(
        plan(&of(", mode: 0644"), &of(", mode: 420"))
            .objects
            .is_empty()
    );
}

#[test]
fn objects_in_lists_stand_for_themselves() {
    let one = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y}}";
    let two = "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: y}}";
    let list = format!("apiVersion: v1\nkind: List\nitems: [{one}, {two}]\n");
    let stream = format!("---\n{two}\n---\n{one}\n");
    assert!(plan(&list, &stream).objects.is_empty());
    assert_eq!(plan(&list, one).objects.len(), 1);
}

#[test]
fn another_version_of_an_api_is_the_same_object() {
    let of = |api| object(api, "CronJob", "spec/jobTemplate/spec/template", "a:1", "");
    let review = plan(&of("batch/v1beta1"), &of("batch/v1"));
    assert_eq!(review.objects[0].fields.named, ["apiVersion"]);
    assert!(!review.rolls());
}

#[test]
fn what_cannot_be_read_is_noted_and_not_compared() {
    let review = plan(
        "a: [\n",
        "---\nkind: X\nmetadata: {name: a}\n---\nno object\n",
    );
    assert_eq!(
        review.notes,
        [
            "before: document 1 of the stream is no object that can be read, and is not compared",
            "after: document 2 of the stream is no object that can be read, and is not compared",
        ]
    );
    assert_eq!(review.objects.len(), 1);
}
