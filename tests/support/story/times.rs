//! What a server makes anew in each test run gets a number instead: times, and hashes made of them.
//!
//! Equal texts get equal numbers, so that `want/` still shows which names belong together.

use std::collections::HashMap;

/// The alphabet of suffixes.
const SUFFIX: &str = "2456789bcdfghkmt";

/// `2026-11-21T05:54:12.123456789Z` becomes `[time-1]`. Where there was one, hashes depend on it:
/// `orders-db-b4926f7k2m` becomes `orders-db-[hash-1]`.
pub fn numbered(text: &str) -> String {
    let (text, times) = replace(text, "time", time_length);
    if times == 0 {
        return text;
    }
    replace(&text, "hash", hash_length).0
}

fn replace(text: &str, what: &str, length: impl Fn(&str) -> Option<usize>) -> (String, usize) {
    let (mut out, mut numbers) = (String::with_capacity(text.len()), HashMap::new());
    let mut rest = text;
    let mut within_word = false;
    while let Some(next) = rest.chars().next() {
        let found = if within_word { None } else { length(rest) };
        let taken = if let Some(length) = found {
            let count = numbers.len() + 1;
            let number = *numbers.entry(rest[..length].to_owned()).or_insert(count);
            out.extend(["[", what, "-", &number.to_string(), "]"]);
            length
        } else {
            out.push(next);
            next.len_utf8()
        };
        within_word = rest[..taken].ends_with(|c: char| c.is_ascii_alphanumeric());
        rest = &rest[taken..];
    }
    (out, numbers.len())
}

/// RFC 3339 with a fraction, which no fixture of a file store has.
fn time_length(text: &str) -> Option<usize> {
    let shape = "dddd-dd-ddTdd:dd:dd.";
    let bytes = text.as_bytes();
    let fits = bytes.len() > shape.len()
        && shape.bytes().zip(bytes).all(|(s, b)| {
            if s == b'd' {
                b.is_ascii_digit()
            } else {
                s == *b
            }
        });
    let digits = fits.then(|| {
        bytes[shape.len()..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    })?;
    let end = shape.len() + digits;
    (bytes.get(end) == Some(&b'Z')).then_some(end + 1)
}

/// Ten characters of the alphabet, alone.
fn hash_length(text: &str) -> Option<usize> {
    let length = text.chars().take_while(|c| SUFFIX.contains(*c)).count();
    let ends = !text[length..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (length == 10 && ends).then_some(10)
}
