//! What kustomize needs to know about an object that already has its final name.
//!
//! kustomize finds references by the names an object had before (`nameref.go`); it records them
//! itself only for its own renames, so we write the three annotations. In generator position the
//! record says that the object was a `CustomResourceDefinition` once: prefix and suffix transformers
//! then leave the name alone, so that a VaultStaticSecret and its destination cannot come apart.
//! Proved on kustomize 5.8.1.

use super::mint::Object;
use crate::kube::access;
use crate::yaml::emit::Value;

const NAMES: &str = "internal.config.kubernetes.io/previousNames";
const NAMESPACES: &str = "internal.config.kubernetes.io/previousNamespaces";
const KINDS: &str = "internal.config.kubernetes.io/previousKinds";
/// kustomize drops such an object at the end of the build.
const LOCAL: &str = "config.kubernetes.io/local-config";

/// The object with its record; in generator position, a VaultStaticSecret alone also gets a Secret
/// that stands in for the one the operator will make, so that references can be found.
pub fn tracked(mut object: Object, generator: bool) -> Vec<Value> {
    // what refers to it is not followed by kustomize: its name stays
    let fixed = generator || access::KINDS.contains(&object.kind);
    let record = record(&object, object.kind, fixed);
    let stand_in = has_stand_in(&object, generator).then(|| stand_in(&mut object));
    let mut value = object.value;
    annotate(&mut value, record);
    std::iter::once(value).chain(stand_in).collect()
}

/// Whether a Secret that the operator makes has to be there for kustomize.
pub fn has_stand_in(object: &Object, generator: bool) -> bool {
    generator && object.kind == "VaultStaticSecret" && !object.has_secret
}

/// A Secret without data. It says of itself what the object says, so that a pass of countersign in
/// a layer above knows it as ours.
fn stand_in(object: &mut Object) -> Value {
    let labels = texts(&mut object.value, "labels");
    let mut annotations = texts(&mut object.value, "annotations");
    annotations.extend(record(object, "Secret", true));
    annotations.push((LOCAL.to_owned(), "true".to_owned()));
    let mut metadata = vec![("name".to_owned(), Value::text(object.name.as_str()))];
    if let Some(namespace) = &object.namespace {
        metadata.push(("namespace".to_owned(), Value::text(namespace.as_str())));
    }
    metadata.push(("labels".to_owned(), Value::texts(labels)));
    metadata.push(("annotations".to_owned(), Value::texts(annotations)));
    Value::Mapping(vec![
        ("apiVersion".to_owned(), Value::text("v1")),
        ("kind".to_owned(), Value::text("Secret")),
        ("metadata".to_owned(), Value::Mapping(metadata)),
    ])
}

fn record(object: &Object, kind: &str, fixed: bool) -> Vec<(String, String)> {
    // each place that a reference may come from: without namespace, and with the real one
    let mut namespaces = vec!["default"];
    namespaces.extend(object.namespace.as_deref().filter(|n| *n != "default"));
    let first = if fixed {
        Some("CustomResourceDefinition")
    } else {
        None
    };
    let mut rows: Vec<(&str, &str)> = first.map(|kind| (kind, "default")).into_iter().collect();
    rows.extend(namespaces.iter().map(|namespace| (kind, *namespace)));
    let column = |pick: &dyn Fn(&(&str, &str)) -> String| {
        rows.iter().map(pick).collect::<Vec<_>>().join(",")
    };
    vec![
        (KINDS.to_owned(), column(&|(kind, _)| (*kind).to_owned())),
        (NAMES.to_owned(), column(&|_| object.logical.clone())),
        (
            NAMESPACES.to_owned(),
            column(&|(_, namespace)| (*namespace).to_owned()),
        ),
    ]
}

/// More annotations for an object that has some.
pub fn annotate(value: &mut Value, record: Vec<(String, String)>) {
    if let Some(Value::Mapping(annotations)) = metadata(value, "annotations") {
        let record = record.into_iter();
        annotations.extend(record.map(|(key, text)| (key, Value::Text(text))));
    }
}

/// Labels or annotations.
fn texts(value: &mut Value, name: &str) -> Vec<(String, String)> {
    let Some(Value::Mapping(pairs)) = metadata(value, name) else {
        return Vec::new();
    };
    let texts = pairs.iter().filter_map(|(key, value)| match value {
        Value::Text(text) => Some((key.clone(), text.clone())),
        _ => None,
    });
    texts.collect()
}

fn metadata<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    field(value, "metadata").and_then(|metadata| field(metadata, name))
}

fn field<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    let Value::Mapping(pairs) = value else {
        return None;
    };
    let mut pairs = pairs.iter_mut();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value)
}
