//! Two rendered streams as objects that can be paired.
//!
//! A document that both sides have, byte for byte, is read once. Reads; compares nothing.

use std::collections::HashMap;
use std::sync::Arc;

use super::datum::Datum;
use super::{Identity, Which};
use crate::kube::id::ObjectId;
use crate::kube::own::Own;
use crate::kube::workload::{Workload, workloads};
use crate::yaml::{Kind, NodeRef, Tree, parallel, split};

/// Lists in lists are flattened this often.
const LISTS: usize = 8;

/// One object of a side.
pub struct Object<'t> {
    /// Which it is.
    pub id: Identity,
    /// How often the same identity came before it in its stream.
    pub occurrence: usize,
    /// Countersign made it.
    pub own: Option<Own>,
    /// It runs pods.
    pub workload: Option<&'static Workload>,
    /// As the manifest says it.
    pub manifest: ObjectId<'t>,
    document: Arc<Document<'t>>,
    node: u32,
}

struct Document<'t> {
    tree: Option<Tree<'t>>,
    objects: Vec<u32>,
}

impl<'t> Object<'t> {
    /// Its manifest.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_, 't>> {
        self.document.tree.as_ref()?.node(self.node)
    }

    /// What it says; `None` where that cannot be compared.
    #[must_use]
    pub fn datum(&self) -> Option<Datum<'_>> {
        Datum::of(self.root()?)
    }

    /// Whether both are the same bytes.
    #[must_use]
    pub fn is_the_text_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.document, &other.document) && self.node == other.node
    }
}

/// One side.
pub struct Stream<'t> {
    /// In the order of the stream.
    pub objects: Vec<Object<'t>>,
    /// Documents that are not compared: number in the stream, from 1.
    pub unreadable: Vec<usize>,
}

/// Reads both sides.
#[must_use]
pub fn read<'t>(before: &'t str, after: &'t str) -> [Stream<'t>; 2] {
    let mut texts: Vec<&str> = Vec::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let units = [before, after].map(|text| {
        let documents = split::documents(text).map(|range| &text[range]);
        let documents = documents.filter(|text| !split::only_comments(text));
        let numbered = documents.map(|document| {
            // the separator before it does not make it another document
            let document = document.strip_prefix("---\n").unwrap_or(document);
            *numbers.entry(document).or_insert_with(|| {
                texts.push(document);
                texts.len() - 1
            })
        });
        numbered.collect::<Vec<_>>()
    });
    let documents = parallel::map(&texts, |text| text.len(), |text| Arc::new(parse(text)));
    units.map(|units| stream(&units, &documents))
}

fn stream<'t>(units: &[usize], documents: &[Arc<Document<'t>>]) -> Stream<'t> {
    let mut out = Stream {
        objects: Vec::new(),
        unreadable: Vec::new(),
    };
    let mut seen: HashMap<Identity, usize> = HashMap::new();
    for (at, unit) in units.iter().enumerate() {
        let document = &documents[*unit];
        if document.tree.is_none() {
            out.unreadable.push(at + 1);
        }
        for node in &document.objects {
            let Some(root) = document.tree.as_ref().and_then(|tree| tree.node(*node)) else {
                continue;
            };
            let manifest = ObjectId::of(root);
            let id = Identity::of(&manifest);
            let before = seen.entry(id.clone()).or_default();
            out.objects.push(Object {
                occurrence: *before,
                own: Own::of(root, &manifest.kind),
                workload: workloads(&manifest.kind, manifest.group()),
                id,
                manifest,
                document: Arc::clone(document),
                node: *node,
            });
            *before += 1;
        }
    }
    out
}

fn parse(text: &str) -> Document<'_> {
    let Ok(tree) = Tree::parse(text) else {
        return Document {
            tree: None,
            objects: Vec::new(),
        };
    };
    let mut objects = Vec::new();
    if let Some(root) = tree.root().filter(|root| !root.is_null()) {
        collect(root, 0, &mut objects);
        if objects.is_empty() && root.get("items").is_none() {
            return Document {
                tree: None,
                objects,
            };
        }
    }
    Document {
        tree: Some(tree),
        objects,
    }
}

/// The objects of a document; those of a list stand for themselves.
fn collect(node: NodeRef<'_, '_>, depth: usize, objects: &mut Vec<u32>) {
    let node = node.resolved();
    let kind = node.get("kind").and_then(NodeRef::scalar);
    let Some(kind) = kind.filter(|kind| !kind.is_empty()) else {
        return;
    };
    let items = node
        .get("items")
        .filter(|items| items.resolved().kind() == Kind::Sequence);
    match items {
        Some(items) if kind.ends_with("List") && depth < LISTS => {
            for item in items.items() {
                collect(item, depth + 1, objects);
            }
        }
        _ => objects.push(node.index()),
    }
}

/// An object of one side, or the same object of both.
pub type Pair<'s, 't> = Which<&'s Object<'t>>;

/// Pairs the objects of both sides: in the order of the after side, then what is gone.
#[must_use]
pub fn pairs<'s, 't>(before: &'s Stream<'t>, after: &'s Stream<'t>) -> Vec<Pair<'s, 't>> {
    let key = |object: &'s Object<'t>| (&object.id, object.occurrence);
    let mut old: HashMap<_, &Object<'t>> = before.objects.iter().map(|o| (key(o), o)).collect();
    let mut out: Vec<Pair<'s, 't>> = Vec::new();
    for object in &after.objects {
        out.push(match old.remove(&key(object)) {
            Some(earlier) => Which::Both(earlier, object),
            None => Which::Added(object),
        });
    }
    let gone = before.objects.iter().filter(|o| old.contains_key(&key(o)));
    out.extend(gone.map(Which::Removed));
    out
}
