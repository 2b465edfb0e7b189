//! Scalars that spell a managed name where no site table looks.
//!
//! A Secret's name in a custom resource that nobody told us about would be left behind, so it is
//! reported. Places that name other things by habit (labels, selectors, the name of the object, a
//! container or a volume itself) are not: a warning that is usually wrong is not read.

use std::fmt;

use crate::yaml::{Kind, NodeRef};

/// A stray mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The managed name it spells.
    pub name: String,
    /// Byte offset in the document.
    pub at: usize,
    /// Its node.
    pub node: u32,
    /// `spec.foo[0].bar`.
    pub field: String,
}

/// Mappings whose contents are never names of Secrets.
const SILENT: &[&str] = &[
    "labels",
    "matchLabels",
    "selector",
    "matchExpressions",
    "labelSelector",
    "podSelector",
    "namespaceSelector",
    "roleRef",
    "subjects",
    "scaleTargetRef",
    "targetRef",
    "workloadRef",
    "ownerReferences",
    "involvedObject",
    "ports",
    "topologySpreadConstraints",
];
/// Fields that name something else.
const OTHER: &[&str] = &[
    "serviceName",
    "serviceAccountName",
    "serviceAccount",
    "claimName",
    "namespace",
    "host",
    "hostname",
    "subdomain",
    "containerName",
    "container",
    "component",
    "app",
    "image",
    "namePrefix",
    "generateName",
    "kind",
    "apiVersion",
    "key",
    "mountPath",
    "subPath",
    "nodeName",
    "schedulerName",
    "priorityClassName",
    "storageClassName",
    "volumeName",
    "service",
];

/// The way to a node; written out only for what is reported.
#[derive(Clone, Copy)]
enum Field<'a> {
    Top(&'a str),
    Key(&'a Field<'a>, &'a str),
    Item(&'a Field<'a>, usize),
}

impl Field<'_> {
    /// The last key on the way.
    fn key(&self) -> &str {
        match self {
            Self::Top(key) | Self::Key(_, key) => key,
            Self::Item(list, _) => list.key(),
        }
    }
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top(key) => out.write_str(key),
            Self::Key(mapping, key) => write!(out, "{mapping}.{key}"),
            Self::Item(list, n) => write!(out, "{list}[{n}]"),
        }
    }
}

/// Looks through a manifest. `is_managed` tells the names; `covered` are the nodes of all mentions,
/// sorted.
pub fn strays(
    root: NodeRef<'_, '_>,
    is_managed: &dyn Fn(&str) -> bool,
    covered: &[u32],
) -> Vec<Stray> {
    let mut out = Vec::new();
    for (key, value) in root.entries() {
        match key.scalar() {
            Some("metadata") => {
                if let Some(annotations) = value.get("annotations") {
                    let field = Field::Key(&Field::Top("metadata"), "annotations");
                    look(annotations, field, is_managed, covered, &mut out);
                }
            }
            Some("apiVersion" | "kind" | "status") | None => {}
            Some(name) => look(value, Field::Top(name), is_managed, covered, &mut out),
        }
    }
    out
}

fn look(
    node: NodeRef<'_, '_>,
    field: Field<'_>,
    is_managed: &dyn Fn(&str) -> bool,
    covered: &[u32],
    out: &mut Vec<Stray>,
) {
    match node.kind() {
        // what an alias stands for is looked at where it is written
        Kind::Alias => {}
        Kind::Scalar => {
            let managed = node.scalar().filter(|text| is_managed(text));
            let Some(text) = managed.and_then(|_| node.string()) else {
                return;
            };
            if covered.binary_search(&node.index()).is_err() {
                out.push(Stray {
                    name: text.to_owned(),
                    at: node.span().start,
                    node: node.index(),
                    field: field.to_string(),
                });
            }
        }
        Kind::Sequence => {
            for (n, item) in node.items().enumerate() {
                look(item, Field::Item(&field, n), is_managed, covered, out);
            }
        }
        Kind::Mapping => {
            // {kind: Service, name: …} names a Service
            let of_other_kind = || {
                let kind = node.get("kind").and_then(NodeRef::scalar);
                kind.is_some_and(|kind| kind != "Secret")
            };
            // `name` of a list item is that item's own, unless the list is one of secrets
            let key = field.key();
            let own_name = || matches!(field, Field::Item(..)) && !suggests_a_secret(key);
            for (k, value) in node.entries() {
                let Some(name) = k.scalar() else { continue };
                let silent = SILENT.contains(&name)
                    || OTHER.contains(&name)
                    || name.starts_with("countersign.dev/")
                    || name.contains("config.kubernetes.io/")
                    || (name == "name" && (key == "metadata" || own_name() || of_other_kind()));
                if !silent {
                    look(value, Field::Key(&field, name), is_managed, covered, out);
                }
            }
        }
    }
}

fn suggests_a_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    [
        "secret",
        "credential",
        "password",
        "auth",
        "cert",
        "tls",
        "token",
        "from",
        "ref",
    ]
    .iter()
    .any(|word| key.contains(word))
}
