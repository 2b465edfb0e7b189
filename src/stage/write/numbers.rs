//! Where things stand in the output, counted from 1: documents of a stream, items of a list.
//!
//! Part of `write`, which alone knows the order. A list within a stream is one document.

use std::collections::BTreeSet;

use super::Rendered;
use super::pieces::{consumed, is_gone, position};
use crate::stage::Shape;
use crate::stage::facts::Facts;
use crate::yaml::items::Items;
use crate::yaml::split::only_comments;

impl Rendered<'_> {
    /// Completes what is known of the run by the places of everything.
    #[must_use]
    pub fn numbered(&self, mut facts: Facts) -> Facts {
        match self.bundle.shape {
            Shape::Stream | Shape::Release | Shape::Lines => self.number_documents(&mut facts),
            Shape::ResourceList => self.number_items(&mut facts),
        }
        facts
    }

    fn number_documents(&self, facts: &mut Facts) {
        let units = self.bundle.units.len();
        let place = position(&self.bundle, self.first_user);
        let consumed = consumed(&self.bundle);
        let (mut numbers, mut next) = (Vec::with_capacity(units + 1), 1);
        for unit in 0..=units {
            if unit == place {
                for (one, copied) in facts.emitted.iter_mut().zip(&self.copied) {
                    one.document = next;
                    next += 1 + usize::from(*copied);
                }
            }
            numbers.push(next);
            let stays = unit < units
                && !is_gone(&self.bundle, &consumed, unit)
                && !only_comments(self.bundle.text(unit));
            next += usize::from(stays);
        }
        for one in &mut facts.used {
            one.document = numbers[self.bundle.manifests[one.manifest].unit];
        }
    }

    fn number_items(&self, facts: &mut Facts) {
        let gone: BTreeSet<usize> = self.bundle.consumed.iter().filter_map(|c| c.1).collect();
        for one in &mut facts.used {
            let item = self.bundle.manifests[one.manifest].item.unwrap_or(0);
            one.document = item + 1 - gone.range(..item).count();
        }
        let items = self.bundle.items(0).map_or(0, Items::len);
        let mut next = items + 1 - gone.len();
        for one in &mut facts.emitted {
            one.document = next;
            next += 1 + usize::from(one.has_stand_in);
        }
    }
}
