//! Which documents have to be parsed: a search for names in the text of the whole stream.
//!
//! It may find too much, never too little: what a double-quoted scalar could spell without showing
//! it is found by the escape itself.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::kube::own::{CONFIG_HASH, SNAPSHOT};
use crate::stage::{Input, Unit};

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
    // any match will do; the leftmost one is found with vector instructions
    let search = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(patterns);
    // an automaton over names fails only beyond any size a stream can have
    let Ok(search) = search else {
        return (0..units.len()).collect();
    };
    let mut out = Vec::new();
    let mut unit = 0;
    for (at, input) in inputs.iter().enumerate() {
        while units.get(unit).is_some_and(|u| u.input < at) {
            unit += 1;
        }
        let mut from = 0;
        while let Some(found) = search.find(&input.text[from..]) {
            let position = from + found.start();
            let text = &input.text[position..];
            if let Some(other) = except.iter().find(|other| text.starts_with(**other)) {
                from = position + other.len();
                continue;
            }
            let here = |u: &Unit| u.input == at && u.range.end <= position;
            while units.get(unit).is_some_and(here) {
                unit += 1;
            }
            let Some(hit) = units.get(unit).filter(|u| u.input == at) else {
                break;
            };
            out.push(unit);
            from = hit.range.end;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::split::split;

    fn stream(text: &str) -> (Vec<Input>, Vec<Unit>) {
        let input = Input {
            file: "stream.yaml".into(),
            text: text.into(),
            only_configs: false,
        };
        let unit = |range| Unit {
            input: 0,
            range,
            outline: Vec::new(),
            items: None,
            edits: Vec::new(),
        };
        let units = split(text).into_iter().map(unit).collect();
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
