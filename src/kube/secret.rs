//! A Secret as an object, and the metadata that it shares with a VaultStaticSecret.

use super::gitops;
use super::own::{PREVIOUS, Provenance};
use crate::config::{GitOps, ManagedSecret};
use crate::yaml::emit::Value;

/// What both kinds of emitted objects are named and labelled with.
pub struct Metadata<'m> {
    /// Name of this generation.
    pub name: &'m str,
    /// Namespace, where one is known.
    pub namespace: Option<&'m str>,
    /// Whose labels and annotations are taken.
    pub managed: &'m ManagedSecret,
    /// Where it comes from.
    pub provenance: &'m Provenance,
    /// Whose protection the object carries.
    pub gitops: Option<GitOps>,
}

impl Metadata<'_> {
    /// `metadata` of an emitted object.
    #[must_use]
    pub fn value(&self) -> Value {
        let mut pairs = Vec::with_capacity(4);
        pairs.push(("name".to_owned(), Value::text(self.name)));
        if let Some(namespace) = self.namespace {
            pairs.push(("namespace".to_owned(), Value::text(namespace)));
        }
        pairs.push(("labels".to_owned(), Value::texts(self.labels())));
        // of the object itself: not for what an operator makes of it
        let mut annotations = self.annotations();
        if self.provenance.previous {
            annotations.push((PREVIOUS.to_owned(), "true".to_owned()));
        }
        let annotations = gitops::protected(self.gitops, annotations);
        pairs.push(("annotations".to_owned(), Value::texts(annotations)));
        Value::Mapping(pairs)
    }

    /// Its own and ours, sorted; also for the Secret that the operator makes.
    #[must_use]
    pub fn labels(&self) -> Vec<(String, String)> {
        sorted(
            self.managed
                .labels
                .iter()
                .cloned()
                .chain(self.provenance.labels()),
        )
    }

    /// Its own and ours, sorted.
    #[must_use]
    pub fn annotations(&self) -> Vec<(String, String)> {
        sorted(
            self.managed
                .annotations
                .iter()
                .cloned()
                .chain(self.provenance.annotations()),
        )
    }
}

/// Pairs by key; a later one wins.
#[must_use]
pub fn sorted(pairs: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    pairs
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_iter()
        .collect()
}

/// A Secret. `data` holds base64, wrapped as kustomize wraps it, so that kustomize would give it
/// the same suffix.
#[must_use]
pub fn secret(metadata: &Metadata<'_>, data: Vec<(String, String)>) -> Value {
    let managed = metadata.managed;
    let mut pairs = Vec::with_capacity(6);
    pairs.extend([
        ("apiVersion".to_owned(), Value::text("v1")),
        ("kind".to_owned(), Value::text("Secret")),
        ("metadata".to_owned(), metadata.value()),
        ("type".to_owned(), Value::text(managed.secret_type.as_str())),
    ]);
    if managed.immutable {
        pairs.push(("immutable".to_owned(), Value::Bool(true)));
    }
    pairs.push(("data".to_owned(), Value::texts(data)));
    Value::Mapping(pairs)
}
