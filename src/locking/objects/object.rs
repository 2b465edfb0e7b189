//! One object, as far as secrets in Vault are concerned.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{self, Config, decode};
use crate::kube::id::ObjectId;
use crate::kube::mention::{In, mentions};
use crate::kube::own::{self, Own};
use crate::kube::sites::Target;
use crate::kube::workload::workloads;
use crate::yaml::NodeRef;
use crate::yaml::picture::Located;

/// What makes an object a hook of Helm.
const HOOK: &str = "helm.sh/hook";
/// The operator's API group.
const OPERATOR: &str = "secrets.hashicorp.com";

/// One object.
pub struct Object {
    /// Where it stands.
    pub file: Arc<str>,
    /// Which it is.
    pub id: ObjectId<'static>,
    /// Countersign made it.
    pub own: Option<Own>,
    /// The paths in Vault that it says it comes from.
    pub said: Vec<Said>,
    /// The Secret that it is, or that an operator makes of it.
    pub secret: Option<String>,
    /// It goes when these go: kind and name.
    pub owners: Vec<(String, String)>,
    /// Secrets that it refers to, and where they stand.
    pub mentions: Vec<(String, In)>,
    /// Whether its pods run.
    pub life: Life,
    /// A config of ours.
    pub config: Option<Arc<Config>>,
    /// Helm runs it apart from its release.
    pub hook: bool,
}

/// A path in Vault that an object names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// `mount/path`
    pub path: String,
    /// `None`: the newest, or it is not said.
    pub version: Option<u64>,
    /// Of Vault, where it is said.
    pub namespace: Option<String>,
}

/// What a cluster says about the pods of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Life {
    /// Nothing that matters.
    Unknown,
    /// A ReplicaSet with so many pods.
    Replicas(u64),
    /// A ReplicaSet without pods that a Deployment keeps.
    Rollback,
    /// A Job that has ended.
    Finished,
    /// The phase of a pod.
    Phase(String),
}

impl Object {
    /// Reads one; `None` when its aliases multiply beyond any use.
    pub fn read(root: NodeRef<'_, '_>, located: &Located<'_>) -> Option<Self> {
        let id = ObjectId::of(root);
        let found = mentions(root, &id, workloads(&id.kind, id.group()), &[])?;
        let named = found.into_iter().filter(|m| m.target == Target::Secret);
        let is_operator = id.kind == "VaultStaticSecret" && id.group() == OPERATOR;
        let own = Own::of(root, &id.kind);
        let said = if is_operator {
            static_source(root).into_iter().collect()
        } else if own.is_some() {
            annotated(root)
        } else {
            Vec::new()
        };
        let secret = match &*id.kind {
            "Secret" if id.group().is_empty() => Some(id.name.to_string()),
            _ if is_operator => text(root, "spec/destination/name"),
            _ => None,
        };
        let is_config = id.kind == config::KIND && id.api_version == config::API_VERSION;
        // a mistake in it is the business of whoever renders it
        let config = is_config
            .then(|| decode::decode(root, located, &BTreeMap::new()).ok())
            .flatten();
        let owners = owners(root);
        Some(Self {
            file: Arc::clone(&located.file),
            life: life(root, &id, &owners),
            mentions: named.map(|m| (m.name().to_owned(), m.namespace)).collect(),
            config: config.map(Arc::new),
            own,
            said,
            secret,
            owners,
            hook: root
                .at("metadata/annotations")
                .is_some_and(|node| node.get(HOOK).is_some()),
            id: id.into_owned(),
        })
    }
}

fn text(root: NodeRef<'_, '_>, path: &str) -> Option<String> {
    let text = root.at(path)?.scalar()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn number(root: NodeRef<'_, '_>, path: &str) -> Option<u64> {
    root.at(path)?.scalar()?.parse().ok()
}

/// What a VaultStaticSecret reads, whoever wrote it.
fn static_source(root: NodeRef<'_, '_>) -> Option<Said> {
    let (mount, path) = (text(root, "spec/mount")?, text(root, "spec/path")?);
    Some(Said {
        path: format!("{}/{}", mount.trim_matches('/'), path.trim_matches('/')),
        // the operator takes 0 for the newest
        version: number(root, "spec/version").filter(|version| *version > 0),
        namespace: text(root, "spec/namespace"),
    })
}

/// `mount/path@version`, one a line.
fn annotated(root: NodeRef<'_, '_>) -> Vec<Said> {
    let annotations = root.at("metadata/annotations");
    let lines = annotations.and_then(|node| node.get(own::SOURCE)?.scalar());
    let said = lines.unwrap_or_default().lines().map(|line| {
        let split = line.rsplit_once('@');
        let version = split.and_then(|(_, version)| version.parse().ok());
        Said {
            path: match split {
                Some((path, _)) if version.is_some() => path.to_owned(),
                _ => line.to_owned(),
            },
            version,
            namespace: None,
        }
    });
    said.collect()
}

fn owners(root: NodeRef<'_, '_>) -> Vec<(String, String)> {
    let owners = root.at("metadata/ownerReferences");
    let each = owners.into_iter().flat_map(NodeRef::items);
    each.filter_map(|owner| Some((text(owner, "kind")?, text(owner, "name")?)))
        .collect()
}

fn life(root: NodeRef<'_, '_>, id: &ObjectId<'_>, owners: &[(String, String)]) -> Life {
    match &*id.kind {
        "ReplicaSet" => {
            let rolled = owners.iter().any(|(kind, _)| kind == "Deployment");
            match number(root, "spec/replicas").unwrap_or(1) {
                0 if rolled => Life::Rollback,
                pods => Life::Replicas(pods),
            }
        }
        "Job" if ended(root) => Life::Finished,
        "Pod" => text(root, "status/phase").map_or(Life::Unknown, Life::Phase),
        _ => Life::Unknown,
    }
}

fn ended(root: NodeRef<'_, '_>) -> bool {
    let conditions = root.at("status/conditions");
    let mut each = conditions.into_iter().flat_map(NodeRef::items);
    each.any(|condition| {
        let end = matches!(
            text(condition, "type").as_deref(),
            Some("Complete" | "Failed")
        );
        end && text(condition, "status").as_deref() == Some("True")
    })
}
