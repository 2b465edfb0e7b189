//! What two Go readings of a stream differ in, and where a managed name stands in one.
//!
//! Written from the documentation of Kubernetes, not from this program's tables.

use serde_json::Value;

/// One difference: where, what was there, what is there now.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub at: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// All differences of two values, each as deep as it can be told.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

fn compare(at: &str, before: &Value, after: &Value, found: &mut Vec<Difference>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let at = format!("{at}/{}", key.replace('/', "~1"));
                match new.get(key) {
                    Some(other) => compare(&at, value, other, found),
                    None => found.push(Difference {
                        at,
                        before: Some(value.clone()),
                        after: None,
                    }),
                }
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                let at = format!("{at}/{}", key.replace('/', "~1"));
                found.push(Difference {
                    at,
                    before: None,
                    after: Some(value.clone()),
                });
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (value, other)) in old.iter().zip(new).enumerate() {
                compare(&format!("{at}/{index}"), value, other, found);
            }
        }
        _ if before == after => {}
        _ => found.push(Difference {
            at: at.to_owned(),
            before: Some(before.clone()),
            after: Some(after.clone()),
        }),
    }
}

/// Takes the annotations of countersign out, and what becomes empty by it or was; a document with and without them is
/// then the same.
pub fn unstamped(document: &Value) -> Value {
    let mut document = document.clone();
    strip(&mut document);
    document
}

fn strip(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Object(pairs) => {
            pairs.values_mut().for_each(strip);
            if let Some(Value::Object(metadata)) = pairs.get_mut("metadata") {
                if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
                    annotations.retain(|key, _| {
                        !["countersign.dev/config-hash", "countersign.dev/snapshot"]
                            .contains(&key.as_str())
                    });
                }
                drop_if_void(metadata, "annotations");
            }
            drop_if_void(pairs, "metadata");
        }
        _ => {}
    }
}

fn drop_if_void(pairs: &mut serde_json::Map<String, Value>, key: &str) {
    let void = pairs.get(key).is_some_and(|value| {
        value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
    });
    if void {
        pairs.remove(key);
    }
}

/// Every place of a workload or ingress where Kubernetes takes a text for a Secret's name.
pub fn secret_names(document: &Value) -> Vec<&str> {
    let text = |key: &str| document[key].as_str().unwrap_or_default();
    let group = text("apiVersion")
        .split_once('/')
        .map_or("", |(group, _)| group);
    let pod = match (group, text("kind")) {
        ("apps", "Deployment") => &document["spec"]["template"]["spec"],
        ("batch", "CronJob") => &document["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        ("", "Pod") => &document["spec"],
        ("networking.k8s.io", "Ingress") => {
            return each(&document["spec"]["tls"])
                .into_iter()
                .filter_map(|tls| tls["secretName"].as_str())
                .collect();
        }
        _ => return Vec::new(),
    };
    let mut names = Vec::new();
    names.extend(
        each(&pod["volumes"])
            .into_iter()
            .map(|volume| &volume["secret"]["secretName"]),
    );
    names.extend(
        each(&pod["imagePullSecrets"])
            .into_iter()
            .map(|reference| &reference["name"]),
    );
    for container in each(&pod["containers"]) {
        names.extend(
            each(&container["env"])
                .into_iter()
                .map(|env| &env["valueFrom"]["secretKeyRef"]["name"]),
        );
        names.extend(
            each(&container["envFrom"])
                .into_iter()
                .map(|from| &from["secretRef"]["name"]),
        );
    }
    names.into_iter().filter_map(Value::as_str).collect()
}

/// Items of a list; one item without a list counts as a list of one, lists in lists as one.
fn each(list: &Value) -> Vec<&Value> {
    match list {
        Value::Array(items) => items.iter().flat_map(each).collect(),
        Value::Object(_) => vec![list],
        _ => Vec::new(),
    }
}

/// The stamp of a workload's pod template.
pub fn stamp(document: &Value) -> Option<&str> {
    let template = match document["kind"].as_str()? {
        "Deployment" => &document["spec"]["template"],
        "CronJob" => &document["spec"]["jobTemplate"]["spec"]["template"],
        "Pod" => document,
        _ => return None,
    };
    template["metadata"]["annotations"]["countersign.dev/config-hash"].as_str()
}

/// Every config hash in a document, wherever it stands.
pub fn stamps(document: &Value) -> Vec<String> {
    match document {
        Value::Array(items) => items.iter().flat_map(stamps).collect(),
        Value::Object(pairs) => {
            let own = pairs
                .get("countersign.dev/config-hash")
                .and_then(Value::as_str);
            let below = pairs.values().flat_map(stamps);
            own.map(str::to_owned).into_iter().chain(below).collect()
        }
        _ => Vec::new(),
    }
}
