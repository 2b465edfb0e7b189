//! All the output, or nothing.
//!
//! Splices the edits, proves each changed document, puts our objects before the first document that
//! uses them, and leaves our configs out. What was not changed is copied from the input.

mod pieces;

use std::collections::BTreeMap;
use std::io;

use self::pieces::{Piece, Pieces, stream};
use super::mint::{Minted, Object};
use super::plan::Plan;
use super::rewrite::Links;
use super::tracking;
use super::{Bundle, Input, Known, Shape, Unit};
use crate::diag::{Code, Diagnostic, Report};
use crate::yaml::edit::{self, apply, prove};
use crate::yaml::emit::Value;
use crate::yaml::parallel;

/// write → door: the whole output. May hold secrets: neither Debug nor Clone.
pub struct Rendered {
    inputs: Vec<Input>,
    units: Vec<Unit>,
    pieces: Vec<Piece>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
    /// Whether the store was needed at all.
    pub asked: bool,
}

impl Rendered {
    /// Writes everything.
    pub fn write_to(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Kept { input, from, to } => {
                    out.write_all(&self.inputs[*input].text.as_bytes()[*from..*to])?;
                }
                Piece::Edited { unit, from } => {
                    self.write_edited(&self.units[*unit], *from, out)?;
                }
                Piece::New(text) => out.write_all(text.as_bytes())?,
            }
        }
        out.flush()
    }

    fn write_edited(
        &self,
        unit: &Unit,
        mut from: usize,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let text = self.inputs[unit.input].text.as_bytes();
        for edit in unit.edits() {
            out.write_all(&text[from..unit.range.start + edit.bytes.start])?;
            out.write_all(edit.text.as_bytes())?;
            from = unit.range.start + edit.bytes.end;
        }
        out.write_all(&text[from..unit.range.end])
    }
}

/// Puts everything together.
pub fn write(
    mut bundle: Bundle,
    plan: Plan,
    minted: Minted,
    links: Links,
) -> Result<Rendered, Report> {
    let asked = plan.wants.iter().any(|want| want.depth.is_some());
    let mut warnings = plan.warnings;
    warnings.extend(links.warnings);
    let users = bundle.manifests.iter().zip(&links.of_manifest);
    let first_user = users
        .filter(|(_, links)| !links.is_empty())
        .map(|(manifest, _)| manifest.unit)
        .min();
    bundle.consumed.sort_unstable();
    bundle.consumed.dedup();
    let pieces = match bundle.shape {
        Shape::Stream => {
            take_out_items(&mut bundle)?;
            prove_all(&mut bundle)?;
            stream(&bundle, &minted.objects, first_user)?
        }
        Shape::ResourceList => {
            resource_list(&mut bundle, minted.objects, &warnings)?;
            prove_all(&mut bundle)?;
            let mut pieces = Pieces::new(&bundle);
            pieces.unit(0);
            pieces.out
        }
    };
    Ok(Rendered {
        inputs: bundle.inputs,
        units: bundle.units,
        pieces,
        warnings,
        asked,
    })
}

/// Every changed document reads as it was meant to.
fn prove_all(bundle: &mut Bundle) -> Result<(), Report> {
    let mut changed = Vec::new();
    for (at, unit) in bundle.units.iter_mut().enumerate() {
        if let Some(known) = unit.known.as_mut().filter(|k| !k.edits.is_empty()) {
            edit::sort(&mut known.edits);
            changed.push(at);
        }
    }
    let bundle = &*bundle;
    let proofs = parallel::map(
        &changed,
        |u| 2 * bundle.units[*u].range.len(),
        |u| {
            let unit = &bundle.units[*u];
            let known = unit.known.as_ref().ok_or("it was not read")?;
            prove(
                known.reads,
                &known.edits,
                &apply(bundle.text(*u), &known.edits)?,
            )
        },
    );
    let mut report = Report::default();
    for (unit, proof) in changed.into_iter().zip(proofs) {
        if let Err(why) = proof {
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
    report.check(())
}

/// Lists lose the items that were consumed; a list that has no others goes as a whole.
fn take_out_items(bundle: &mut Bundle) -> Result<(), Report> {
    let mut gone: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (unit, item) in &bundle.consumed {
        if let Some(item) = item {
            gone.entry(*unit).or_default().push(*item);
        }
    }
    let mut report = Report::default();
    for (unit, gone) in gone {
        let Some(Known {
            items: Some(items),
            edits,
            ..
        }) = bundle.units[unit].known.as_deref_mut()
        else {
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
            take_out(edits, items.change(&gone, &[]));
        }
    }
    report.check(())
}

/// Adds edits that remove nodes; other edits within what they remove are void.
fn take_out(edits: &mut Vec<crate::yaml::Edit>, removals: Vec<crate::yaml::Edit>) {
    edits.retain(|edit| {
        !removals.iter().any(|r| {
            let (taken, changed) = (r.nodes(), edit.nodes());
            taken.start <= changed.start && changed.end <= taken.end && !taken.is_empty()
        })
    });
    edits.extend(removals);
}

fn resource_list(
    bundle: &mut Bundle,
    objects: Vec<Object>,
    warnings: &[Diagnostic],
) -> Result<(), Report> {
    let gone: Vec<usize> = bundle
        .consumed
        .iter()
        .filter_map(|(_, item)| *item)
        .collect();
    let generator = bundle.generator;
    let new: Vec<Value> = objects
        .into_iter()
        .flat_map(|object| tracking::tracked(object, generator))
        .collect();
    let results = bundle.results.clone();
    let Some(Known {
        items: Some(items),
        edits,
        ..
    }) = bundle.units[0].known.as_deref_mut()
    else {
        if gone.is_empty() && new.is_empty() {
            return Ok(());
        }
        return Err(Diagnostic::error(
            Code::NotAResourceList,
            "the `items` of the ResourceList cannot be changed",
        )
        .hint("write `items` as a plain list.")
        .into());
    };
    if !gone.is_empty() || !new.is_empty() {
        let removals = items.change(&gone, &new);
        take_out(edits, removals);
    }
    if let (Some(slot), false) = (results, warnings.is_empty()) {
        edits.push(slot.add("results", crate::diag::results::results(warnings)));
    }
    Ok(())
}
