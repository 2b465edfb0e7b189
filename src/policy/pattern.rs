//! `kvv2/{{ project }}/**`: which names a rule means.
//!
//! A pattern is read once, with the values of its variables in it as plain text; a value is never read
//! as a pattern. Knows neither rules nor the environment.

use super::name;

/// Longest pattern.
const LONGEST: usize = 4096;

/// A pattern, ready to be held against names that `name::fault` lets pass.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it stands in the policy.
    pub written: String,
    /// The variables in it.
    pub variables: Vec<String>,
    segments: Vec<Segment>,
}

/// What may stand between two slashes.
#[derive(Clone, Debug)]
enum Segment {
    /// Any number of segments, none as well.
    Any,
    /// One; `None` stands for any bytes.
    One(Vec<Option<u8>>),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be a pattern.
    Malformed(&'static str),
    /// It names a variable that the policy does not declare.
    Undeclared(String),
    /// It names a variable without a usable value, which is said at the variable.
    NoValue,
}

/// What is known of a variable.
pub enum Lookup<'v> {
    /// The policy does not declare it.
    Undeclared,
    /// It has none that could be used.
    NoValue,
    /// Its value, one plain segment.
    Value(&'v str),
}

impl Pattern {
    /// Reads a pattern.
    pub fn read<'v>(written: &str, lookup: &dyn Fn(&str) -> Lookup<'v>) -> Result<Self, Fault> {
        if written.len() > LONGEST {
            return Err(Fault::Malformed("it is longer than any name"));
        }
        let mut variables = Vec::new();
        let filled = fill(written, &mut variables, lookup)?;
        let plain: String = filled.iter().map(|b| b.map_or('*', char::from)).collect();
        if let Some(fault) = name::fault(&plain) {
            return Err(Fault::Malformed(fault));
        }
        let mut segments = Vec::new();
        for segment in filled.split(|b| *b == Some(b'/')) {
            let stars = segment.windows(2).any(|pair| pair == [None, None]);
            match segment {
                [None, None] => segments.push(Segment::Any),
                _ if stars => return Err(Fault::Malformed("`**` stands for whole segments only")),
                _ => segments.push(Segment::One(segment.to_vec())),
            }
        }
        if matches!(segments.first(), Some(Segment::Any)) {
            return Err(Fault::Malformed(
                "it begins with `**`, and anything could stand there",
            ));
        }
        if matches!(segments.last(), Some(Segment::Any)) {
            // below something is not the thing itself
            segments.insert(segments.len() - 1, Segment::One(vec![None]));
        }
        Ok(Self {
            written: written.to_owned(),
            variables,
            segments,
        })
    }

    /// Whether a rule means this name.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let segments: Vec<&str> = name.split('/').collect();
        wild(
            &self.segments,
            &segments,
            |segment| matches!(segment, Segment::Any),
            |segment, text| match segment {
                Segment::Any => false,
                Segment::One(bytes) => {
                    wild(bytes, text.as_bytes(), Option::is_none, |wanted, found| {
                        *wanted == Some(*found)
                    })
                }
            },
        )
    }

    /// How many segments of a name it means, counted from the first: what is nearest.
    #[must_use]
    pub fn reaches(&self, name: &str) -> usize {
        let fits = |(segment, text): &(&Segment, &str)| match segment {
            Segment::Any => false,
            Segment::One(bytes) => {
                wild(bytes, text.as_bytes(), Option::is_none, |wanted, found| {
                    *wanted == Some(*found)
                })
            }
        };
        let pairs = self.segments.iter().zip(name.split('/'));
        pairs.take_while(fits).count()
    }
}

/// The text with its variables filled in, byte by byte; `None` is a star.
fn fill<'v>(
    written: &str,
    variables: &mut Vec<String>,
    lookup: &dyn Fn(&str) -> Lookup<'v>,
) -> Result<Vec<Option<u8>>, Fault> {
    let plain = |text: &str, out: &mut Vec<Option<u8>>| {
        if text.contains(['{', '}', '[', ']']) {
            return Err(Fault::Malformed(
                "braces and brackets mean nothing here but `{{ variable }}`",
            ));
        }
        if !text.is_ascii() {
            return Err(Fault::Malformed("it has characters that are not ASCII"));
        }
        out.extend(text.bytes().map(|b| (b != b'*').then_some(b)));
        Ok(())
    };
    let mut out = Vec::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("{{") {
        plain(before, &mut out)?;
        let Some((name, after)) = after.split_once("}}") else {
            return Err(Fault::Malformed("`{{` has no `}}`"));
        };
        let name = name.trim();
        match lookup(name) {
            Lookup::Undeclared => return Err(Fault::Undeclared(name.to_owned())),
            Lookup::NoValue => return Err(Fault::NoValue),
            Lookup::Value(value) => out.extend(value.bytes().map(Some)),
        }
        if !variables.iter().any(|known| known == name) {
            variables.push(name.to_owned());
        }
        rest = after;
    }
    plain(rest, &mut out)?;
    Ok(out)
}

/// Whether `pattern` means all of `name`, where what is `any` stands for any number of things. Only the
/// last of those ever has to take more, so the time is bounded by the product of the lengths.
fn wild<P, N>(
    pattern: &[P],
    name: &[N],
    any: impl Fn(&P) -> bool,
    one: impl Fn(&P, &N) -> bool,
) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut last: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(part) if any(part) => {
                p += 1;
                last = Some((p, n));
            }
            Some(part) if one(part, &name[n]) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((after, taken)) = last else {
                    return false;
                };
                p = after;
                n = taken + 1;
                last = Some((after, n));
            }
        }
    }
    pattern[p..].iter().all(any)
}

#[cfg(test)]
mod tests;
