//! A first walk over the YAML events, before anything builds a tree of them.
//!
//! It bounds the depth (the tree builder is quadratic in it), refuses what could be read in two
//! ways (duplicate keys, tags, aliases, a second document), and keeps the literals of numbers,
//! which the tree forgets. Messages give places only; the text may be a secret.

use std::collections::HashSet;

use granit_parser::{Event, Marker, Parser, ScalarStyle};

use super::value::Literals;

/// Deeper than any secret that a person wrote.
const MAX_DEPTH: usize = 64;

/// A collection that is open.
enum Open {
    Map {
        names: HashSet<String>,
        awaits_value: bool,
    },
    List {
        next: usize,
    },
}

/// Where a node stands.
#[derive(PartialEq)]
enum Role {
    Name,
    Value,
}

#[derive(Default)]
struct Walk {
    open: Vec<Open>,
    /// The way to the node that comes next.
    path: Vec<String>,
    literals: Literals,
}

/// Walks through the text; the error is a place and what is wrong there.
pub fn check(text: &str) -> Result<Literals, String> {
    let mut walk = Walk::default();
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| at("this is not YAML", error.marker()))?;
        let refused = |what: &str| Err(at(what, &span.start));
        match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    return refused("a second document begins");
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => return refused("an alias stands"),
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => return refused("a tag stands"),
            Event::Scalar(text, style, ..) => walk.scalar(&text, style, &span.start)?,
            Event::SequenceStart(..) => walk.begin(Open::List { next: 0 }, &span.start)?,
            Event::MappingStart(..) => {
                let map = Open::Map {
                    names: HashSet::new(),
                    awaits_value: false,
                };
                walk.begin(map, &span.start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => walk.end(),
            _ => {}
        }
    }
    if documents == 0 {
        return Err("it is empty".into());
    }
    Ok(walk.literals)
}

impl Walk {
    /// Notes that a node begins: a name in a map, or a value, whose step is put on the path.
    fn node(&mut self) -> Role {
        match self.open.last_mut() {
            Some(Open::Map { awaits_value, .. }) => {
                *awaits_value = !*awaits_value;
                // Names come first; the path's step is pushed with the name.
                if *awaits_value {
                    Role::Name
                } else {
                    Role::Value
                }
            }
            Some(Open::List { next }) => {
                self.path.push(next.to_string());
                *next += 1;
                Role::Value
            }
            None => Role::Value,
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, place: &Marker) -> Result<(), String> {
        if self.node() == Role::Value {
            if style == ScalarStyle::Plain && is_json_number(text) {
                self.literals.insert(self.path.clone(), text.to_owned());
            }
            self.path.pop();
            return Ok(());
        }
        self.path.push(text.to_owned());
        let is_new = match self.open.last_mut() {
            Some(Open::Map { names, .. }) => names.insert(text.to_owned()),
            _ => true,
        };
        if is_new {
            return Ok(());
        }
        Err(at("a key stands twice in one map, the second time", place))
    }

    fn begin(&mut self, collection: Open, place: &Marker) -> Result<(), String> {
        if self.node() == Role::Name {
            return Err(at("a list or map stands as a key", place));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(at("the nesting is too deep", place));
        }
        self.open.push(collection);
        Ok(())
    }

    fn end(&mut self) {
        self.open.pop();
        self.path.pop();
    }
}

fn at(what: &str, place: &Marker) -> String {
    format!(
        "{what} in line {}, column {}",
        place.line(),
        place.col() + 1
    )
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}
