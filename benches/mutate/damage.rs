//! How a text is damaged: bytes, lines, fragments that mean something to YAML, pieces of other texts.

#[path = "../../tests/support/fragments.rs"]
mod fragments;

use fragments::FRAGMENTS;

/// The same numbers everywhere (splitmix64).
pub struct Random(u64);

impl Random {
    /// A sequence of its own for every number.
    pub fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(1))
    }

    /// One of `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// One of the seeds, damaged `rounds` times a few places; with none it stays whole.
pub fn damage(random: &mut Random, seeds: &[String], rounds: usize) -> String {
    let mut text = random.pick(seeds).clone();
    // one wound leaves most texts readable, and what is read can go wrong later
    for _ in 0..rounds * random.pick::<usize>(&[1, 1, 1, 1, 2, 3, 6]) {
        once(random, &mut text, seeds);
    }
    text
}

fn once(random: &mut Random, text: &mut String, seeds: &[String]) {
    let at = place(random, text);
    let to = floor(text, at + random.below(16));
    match random.below(9) {
        0 | 1 => text.insert_str(at, random.pick::<&str>(FRAGMENTS)),
        2 => text.replace_range(at..to, ""),
        3 => text.replace_range(at..to, random.pick::<&str>(FRAGMENTS)),
        4 => {
            let line = line(text, at);
            let copy = text[line].to_owned();
            let other = place(random, text);
            let start = text[..other].rfind('\n').map_or(0, |n| n + 1);
            text.insert_str(start, &copy);
        }
        5 => {
            let line = line(text, at);
            text.replace_range(line, "");
        }
        6 => {
            let start = line(text, at).start;
            if text[start..].starts_with(' ') && random.below(2) == 0 {
                text.remove(start);
            } else {
                text.insert_str(start, &" ".repeat(1 + random.below(4)));
            }
        }
        7 => {
            let other = random.pick(seeds);
            let from = place(random, other);
            let end = floor(other, from + random.below(200));
            text.insert_str(at, &other[from..end]);
        }
        _ => {
            let length = random.below(4);
            let end = floor(text, at + length);
            let byte = char::from(u8::try_from(random.below(128)).unwrap_or(b'?'));
            text.replace_range(at..end, &byte.to_string());
        }
    }
}

fn line(text: &str, at: usize) -> std::ops::Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    start..text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

fn place(random: &mut Random, text: &str) -> usize {
    let at = random.below(text.len() + 1);
    floor(text, at)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|n| text.is_char_boundary(*n))
        .unwrap_or(0)
}
