//! All the output, or nothing.
//!
//! Splices the edits, proves each changed document, puts our objects before the first document that
//! uses them, and leaves our configs out. What was not changed is copied from the input.

mod numbers;
mod pieces;

use std::collections::BTreeMap;
use std::io;

use self::pieces::{Piece, Pieces, stream};
use super::changes::Changes;
use super::jobs::jobs;
use super::locked::Opened;
use super::mint::{Minted, Object};
use super::plan::Plan;
use super::release::{self, Dress};
use super::rewrite::Links;
use super::stamp::Stamps;
use super::tracking;
use super::{Bundle, Shape};
use crate::diag::{Code, Diagnostic, Report};
use crate::yaml::Edit;
use crate::yaml::edit::{apply, prove};
use crate::yaml::emit::Value;
use crate::yaml::parallel;

/// write → door: the whole output. May hold secrets: neither Debug nor Clone.
pub struct Rendered<'t> {
    bundle: Bundle<'t>,
    changes: Changes,
    pieces: Vec<Piece>,
    /// The first unit that uses a managed secret.
    first_user: Option<usize>,
    /// For each object, whether a copy for hooks follows it.
    copied: Vec<bool>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
    /// Whether the store was needed at all.
    pub asked: bool,
    /// Whether a Secret with its data is among what is new.
    pub has_values: bool,
    /// Of a release: managed secrets that no document mentions.
    pub unused: Vec<String>,
    /// The locks that decided where secrets stand.
    pub locks: Vec<Opened>,
}

impl Rendered<'_> {
    /// Whether nothing but white space would be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Kept { input, from, to } => self.bundle.inputs[*input].text[*from..*to]
                .trim()
                .is_empty(),
            Piece::Edited { .. } => false,
            Piece::New(text) => text.trim().is_empty(),
        })
    }

    /// Writes everything.
    pub fn write_to(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Kept { input, from, to } => {
                    out.write_all(&self.bundle.inputs[*input].text.as_bytes()[*from..*to])?;
                }
                Piece::Edited { units, from } => {
                    for unit in units.clone() {
                        let from = if unit == units.start { *from } else { 0 };
                        self.write_edited(unit, from, out)?;
                    }
                }
                Piece::New(text) => out.write_all(text.as_bytes())?,
            }
        }
        out.flush()
    }

    fn write_edited(
        &self,
        unit: usize,
        mut from: usize,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let text = self.bundle.text(unit).as_bytes();
        for edit in self.changes.of(&self.bundle, unit) {
            out.write_all(&text[from..edit.bytes.start])?;
            out.write_all(edit.text.as_bytes())?;
            from = edit.bytes.end;
        }
        out.write_all(&text[from..])
    }
}

/// Puts everything together.
pub fn write(
    mut bundle: Bundle<'_>,
    mut plan: Plan,
    mut minted: Minted,
    mut links: Links,
    mut stamps: Stamps,
) -> Result<Rendered<'_>, Report> {
    let asked = plan.subjects(&bundle).iter().any(|s| s.depth.is_some());
    let mut warnings = std::mem::take(&mut plan.warnings);
    warnings.append(&mut minted.warnings);
    warnings.append(&mut links.warnings);
    warnings.append(&mut stamps.warnings);
    bundle.consumed.sort_unstable();
    bundle.consumed.dedup();
    let mut manifests = bundle.manifests.iter().enumerate();
    let first_user = manifests.find(|(at, _)| links.is_user(*at));
    let first_user = first_user.map(|(_, manifest)| manifest.unit);
    // whoever applies them one by one has the way in first
    let mut objects = std::mem::take(&mut plan.access);
    objects.append(&mut minted.objects);
    let has_values = objects.iter().any(|object| object.kind == "Secret");
    let (dresses, unused) = match bundle.shape {
        Shape::Release => (
            release::dresses(&bundle, &plan, &links, &objects),
            release::unused(&bundle, &plan, &links),
        ),
        _ => (
            objects.iter().map(|_| Dress::default()).collect(),
            Vec::new(),
        ),
    };
    let copied = dresses.iter().map(|dress: &Dress| dress.before.is_some());
    let copied = copied.collect();
    let (lists, objects) = match bundle.shape {
        Shape::Stream | Shape::Release | Shape::Lines => (take_out_items(&mut bundle)?, objects),
        Shape::ResourceList => {
            let lists = resource_list(&bundle, objects, &warnings)?;
            (lists, Vec::new())
        }
    };
    let jobs = jobs(&bundle, &plan, &links);
    let changes = Changes {
        links,
        stamps,
        jobs,
        lists,
    };
    let edited = prove_all(&bundle, &changes)?;
    let pieces = match bundle.shape {
        Shape::Stream | Shape::Release | Shape::Lines => stream(
            &bundle,
            &edited,
            objects.into_iter().zip(dresses),
            first_user,
        )?,
        Shape::ResourceList => {
            let mut pieces = Pieces::new(&bundle, &edited);
            pieces.unit(0);
            pieces.out
        }
    };
    Ok(Rendered {
        bundle,
        changes,
        pieces,
        first_user,
        copied,
        warnings,
        asked,
        has_values,
        unused,
        locks: plan.locks,
    })
}

/// Units that have edits, each of which reads as it was meant to.
fn prove_all(bundle: &Bundle<'_>, changes: &Changes) -> Result<Vec<usize>, Report> {
    let units = changes.units(bundle);
    let proofs = parallel::batched(
        &units,
        |u| 2 * bundle.units[*u].range.len(),
        |units| {
            let (mut edited, mut wrong) = (Vec::with_capacity(units.len()), Vec::new());
            for &unit in units {
                let edits = changes.of(bundle, unit);
                if !edits.is_empty() {
                    edited.push(unit);
                    wrong.extend(prove_one(bundle, unit, &edits).err().map(|why| (unit, why)));
                }
            }
            (edited, wrong)
        },
    );
    let mut all = Vec::with_capacity(units.len());
    let mut report = Report::default();
    for (edited, wrong) in proofs {
        all.extend(edited);
        for (unit, why) in wrong {
            report.push(
                Diagnostic::error(
                    Code::Internal,
                    format!("this document could not be changed safely: {why}"),
                )
                .at(bundle.located(unit).place(0))
                .hint("please report it, with the document if you can; nothing was written."),
            );
        }
    }
    report.check(all)
}

fn prove_one(bundle: &Bundle<'_>, unit: usize, edits: &[Edit]) -> Result<(), String> {
    let known = bundle.known(unit).ok_or("it was not read")?;
    prove(known.reads, edits, &apply(bundle.text(unit), edits)?)
}

/// Lists lose the items that were consumed; a list that has no others goes as a whole.
fn take_out_items(bundle: &mut Bundle<'_>) -> Result<BTreeMap<usize, Vec<Edit>>, Report> {
    let mut gone: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (unit, item) in &bundle.consumed {
        if let Some(item) = item {
            gone.entry(*unit).or_default().push(*item);
        }
    }
    let mut report = Report::default();
    let mut lists = BTreeMap::new();
    for (unit, gone) in gone {
        let Some(items) = bundle.items(unit) else {
            report.push(
                Diagnostic::error(
                    Code::UnsupportedLayout,
                    "an object of ours cannot be taken out of this list",
                )
                .at(bundle.located(unit).place(0))
                .hint(
                    "start each item on the line of its `-`, or write it as a document of its own.",
                ),
            );
            continue;
        };
        if gone.len() == items.len() {
            bundle.consumed.push((unit, None));
        } else {
            lists.insert(unit, items.change(&gone, &[]));
        }
    }
    report.check(lists)
}

fn resource_list(
    bundle: &Bundle<'_>,
    objects: Vec<Object>,
    warnings: &[Diagnostic],
) -> Result<BTreeMap<usize, Vec<Edit>>, Report> {
    let gone = bundle.consumed.iter().filter_map(|(_, item)| *item);
    let gone: Vec<usize> = gone.collect();
    let generator = bundle.generator;
    let new: Vec<Value> = match &bundle.package {
        Some(package) => package.placed(objects, &gone),
        None => objects
            .into_iter()
            .flat_map(|object| tracking::tracked(object, generator))
            .collect(),
    };
    let mut edits = Vec::new();
    let Some(items) = bundle.items(0) else {
        if gone.is_empty() && new.is_empty() {
            return Ok(BTreeMap::new());
        }
        return Err(Diagnostic::error(
            Code::NotAResourceList,
            "the `items` of the ResourceList cannot be changed",
        )
        .hint("write `items` as a plain list.")
        .into());
    };
    if !gone.is_empty() || !new.is_empty() {
        edits = items.change(&gone, &new);
    }
    if let (Some(slot), false) = (&bundle.results, warnings.is_empty()) {
        edits.push(slot.add("results", crate::diag::results::results(warnings)));
    }
    Ok(BTreeMap::from([(0, edits)]))
}
