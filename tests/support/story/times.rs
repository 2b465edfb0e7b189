//! What is made anew in each test run gets a number instead: times, and hashes made of them.
//!
//! Equal texts get equal numbers in all steps of a story, so that `want/` still shows which names
//! belong together and what did not move.

use std::collections::HashMap;

use libtest_mimic::Trial;

use super::clock::Clock;

/// The alphabet of suffixes.
const SUFFIX: &str = "2456789bcdfghkmt";

/// The numbers of one story.
#[derive(Default)]
pub struct Numbers {
    /// When its steps began.
    pub clock: Clock,
    /// A server makes times.
    server: bool,
    /// Hashes depend on a time, also where no text showed one yet.
    timed: bool,
    times: HashMap<String, usize>,
    hashes: HashMap<String, usize>,
}

impl Numbers {
    /// Of a story; one of many steps must not change its words halfway.
    pub fn new(server: bool, many_steps: bool) -> Self {
        Self {
            server,
            timed: many_steps,
            ..Self::default()
        }
    }

    /// `2026-11-21T05:54:12.123456789Z` becomes `[time-1]`, `orders-db-b4926f7k2m` becomes
    /// `orders-db-[hash-1]`, what the program took from its clock in step 2 becomes `[now-2]`, and the
    /// name of a run in an audit log `[run]`.
    pub fn put_in(&mut self, text: &str) -> String {
        let text = replace(text, |rest| Some((run_length(rest)?, "[run]".to_owned())));
        let clock = &mut self.clock;
        let text = replace(&text, |rest| {
            let length = whole_seconds(rest)?;
            let step = clock.step_of(&rest[..length])?;
            Some((length, format!("[now-{step}]")))
        });
        if !self.server {
            return text;
        }
        let text = replace(&text, |rest| {
            Some(numbered(rest, time_length(rest)?, "time", &mut self.times))
        });
        if !self.timed && self.times.is_empty() {
            return text;
        }
        replace(&text, |rest| {
            Some(numbered(rest, hash_length(rest)?, "hash", &mut self.hashes))
        })
    }
}

/// kustomize, and a lock, quote a hash only if it happens to look like a number.
pub fn without_quotes(text: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else {
        return text.to_vec();
    };
    let lines = text.split_inclusive('\n').map(|line| {
        let quoted = line.trim_end().strip_suffix('"');
        match quoted.and_then(|line| line.rsplit_once('"')) {
            Some((before, hash)) if is_number(hash) => format!("{before}{hash}\n"),
            _ => line.to_owned(),
        }
    });
    lines.collect::<String>().into_bytes()
}

fn is_number(hash: &str) -> bool {
    hash_length(hash).is_some() && hash.bytes().all(|b| b.is_ascii_digit())
}

fn numbered(
    rest: &str,
    length: usize,
    what: &str,
    numbers: &mut HashMap<String, usize>,
) -> (usize, String) {
    let count = numbers.len() + 1;
    let number = *numbers.entry(rest[..length].to_owned()).or_insert(count);
    (length, format!("[{what}-{number}]"))
}

/// Replaces what is found at the beginning of words.
fn replace(text: &str, mut found: impl FnMut(&str) -> Option<(usize, String)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut within_word = false;
    while let Some(next) = rest.chars().next() {
        let found = if within_word { None } else { found(rest) };
        let taken = if let Some((length, word)) = found {
            out.push_str(&word);
            length
        } else {
            out.push(next);
            next.len_utf8()
        };
        within_word = rest[..taken].ends_with(|c: char| c.is_ascii_alphanumeric());
        rest = &rest[taken..];
    }
    out
}

/// RFC 3339 without a fraction.
fn whole_seconds(text: &str) -> Option<usize> {
    let shape = "dddd-dd-ddTdd:dd:ddZ";
    fits(text, shape).then_some(shape.len())
}

/// RFC 3339 with a fraction, which no fixture of a file store has.
fn time_length(text: &str) -> Option<usize> {
    let shape = "dddd-dd-ddTdd:dd:dd.";
    let digits = fits(text, shape).then(|| {
        text.as_bytes()[shape.len()..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    })?;
    let end = shape.len() + digits;
    (text.as_bytes().get(end) == Some(&b'Z')).then_some(end + 1)
}

fn fits(text: &str, shape: &str) -> bool {
    let as_shaped = |(s, b): (u8, &u8)| {
        if s == b'd' {
            b.is_ascii_digit()
        } else {
            s == *b
        }
    };
    text.len() >= shape.len() && shape.bytes().zip(text.as_bytes()).all(as_shaped)
}

/// Ten characters of the alphabet, alone.
fn hash_length(text: &str) -> Option<usize> {
    let length = text.chars().take_while(|c| SUFFIX.contains(*c)).count();
    let ends = !text[length..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (length == 10 && ends).then_some(10)
}

/// What tells the lines of one run from those of another in an audit log: 32 hexadecimal digits.
fn run_length(text: &str) -> Option<usize> {
    let is_digit = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    let length = text.bytes().take_while(|b| is_digit(b)).count();
    let ends = !text[length..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (length == 32 && ends).then_some(32)
}

/// A number that means two things shows nothing.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: a time and a hash have one number in all texts of a story",
        || {
            let mut numbers = Numbers::new(true, true);
            let texts = [
                "db-2456789bcd",
                "created: 2026-11-01T09:00:00.5Z, db-2456789bct",
                "2026-11-01T09:00:00.25Z 2026-11-01T09:00:00.5Z db-2456789bcd 2456789bcdt",
                "2026-11-01T09:00:00Z",
            ];
            let got = texts.map(|text| numbers.put_in(text));
            let want = [
                "db-[hash-1]",
                "created: [time-1], db-[hash-2]",
                "[time-2] [time-1] db-[hash-1] 2456789bcdt",
                "2026-11-01T09:00:00Z",
            ];
            assert_eq!(got, want);
            // without a server every hash is the same in each test run
            assert_eq!(Numbers::new(false, true).put_in(texts[0]), texts[0]);
            let built = without_quotes(b"a: \"2456789245\"\nb: \"2456789\"\nc: \"2456789bcd\"\n");
            assert_eq!(
                String::from_utf8(built)?,
                "a: 2456789245\nb: \"2456789\"\nc: \"2456789bcd\"\n"
            );
            Ok(())
        },
    )]
}
