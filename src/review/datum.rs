//! What a manifest says, without how it is written: two data are equal where the API server would
//! see no difference.
//!
//! Made for comparing only, hence neither Debug nor any way to print one: a manifest may hold a
//! secret of somebody else. Knows no Kubernetes but one rule: a field that is null is not there.

use std::collections::BTreeMap;

use crate::yaml::{Kind, NodeRef, scalar};

/// More nodes than this in one manifest can only be an alias bomb.
const BUDGET: usize = 1_000_000;
/// Deeper than any manifest.
const DEPTH: usize = 200;

/// A value of YAML.
#[derive(Clone, PartialEq)]
pub enum Datum<'a> {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, however written.
    Whole(i128),
    /// Bits of another number.
    Real(u64),
    /// A string for every reader.
    Text(&'a str),
    /// What readers type in different ways (`yes`, dates): equal only when spelt alike.
    Plain(&'a str),
    /// Items, in order.
    List(Vec<Datum<'a>>),
    /// Fields; their order means nothing.
    Map(BTreeMap<&'a str, Datum<'a>>),
}

impl<'a> Datum<'a> {
    /// Reads a node; `None` where it is no data that JSON knows, or multiplies beyond any use.
    #[must_use]
    pub fn of(node: NodeRef<'a, '_>) -> Option<Self> {
        let mut budget = BUDGET;
        read(node, 0, &mut budget)
    }

    /// The value at a `/`-path of keys.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |datum, key| match datum {
            Datum::Map(fields) => fields.get(key),
            _ => None,
        })
    }

    /// The text of a string.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        match self {
            Datum::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is `true`.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self, Datum::Bool(true))
    }
}

fn read<'a>(node: NodeRef<'a, '_>, depth: usize, budget: &mut usize) -> Option<Datum<'a>> {
    *budget = budget.checked_sub(1)?;
    if depth > DEPTH {
        return None;
    }
    let node = node.resolved();
    match node.kind() {
        Kind::Sequence => {
            let items = node.items().map(|item| read(item, depth + 1, budget));
            items.collect::<Option<Vec<_>>>().map(Datum::List)
        }
        Kind::Mapping => {
            let mut fields = BTreeMap::new();
            // nearest first: what is there already wins
            let merged: Vec<_> = node.merged().collect();
            for from in merged.into_iter().rev() {
                if let Datum::Map(more) = read(from, depth + 1, budget)? {
                    fields.extend(more);
                }
            }
            for (key, value) in node.entries() {
                let key_text = key.scalar()?;
                if key_text == "<<" && key.string().is_none() {
                    continue;
                }
                match read(value, depth + 1, budget)? {
                    // `creationTimestamp: null` and its like
                    Datum::Null => fields.remove(key_text),
                    datum => fields.insert(key_text, datum),
                };
            }
            Some(Datum::Map(fields))
        }
        Kind::Scalar => Some(scalar_of(node)),
        Kind::Alias => None,
    }
}

fn scalar_of<'a>(node: NodeRef<'a, '_>) -> Datum<'a> {
    let text = node.scalar().unwrap_or_default();
    if node.is_null() {
        return Datum::Null;
    }
    if node.string().is_some() {
        return Datum::Text(text);
    }
    if let Some(yes) = scalar::as_bool(text) {
        return Datum::Bool(yes);
    }
    number(text).unwrap_or(Datum::Plain(text))
}

/// As Go reads it: `0644` and `0o644` are octal, `_` means nothing.
fn number<'a>(text: &str) -> Option<Datum<'a>> {
    let text: String = text.chars().filter(|c| *c != '_').collect();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let prefixes = [("0x", 16), ("0o", 8), ("0b", 2)];
    let based = prefixes
        .iter()
        .find_map(|(prefix, base)| Some((digits.strip_prefix(prefix)?, *base)));
    let octal = digits.strip_prefix('0').filter(|rest| !rest.is_empty());
    let (digits, base) = based
        .or(octal.map(|rest| (rest, 8)))
        .unwrap_or((digits, 10));
    if digits.chars().all(|c| c.is_digit(base))
        && let Ok(whole) = i128::from_str_radix(digits, base)
    {
        return Some(Datum::Whole(if text.starts_with('-') {
            -whole
        } else {
            whole
        }));
    }
    let decimal = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    let real: f64 = text.parse().ok().filter(|_| text.chars().all(decimal))?;
    // `1.0` is sent as `1`; beyond 2^53 not every whole number is one
    #[allow(clippy::cast_possible_truncation)]
    let datum = if real.fract() == 0.0 && real.abs() < 9_007_199_254_740_992.0 {
        Datum::Whole(real as i128)
    } else {
        Datum::Real(real.to_bits())
    };
    Some(datum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Tree;

    fn equal(one: &str, other: &str) -> bool {
        let (one, other) = (Tree::parse(one).unwrap(), Tree::parse(other).unwrap());
        let of = |tree: &Tree<'_>| tree.root().is_some_and(|root| Datum::of(root).is_some());
        assert!(of(&one) && of(&other));
        Datum::of(one.root().unwrap()) == Datum::of(other.root().unwrap())
    }

    #[test]
    fn order_of_fields_quotes_and_layout_mean_nothing() {
        assert!(equal(
            "a: 1\nb: [x, z]\n",
            "{\"b\": [\"x\", 'z'], \"a\": 1}\n"
        ));
        assert!(equal("mode: 0644\n", "mode: 420\n"));
        assert!(equal("mode: 0o644\n", "mode: 0x1a4\n"));
        assert!(equal("n: 1_000\nr: 1.0\n", "n: 1000\nr: 1\n"));
        assert!(equal("a: ~\nb: 1\n", "b: 1\n"));
        assert!(equal(
            "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n",
            "x: {a: 1, b: 2}\ny: {a: 1, b: 3}\n"
        ));
    }

    #[test]
    fn types_values_and_the_order_of_items_mean_something() {
        for (one, other) in [
            ("a: 1\n", "a: \"1\"\n"),
            ("a: true\n", "a: \"true\"\n"),
            ("a: true\n", "a: yes\n"),
            ("a: 2001-01-01\n", "a: \"2001-01-01\"\n"),
            ("a: 1.5\n", "a: 1.25\n"),
            ("a: [1, 2]\n", "a: [2, 1]\n"),
            ("a: \"\"\n", "a: ~\n"),
            ("a: {}\n", "a: []\n"),
        ] {
            assert!(!equal(one, other), "{one}{other}");
        }
    }

    #[test]
    fn aliases_that_multiply_are_given_up() {
        let mut text = "l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
        for level in 1..9 {
            let below = format!("*l{}, ", level - 1).repeat(10);
            text.push_str(&format!("l{level}: &l{level} [{below}]\n"));
        }
        let tree = Tree::parse(&text).expect("a small text");
        assert!(Datum::of(tree.root().expect("a mapping")).is_none());
    }
}
