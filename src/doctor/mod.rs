//! `doctor`: what is right and what is wrong with this runner, as findings.
//!
//! Pure: each file makes the findings of one group from facts that somebody else has looked up. It
//! asks no server, reads no file and no variable, and sees no value.

pub mod access;
pub mod json;
pub mod login;
pub mod operator;
pub mod runner;
pub mod schema;
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod tools;

use std::fmt;

use crate::diag::{self, Code, Diagnostic, Place};
use crate::vault::Refusal;

/// For programs; grows when a field goes or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It is as it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It works, and will not for long, or not as it should.
    Warning,
    /// It does not work.
    Error,
}

/// What a finding is about, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Flags and variables.
    Runner,
    /// Vault or OpenBao.
    Server,
    /// The token.
    Login,
    /// Configs and manifests.
    Build,
    /// What the token may do, and whether what is asked for is there.
    Access,
    /// The lock.
    Lock,
    /// The operator in the cluster.
    Operator,
    /// Programs.
    Tools,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub group: Group,
    /// Stable word for programs: which check this is.
    pub check: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is so.
    pub message: String,
    /// Why it is so: what decided.
    pub why: Option<String>,
    /// Way out.
    pub hint: Option<String>,
    /// What `countersign explain` knows more about.
    pub code: Option<Code>,
    /// Where.
    pub place: Option<String>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// In the order in which they were found.
    pub all: Vec<Finding>,
}

impl Severity {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Ok => "ok",
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl Group {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Group::Runner => "runner",
            Group::Server => "server",
            Group::Login => "login",
            Group::Build => "build",
            Group::Access => "access",
            Group::Lock => "lock",
            Group::Operator => "operator",
            Group::Tools => "tools",
        }
    }
}

impl Finding {
    /// A finding without reason or way out yet.
    #[must_use]
    pub fn new(
        group: Group,
        check: &'static str,
        severity: Severity,
        message: impl Into<String>,
    ) -> Self {
        Self {
            group,
            check,
            severity,
            message: message.into(),
            why: None,
            hint: None,
            code: None,
            place: None,
        }
    }

    /// What is as it should be.
    #[must_use]
    pub fn ok(group: Group, check: &'static str, message: impl Into<String>) -> Self {
        Self::new(group, check, Severity::Ok, message)
    }

    /// What a store or the settings refuse.
    #[must_use]
    pub fn refused(
        group: Group,
        check: &'static str,
        severity: Severity,
        refusal: &Refusal,
    ) -> Self {
        Self {
            hint: Some(refusal.hint.clone()),
            code: Some(refusal.code),
            ..Self::new(group, check, severity, refusal.message.clone())
        }
    }

    /// What another command would say.
    #[must_use]
    pub fn said(group: Group, check: &'static str, said: Diagnostic) -> Self {
        let severity = match said.severity {
            diag::Severity::Error => Severity::Error,
            diag::Severity::Warning => Severity::Warning,
        };
        Self {
            hint: said.hint,
            code: Some(said.code),
            place: said.place.as_deref().and_then(place),
            ..Self::new(group, check, severity, said.message)
        }
    }

    /// Adds the reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Findings {
    /// Adds one, unless it is known already.
    pub fn push(&mut self, finding: Finding) {
        if !self.all.contains(&finding) {
            self.all.push(finding);
        }
    }

    /// Adds all.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    /// The worst of them.
    #[must_use]
    pub fn worst(&self) -> Severity {
        let severities = self.all.iter().map(|finding| finding.severity);
        severities.max().unwrap_or(Severity::Ok)
    }

    /// By group, as they were found.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.all.sort_by_key(|finding| finding.group);
        self
    }

    fn count(&self, severity: Severity) -> usize {
        let same = self.all.iter().filter(|f| f.severity == severity);
        same.count()
    }
}

/// `app/secrets.yaml:9:12`, or as much of it as there is.
fn place(place: &Place) -> Option<String> {
    let file = place.file.as_deref().unwrap_or_default();
    let mut out = file.to_owned();
    if place.line > 0 {
        out.push_str(&format!(":{}:{}", place.line, place.column));
    } else if let Some(object) = &place.object {
        out.push_str(&format!(" {object}"));
        if let Some(field) = &place.field {
            out.push_str(&format!(" {field}"));
        }
    }
    let out = out.trim();
    (!out.is_empty()).then(|| out.to_owned())
}

/// `3 warnings`, `1 warning`.
struct Count(usize, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} {}{end}", self.0, self.1)
    }
}
