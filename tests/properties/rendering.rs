//! Rendering invented and damaged streams: refused with a reason, or right.

use countersign::diag::{Code, Report};
use countersign::yaml::Tree;
use countersign::yaml::split::split;
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::damage::damaged;
use super::judge::only_names_changed;
use super::layout;
use super::model;
use super::tape::Tape;
use crate::pipeline::{self, CONFIG, NAME};

/// A stream, and whether all of it is laid out as people do.
pub fn invented(tape: &mut Tape) -> (String, bool) {
    let objects: Vec<_> = (0..=tape.choose(3)).map(|_| model::object(tape)).collect();
    layout::stream(tape, &objects)
}

/// The same, damaged.
fn broken(tape: &mut Tape) -> String {
    let (stream, _) = invented(tape);
    damaged(tape, &stream)
}

/// Whether `longer` is `text` with something put in at one place.
pub fn is_inserted_into(text: &str, longer: &str) -> bool {
    let common = |a: &mut dyn Iterator<Item = (u8, u8)>| a.take_while(|(a, b)| a == b).count();
    let before = common(&mut text.bytes().zip(longer.bytes()));
    let after = common(&mut text.bytes().rev().zip(longer.bytes().rev()));
    before + after >= text.len() && longer.len() >= text.len()
}

/// Renders a stream; a mistake of the program's own is no refusal.
fn rendered(stream: &str) -> Result<Result<String, Report>, TestCaseError> {
    let result = pipeline::render(stream);
    let internal = result.as_ref().err().and_then(|report| {
        report
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.code == Code::Internal)
    });
    match internal {
        Some(internal) => Err(TestCaseError::fail(format!(
            "{}\n{stream:?}",
            internal.message
        ))),
        None => Ok(result),
    }
}

fn first_difference(one: &str, other: &str) -> String {
    let mut lines = one.lines().zip(other.lines());
    match lines.find(|(one, other)| one != other) {
        Some((one, other)) => format!("once:  {one}\ntwice: {other}"),
        None => "one is longer".to_owned(),
    }
}

fn judged(verdict: Result<(), String>) -> Result<(), TestCaseError> {
    verdict.map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn exactly_the_names_change_or_it_is_refused(bytes in vec(any::<u8>(), 0..400)) {
        let (stream, everyday) = invented(&mut Tape::new(&bytes));
        match rendered(&stream)? {
            Ok(rendered) => judged(only_names_changed(&stream, &rendered))?,
            Err(report) => prop_assert!(!everyday, "refused: {:#?}\n{stream}", report.diagnostics),
        }
    }

    #[test]
    fn a_damaged_stream_is_refused_or_rendered_right(bytes in vec(any::<u8>(), 0..400)) {
        let tape = &mut Tape::new(&bytes);
        let stream = broken(tape);
        if let Ok(rendered) = rendered(&stream)? {
            judged(only_names_changed(&stream, &rendered))?;
        }
    }

    #[test]
    fn a_second_run_changes_nothing(bytes in vec(any::<u8>(), 0..400)) {
        let tape = &mut Tape::new(&bytes);
        let stream = if tape.rarely(3) { broken(tape) } else { invented(tape).0 };
        if let Ok(once) = rendered(&stream)? {
            match rendered(&once)? {
                Ok(twice) => prop_assert!(twice == once, "{stream:?}\n{}", first_difference(&once, &twice)),
                Err(report) => prop_assert!(false, "{stream:?}: {:#?}", report.diagnostics),
            }
        }
    }

    #[test]
    fn a_stream_that_mentions_nothing_keeps_every_byte(bytes in vec(any::<u8>(), 0..400)) {
        let tape = &mut Tape::new(&bytes);
        let stream = broken(tape);
        let config = CONFIG.replace(NAME, "a-name-that-nothing-mentions");
        if let Ok(rendered) = pipeline::render_files(&[&stream], &config) {
            prop_assert!(is_inserted_into(&stream, &rendered), "{stream:?}\n=>\n{rendered:?}");
        }
    }

    #[test]
    fn the_units_of_a_stream_cover_every_byte_once(bytes in vec(any::<u8>(), 0..400)) {
        let tape = &mut Tape::new(&bytes);
        let stream = broken(tape);
        let mut end = 0;
        for unit in split(&stream) {
            prop_assert_eq!(unit.start, end);
            prop_assert!(unit.end > unit.start);
            end = unit.end;
        }
        prop_assert_eq!(end, stream.len());
    }

    #[test]
    fn no_text_at_all_makes_the_reader_panic(text in ".*", bytes in vec(any::<u8>(), 0..400)) {
        let tape = &mut Tape::new(&bytes);
        for text in [text.clone(), damaged(tape, &text)] {
            if let Ok(tree) = Tree::parse(&text) {
                prop_assert!(tree.root().is_none_or(|root| root.text_end() <= text.len()));
            }
            for unit in split(&text) {
                let _ = Tree::parse(&text[unit]);
            }
        }
    }
}
