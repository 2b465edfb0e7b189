//! What Argo CD waits for: the health check of the operator's objects, run by the interpreter that Argo CD has.

use serde_json::{Value, json};

use crate::go_yaml;

/// The one entry of the patch of its settings.
fn check() -> String {
    let file = include_str!("../../plugin/argocd/component/health.yaml");
    let patch: Value = serde_yaml::from_str(file).expect("it is YAML");
    assert_eq!(patch["metadata"]["name"], "argocd-cm");
    let data = patch["data"].as_object().expect("it has data");
    let key = "resource.customizations.health.secrets.hashicorp.com_VaultStaticSecret";
    assert_eq!(data.keys().collect::<Vec<_>>(), [key]);
    data[key].as_str().expect("a script").to_owned()
}

fn ready(status: &str, generation: u64) -> Value {
    json!({
        "metadata": {"generation": 2},
        "status": {"conditions": [
            {"type": "SecretSynced", "status": "False", "message": "not this one", "observedGeneration": 2},
            {"type": "Ready", "status": status, "message": "synced", "observedGeneration": generation},
        ]},
    })
}

#[test]
fn a_secret_is_healthy_when_the_operator_says_so_of_what_was_applied() {
    let waits = "the operator has not looked yet";
    // an operator that does not count generations
    let mut uncounted = ready("True", 0);
    uncounted["status"]["conditions"][1]
        .as_object_mut()
        .expect("a condition")
        .remove("observedGeneration");
    for (object, status, message) in [
        (json!({"metadata": {"generation": 1}}), "Progressing", waits),
        (
            json!({"metadata": {"generation": 1}, "status": {}}),
            "Progressing",
            waits,
        ),
        (
            json!({"metadata": {"generation": 1}, "status": {"conditions": []}}),
            "Progressing",
            waits,
        ),
        (ready("True", 2), "Healthy", "synced"),
        (ready("True", 1), "Progressing", waits),
        (ready("False", 1), "Progressing", waits),
        (ready("False", 2), "Degraded", "synced"),
        (ready("Unknown", 2), "Progressing", "synced"),
        (uncounted, "Healthy", "synced"),
    ] {
        let said = go_yaml::health(&check(), &object);
        assert_eq!(said, (status.to_owned(), message.to_owned()), "{object}");
    }
}
