//! Typed access to a mapping that remembers every mistake.
//!
//! Unknown and duplicate keys, wrong types and missing fields are reported with their place, never
//! with their value. Knows nothing of what the fields mean.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

pub use super::words::{list, nearest};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::yaml::picture::{Lines, Located};
use crate::yaml::{Kind, NodeRef};

/// Collects the mistakes of one object.
pub struct Reader<'a> {
    located: &'a Located<'a>,
    object: String,
    report: RefCell<Report>,
    /// How many places were kept with a picture.
    pictured: Cell<usize>,
    lines: Lines,
}

/// So many places of one object are kept with a picture, in case that something is wrong there later,
/// and so many mistakes are shown with one. A picture takes time and memory, and an object may have
/// thousands of places; the others have their line.
const PICTURED: usize = 1000;
const MISTAKES_PICTURED: usize = 100;

impl<'a> Reader<'a> {
    /// For one object of a document.
    #[must_use]
    pub fn new(located: &'a Located<'a>, object: String) -> Self {
        Self {
            located,
            object,
            report: RefCell::new(Report::default()),
            pictured: Cell::new(0),
            lines: Lines::default(),
        }
    }

    /// Everything found.
    #[must_use]
    pub fn finish(self) -> Report {
        self.report.into_inner()
    }

    /// The place of a node of this object, to be kept.
    #[must_use]
    pub fn place(&self, node: NodeRef<'_, '_>, field: &str) -> Place {
        let pictured = self.pictured.get();
        self.pictured.set(pictured + 1);
        self.place_with(node, field, pictured < PICTURED)
    }

    /// The place of a mistake.
    fn mistake(&self, node: NodeRef<'_, '_>, field: &str) -> Place {
        let known = self.report.borrow().diagnostics.len();
        self.place_with(node, field, known < MISTAKES_PICTURED)
    }

    fn place_with(&self, node: NodeRef<'_, '_>, field: &str, picture: bool) -> Place {
        let field = (!field.is_empty()).then(|| field.to_owned());
        let place = if picture {
            self.located.place_of(node)
        } else {
            self.located.place_on(node.span().start, &self.lines)
        };
        Place {
            object: Some(self.object.clone()),
            field,
            ..place
        }
    }

    /// Reports a mistake without a hint.
    pub fn error(
        &self,
        node: NodeRef<'_, '_>,
        field: &str,
        code: Code,
        message: impl Into<String>,
    ) {
        self.push(Diagnostic::error(code, message).at(self.mistake(node, field)));
    }

    /// Reports a mistake and its way out.
    pub fn error_hint(
        &self,
        node: NodeRef<'_, '_>,
        field: &str,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.push(
            Diagnostic::error(code, message)
                .at(self.mistake(node, field))
                .hint(hint),
        );
    }

    /// Reports something that is already complete.
    pub fn push(&self, diagnostic: Diagnostic) {
        self.report.borrow_mut().push(diagnostic);
    }

    /// The node as a mapping with only these fields. `later` are fields that a coming version will
    /// know: (name, what to do until then).
    pub fn fields<'n, 't>(
        &'n self,
        node: NodeRef<'n, 't>,
        at: &str,
        known: &'static [&'static str],
        later: &[(&str, &str)],
    ) -> Option<Fields<'n, 't>> {
        let fields = self.mapping(node, at)?;
        for (key, _) in node.entries() {
            let Some(name) = key.scalar() else { continue };
            if known.contains(&name) || name == "<<" {
                continue;
            }
            let at = &if at.is_empty() {
                name.to_owned()
            } else {
                format!("{at}.{name}")
            };
            if let Some((_, hint)) = later.iter().find(|(field, _)| *field == name) {
                self.error_hint(
                    key,
                    at,
                    Code::UnknownField,
                    format!("`{name}` is not supported yet"),
                    *hint,
                );
                continue;
            }
            let mut diagnostic =
                Diagnostic::error(Code::UnknownField, format!("unknown field `{name}`"))
                    .at(self.mistake(key, at));
            diagnostic.hint = Some(match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of {}.", list(known)),
            });
            self.push(diagnostic);
        }
        Some(fields)
    }

    /// The node as a mapping with any keys.
    pub fn mapping<'n, 't>(&'n self, node: NodeRef<'n, 't>, at: &str) -> Option<Fields<'n, 't>> {
        let node = node.resolved();
        if node.kind() != Kind::Mapping {
            self.error(
                node,
                at,
                Code::WrongType,
                format!("expected a mapping, not {}", describe(node)),
            );
            return None;
        }
        let mut seen: HashSet<&str> = HashSet::new();
        for (key, _) in node.entries() {
            let Some(name) = key.scalar() else {
                self.error(key, at, Code::WrongType, "expected a text as key");
                continue;
            };
            if !seen.insert(name) {
                self.error_hint(
                    key,
                    at,
                    Code::DuplicateKey,
                    format!("`{name}` is given twice"),
                    "keep one of them.",
                );
            }
        }
        Some(Fields {
            reader: self,
            node,
            at: at.to_owned(),
        })
    }

    /// A string; a scalar that Go would read as something else is refused.
    pub fn text(&self, node: NodeRef<'_, '_>, at: &str) -> Option<String> {
        if let Some(text) = node.string() {
            return Some(text.to_owned());
        }
        let hint = (node.resolved().kind() == Kind::Scalar && !node.is_null())
            .then_some("write it in quotes.");
        let mut diagnostic = Diagnostic::error(
            Code::WrongType,
            format!("expected a text, not {}", describe(node)),
        )
        .at(self.mistake(node, at));
        diagnostic.hint = hint.map(str::to_owned);
        self.push(diagnostic);
        None
    }

    /// A word out of a table.
    pub fn choice<T: Copy>(
        &self,
        node: NodeRef<'_, '_>,
        at: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(node, at)?;
        let field = at.rsplit('.').next().unwrap_or(at);
        let field = field.split('[').next().unwrap_or(field);
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let hint = match nearest(&text, all.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of {}.", list(&all)),
        };
        self.error_hint(
            node,
            at,
            Code::BadValue,
            format!("`{field}` does not know this word"),
            hint,
        );
        None
    }
}

/// A mapping and its field path.
pub struct Fields<'n, 't> {
    /// Where mistakes go.
    pub reader: &'n Reader<'n>,
    /// The mapping.
    pub node: NodeRef<'n, 't>,
    /// `spec.secrets[0]`.
    pub at: String,
}

impl<'n, 't> Fields<'n, 't> {
    /// The path of a field here.
    #[must_use]
    pub fn path(&self, field: &str) -> String {
        if self.at.is_empty() {
            field.to_owned()
        } else {
            format!("{}.{field}", self.at)
        }
    }

    /// A field that is present and not null.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<NodeRef<'n, 't>> {
        self.node.get(field).filter(|value| !value.is_null())
    }

    /// A field that must be there; reported at the mapping when it is not.
    pub fn required(&self, field: &str, hint: &str) -> Option<NodeRef<'n, 't>> {
        let found = self.get(field);
        if found.is_none() {
            self.reader.error_hint(
                self.node,
                &self.at,
                Code::MissingField,
                format!("`{field}` is missing"),
                hint,
            );
        }
        found
    }

    /// An optional text.
    pub fn text(&self, field: &str) -> Option<String> {
        self.reader.text(self.get(field)?, &self.path(field))
    }

    /// An optional `true` or `false`.
    pub fn boolean(&self, field: &str) -> Option<bool> {
        let node = self.get(field)?;
        let plain = node.resolved().style() == crate::yaml::tree::Style::Plain;
        let value = node
            .scalar()
            .filter(|_| plain)
            .and_then(crate::yaml::scalar::as_bool);
        if value.is_none() {
            self.reader.error(
                node,
                &self.path(field),
                Code::WrongType,
                format!("expected `true` or `false`, not {}", describe(node)),
            );
        }
        value
    }

    /// An optional positive whole number.
    pub fn positive(&self, field: &str) -> Option<u64> {
        let node = self.get(field)?;
        let plain = node.resolved().style() == crate::yaml::tree::Style::Plain;
        let value = node
            .scalar()
            .filter(|t| plain && !t.starts_with(['0', '+']))
            .and_then(|t| t.parse().ok())
            .filter(|n| *n > 0);
        if value.is_none() {
            self.reader.error(
                node,
                &self.path(field),
                Code::WrongType,
                "expected a whole number from 1 on",
            );
        }
        value
    }

    /// An optional word out of a table.
    pub fn choice<T: Copy>(&self, field: &str, words: &[(&str, T)]) -> Option<T> {
        self.reader
            .choice(self.get(field)?, &self.path(field), words)
    }

    /// An optional mapping of texts, in the order written.
    pub fn texts(&self, field: &str) -> Vec<Pair<'n, 't>> {
        let Some(node) = self.get(field) else {
            return Vec::new();
        };
        let at = self.path(field);
        let Some(fields) = self.reader.mapping(node, &at) else {
            return Vec::new();
        };
        let pairs = fields.node.entries().filter_map(|(key, value)| {
            let name = key.scalar()?;
            let text = self.reader.text(value, &format!("{at}.{name}"))?;
            Some(Pair {
                key: name.to_owned(),
                text,
                key_node: key,
                value_node: value,
            })
        });
        pairs.collect()
    }

    /// The items of an optional list, each with its field path.
    pub fn items(&self, field: &str) -> Vec<(NodeRef<'n, 't>, String)> {
        let Some(node) = self.get(field) else {
            return Vec::new();
        };
        let at = self.path(field);
        if node.resolved().kind() != Kind::Sequence {
            self.reader.error(
                node,
                &at,
                Code::WrongType,
                format!("expected a list, not {}", describe(node)),
            );
            return Vec::new();
        }
        node.items()
            .enumerate()
            .map(|(n, item)| (item, format!("{at}[{n}]")))
            .collect()
    }
}

/// One entry of a mapping of texts.
pub struct Pair<'n, 't> {
    /// The key.
    pub key: String,
    /// The value.
    pub text: String,
    /// Where the key stands.
    pub key_node: NodeRef<'n, 't>,
    /// Where the value stands.
    pub value_node: NodeRef<'n, 't>,
}

/// What a node is, without what it says.
fn describe(node: NodeRef<'_, '_>) -> &'static str {
    let node = node.resolved();
    match node.kind() {
        Kind::Mapping => "a mapping",
        Kind::Sequence => "a list",
        Kind::Alias => "an alias",
        Kind::Scalar if node.is_null() => "nothing",
        Kind::Scalar if node.string().is_some() => "a text",
        Kind::Scalar => "a number, date or bool",
    }
}
