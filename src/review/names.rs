//! Which Secret a name means on one side, and who makes it.
//!
//! Only Secrets that countersign emits or lets an operator make; others have no logical name.

use std::collections::HashMap;

use super::stream::{Object, Stream};
use crate::kube::id::namespaces_agree;
use crate::kube::maker;
use crate::kube::own::SOURCE;
use crate::yaml::NodeRef;

/// The group of the operator's kinds.
pub const OPERATOR: &str = "secrets.hashicorp.com";

/// One Secret of ours as pods will see it.
#[derive(Clone, Debug)]
pub struct Provided {
    /// Its name in the cluster.
    pub name: String,
    /// Its namespace, where the stream says one.
    pub namespace: Option<String>,
    /// The managed secret.
    pub logical: String,
    /// The suffix of its generation; `None`: followed.
    pub generation: Option<String>,
    /// An operator makes it.
    pub by_operator: bool,
    /// Only kept for old pods.
    pub previous: bool,
    /// `mount/path` and version of each source, as the object says it.
    pub versions: Vec<(String, Option<u64>)>,
}

/// The Secrets of one side.
#[derive(Default)]
pub struct Names {
    by_name: HashMap<String, Vec<Provided>>,
    /// Logical name and suffix to name.
    by_generation: HashMap<(String, String), String>,
    /// Logical name to namespaces, and whether only an earlier generation is kept there.
    by_logical: HashMap<String, Vec<(Option<String>, bool)>>,
    /// Name to namespaces of every Secret that something makes, whoever it is.
    made: HashMap<String, Vec<Option<String>>>,
}

impl Names {
    /// Finds them in a stream.
    #[must_use]
    pub fn of(stream: &Stream<'_>) -> Self {
        let mut out = Self::default();
        for object in &stream.objects {
            if let Some(name) = object
                .root()
                .and_then(|root| maker::made(root, &object.manifest))
            {
                let namespaces = out.made.entry(name).or_default();
                namespaces.push(object.id.namespace.clone());
            }
            let (Some(own), Some((name, by_operator))) = (&object.own, provides(object)) else {
                continue;
            };
            if let Some(generation) = &own.generation {
                let key = (own.logical.clone(), generation.clone());
                out.by_generation.entry(key).or_insert_with(|| name.clone());
            }
            let namespace = object.id.namespace.clone();
            let logical = out.by_logical.entry(own.logical.clone()).or_default();
            logical.push((namespace, own.previous));
            out.by_name.entry(name.clone()).or_default().push(Provided {
                name,
                namespace: object.id.namespace.clone(),
                logical: own.logical.clone(),
                generation: own.generation.clone(),
                by_operator,
                previous: own.previous,
                versions: versions(object),
            });
        }
        out
    }

    /// What a name means for somebody in this namespace.
    #[must_use]
    pub fn get(&self, name: &str, namespace: Option<&str>) -> Option<&Provided> {
        let all = self.by_name.get(name)?;
        let exact = all.iter().find(|p| p.namespace.as_deref() == namespace);
        exact.or_else(|| {
            all.iter()
                .find(|p| namespaces_agree(p.namespace.as_deref(), namespace))
        })
    }

    /// What the generation of a managed secret is called on this side.
    #[must_use]
    pub fn called(&self, logical: &str, generation: &str) -> Option<&str> {
        let key = (logical.to_owned(), generation.to_owned());
        self.by_generation.get(&key).map(String::as_str)
    }

    /// Whether a managed secret has this logical name for somebody in this namespace; with `previous`
    /// also one of which only earlier generations are left.
    #[must_use]
    pub fn is_logical(&self, logical: &str, namespace: Option<&str>, previous: bool) -> bool {
        let mut all = self.by_logical.get(logical).into_iter().flatten();
        all.any(|(of, only_kept)| {
            (previous || !only_kept) && namespaces_agree(of.as_deref(), namespace)
        })
    }

    /// Whether any managed secret that is known here is not there any more in `after`.
    #[must_use]
    pub fn loses_any(&self, after: &Self) -> bool {
        self.by_logical.iter().any(|(logical, places)| {
            let mut places = places.iter();
            places.any(|(namespace, _)| !after.is_logical(logical, namespace.as_deref(), false))
        })
    }

    /// Whether anything makes a Secret of this name there.
    #[must_use]
    pub fn is_made(&self, name: &str, namespace: Option<&str>) -> bool {
        let mut namespaces = self.made.get(name).into_iter().flatten();
        namespaces.any(|made| namespaces_agree(made.as_deref(), namespace))
    }

    /// All of them, by name.
    #[must_use]
    pub fn all(&self) -> Vec<&Provided> {
        let mut all: Vec<&Provided> = self.by_name.values().flatten().collect();
        all.sort_by_key(|p| (&p.namespace, &p.name));
        all
    }
}

/// `kvv2/shop/db@3`, one a line.
fn versions(object: &Object<'_>) -> Vec<(String, Option<u64>)> {
    let annotations = object
        .root()
        .and_then(|root| root.at("metadata/annotations"));
    let said = annotations.and_then(|annotations| annotations.get(SOURCE)?.scalar());
    let lines = said.unwrap_or_default().lines();
    lines
        .map(|line| {
            let split = line.rsplit_once('@');
            let split = split.and_then(|(path, version)| Some((path, version.parse().ok()?)));
            split.map_or((line.to_owned(), None), |(path, version)| {
                (path.to_owned(), Some(version))
            })
        })
        .collect()
}

/// The Secret that is there because of this object, and whether an operator makes it.
#[must_use]
pub fn provides(object: &Object<'_>) -> Option<(String, bool)> {
    let (group, kind) = (object.id.group.as_str(), object.id.kind.as_str());
    if (group, kind) == ("", "Secret") {
        return Some((object.id.name.clone(), false));
    }
    let destination = operator_destination(object)?;
    destination.creates.then_some((destination.name, true))
}

/// What a VaultStaticSecret writes to.
pub struct Destination {
    /// The Secret.
    pub name: String,
    /// The operator makes it, and its Secret goes when the object goes.
    pub creates: bool,
}

/// `spec.destination` of a VaultStaticSecret.
#[must_use]
pub fn operator_destination(object: &Object<'_>) -> Option<Destination> {
    if (object.id.group.as_str(), object.id.kind.as_str()) != (OPERATOR, "VaultStaticSecret") {
        return None;
    }
    let destination = object.root()?.at("spec/destination")?;
    let creates = destination.get("create").and_then(NodeRef::scalar);
    Some(Destination {
        name: destination.get("name")?.scalar()?.to_owned(),
        creates: creates == Some("true"),
    })
}
