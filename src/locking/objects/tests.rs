//! What is seen of manifests and of a cluster.

use super::*;

fn input(text: &str) -> Input {
    Input {
        file: "cluster.json".into(),
        text: text.to_owned().into(),
        only_configs: false,
    }
}

fn one(text: &str) -> Object {
    let mut objects = Objects::of(&[input(text)]);
    assert!(objects.problems.is_empty(), "{:?}", objects.problems);
    assert_eq!(objects.all.len(), 1);
    objects.all.remove(0)
}

#[test]
fn an_object_of_anybody_says_which_path_it_reads() {
    let object = one(
        "apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nmetadata: {name: a}\nspec: {mount: kvv2, path: a/b, version: 3, namespace: team-a, destination: {name: made}}\n",
    );
    let want = Said {
        path: "kvv2/a/b".to_owned(),
        version: Some(3),
        namespace: Some("team-a".to_owned()),
    };
    assert_eq!(object.said, [want]);
    assert_eq!(object.secret.as_deref(), Some("made"));
    let newest = one(
        "apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nspec: {mount: kvv2, path: a, version: 0}\n",
    );
    assert_eq!(newest.said[0].version, None);
}

#[test]
fn an_object_of_ours_says_all_its_paths() {
    let object = one(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders-aaaaaaaaaa\n  annotations:\n    countersign.dev/secret: orders\n    countersign.dev/generation: aaaaaaaaaa\n    countersign.dev/source: \"kvv2/a@3\\nkvv1/odd@name\"\n",
    );
    let said: Vec<_> = object
        .said
        .iter()
        .map(|s| (s.path.as_str(), s.version))
        .collect();
    assert_eq!(said, [("kvv2/a", Some(3)), ("kvv1/odd@name", None)]);
}

#[test]
fn the_lists_of_a_cluster_are_opened_and_lives_are_told() {
    let text = r#"{"kind": "List", "apiVersion": "v1", "items": [
        {"kind": "ReplicaSet", "apiVersion": "apps/v1", "spec": {"replicas": 2}},
        {"kind": "ReplicaSet", "apiVersion": "apps/v1", "spec": {"replicas": 0},
         "metadata": {"ownerReferences": [{"kind": "Deployment", "name": "web"}]}},
        {"kind": "ReplicaSet", "apiVersion": "apps/v1", "spec": {"replicas": 0}},
        {"kind": "Job", "apiVersion": "batch/v1",
         "status": {"conditions": [{"type": "Complete", "status": "True"}]}},
        {"kind": "PodList", "apiVersion": "v1", "items": [
            {"kind": "Pod", "apiVersion": "v1", "status": {"phase": "Running"}}]}
    ]}"#;
    let lives: Vec<Life> = Objects::of(&[input(text)])
        .all
        .into_iter()
        .map(|o| o.life)
        .collect();
    assert_eq!(
        lives,
        [
            Life::Replicas(2),
            Life::Rollback,
            Life::Replicas(0),
            Life::Finished,
            Life::Phase("Running".to_owned()),
        ]
    );
}

#[test]
fn users_are_found_by_name_and_namespace_and_makers_are_no_users() {
    let pod = |name: &str, namespace: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  volumes: [{{name: v, secret: {{secretName: made}}}}]\n"
        )
    };
    let maker = "---\napiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nmetadata: {name: a, namespace: shop}\nspec: {mount: kvv2, path: a, destination: {name: made}}\n";
    let objects = Objects::of(&[input(
        &(maker.to_owned() + &pod("a", "shop") + &pod("b", "till")),
    )]);
    let users = |namespace| {
        let found = objects.users(&["made".to_owned()], namespace).into_iter();
        found.map(|object| &*object.id.name).collect::<Vec<_>>()
    };
    assert_eq!(users(Some("shop")), ["a"]);
    assert_eq!(users(None), ["a", "b"]);
}

#[test]
fn what_an_overlay_made_of_a_name_is_known_by_its_annotations() {
    let object = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: prod-orders-aaaaaaaaaa\n  annotations: {countersign.dev/secret: orders, countersign.dev/generation: aaaaaaaaaa}\n";
    let names = Objects::of(&[input(object)]).names("orders", Some("aaaaaaaaaa"), None);
    assert_eq!(names, ["orders-aaaaaaaaaa", "prod-orders-aaaaaaaaaa"]);
}

#[test]
fn a_document_that_is_no_yaml_is_told_with_its_place_and_the_others_are_read() {
    let text = "kind: A\n---\n{{- if .Values.c }}\nkind: C\n{{- end }}\n---\nkind: B\n";
    let mut objects = Objects::default();
    objects.look(&[input(text)], Severity::Warning, &|_| true);
    let kinds: Vec<&str> = objects.all.iter().map(|o| &*o.id.kind).collect();
    assert_eq!(kinds, ["A", "B"]);
    let problem = &objects.problems[0];
    assert_eq!(
        (problem.code, problem.severity),
        (Code::YamlSyntax, Severity::Warning)
    );
    assert_eq!(problem.place.as_ref().map(|place| place.line), Some(3));
    // what was looked at once is not looked at again
    objects.look(&[input(text)], Severity::Warning, &|_| true);
    assert_eq!((objects.all.len(), objects.problems.len()), (2, 1));
}
