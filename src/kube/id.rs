//! Which object a manifest is. Reads a node of a tree, knows nothing of what is done with it.

use std::borrow::Cow;

use crate::yaml::NodeRef;

/// Group, version, kind, namespace and name of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId<'t> {
    /// `apps/v1`; may be empty in a broken manifest.
    pub api_version: Cow<'t, str>,
    /// `Deployment`.
    pub kind: Cow<'t, str>,
    /// `metadata.namespace`, where the manifest says one.
    pub namespace: Option<Cow<'t, str>>,
    /// `metadata.name`, or an empty text.
    pub name: Cow<'t, str>,
}

impl<'t> ObjectId<'t> {
    /// Reads the identity of a manifest.
    #[must_use]
    pub fn of(root: NodeRef<'_, 't>) -> Self {
        let text = |path: &str| root.at(path).and_then(NodeRef::text);
        Self {
            api_version: text("apiVersion").unwrap_or_default(),
            kind: text("kind").unwrap_or_default(),
            namespace: text("metadata/namespace").filter(|n| !n.is_empty()),
            name: text("metadata/name").unwrap_or_default(),
        }
    }

    /// The same, when the text it stands in is no longer there.
    #[must_use]
    pub fn into_owned(self) -> ObjectId<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        ObjectId {
            api_version: owned(self.api_version),
            kind: owned(self.kind),
            namespace: self.namespace.map(owned),
            name: owned(self.name),
        }
    }

    /// The part of `apiVersion` before the slash; empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or("", |(group, _)| group)
    }

    /// `Deployment/orders`, for messages.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

/// Whether two namespaces can be the same at apply time: one that is not said may be any.
#[must_use]
pub fn namespaces_agree(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
