//! Pod templates get the hash of all they take their configuration from.
//!
//! Only workloads that use a managed secret. `snapshot` on the workload itself also counts what is
//! re-read while running: it may change without a rollout.

mod count;

use self::count::{Counter, rules};
use super::Bundle;
use super::mint::Minted;
use super::places::Places;
use super::plan::Plan;
use super::rewrite::Links;
use crate::diag::{Code, Diagnostic, Report};
use crate::hash::Short;
use crate::kube::manifest::{Manifest, Stamp};
use crate::kube::own::{CONFIG_HASH, SNAPSHOT};
use crate::yaml::Edit;
use crate::yaml::slot::{Closed, Slot};

/// stamp → write: the stamps of the workloads that take one.
pub struct Stamps {
    /// In the order of the manifests.
    all: Vec<Stamped>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

struct Stamped {
    /// The number of its manifest.
    manifest: usize,
    /// The hash of what rolls it.
    rolls: Short,
    /// The hash of all that counts, where that is more.
    all: Option<Short>,
}

impl Stamps {
    fn stamped(&self, manifest: usize) -> Option<&Stamped> {
        let at = self.all.binary_search_by_key(&manifest, |one| one.manifest);
        at.ok().map(|at| &self.all[at])
    }

    /// The config hash and the snapshot of a manifest that gets them.
    #[must_use]
    pub fn of(&self, bundle: &Bundle<'_>, manifest: usize) -> Option<(String, String)> {
        let stamped = self.stamped(manifest)?;
        let stamp = bundle.manifests[manifest].stamp.as_deref()?;
        Some((stamped.rolls.to_string(), snapshot(stamp, stamped)))
    }

    /// The edits by which a manifest carries its stamp.
    #[must_use]
    pub fn edits(&self, bundle: &Bundle<'_>, manifest: usize) -> Vec<Edit> {
        let annotations = self.stamped(manifest).and_then(|stamped| {
            let stamp = bundle.manifests[manifest].stamp.as_deref()?;
            annotations(stamp, stamped).ok()
        });
        let document = bundle.text(bundle.manifests[manifest].unit);
        let slots = annotations.into_iter().flatten();
        let edits = slots.filter_map(|(slot, entries)| slot.set(document, &entries));
        edits.flatten().collect()
    }
}

/// Makes the stamps of all workloads, and finds out that they can take them.
pub fn stamp(
    bundle: &Bundle<'_>,
    plan: &Plan,
    minted: &Minted,
    links: &Links,
) -> Result<Stamps, Report> {
    let rules = rules(bundle, plan);
    let places = Places::new(bundle);
    let mut count = Counter::new(bundle, plan, minted, &rules);
    let mut report = Report::default();
    let mut all = Vec::new();
    for (at, manifest) in bundle.manifests.iter().enumerate() {
        let Some(stamp) = &manifest.stamp else {
            continue;
        };
        let counted = count.of(manifest, links.of(at));
        if !counted.uses_managed {
            continue;
        }
        let stamped = Stamped {
            manifest: at,
            rolls: counted.rolls(),
            all: counted.all(),
        };
        match check(bundle.text(manifest.unit), stamp, &stamped) {
            Ok(()) => all.push(stamped),
            Err(closed) => report.push(refused(&places, manifest, closed)),
        }
    }
    report.check(Stamps {
        all,
        warnings: count.idle_rules(),
    })
}

/// Where annotations go, and which.
type Annotations<'m> = Vec<(&'m Slot<'m>, Vec<(&'static str, String)>)>;

fn snapshot(stamp: &Stamp<'_>, stamped: &Stamped) -> String {
    let tag = stamp.tag.as_deref().unwrap_or("untagged");
    format!("{tag}:{}", stamped.all.unwrap_or(stamped.rolls))
}

fn annotations<'m>(stamp: &'m Stamp<'m>, stamped: &Stamped) -> Result<Annotations<'m>, Closed> {
    let snapshot = snapshot(stamp, stamped);
    let config_hash = (CONFIG_HASH, stamped.rolls.to_string());
    let template = stamp.template.as_ref().map_err(|c| *c)?;
    Ok(match &stamp.workload {
        None => vec![(template, vec![config_hash, (SNAPSHOT, snapshot)])],
        Some(workload) => {
            let workload = workload.as_ref().map_err(|c| *c)?;
            vec![
                (template, vec![config_hash]),
                (workload, vec![(SNAPSHOT, snapshot)]),
            ]
        }
    })
}

/// Whether they can be set there.
fn check(document: &str, stamp: &Stamp<'_>, stamped: &Stamped) -> Result<(), Closed> {
    let annotations = annotations(stamp, stamped)?;
    let mut slots = annotations.iter();
    let open = slots.all(|(slot, entries)| slot.takes(document, entries));
    open.then_some(()).ok_or(Closed::Shared)
}

fn refused(places: &Places<'_>, manifest: &Manifest<'_>, closed: Closed) -> Diagnostic {
    let (code, why, hint) = match closed {
        Closed::Shared => (
            Code::AliasedAnchor,
            "its metadata is used again by an alias",
            "write the metadata out, without `&` and `*`.",
        ),
        Closed::Layout => (
            Code::UnsupportedLayout,
            "its metadata is laid out in a way that cannot be changed safely",
            "write it as an indented block.",
        ),
        Closed::NotAMapping => (
            Code::UnsupportedLayout,
            "its metadata is not a mapping",
            "correct the manifest.",
        ),
    };
    Diagnostic::error(
        code,
        format!("`{}` cannot be stamped: {why}", manifest.id.label()),
    )
    .at(places.of(manifest))
    .hint(hint)
}
