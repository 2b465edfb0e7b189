//! Scalars that spell a managed name where no site table looks.
//!
//! A Secret's name in a custom resource that nobody told us about would be left behind, so it is
//! reported. Places that name other things by habit (labels, selectors, the name of the object, a
//! container or a volume itself) are not: a warning that is usually wrong is not read.

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

/// Looks through a manifest. `is_managed` tells the names; `covered` are the nodes of all mentions.
pub fn strays(
    root: NodeRef<'_, '_>,
    is_managed: &dyn Fn(&str) -> bool,
    covered: &[u32],
) -> Vec<Stray> {
    let mut look = Look {
        is_managed,
        covered,
        field: String::new(),
        out: Vec::new(),
    };
    for (key, value) in root.entries() {
        match key.scalar() {
            Some("metadata") => {
                if let Some(annotations) = value.get("annotations") {
                    look.below("metadata.annotations", annotations, "annotations");
                }
            }
            Some("apiVersion" | "kind" | "status") | None => {}
            Some(name) => look.below(name, value, name),
        }
    }
    look.out
}

struct Look<'l> {
    is_managed: &'l dyn Fn(&str) -> bool,
    covered: &'l [u32],
    /// Where the node stands that is looked at.
    field: String,
    out: Vec<Stray>,
}

impl Look<'_> {
    /// Looks at a node to which `step` leads from here.
    fn below(&mut self, step: &str, node: NodeRef<'_, '_>, key: &str) {
        let here = self.field.len();
        self.field.push_str(step);
        self.at(node, key);
        self.field.truncate(here);
    }

    fn at(&mut self, node: NodeRef<'_, '_>, key: &str) {
        match node.kind() {
            // what an alias stands for is looked at where it is written
            Kind::Alias => {}
            Kind::Scalar => {
                let text = node.scalar().filter(|text| (self.is_managed)(text));
                let Some(text) = text.filter(|_| node.string().is_some()) else {
                    return;
                };
                if !self.covered.contains(&node.index()) {
                    self.out.push(Stray {
                        name: text.to_owned(),
                        at: node.span().start,
                        node: node.index(),
                        field: self.field.clone(),
                    });
                }
            }
            Kind::Sequence => {
                for (n, item) in node.items().enumerate() {
                    self.below(&format!("[{n}]"), item, key);
                }
            }
            Kind::Mapping => self.at_mapping(node, key),
        }
    }

    fn at_mapping(&mut self, node: NodeRef<'_, '_>, key: &str) {
        // {kind: Service, name: …} names a Service
        let of_other_kind = node
            .get("kind")
            .and_then(NodeRef::scalar)
            .is_some_and(|kind| kind != "Secret");
        // `name` of a list item is that item's own, unless the list is one of secrets
        let own_name = self.field.ends_with(']') && !suggests_a_secret(key);
        self.field.push('.');
        for (k, value) in node.entries() {
            let Some(name) = k.scalar() else { continue };
            let silent = SILENT.contains(&name)
                || OTHER.contains(&name)
                || name.starts_with("countersign.dev/")
                || name.contains("config.kubernetes.io/")
                || (name == "name" && (own_name || of_other_kind || key == "metadata"));
            if !silent {
                self.below(name, value, name);
            }
        }
        self.field.pop();
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
