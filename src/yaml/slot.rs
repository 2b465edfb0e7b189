//! A place where a mapping can take entries later, when its tree is gone.
//!
//! Made while a document is read, used when the values are known: the stamp's annotations. Missing
//! parents (`metadata`, `annotations`) are made; existing values are replaced; the layout of the
//! document (block or flow, indentation, line breaks) is followed.

use std::borrow::Cow;

use super::edit::{Edit, ScalarSpot, offset};
use super::emit::Value;
use super::scalar::{may_be_plain, plain_or_quoted, quote_json};
use super::tree::{Kind, NodeRef, Style, fingerprint};

/// Why a mapping cannot take an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It is anchored and used elsewhere by an alias, or is itself an alias.
    Shared,
    /// It is laid out in a way that cannot be extended safely (tabs, `? `, a tag without content).
    Layout,
    /// It is not a mapping.
    NotAMapping,
}

/// Where new entries go.
#[derive(Clone, Debug)]
struct Opening {
    byte: u32,
    node: u32,
    /// Depth of the entries' keys before `missing` parents are added.
    depth: u32,
    shape: Shape,
    /// Keys of parents that have to be made around the entries.
    missing: &'static [&'static str],
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Before the first key of a block mapping that stands in this column.
    Block { column: u32, crlf: bool },
    /// After `{`; `empty` when nothing follows.
    Flow { empty: bool },
    /// Instead of a null value of so many bytes, of which the document's outline says what it `was`:
    /// becomes a flow mapping.
    Null { length: u32, was: u32 },
}

/// A mapping below some node, and those of `keys` that it already has.
#[derive(Clone, Debug)]
pub struct Slot<'t> {
    existing: Box<[Existing<'t>]>,
    opening: Opening,
}

/// A key that is there, and its value.
#[derive(Clone, Debug)]
struct Existing<'t> {
    key: &'static str,
    spot: ScalarSpot,
    text: Cow<'t, str>,
}

impl<'t> Slot<'t> {
    /// The slot for entries of the mapping at `path` below `node`; `keys` are those that may be set.
    pub fn find(
        node: NodeRef<'_, 't>,
        path: &'static [&'static str],
        keys: &[&'static str],
    ) -> Result<Self, Closed> {
        let mut mapping = node;
        let mut done = 0;
        while done < path.len() {
            match mapping
                .entries()
                .filter(|(k, _)| k.scalar() == Some(path[done]))
                .last()
            {
                Some((_, value)) if !value.is_null() || value.kind() == Kind::Alias => {
                    mapping = value;
                }
                Some((key, value)) => {
                    let opening = Opening::null(key, value, &path[done + 1..])?;
                    return Ok(Slot {
                        existing: Box::default(),
                        opening,
                    });
                }
                // an own one would hide what is merged in
                None if mapping.get(path[done]).is_some() => return Err(Closed::Shared),
                None => break,
            }
            done += 1;
        }
        let opening = Opening::before_first_key(mapping, &path[done..])?;
        let mut existing = Vec::new();
        if done == path.len() {
            for (key, value) in mapping.entries() {
                if let Some(key) = keys.iter().find(|k| key.scalar() == Some(**k)) {
                    if value.kind() != Kind::Scalar || value.tagged() {
                        return Err(Closed::Layout);
                    }
                    existing.push(Existing {
                        key,
                        spot: ScalarSpot::of(value),
                        text: value.text().unwrap_or_default(),
                    });
                }
            }
        }
        let own = |key: &&&str| existing.iter().any(|one| one.key == **key);
        let mut merged = keys.iter().filter(|key| done == path.len() && !own(key));
        if merged.any(|key| mapping.get(key).is_some()) {
            return Err(Closed::Shared);
        }
        Ok(Slot {
            existing: existing.into(),
            opening,
        })
    }

    /// What a key holds now.
    #[must_use]
    pub fn current(&self, key: &str) -> Option<&str> {
        self.existing
            .iter()
            .find(|one| one.key == key)
            .map(|one| &*one.text)
    }

    /// Whether `set` can do so.
    #[must_use]
    pub fn takes(&self, document: &str, entries: &[(&str, String)]) -> bool {
        self.existing.iter().all(|one| {
            let new = entries.iter().find(|(key, _)| one.key == *key);
            let same = new.is_none_or(|(_, value)| one.text == *value);
            same || !one.spot.shared && one.spot.is_replaceable(document, &one.text)
        })
    }

    /// Edits that set `entries`; those that already have their value need none. `None` when an
    /// existing value cannot be changed here.
    #[must_use]
    pub fn set(&self, document: &str, entries: &[(&str, String)]) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        let mut new = Vec::new();
        for (key, value) in entries {
            match self.existing.iter().find(|one| one.key == *key) {
                Some(one) if one.text == *value => {}
                Some(one) if one.spot.shared => return None,
                Some(one) => edits.push(one.spot.replace(document, &one.text, value)?),
                None => new.push(((*key).to_owned(), Value::text(value.as_str()))),
            }
        }
        if !new.is_empty() {
            edits.push(self.opening.insert(&new));
        }
        Some(edits)
    }

    /// An edit that adds one entry of any form.
    #[must_use]
    pub fn add(&self, key: &str, value: Value) -> Edit {
        self.opening.insert(&[(key.to_owned(), value)])
    }
}

impl Opening {
    fn null(
        key: NodeRef<'_, '_>,
        value: NodeRef<'_, '_>,
        missing: &'static [&'static str],
    ) -> Result<Self, Closed> {
        if key.is_shared() || value.is_shared() {
            return Err(Closed::Shared);
        }
        if value.tagged() || value.anchored() {
            return Err(Closed::Layout);
        }
        let text = key.tree().text();
        let span = value.span();
        let (byte, length) = if span.is_empty() {
            // nothing is written: directly after the colon that follows the key
            let after = key.span().end;
            let colon = text
                .get(after..)
                .and_then(|rest| rest.find(|c: char| !matches!(c, ' ' | '"' | '\'')))
                .ok_or(Closed::Layout)?;
            let at = after + colon;
            if text.as_bytes().get(at) != Some(&b':') {
                return Err(Closed::Layout);
            }
            // an anchor on the absent value would be left hanging
            let rest = text[at + 1..].trim_start_matches(' ');
            if !rest.is_empty() && !rest.starts_with(['\n', '\r', '#', ',', '}']) {
                return Err(Closed::Layout);
            }
            (at + 1, 0)
        } else {
            (span.start, span.len())
        };
        let shape = Shape::Null {
            length: offset(length),
            was: value.fingerprint(),
        };
        Ok(Self {
            byte: offset(byte),
            node: value.index(),
            depth: offset(value.depth() + 1),
            shape,
            missing,
        })
    }

    fn before_first_key(
        mapping: NodeRef<'_, '_>,
        missing: &'static [&'static str],
    ) -> Result<Self, Closed> {
        if mapping.kind() == Kind::Alias || mapping.is_shared() {
            return Err(Closed::Shared);
        }
        if mapping.kind() != Kind::Mapping {
            return Err(Closed::NotAMapping);
        }
        let text = mapping.tree().text();
        let start = mapping.span().start;
        let first = mapping.children().next();
        let (byte, shape) = if mapping.style() == Style::Flow {
            if text.as_bytes().get(start) != Some(&b'{') {
                return Err(Closed::Layout);
            }
            (
                start + 1,
                Shape::Flow {
                    empty: first.is_none(),
                },
            )
        } else {
            let line = text[..start].rfind('\n').map_or(0, |n| n + 1);
            let prefix = text[line..start].trim_start_matches('\u{feff}');
            // `- key:` and `: key:` are fine, `--- key:` is not; a tab has no agreed width
            if !prefix.chars().all(|c| matches!(c, ' ' | '-' | ':' | '?'))
                || prefix.starts_with("---")
            {
                return Err(Closed::Layout);
            }
            let crlf = text[start..]
                .find('\n')
                .is_some_and(|n| text.as_bytes()[start + n - usize::from(n > 0)] == b'\r');
            (
                start,
                Shape::Block {
                    column: offset(prefix.chars().count()),
                    crlf,
                },
            )
        };
        Ok(Self {
            byte: offset(byte),
            node: mapping.index() + 1,
            depth: offset(mapping.depth() + 1),
            shape,
            missing,
        })
    }

    fn insert(&self, entries: &[(String, Value)]) -> Edit {
        let start = self.byte as usize;
        let (length, gone) = match self.shape {
            Shape::Null { length, was } => (length as usize, vec![was]),
            Shape::Block { .. } | Shape::Flow { .. } => (0, Vec::new()),
        };
        Edit {
            bytes: start..start + length,
            text: self.layout(entries),
            node: self.node,
            gone,
            with: self.fingerprints(entries),
        }
    }

    fn layout(&self, entries: &[(String, Value)]) -> String {
        let flow_entries = || {
            entries
                .iter()
                .map(|(k, v)| format!("{}: {}", quote_json(k), v.to_json()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self.shape {
            Shape::Flow { empty } => {
                let open: String = self
                    .missing
                    .iter()
                    .map(|key| format!("{}: {{", quote_json(key)))
                    .collect();
                let close = "}".repeat(self.missing.len());
                let comma = if empty { "" } else { ", " };
                format!("{open}{}{close}{comma}", flow_entries())
            }
            Shape::Null { length, .. } => {
                let open: String = self
                    .missing
                    .iter()
                    .map(|key| format!("{}: {{", quote_json(key)))
                    .collect();
                let close = "}".repeat(self.missing.len());
                // directly after the colon
                let blank = if length == 0 { " " } else { "" };
                format!("{blank}{{{open}{}{close}}}", flow_entries())
            }
            Shape::Block { column, crlf } => {
                let column = column as usize;
                let newline = if crlf { "\r\n" } else { "\n" };
                let mut out = String::new();
                // the first line starts where the first key stood
                let indent = |out: &mut String, deep: usize| {
                    let spaces = if out.is_empty() { 0 } else { column + 2 * deep };
                    out.extend(std::iter::repeat_n(' ', spaces));
                };
                for (deep, key) in self.missing.iter().enumerate() {
                    indent(&mut out, deep);
                    out.extend([key, ":", newline]);
                }
                for (key, value) in entries {
                    indent(&mut out, self.missing.len());
                    out.extend([&plain_or_quoted(key), ": ", &value.to_json(), newline]);
                }
                // and the last one ends before it
                indent(&mut out, 0);
                out
            }
        }
    }

    fn fingerprints(&self, entries: &[(String, Value)]) -> Vec<u32> {
        let block = matches!(self.shape, Shape::Block { .. });
        let plain = |text: &str| block && may_be_plain(text);
        let mut out = Vec::new();
        let mut depth = self.depth as usize;
        if let Shape::Null { .. } = self.shape {
            out.push(fingerprint(Kind::Mapping, depth - 1, false, false, "", 0));
        }
        for key in self.missing {
            out.push(fingerprint(Kind::Scalar, depth, block, false, key, 0));
            out.push(fingerprint(Kind::Mapping, depth, false, false, "", 0));
            depth += 1;
        }
        for (key, value) in entries {
            out.push(fingerprint(Kind::Scalar, depth, plain(key), false, key, 0));
            out.extend(value.fingerprints(depth, false));
        }
        out
    }
}
