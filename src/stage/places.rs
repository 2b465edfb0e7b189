//! Places of things whose tree is already forgotten.
//!
//! A document is read again, which only happens when there is something to say; each only once, and
//! only for the first messages. The others still name their object and field.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Bundle;
use crate::diag::Place;
use crate::kube::manifest::Manifest;
use crate::yaml::{NodeRef, Tree};

/// So many places get a line and a picture.
const PICTURED: usize = 50;

/// Finds places in a bundle.
pub struct Places<'b> {
    bundle: &'b Bundle<'b>,
    trees: RefCell<HashMap<usize, Option<Tree<'b>>>>,
    pictured: Cell<usize>,
}

impl<'b> Places<'b> {
    /// For one stage.
    #[must_use]
    pub fn new(bundle: &'b Bundle<'b>) -> Self {
        Self {
            bundle,
            trees: RefCell::new(HashMap::new()),
            pictured: Cell::new(0),
        }
    }

    /// The place of a manifest.
    #[must_use]
    pub fn of(&self, manifest: &Manifest<'_>) -> Place {
        self.of_name(manifest, None, None)
    }

    /// The place of a managed name in a manifest.
    #[must_use]
    pub fn of_name(
        &self,
        manifest: &Manifest<'_>,
        node: Option<u32>,
        field: Option<&str>,
    ) -> Place {
        let object = Place {
            object: Some(manifest.id.label()),
            field: field.map(str::to_owned),
            ..Place::default()
        };
        self.pictured.set(self.pictured.get() + 1);
        if self.pictured.get() > PICTURED {
            return object;
        }
        let located = self.bundle.located(manifest.unit);
        let mut trees = self.trees.borrow_mut();
        let tree = match trees.entry(manifest.unit) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Tree::parse(self.bundle.text(manifest.unit)).ok()),
        };
        let root = tree.as_ref().and_then(Tree::root);
        let found = node.and_then(|node| tree.as_ref()?.node(node));
        let place = found.map_or_else(
            || located.place(root.map_or(0, |root| start(root, manifest.item))),
            |node| located.place_of_name(node),
        );
        Place {
            object: object.object,
            field: object.field,
            ..place
        }
    }
}

/// Where an object begins, in a document or among the items of a list.
fn start(root: NodeRef<'_, '_>, item: Option<usize>) -> usize {
    let items = root.get("items").into_iter().flat_map(NodeRef::items);
    let item = item.and_then(|item| items.map(NodeRef::resolved).nth(item));
    item.unwrap_or(root).span().start
}
