//! What a build gave: the objects, questions about them, and laws that hold for every build.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;

use serde::Deserialize;
use serde_json::Value;

use crate::folder::stdout;

/// Fields that name a Secret, in the objects of these tests: (field, field that it stands below).
const NAMES: [(&str, &str); 6] = [
    ("secretName", "secret"),
    ("secretName", "tls"),
    ("name", "secretRef"),
    ("name", "secretKeyRef"),
    ("name", "imagePullSecrets"),
    ("name", "secrets"),
];

/// The output of one build.
pub struct Built {
    pub text: String,
    pub stderr: String,
    pub objects: Vec<Value>,
}

impl Built {
    /// Reads the output of a run that must succeed, and holds it against the laws.
    pub fn of(output: Output) -> Self {
        let built = Self::lawless(output);
        built.keeps_the_laws();
        built
    }

    /// The same for a build that is known to come apart.
    pub fn lawless(output: Output) -> Self {
        let text = stdout(&output);
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        let documents = serde_yaml::Deserializer::from_str(&text);
        let objects = documents
            .map(|document| Value::deserialize(document).expect("it is YAML"))
            .filter(|object| !object.is_null())
            .collect();
        Self {
            text,
            stderr,
            objects,
        }
    }

    /// Nothing of ours or of kustomize's workings is left; no value is told; every Secret that is
    /// named is there, or will be made by the operator.
    fn keeps_the_laws(&self) {
        for left_over in [
            "countersign.dev/v1alpha1",
            "config.kubernetes.io/",
            "config.k8s.io/",
            "kustomize.config.k8s.io/",
        ] {
            assert!(
                !self.text.contains(left_over),
                "`{left_over}` is left in:\n{}",
                self.text
            );
        }
        assert!(
            !self.stderr.contains("s3cr3t-"),
            "a value is told:\n{}",
            self.stderr
        );
        let broken = self.broken();
        assert!(broken.is_empty(), "{broken:?} in:\n{}", self.text);
    }

    /// `Deployment/orders uses orders-db, which nobody makes`, for each.
    pub fn broken(&self) -> Vec<String> {
        let made: BTreeSet<(String, String)> = self.made();
        let mut broken = Vec::new();
        for object in &self.objects {
            let namespace = text(object, "/metadata/namespace");
            for name in uses(object) {
                if !made.contains(&(namespace.clone(), name.clone())) {
                    broken.push(format!("{} uses {name}, which nobody makes", label(object)));
                }
            }
            let repairs = object.pointer("/spec/destination/create") == Some(&Value::Bool(false));
            let destination = text(object, "/spec/destination/name");
            if repairs && !made.contains(&(namespace, destination.clone())) {
                broken.push(format!(
                    "{} repairs {destination}, which nobody makes",
                    label(object)
                ));
            }
        }
        broken
    }

    /// Secrets, and what the operator makes: (namespace, name).
    fn made(&self) -> BTreeSet<(String, String)> {
        let made = self.objects.iter().filter_map(|object| {
            let creates = object.pointer("/spec/destination/create") == Some(&Value::Bool(true));
            let name = match text(object, "/kind").as_str() {
                "Secret" => text(object, "/metadata/name"),
                "VaultStaticSecret" if creates => text(object, "/spec/destination/name"),
                _ => return None,
            };
            Some((text(object, "/metadata/namespace"), name))
        });
        made.collect()
    }

    /// One object, by `Kind/name`.
    pub fn the(&self, wanted: &str) -> &Value {
        let found = self.objects.iter().find(|object| label(object) == wanted);
        found.unwrap_or_else(|| panic!("no {wanted} in:\n{}", self.text))
    }

    /// Names of all objects of a kind, sorted.
    pub fn names(&self, kind: &str) -> Vec<String> {
        let of_kind = self.objects.iter().filter(|object| object["kind"] == kind);
        let mut names: Vec<String> = of_kind
            .map(|object| text(object, "/metadata/name"))
            .collect();
        names.sort();
        names
    }

    /// The one name that starts like this among all that was made.
    pub fn generation(&self, start: &str) -> String {
        let mut names = self.names("Secret");
        names.extend(self.names("VaultStaticSecret"));
        names.retain(|name| name.starts_with(&format!("{start}-")));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 1, "generations of {start}: {names:?}");
        names.remove(0)
    }

    /// Secrets that an object names, each once, sorted.
    pub fn uses(&self, wanted: &str) -> Vec<String> {
        let names: BTreeSet<String> = uses(self.the(wanted)).into_iter().collect();
        names.into_iter().collect()
    }

    /// Config hash of the pods and snapshot of a workload.
    pub fn stamps(&self, wanted: &str) -> (String, String) {
        let object = self.the(wanted);
        (
            text(
                object,
                "/spec/template/metadata/annotations/countersign.dev~1config-hash",
            ),
            text(object, "/metadata/annotations/countersign.dev~1snapshot"),
        )
    }

    /// All objects by kind, namespace and name: two builds that differ only in order are equal.
    pub fn by_name(&self) -> BTreeMap<String, Value> {
        let each = self.objects.iter().map(|object| {
            (
                format!("{}/{}", text(object, "/metadata/namespace"), label(object)),
                object.clone(),
            )
        });
        each.collect()
    }
}

/// What stands at a JSON pointer, or nothing.
pub fn text(object: &Value, pointer: &str) -> String {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn label(object: &Value) -> String {
    format!(
        "{}/{}",
        text(object, "/kind"),
        text(object, "/metadata/name")
    )
}

fn uses(object: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(object, "", &mut found);
    found
}

fn look(value: &Value, below: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(pairs) => {
            for (key, value) in pairs {
                match value.as_str().filter(|_| NAMES.contains(&(key, below))) {
                    Some(name) => found.push(name.to_owned()),
                    None => look(value, key, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| look(item, below, found)),
        _ => {}
    }
}
