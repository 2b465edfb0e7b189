//! What is said to a person: a fact, its place, a way out.
//!
//! Every stage returns all of its mistakes as data; `render` turns them into text. Nothing here
//! knows a secret value, a store or a door.

pub mod codes;
mod most;
pub mod render;
pub mod results;
pub mod safe;
pub mod shell;

use std::sync::Arc;

pub use codes::Code;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// Something the user should know; output is written.
    Warning,
}

/// One source line with the part that is meant, already masked: see `yaml::picture`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picture {
    /// The line without its line break; scalars that may be secret are replaced by `***`.
    pub line: String,
    /// Byte offset of the marked part within `line`.
    pub start: usize,
    /// Byte length of the marked part; at least 1 unless the line ends there.
    pub len: usize,
}

/// Where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// File name as the user gave it, or `<stdin>`.
    pub file: Option<Arc<str>>,
    /// 1-based; 0 means unknown.
    pub line: u32,
    /// 1-based, in characters; 0 means unknown.
    pub column: u32,
    /// `VaultSecrets/orders`, for inputs whose lines the user has never seen.
    pub object: Option<String>,
    /// `spec.secrets[0].path`.
    pub field: Option<String>,
    /// The line itself, masked.
    pub picture: Option<Picture>,
}

/// One thing to say. Text never contains a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, `countersign explain CODE`.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// Lower-case fact, literals in backticks, no full stop.
    pub message: String,
    /// Where; `None` when there is no text to point at.
    pub place: Option<Box<Place>>,
    /// Imperative sentence, or nothing when the message says it all.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error without place or hint yet.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            hint: None,
        }
    }

    /// A warning without place or hint yet.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(Box::new(place));
        self
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A non-empty list of errors, possibly with warnings among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order found; `sorted` is what a person reads.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// A report of one.
    #[must_use]
    pub fn of(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostics: vec![diagnostic],
        }
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds all of another report.
    pub fn extend(&mut self, other: Report) {
        self.diagnostics.extend(other.diagnostics);
    }

    /// Whether anything in it is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    }

    /// `Ok(value)` when there is no error; warnings stay in `self` for the caller.
    pub fn check<T>(&mut self, value: T) -> Result<T, Report> {
        if self.has_errors() {
            Err(std::mem::take(self))
        } else {
            Ok(value)
        }
    }

    /// Duplicates removed; by file, line, column, object, field, code, message.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by(|a, b| {
            (&a.place, a.severity, a.code.name(), &a.message).cmp(&(
                &b.place,
                b.severity,
                b.code.name(),
                &b.message,
            ))
        });
        self.diagnostics.dedup();
        self.diagnostics
    }
}

impl From<Diagnostic> for Report {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::of(diagnostic)
    }
}
