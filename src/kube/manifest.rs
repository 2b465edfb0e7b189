//! All that the stages have to know of one manifest, so that its tree can be dropped.
//!
//! Reads; changes nothing and decides nothing.

use super::data::Data;
use super::id::ObjectId;
use super::mention::{self, Mention};
use super::own::{self, Own};
use super::stray::{self, Stray};
use super::workload::workloads;
use crate::config::Reference;
use crate::yaml::slot::{Closed, Slot};
use crate::yaml::{Kind, NodeRef};

/// kustomize's record of the names an object had before (kustomize api/internal/utils).
const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";
const PREFIXES: &str = "internal.config.kubernetes.io/prefixes";
const SUFFIXES: &str = "internal.config.kubernetes.io/suffixes";

/// Prefixes and suffixes that overlays have put around a name (kustomize api/internal/utils).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affixes {
    prefixes: String,
    suffixes: String,
}

/// One object.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Which unit of the bundle it stands in.
    pub unit: usize,
    /// Its number among the items of that unit, where the unit is a list.
    pub item: Option<usize>,
    /// Byte offset within the unit, for messages.
    pub at: usize,
    /// Which object it is.
    pub id: ObjectId,
    /// What overlays have put around its name, as kustomize recorded it.
    pub affixes: Affixes,
    /// Names it had before, as kustomize recorded them.
    pub previous_names: Vec<String>,
    /// Every mention at a site.
    pub mentions: Vec<Mention>,
    /// Managed names where no site is.
    pub strays: Vec<Stray>,
    /// Where the stamp goes.
    pub stamp: Option<Stamp>,
    /// For a Secret or ConfigMap: what it holds.
    pub data: Option<Data>,
    /// Our own earlier output.
    pub own: Option<Own>,
}

/// Where a workload takes its annotations.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// `config-hash`, in the pod template.
    pub template: Result<Slot, Closed>,
    /// `snapshot`, on the workload; `None` when that is the same mapping (a Pod).
    pub workload: Option<Result<Slot, Closed>>,
    /// Tag of the first container's image.
    pub tag: Option<String>,
}

/// What a manifest is read with.
pub struct Interest<'a> {
    /// Sites that configs add.
    pub references: &'a [Reference],
    /// Whether a text is the name of a managed secret.
    pub is_managed: &'a (dyn Fn(&str) -> bool + Sync),
}

impl Manifest {
    /// Reads one object; `None` when its aliases multiply beyond any use.
    #[must_use]
    pub fn read(
        root: NodeRef<'_, '_>,
        unit: usize,
        item: Option<usize>,
        interest: &Interest<'_>,
    ) -> Option<Self> {
        let id = ObjectId::of(root);
        let workload = workloads(&id.kind, id.group());
        let mentions = mention::mentions(root, &id, workload, interest.references)?;
        let covered: Vec<u32> = mentions.iter().map(|m| m.spot.node).collect();
        let is_object = !id.kind.is_empty();
        let strays = stray::strays(
            root,
            &|text| is_object && (interest.is_managed)(text),
            &covered,
        );
        let annotations = root.at("metadata/annotations");
        let recorded = |key: &str| annotations.and_then(|node| node.get(key)?.scalar());
        let text = |key: &str| recorded(key).unwrap_or_default().to_owned();
        let affixes = Affixes {
            prefixes: text(PREFIXES),
            suffixes: text(SUFFIXES),
        };
        let previous_names = recorded(PREVIOUS_NAMES).map_or_else(Vec::new, |names| {
            names.split(',').map(str::to_owned).collect()
        });
        let stamp = workload.filter(|w| w.stamped).and_then(|workload| {
            let (template, shared) = mention::templates(root, workload).into_iter().next()?;
            (template.kind() == Kind::Mapping).then(|| stamp(root, template, shared))
        });
        let holds_data =
            id.group().is_empty() && matches!(id.kind.as_str(), "Secret" | "ConfigMap");
        let data = holds_data.then(|| Data::of(root, &id.kind, &id.name));
        let own = Own::of(root, &id.kind);
        Some(Self {
            unit,
            item,
            at: root.span().start,
            id,
            affixes,
            previous_names,
            mentions,
            strays,
            stamp,
            data,
            own,
        })
    }

    /// Whether it is, or was, called so.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.id.name == name || self.previous_names.iter().any(|n| n == name)
    }
}

const ANNOTATIONS: &[&str] = &["metadata", "annotations"];

fn stamp(root: NodeRef<'_, '_>, template: NodeRef<'_, '_>, shared: bool) -> Stamp {
    let itself = template.index() == root.index();
    let keys: &[&str] = if itself {
        &[own::CONFIG_HASH, own::SNAPSHOT]
    } else {
        &[own::CONFIG_HASH]
    };
    let slot = if shared {
        Err(Closed::Shared)
    } else {
        Slot::find(template, ANNOTATIONS, keys)
    };
    let workload = (!itself).then(|| Slot::find(root, ANNOTATIONS, &[own::SNAPSHOT]));
    Stamp {
        template: slot,
        workload,
        tag: image_tag(template),
    }
}

fn image_tag(template: NodeRef<'_, '_>) -> Option<String> {
    let image = template
        .at("spec/containers")?
        .items()
        .next()?
        .get("image")?
        .scalar()?;
    let name = image.split('@').next()?;
    let tag = name.rsplit('/').next()?.split_once(':')?.1;
    Some(tag.to_owned())
}
