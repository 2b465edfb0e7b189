//! The documents of a stream, put together: what is copied, what is new, what must stand between.
//!
//! Part of `write`. A line break or separator is only added where two texts meet that did not before.

use std::collections::HashSet;
use std::ops::Range;

use crate::diag::{Code, Diagnostic, Report};
use crate::stage::mint::Object;
use crate::stage::release::Dress;
use crate::stage::{Bundle, Shape};
use crate::yaml::split::{only_comments, opens_with_directive, starts_document};
use crate::yaml::tree::ends_in_block_scalar;

/// A part of the output.
pub(super) enum Piece {
    /// Bytes of an input, as they were.
    Kept {
        input: usize,
        from: usize,
        to: usize,
    },
    /// Documents with their edits, from a byte of the first one on.
    Edited { units: Range<usize>, from: usize },
    /// New text.
    New(String),
}

/// All documents of a stream, our objects before the first that uses them.
pub(super) fn stream(
    bundle: &Bundle<'_>,
    edited: &[usize],
    objects: impl ExactSizeIterator<Item = (Object, Dress)>,
    first_user: Option<usize>,
) -> Result<Vec<Piece>, Report> {
    let position = (objects.len() > 0).then(|| position(bundle, first_user));
    let consumed = consumed(bundle);
    let mut pieces = Pieces::new(bundle, edited);
    let mut objects = Some(objects);
    for unit in 0..bundle.units.len() {
        if Some(unit) == position {
            pieces.objects(unit, objects.take().into_iter().flatten())?;
        }
        if is_gone(bundle, &consumed, unit) {
            pieces.broken = true;
        } else {
            pieces.separate(unit)?;
            pieces.unit(unit);
        }
    }
    if position == Some(bundle.units.len()) {
        pieces.objects(bundle.units.len(), objects.into_iter().flatten())?;
    }
    Ok(pieces.out)
}

/// The unit before which our objects stand.
pub(super) fn position(bundle: &Bundle<'_>, first_user: Option<usize>) -> usize {
    let config = || {
        bundle
            .configs
            .iter()
            .map(|found| found.unit)
            .find(|u| !bundle.inputs[bundle.units[*u].input].only_configs)
    };
    // comments before the first document are not ours: an object before them would own them
    let first = || (0..bundle.units.len()).find(|u| !only_comments(bundle.text(*u)));
    let place = first_user.or_else(config).or_else(first);
    place.unwrap_or(bundle.units.len())
}

/// Units that are consumed as a whole.
pub(super) fn consumed(bundle: &Bundle<'_>) -> HashSet<usize> {
    let whole = bundle.consumed.iter().filter(|(_, item)| item.is_none());
    whole.map(|(unit, _)| *unit).collect()
}

/// Whether a unit is not in the output.
pub(super) fn is_gone(bundle: &Bundle<'_>, consumed: &HashSet<usize>, unit: usize) -> bool {
    bundle.inputs[bundle.units[unit].input].only_configs || consumed.contains(&unit)
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// How the lines of a document end.
fn newline_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

pub(super) struct Pieces<'b> {
    bundle: &'b Bundle<'b>,
    /// Units that have edits, in order.
    edited: &'b [usize],
    /// What was written.
    pub(super) out: Vec<Piece>,
    /// The unit that was written last, if nothing came after it.
    last: Option<usize>,
    /// The next unit does not follow its own predecessor.
    broken: bool,
    /// Something besides a byte order mark was written.
    started: bool,
}

impl<'b> Pieces<'b> {
    pub(super) fn new(bundle: &'b Bundle<'b>, edited: &'b [usize]) -> Self {
        let first = bundle.inputs.iter().find(|input| !input.only_configs);
        let marked = first.is_some_and(|input| input.text.starts_with(MARK));
        Self {
            bundle,
            edited,
            out: marked
                .then(|| Piece::New(MARK.to_string()))
                .into_iter()
                .collect(),
            last: None,
            broken: false,
            started: false,
        }
    }

    /// Our objects, before a unit.
    fn objects(
        &mut self,
        unit: usize,
        objects: impl Iterator<Item = (Object, Dress)>,
    ) -> Result<(), Report> {
        self.end_line()?;
        let text = if unit < self.bundle.units.len() {
            self.bundle.text(unit)
        } else {
            ""
        };
        let newline = newline_of(text);
        for (mut object, dress) in objects {
            let source = dress.source.map(|line| line + newline).unwrap_or_default();
            let shape = self.bundle.shape;
            let mut put = |object: &Object| {
                let text = match shape {
                    Shape::Lines => object.value.to_json() + newline,
                    _ => object.value.to_yaml(0, newline),
                };
                self.out
                    .push(Piece::New(format!("---{newline}{source}{text}")));
            };
            put(&object);
            if let Some(hook) = dress.before {
                hook.precede(&mut object.value);
                put(&object);
            }
        }
        self.started = true;
        self.broken = true;
        self.last = None;
        Ok(())
    }

    /// Ends the last line of what was written.
    fn end_line(&mut self) -> Result<(), Report> {
        let Some(last) = self
            .last
            .filter(|last| !self.bundle.text(*last).ends_with('\n'))
        else {
            return Ok(());
        };
        // a line break would become part of the value
        if ends_in_block_scalar(self.bundle.text(last)) {
            return Err(Diagnostic::error(
                Code::UnsupportedLayout,
                "the document ends in a block scalar without a line break, and another follows",
            )
            .at(self.bundle.located(last).place(0))
            .hint("end the file with a line break.")
            .into());
        }
        let newline = newline_of(self.bundle.text(last));
        self.out.push(Piece::New(newline.to_owned()));
        Ok(())
    }

    /// What was written last is what stands before this unit in its file.
    fn follows(&self, unit: usize) -> bool {
        let units = &self.bundle.units;
        let before = |last: usize| last + 1 == unit && units[last].input == units[unit].input;
        !self.broken && self.last.is_some_and(before)
    }

    /// Whatever must stand between what was written and this unit.
    fn separate(&mut self, unit: usize) -> Result<(), Report> {
        if !self.started || self.follows(unit) {
            return Ok(());
        }
        self.end_line()?;
        let text = self.bundle.text(unit).trim_start_matches('\u{feff}');
        let newline = newline_of(text);
        if opens_with_directive(text) {
            self.out.push(Piece::New(format!("...{newline}")));
        } else if !starts_document(text) && !only_comments(text) {
            self.out.push(Piece::New(format!("---{newline}")));
        }
        Ok(())
    }

    /// A unit with its edits.
    pub(super) fn unit(&mut self, at: usize) {
        let unit = &self.bundle.units[at];
        let mut skipped = 0;
        if self.bundle.text(at).starts_with(MARK) && !self.follows(at) {
            // where texts are joined, a byte order mark stands at the front or nowhere
            skipped = MARK.len_utf8();
        }
        let (here, start, end) = (unit.input, unit.range.start + skipped, unit.range.end);
        let edited = self.edited.binary_search(&at).is_ok();
        match self.out.last_mut() {
            // neighbours are one piece
            Some(Piece::Edited { units, .. }) if edited && units.end == at && skipped == 0 => {
                units.end += 1;
            }
            _ if edited => self.out.push(Piece::Edited {
                units: at..at + 1,
                from: skipped,
            }),
            Some(Piece::Kept { input, to, .. }) if *input == here && *to == start => *to = end,
            _ => self.out.push(Piece::Kept {
                input: here,
                from: start,
                to: end,
            }),
        }
        self.started = true;
        self.last = Some(at);
        self.broken = false;
    }
}
