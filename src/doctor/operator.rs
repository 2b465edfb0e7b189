//! Whether the cluster's definitions know every field of the objects that are emitted for the operator.
//!
//! The API server drops what it does not know without a word, and the operator then does something
//! else than what was reviewed.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{Definitions, Known};
use super::{Finding, Group, Severity};
use crate::kube::access::GROUP;
use crate::yaml::{Kind, NodeRef, Tree, split};

/// What the API server knows of every object.
const OF_EVERY_OBJECT: &[&str] = &["apiVersion", "kind", "metadata"];

/// By kind (`secrets.hashicorp.com/v1beta1`, `VaultStaticSecret`): its objects as they are emitted.
pub type Emitted<'t> = BTreeMap<(String, String), Vec<Tree<'t>>>;

/// The objects of the operator in a rendered stream.
pub fn emitted<'t>(stream: &'t str, out: &mut Emitted<'t>) {
    for range in split::documents(stream) {
        let document = &stream[range];
        // what is rendered was read before: what cannot be read is none of ours
        let Ok(tree) = Tree::parse(document) else {
            continue;
        };
        let text = |field: &str| {
            let root = tree.root()?;
            Some(root.get(field)?.scalar()?.to_owned())
        };
        if let (Some(version), Some(kind)) = (text("apiVersion"), text("kind"))
            && version.split('/').next() == Some(GROUP)
        {
            out.entry((version, kind)).or_default().push(tree);
        }
    }
}

/// What is not known there.
#[must_use]
pub fn findings(emitted: &Emitted<'_>, definitions: Option<&Definitions<'_>>) -> Vec<Finding> {
    if emitted.is_empty() {
        return Vec::new();
    }
    let Some(definitions) = definitions else {
        let kinds: Vec<String> = emitted.keys().map(|(_, k)| format!("`{k}`")).collect();
        let message = format!(
            "whether the operator's definitions know the fields of {} was not checked",
            kinds.join(", ")
        );
        let finding = Finding::new(Group::Operator, "definitions", Severity::Note, message);
        return vec![finding.hint(
            "run `kubectl get crd -o yaml > crds.yaml` and give the file with `--crds crds.yaml`.",
        )];
    };
    let each = emitted.iter();
    each.flat_map(|((version, kind), objects)| of_kind(version, kind, objects, definitions))
        .collect()
}

fn of_kind(
    version: &str,
    kind: &str,
    objects: &[Tree<'_>],
    definitions: &Definitions<'_>,
) -> Vec<Finding> {
    let error = |message: String, hint: &str| {
        vec![Finding::new(Group::Operator, "definitions", Severity::Error, message).hint(hint)]
    };
    let schema = match definitions.of(version, kind) {
        Known::Absent => {
            return error(
                format!("the cluster has no definition of `{kind}`"),
                "install the Vault Secrets Operator with its CRDs.",
            );
        }
        Known::OtherVersion => {
            return error(
                format!("the definition of `{kind}` does not serve `{version}`"),
                "upgrade the CRDs of the operator: `helm` does not do that by itself.",
            );
        }
        Known::Schema(None) => {
            let message = format!("the definition of `{kind}` says nothing of fields");
            let group = Group::Operator;
            return vec![Finding::new(group, "definitions", Severity::Note, message)];
        }
        Known::Schema(Some(schema)) => schema,
    };
    let mut unknown = BTreeSet::new();
    for root in objects.iter().filter_map(Tree::root) {
        for (key, value) in root.entries() {
            let key = key.scalar().unwrap_or_default();
            if !OF_EVERY_OBJECT.contains(&key) {
                field(key, value, schema, "", &mut unknown);
            }
        }
    }
    if unknown.is_empty() {
        let message = format!("the definition of `{kind}` knows every field that is emitted");
        return vec![Finding::ok(Group::Operator, "definitions", message)];
    }
    let each = unknown.into_iter().flat_map(|path| {
        error(
            format!("the definition of `{kind}` does not know `{path}`"),
            "the API server drops it without a word: upgrade the operator and its CRDs.",
        )
    });
    each.collect()
}

/// A field of an object whose schema is known.
fn field(
    key: &str,
    value: NodeRef<'_, '_>,
    schema: NodeRef<'_, '_>,
    above: &str,
    unknown: &mut BTreeSet<String>,
) {
    let path = if above.is_empty() {
        key.to_owned()
    } else {
        format!("{above}.{key}")
    };
    let named = schema.get("properties").and_then(|all| all.get(key));
    // `additionalProperties: true` lets everything through, a schema what it says
    let free = schema.get("additionalProperties");
    match named.or(free.filter(|free| free.scalar() != Some("false"))) {
        Some(schema) => below(value, schema, &path, unknown),
        None => {
            unknown.insert(path);
        }
    }
}

fn below(
    value: NodeRef<'_, '_>,
    schema: NodeRef<'_, '_>,
    path: &str,
    unknown: &mut BTreeSet<String>,
) {
    if schema.kind() != Kind::Mapping || keeps_all(schema) {
        return;
    }
    match value.kind() {
        Kind::Mapping => {
            for (key, value) in value.entries() {
                field(
                    key.scalar().unwrap_or_default(),
                    value,
                    schema,
                    path,
                    unknown,
                );
            }
        }
        Kind::Sequence => {
            let Some(schema) = schema.get("items") else {
                return;
            };
            for item in value.items() {
                below(item, schema, &format!("{path}[]"), unknown);
            }
        }
        Kind::Scalar | Kind::Alias => {}
    }
}

fn keeps_all(schema: NodeRef<'_, '_>) -> bool {
    let keeps = schema.get("x-kubernetes-preserve-unknown-fields");
    keeps.and_then(NodeRef::scalar) == Some("true")
}
