//! The seven verbs, and the types that cross their borders.
//!
//! No stage does I/O; only `resolve` sees a store, through a trait. No stage knows which door is
//! open: it sees a stream or a `ResourceList`.

mod access;
mod changes;
mod earlier;
pub mod facts;
pub mod generation;
mod jobs;
pub mod locked;
pub mod mint;
mod ours;
pub mod package;
pub mod permit;
mod places;
pub mod plan;
pub mod previous;
pub mod read;
mod release;
pub mod resolve;
pub mod rewrite;
pub mod stamp;
pub mod subject;
mod tracking;
pub mod unfollowed;
pub mod write;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use self::package::Package;
use crate::config::Config;
use crate::diag::Report;
use crate::kube::id::namespaces_agree;
use crate::kube::manifest::Manifests;
use crate::yaml::items::Items;
use crate::yaml::picture::Located;
use crate::yaml::slot::Slot;
use crate::yaml::tree::Digest;

/// How the manifests are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Documents, as users write them and as kustomize and Helm print them.
    Stream,
    /// The same on their way through Helm, which runs hooks apart from the rest.
    Release,
    /// The same for whoever reads it twice: what is new stands in it as JSON, one line each.
    Lines,
    /// One `ResourceList` (KRM functions specification).
    ResourceList,
}

/// One text that was given.
pub struct Input {
    /// File name as the user gave it, or `<stdin>`.
    pub file: Arc<str>,
    /// The text.
    pub text: Cow<'static, str>,
    /// Holds only configs: nothing of it is in the output.
    pub only_configs: bool,
}

/// What a door hands to the pipeline.
pub struct Request {
    /// In the order of the output.
    pub inputs: Vec<Input>,
    /// How they are wrapped.
    pub shape: Shape,
    /// The namespace of objects that name none, where the runner knows it.
    pub home: Option<String>,
    /// Values in the place of those in `spec.parameters`, where another tool chooses them.
    pub parameters: BTreeMap<String, String>,
}

impl Request {
    /// Of manifests of which nobody knows where they go.
    #[must_use]
    pub fn new(inputs: Vec<Input>, shape: Shape) -> Self {
        Self {
            inputs,
            shape,
            home: None,
            parameters: BTreeMap::new(),
        }
    }
}

/// read → plan: ordered documents, their text kept.
pub struct Bundle<'t> {
    /// The texts.
    pub inputs: &'t [Input],
    /// Their documents.
    pub units: Vec<Unit>,
    /// What is known of those that were read, in their order: most documents of a large stream are not.
    pub known: Vec<Known>,
    /// The objects in them that may matter, in their order.
    pub manifests: Manifests<'t>,
    /// Decoded configs.
    pub configs: Vec<Found>,
    /// Every object of ours that must not be in the output: (unit, item).
    pub consumed: Vec<(usize, Option<usize>)>,
    /// Mistakes in configs; reported by `plan`.
    pub problems: Report,
    /// How the manifests are wrapped.
    pub shape: Shape,
    /// The namespace of objects that name none, where the runner knows it.
    pub home: Option<&'t str>,
    /// The only item is the function's own config: kustomize's generator position.
    pub generator: bool,
    /// The items are the files of a package, which is written in place.
    pub package: Option<Package>,
    /// Where `results` go in a `ResourceList`.
    pub results: Option<Slot<'t>>,
}

/// A config and where it was found.
pub struct Found {
    /// The config.
    pub config: Config,
    /// Its unit.
    pub unit: usize,
}

/// One document.
pub struct Unit {
    /// Which input it stands in.
    pub input: usize,
    /// Its bytes there.
    pub range: Range<usize>,
}

/// What is kept of a document that was read.
pub struct Known {
    /// Its unit.
    pub unit: usize,
    /// What it reads as.
    pub reads: Digest,
    /// Its items, where it is a list.
    pub items: Option<Box<Items>>,
}

impl<'t> Bundle<'t> {
    /// The text of a unit.
    #[must_use]
    pub fn text(&self, unit: usize) -> &'t str {
        let unit = &self.units[unit];
        &self.inputs[unit.input].text[unit.range.clone()]
    }

    /// What is known of a unit, when it was read.
    #[must_use]
    pub fn known(&self, unit: usize) -> Option<&Known> {
        let at = self.known.binary_search_by_key(&unit, |known| known.unit);
        at.ok().map(|at| &self.known[at])
    }

    /// The items of a unit that is a list.
    #[must_use]
    pub fn items(&self, unit: usize) -> Option<&Items> {
        self.known(unit)?.items.as_deref()
    }

    /// Numbers of the manifests in a unit.
    #[must_use]
    pub fn manifests_in(&self, unit: usize) -> Range<usize> {
        let first = self.manifests.partition_point(|m| m.unit < unit);
        let there = &self.manifests[first..];
        first..first + there.partition_point(|m| m.unit == unit)
    }

    /// Whether two namespaces can be the same at apply time: one that is not said is the runner's, and
    /// may be any where that is not known.
    #[must_use]
    pub fn agree(&self, one: Option<&str>, other: Option<&str>) -> bool {
        namespaces_agree(one.or(self.home), other.or(self.home))
    }

    /// A unit and where it stands in its file.
    #[must_use]
    pub fn located(&self, unit: usize) -> Located<'t> {
        locate(self.inputs, &self.units[unit])
    }
}

/// A unit and where it stands in its file.
pub(crate) fn locate<'a>(inputs: &'a [Input], unit: &Unit) -> Located<'a> {
    let input = &inputs[unit.input];
    let before = &input.text.as_bytes()[..unit.range.start];
    let lines = memchr::memchr_iter(b'\n', before).count();
    Located {
        file: Arc::clone(&input.file),
        first_line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
        text: &input.text[unit.range.clone()],
    }
}
