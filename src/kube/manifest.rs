//! All that the stages have to know of one manifest, so that its tree can be dropped.
//!
//! Reads; changes nothing and decides nothing.

use std::borrow::Cow;

use super::access;
use super::data::Data;
use super::gitops;
use super::hook::Hook;
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

/// What overlays have made of an object.
#[derive(Clone, Debug)]
struct Overlaid {
    affixes: Affixes,
    previous_names: Vec<String>,
}

/// One object. Of a large stream there are many: what few of them have is boxed.
#[derive(Clone, Debug)]
pub struct Manifest<'t> {
    /// Which unit of the bundle it stands in.
    pub unit: usize,
    /// Its number among the items of that unit, where the unit is a list.
    pub item: Option<usize>,
    /// Which object it is.
    pub id: ObjectId<'t>,
    /// What kustomize recorded of its names.
    overlaid: Option<Box<Overlaid>>,
    /// Every mention at a site.
    pub mentions: Box<[Mention<'t>]>,
    /// Managed names where no site is.
    pub strays: Box<[Stray]>,
    /// Where the stamp goes.
    pub stamp: Option<Box<Stamp<'t>>>,
    /// For a Job: where it tells a tool to replace it.
    pub replaced: Option<Box<Slot<'t>>>,
    /// For a Secret or ConfigMap: what it holds.
    pub data: Option<Box<Data>>,
    /// Our own earlier output.
    pub own: Option<Box<Own>>,
    /// A Helm hook that runs while its release is not there.
    pub hook: Option<Box<Hook>>,
    /// It lets the operator in, and an earlier run made it.
    pub access: bool,
}

/// All manifests of a stream, each where it was read: in a list that is put together of others they
/// would all stand twice for a moment.
pub type Manifests<'t> = Vec<Box<Manifest<'t>>>;

/// Where a workload takes its annotations.
#[derive(Clone, Debug)]
pub struct Stamp<'t> {
    /// `config-hash`, in the pod template.
    pub template: Result<Slot<'t>, Closed>,
    /// `snapshot`, on the workload; `None` when that is the same mapping (a Pod).
    pub workload: Option<Result<Slot<'t>, Closed>>,
    /// Tag of the first container's image.
    pub tag: Option<Cow<'t, str>>,
}

/// What a manifest is read with.
pub struct Interest<'a> {
    /// Sites that configs add.
    pub references: &'a [Reference],
    /// Whether a text is the name of a managed secret.
    pub is_managed: &'a (dyn Fn(&str) -> bool + Sync),
}

impl<'t> Manifest<'t> {
    /// Reads one object; `None` when its aliases multiply beyond any use.
    #[must_use]
    pub fn read(
        root: NodeRef<'_, 't>,
        unit: usize,
        item: Option<usize>,
        interest: &Interest<'_>,
    ) -> Option<Self> {
        let id = ObjectId::of(root);
        let workload = workloads(&id.kind, id.group());
        let mentions = mention::mentions(root, &id, workload, interest.references)?;
        let mut covered: Vec<u32> = mentions.iter().map(|m| m.spot.node).collect();
        covered.sort_unstable();
        let is_object = !id.kind.is_empty();
        let strays = stray::strays(
            root,
            &|text| is_object && (interest.is_managed)(text),
            &covered,
        );
        let annotations = root.at("metadata/annotations");
        let recorded = |key: &str| annotations.and_then(|node| node.get(key)?.scalar());
        let records = [PREFIXES, SUFFIXES, PREVIOUS_NAMES].map(recorded);
        let overlaid = records.iter().any(Option::is_some).then(|| {
            let [prefixes, suffixes, names] = records.map(Option::unwrap_or_default);
            let names = names.split_terminator(',').map(str::to_owned);
            Box::new(Overlaid {
                affixes: Affixes {
                    prefixes: prefixes.to_owned(),
                    suffixes: suffixes.to_owned(),
                },
                previous_names: names.collect(),
            })
        });
        let stamp = workload.filter(|w| w.stamped).and_then(|workload| {
            let (template, shared) = mention::templates(root, workload).into_iter().next()?;
            let takes = template.kind() == Kind::Mapping;
            takes.then(|| Box::new(stamp(root, template, shared)))
        });
        let is_job = id.kind == "Job" && id.group() == "batch";
        let replaced = is_job
            .then(|| Slot::find(root, ANNOTATIONS, gitops::REPLACEMENT).ok())
            .flatten()
            .map(Box::new);
        let holds_data = id.group().is_empty() && matches!(&*id.kind, "Secret" | "ConfigMap");
        let data = holds_data.then(|| Box::new(Data::of(root, &id.kind, &id.name)));
        let own = Own::of(root, &id.kind).map(Box::new);
        let access = access::KINDS.contains(&&*id.kind) && recorded(own::CONFIG).is_some();
        Some(Self {
            unit,
            item,
            id,
            overlaid,
            mentions,
            strays: strays.into(),
            stamp,
            replaced,
            data,
            own,
            hook: Hook::of(annotations).map(Box::new),
            access,
        })
    }

    /// Whether it is, or was, called so.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.id.name == name || self.previous_names().iter().any(|n| n == name)
    }

    /// Names it had before, as kustomize recorded them.
    #[must_use]
    pub fn previous_names(&self) -> &[String] {
        let overlaid = self.overlaid.as_ref();
        overlaid.map_or(&[], |overlaid| &overlaid.previous_names)
    }

    /// What overlays have put around its name, as kustomize recorded it.
    #[must_use]
    pub fn affixes(&self) -> &Affixes {
        const NONE: &Affixes = &Affixes {
            prefixes: String::new(),
            suffixes: String::new(),
        };
        let overlaid = self.overlaid.as_ref();
        overlaid.map_or(NONE, |overlaid| &overlaid.affixes)
    }
}

const ANNOTATIONS: &[&str] = &["metadata", "annotations"];

fn stamp<'t>(root: NodeRef<'_, 't>, template: NodeRef<'_, 't>, shared: bool) -> Stamp<'t> {
    let itself = template.index() == root.index();
    let keys: &[&'static str] = if itself {
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

fn image_tag<'t>(template: NodeRef<'_, 't>) -> Option<Cow<'t, str>> {
    let image = template
        .at("spec/containers")?
        .items()
        .next()?
        .get("image")?
        .text()?;
    match image {
        Cow::Borrowed(image) => tag_of(image).map(Cow::Borrowed),
        Cow::Owned(image) => tag_of(&image).map(|tag| Cow::Owned(tag.to_owned())),
    }
}

fn tag_of(image: &str) -> Option<&str> {
    let name = image.split('@').next()?;
    Some(name.rsplit('/').next()?.split_once(':')?.1)
}
