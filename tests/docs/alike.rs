//! Whether an output is what a page shows, where names and times differ from run to run.
//!
//! A line `…` in the page stands for any number of lines. What may differ in a page stands for one
//! thing of the run: always the same one, and no other.

use std::collections::BTreeMap;

/// What may differ from run to run.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Differ {
    /// Only what the program takes from its own clock.
    #[default]
    Clock,
    /// Suffixes and times as well: a real server wrote the secrets.
    Names,
}

/// Words before a time of our own clock: when a generation was replaced, and how long it stays. Two of
/// them are equal where a run is quick, so they stand for nothing.
const CLOCK: &[&str] = &[
    "since: \"",
    "until: \"",
    "until ",
    "until at least `",
    "since ",
];

/// What stands for what in one page.
#[derive(Default)]
pub struct Stand {
    differ: Differ,
    of_page: BTreeMap<String, String>,
    of_run: BTreeMap<String, String>,
}

impl Stand {
    /// Nothing stands for anything yet.
    pub fn new(differ: Differ) -> Self {
        Self {
            differ,
            ..Self::default()
        }
    }

    /// Whether the lines of a run are those that the page shows.
    pub fn alike(&mut self, page: &[&str], run: &[&str]) -> bool {
        let mut rest = run;
        let mut skipping = false;
        for want in page {
            if *want == "…" {
                skipping = true;
                continue;
            }
            let reach = if skipping {
                rest.len()
            } else {
                rest.len().min(1)
            };
            let Some(at) = (0..reach).find(|at| self.line(want, rest[*at])) else {
                return false;
            };
            rest = &rest[at + 1..];
            skipping = false;
        }
        skipping || rest.is_empty()
    }

    fn line(&mut self, want: &str, got: &str) -> bool {
        let (ours, theirs) = (parts(want, self.differ), parts(got, self.differ));
        let known = |map: &BTreeMap<String, String>, from: &str, to: &str| {
            map.get(from).is_none_or(|before| before == to)
        };
        let agree = |((a, kind), (b, other)): (&(&str, Part), &(&str, Part))| match kind {
            _ if kind != other => false,
            Part::Text => a == b,
            Part::Clock => true,
            Part::Name => known(&self.of_page, a, b) && known(&self.of_run, b, a),
        };
        if ours.len() != theirs.len() || !ours.iter().zip(&theirs).all(agree) {
            return false;
        }
        let names = ours
            .iter()
            .zip(&theirs)
            .filter(|((_, kind), _)| *kind == Part::Name);
        for ((a, _), (b, _)) in names {
            self.of_page.insert((*a).to_owned(), (*b).to_owned());
            self.of_run.insert((*b).to_owned(), (*a).to_owned());
        }
        true
    }

    /// A line of the run in the words of the page, for a page that is written again in part.
    pub fn in_page(&mut self, line: &str) -> String {
        let mut said = String::new();
        for (part, kind) in parts(line, self.differ) {
            let known = match kind {
                Part::Name => self
                    .of_run
                    .entry(part.to_owned())
                    .or_insert_with(|| part.to_owned()),
                Part::Text | Part::Clock => part,
            };
            said.push_str(known);
        }
        said
    }
}

/// What a part of a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    /// A suffix or a time that differs from run to run and stands for one thing.
    Name,
    /// A time of our own clock.
    Clock,
}

/// A line in parts.
fn parts(line: &str, differ: Differ) -> Vec<(&str, Part)> {
    let mut parts = Vec::new();
    let mut at = 0;
    let mut text = 0;
    while let Some(first) = line[at..].chars().next() {
        let (said, rest) = line.split_at(at);
        let in_word = said.ends_with(char::is_alphanumeric);
        let (length, kind) = if CLOCK.iter().any(|word| said.ends_with(word)) {
            (time(rest), Part::Clock)
        } else if differ == Differ::Names && !in_word {
            (suffix(rest).max(time(rest)), Part::Name)
        } else {
            (0, Part::Text)
        };
        if length == 0 {
            at += first.len_utf8();
            continue;
        }
        parts.push((&line[text..at], Part::Text));
        parts.push((&rest[..length], kind));
        at += length;
        text = at;
    }
    parts.push((&line[text..], Part::Text));
    parts
}

/// How many bytes of a suffix the text starts with.
fn suffix(text: &str) -> usize {
    let word = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let all = |b: u8| b"2456789bcdfghkmt".contains(&b);
    if word == 10 && text.bytes().take(word).all(all) {
        word
    } else {
        0
    }
}

/// How many bytes of a time the text starts with.
fn time(text: &str) -> usize {
    let shape = b"0000-00-00T00:00:00";
    let like = |(b, s): (u8, &u8)| {
        if *s == b'0' {
            b.is_ascii_digit()
        } else {
            b == *s
        }
    };
    if text.len() <= shape.len() || !text.bytes().zip(shape).all(like) {
        return 0;
    }
    text.find('Z').map_or(0, |end| end + 1)
}

#[test]
fn a_name_of_the_page_stands_for_one_name_of_the_run() {
    let mut stand = Stand::new(Differ::Names);
    assert!(stand.alike(
        &["db-2222222222 at 2026-01-01T00:00:00Z"],
        &["db-4444444444 at 2027-02-03T04:05:06.7Z"]
    ));
    assert!(stand.alike(&["…", "x: 2222222222", "…"], &["a", "x: 4444444444", "b"]));
    assert!(!stand.alike(&["x: 2222222222"], &["x: 5555555555"]));
    assert!(!stand.alike(&["x: 5555555555"], &["x: 4444444444"]));
    assert!(!stand.alike(&["x: 5555555555"], &["y: 5555555555"]));
    assert_eq!(stand.in_page("z: 4444444444"), "z: 2222222222");
}

#[test]
fn without_a_server_every_character_counts_but_those_of_our_own_clock() {
    let mut stand = Stand::new(Differ::Clock);
    assert!(stand.alike(&["…", "b"], &["a", "b"]));
    assert!(!stand.alike(&["db-2222222222"], &["db-4444444444"]));
    assert!(!stand.alike(&["a"], &["a", "b"]));
    assert!(!stand.alike(&["a", "b"], &["a"]));
    assert!(!stand.alike(
        &["created: \"2026-01-01T00:00:00Z\""],
        &["created: \"2026-01-02T00:00:00Z\""]
    ));
    assert!(stand.alike(
        &["until: \"2026-01-01T00:00:00Z\""],
        &["until: \"2026-01-02T00:00:00Z\""]
    ));
}
