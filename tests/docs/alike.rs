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
        let ((shape, ours), (other_shape, theirs)) =
            (parts(want, self.differ), parts(got, self.differ));
        let known = |map: &BTreeMap<String, String>, from: &String, to: &String| {
            map.get(from).is_none_or(|before| before == to)
        };
        let agree = ours
            .iter()
            .zip(&theirs)
            .all(|(a, b)| known(&self.of_page, a, b) && known(&self.of_run, b, a));
        if shape != other_shape || !agree {
            return false;
        }
        for (a, b) in ours.into_iter().zip(theirs) {
            self.of_page.insert(a.clone(), b.clone());
            self.of_run.insert(b, a);
        }
        true
    }
}

/// A line with gaps, and the suffixes and times that stood there.
fn parts(line: &str, differ: Differ) -> (String, Vec<String>) {
    let (mut shape, mut variables) = (String::new(), Vec::new());
    let mut rest = line;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let said = &line[..line.len() - rest.len()];
        let clock = CLOCK.iter().any(|word| said.ends_with(word));
        let length = match differ {
            _ if clock => time(rest),
            Differ::Names if !before.is_alphanumeric() => suffix(rest).max(time(rest)),
            _ => 0,
        };
        let taken = length.max(first.len_utf8());
        let (part, tail) = rest.split_at(taken);
        if length == 0 {
            shape.push_str(part);
        } else {
            shape.push('\0');
            if !clock {
                variables.push(part.to_owned());
            }
        }
        before = part.chars().next_back().unwrap_or(' ');
        rest = tail;
    }
    (shape, variables)
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
