//! Which documents have to be parsed: a search for names in the text of the whole stream.
//!
//! It may find too much, never too little: what a double-quoted scalar could spell without showing
//! it is found by the escape itself. A stream is long and mentions little, so all that is known
//! beforehand is looked for on one way through it.

use std::collections::HashSet;
use std::ops::Range;

use super::texts::Texts;
use crate::kube::own::{CONFIG_HASH, SNAPSHOT};
use crate::stage::{Input, Unit};
use crate::yaml::parallel;

/// What our own objects and those we made carry.
const MARKS: [&str; 2] = ["countersign.dev/", "VaultSecrets"];
/// The escapes of a double-quoted scalar that could spell a letter, a digit, `-`, `.` or `/` without
/// showing it.
const ESCAPES: [&str; 6] = ["\\x", "\\u", "\\U", "\\/", "\\\n", "\\\r"];
/// The annotations of whoever uses a secret: they begin as `MARKS` do and make no document ours.
const STAMPS: &[&str] = &[CONFIG_HASH, SNAPSHOT];

/// Bytes that are searched at a time.
const PART: usize = 1 << 19;

/// A stream that is searched.
pub struct Search<'a> {
    inputs: &'a [Input],
    units: &'a [Unit],
    /// Names that were known before anything was searched.
    known: &'a HashSet<String>,
    ours: Vec<usize>,
    /// Units with one of the known names.
    users: Vec<usize>,
}

impl<'a> Search<'a> {
    /// Looks through everything once.
    pub fn new(inputs: &'a [Input], units: &'a [Unit], known: &'a HashSet<String>) -> Self {
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        // apart: together with short texts, long ones are found slowly
        let ours = [&MARKS[..], &ESCAPES].concat();
        let texts = [Texts::new(&ours, STAMPS), Texts::new(&names, &[])];
        let mut search = Self {
            inputs,
            units,
            known,
            ours: Vec::new(),
            users: Vec::new(),
        };
        let [ours, users] = search.find(&search.everything(), &texts);
        (search.ours, search.users) = (ours, users);
        search
    }

    /// Units that may hold objects of ours, and those that may hide any name; in order.
    pub fn ours(&self) -> &[usize] {
        &self.ours
    }

    /// Units whose text holds one of the names, in order.
    pub fn mentioning(&self, names: &[&str]) -> Vec<usize> {
        let parts = if names.iter().all(|name| self.known.contains(*name)) {
            self.users.iter().map(|unit| *unit..unit + 1).collect()
        } else {
            self.everything()
        };
        let [found] = self.find(&parts, &[Texts::new(names, &[])]);
        found
    }

    /// Units that spell one of the names, openly or by escapes: for names that were not known when
    /// everything was searched.
    pub fn spelling(
        inputs: &'a [Input],
        units: &'a [Unit],
        names: &'a HashSet<String>,
    ) -> Vec<usize> {
        let search = Search {
            inputs,
            units,
            known: names,
            ours: Vec::new(),
            users: Vec::new(),
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let texts = [Texts::new(&ESCAPES, &[]), Texts::new(&names, &[])];
        let mut found = search.find(&search.everything(), &texts).concat();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Neighbours of one input, half a megabyte of them.
    fn everything(&self) -> Vec<Range<usize>> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            let fits = |part: &&mut Range<usize>| {
                let first = &self.units[part.start];
                first.input == unit.input && unit.range.end - first.range.start < PART
            };
            match parts.last_mut().filter(fits) {
                Some(part) => part.end = at + 1,
                None => parts.push(at..at + 1),
            }
        }
        parts
    }

    /// For each of some texts the units that hold it.
    fn find<const N: usize>(
        &self,
        parts: &[Range<usize>],
        texts: &[Texts<'_>; N],
    ) -> [Vec<usize>; N] {
        let units = self.units;
        let found = parallel::map(
            parts,
            |part| {
                let bytes = units[part.end - 1].range.end - units[part.start].range.start;
                N * bytes / parallel::SEARCHED
            },
            |part| {
                let text = &self.inputs[units[part.start].input].text;
                texts.each_ref().map(|texts| {
                    let hits = hits(text, &units[part.clone()], texts);
                    hits.map(|hit| part.start + hit).collect::<Vec<_>>()
                })
            },
        );
        std::array::from_fn(|n| found.iter().flat_map(|part| &part[n]).copied().collect())
    }
}

/// Which of some neighbours in `text` hold a match.
fn hits<'a>(
    text: &'a str,
    units: &'a [Unit],
    texts: &'a Texts<'a>,
) -> impl Iterator<Item = usize> + 'a {
    let end = units.last().map_or(0, |unit| unit.range.end);
    let mut from = units.first().map_or(0, |unit| unit.range.start);
    let mut unit = 0;
    std::iter::from_fn(move || {
        let position = from + texts.find(&text[from..end])?;
        while units[unit].range.end <= position {
            unit += 1;
        }
        from = units[unit].range.end;
        Some(unit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::split::split;

    fn stream(text: &str) -> (Vec<Input>, Vec<Unit>) {
        let input = Input {
            file: "stream.yaml".into(),
            text: text.to_owned().into(),
            only_configs: false,
        };
        let units = split(text)
            .into_iter()
            .map(|range| Unit { input: 0, range })
            .collect();
        (vec![input], units)
    }

    fn known(names: &[&str]) -> HashSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn only_documents_with_the_name_are_found_each_once() {
        let (inputs, units) =
            stream("a: orders-db\nb: orders-db\n---\na: web\n---\na: web-orders-db\n");
        let none = known(&[]);
        let search = Search::new(&inputs, &units, &none);
        assert_eq!(search.mentioning(&["orders-db"]), [0, 2]);
        assert!(search.mentioning(&[]).is_empty());
    }

    #[test]
    fn names_that_were_known_before_are_found_like_any_others() {
        let text = "a: db\nx: countersign.dev/secret\n---\na: web\n---\na: \"\\x41\"\n---\na: db\n";
        let (inputs, units) = stream(text);
        for known in [known(&[]), known(&["db"]), known(&["db", "web"])] {
            let search = Search::new(&inputs, &units, &known);
            assert_eq!(search.ours(), [0, 2]);
            assert_eq!(search.mentioning(&["db"]), [0, 3]);
            assert_eq!(search.mentioning(&["web"]), [1]);
            assert_eq!(search.mentioning(&["db", "web"]), [0, 1, 3]);
        }
    }

    #[test]
    fn a_few_names_and_many_are_found_alike() {
        let names: Vec<String> = (0..500).map(|n| format!("name-{n}-")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (inputs, units) = stream("a: b\n---\na: name-7-\n---\na: name-x\n---\na: name-9-\n");
        let none = known(&[]);
        let search = Search::new(&inputs, &units, &none);
        assert_eq!(search.mentioning(&names[..10]), [1, 3]);
        assert_eq!(search.mentioning(&names), [1, 3]);
    }

    #[test]
    fn a_document_that_may_hide_a_name_is_found_with_ours() {
        let (inputs, units) = stream(
            "a: b\n---\na: \"orders\\x2ddb\"\n---\na: \"orders\\\n  -db\"\n---\na: \"b\\n\"\n",
        );
        assert_eq!(Search::new(&inputs, &units, &known(&[])).ours(), [1, 2]);
    }

    #[test]
    fn names_that_come_later_are_found_with_what_may_hide_them() {
        let (inputs, units) = stream(
            "a: b\n---\na: \"orders\\x2ddb\"\n---\na: countersign.dev/x\n---\na: orders-db\n",
        );
        let names = known(&["orders-db"]);
        assert_eq!(Search::spelling(&inputs, &units, &names), [1, 3]);
    }

    #[test]
    fn a_stamp_alone_makes_no_document_ours() {
        let stamped = format!("a:\n  {CONFIG_HASH}: x\n  {SNAPSHOT}: y\n");
        let (inputs, units) = stream(&format!(
            "{stamped}---\n{stamped}  countersign.dev/secret: db\n"
        ));
        assert_eq!(Search::new(&inputs, &units, &known(&[])).ours(), [1]);
    }
}
