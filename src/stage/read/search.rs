//! Which documents have to be parsed: a search for names in the text of the whole stream.
//!
//! It may find too much, never too little: what a double-quoted scalar could spell without showing
//! it is found by the escape itself.

use std::ops::Range;

use aho_corasick::{AhoCorasick, packed};

use crate::kube::own::{CONFIG_HASH, SNAPSHOT};
use crate::stage::{Input, Unit};
use crate::yaml::parallel;

/// What our own objects and those we made carry, and the escapes of a double-quoted scalar that
/// could spell a letter, a digit, `-`, `.` or `/` without showing it.
const OURS: &[&str] = &[
    "countersign.dev/",
    "VaultSecrets",
    "\\x",
    "\\u",
    "\\U",
    "\\/",
    "\\\n",
    "\\\r",
];
/// The annotations of whoever uses a secret: they begin as `OURS` do and make no document ours.
const STAMPS: &[&str] = &[CONFIG_HASH, SNAPSHOT];

/// So many times cheaper than parsing is a search.
const CHEAPER: usize = 16;
/// Bytes that are searched at a time.
const PART: usize = 1 << 19;

/// Units that may hold objects of ours, and those that may hide any name.
pub fn ours(inputs: &[Input], units: &[Unit]) -> Vec<usize> {
    search(inputs, units, OURS, STAMPS)
}

/// Units whose text holds one of the names, in order.
pub fn mentioning(inputs: &[Input], units: &[Unit], names: &[&str]) -> Vec<usize> {
    search(inputs, units, names, &[])
}

/// Units with one of the patterns other than at the beginning of one of `except`.
fn search(inputs: &[Input], units: &[Unit], patterns: &[&str], except: &[&str]) -> Vec<usize> {
    if patterns.is_empty() {
        return Vec::new();
    }
    let Some(search) = Search::new(patterns) else {
        return (0..units.len()).collect();
    };
    let parts = parts(units);
    let bytes = |part: &Range<usize>| units[part.end - 1].range.end - units[part.start].range.start;
    let found = parallel::map(
        &parts,
        |part| bytes(part) / CHEAPER,
        |part| {
            let text = &inputs[units[part.start].input].text;
            hits(text, &units[part.clone()], &search, except)
                .map(|hit| part.start + hit)
                .collect::<Vec<_>>()
        },
    );
    found.into_iter().flatten().collect()
}

/// Finds the first of several names.
enum Search {
    /// With vector instructions: some dozens of names.
    Few(packed::Searcher),
    /// With an automaton: any number.
    Many(AhoCorasick),
}

impl Search {
    /// Fails only beyond any size that names can have.
    fn new(names: &[&str]) -> Option<Self> {
        let few = packed::Searcher::new(names).map(Self::Few);
        few.or_else(|| AhoCorasick::new(names).ok().map(Self::Many))
    }

    /// Where the first one begins.
    fn find(&self, text: &str) -> Option<usize> {
        match self {
            Self::Few(search) => search.find(text).map(|found| found.start()),
            Self::Many(search) => search.find(text).map(|found| found.start()),
        }
    }
}

/// Neighbours of one input, half a megabyte of them.
fn parts(units: &[Unit]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        let fits = |part: &&mut Range<usize>| {
            let first = &units[part.start];
            first.input == unit.input && unit.range.end - first.range.start < PART
        };
        match parts.last_mut().filter(fits) {
            Some(part) => part.end = at + 1,
            None => parts.push(at..at + 1),
        }
    }
    parts
}

/// Which of some neighbours in `text` hold a match that does not begin one of `except`.
fn hits<'a>(
    text: &'a str,
    units: &'a [Unit],
    search: &'a Search,
    except: &'a [&str],
) -> impl Iterator<Item = usize> + 'a {
    let end = units.last().map_or(0, |unit| unit.range.end);
    let mut from = units.first().map_or(0, |unit| unit.range.start);
    let mut unit = 0;
    std::iter::from_fn(move || {
        loop {
            let position = from + search.find(&text[from..end])?;
            let here = &text[position..end];
            if let Some(other) = except.iter().find(|other| here.starts_with(**other)) {
                from = position + other.len();
                continue;
            }
            while units[unit].range.end <= position {
                unit += 1;
            }
            from = units[unit].range.end;
            return Some(unit);
        }
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

    #[test]
    fn only_documents_with_the_name_are_found_each_once() {
        let (inputs, units) =
            stream("a: orders-db\nb: orders-db\n---\na: web\n---\na: web-orders-db\n");
        assert_eq!(mentioning(&inputs, &units, &["orders-db"]), [0, 2]);
        assert!(mentioning(&inputs, &units, &[]).is_empty());
    }

    #[test]
    fn a_few_names_and_many_are_found_alike() {
        let names: Vec<String> = (0..500).map(|n| format!("name-{n}-")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (inputs, units) = stream("a: b\n---\na: name-7-\n---\na: name-x\n---\na: name-9-\n");
        assert!(matches!(Search::new(&names), Some(Search::Many(_))));
        assert_eq!(mentioning(&inputs, &units, &names[..10]), [1, 3]);
        assert_eq!(mentioning(&inputs, &units, &names), [1, 3]);
    }

    #[test]
    fn a_document_that_may_hide_a_name_is_found_with_ours() {
        let (inputs, units) = stream(
            "a: b\n---\na: \"orders\\x2ddb\"\n---\na: \"orders\\\n  -db\"\n---\na: \"b\\n\"\n",
        );
        assert_eq!(ours(&inputs, &units), [1, 2]);
    }

    #[test]
    fn a_stamp_alone_makes_no_document_ours() {
        let stamped = format!("a:\n  {CONFIG_HASH}: x\n  {SNAPSHOT}: y\n");
        let (inputs, units) = stream(&format!(
            "{stamped}---\n{stamped}  countersign.dev/secret: db\n"
        ));
        assert_eq!(ours(&inputs, &units), [1]);
    }
}
