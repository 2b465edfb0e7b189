//! Findings for a person.

use super::{Count, Findings, Severity};
use crate::diag::safe::word;

/// In front of what belongs to a finding.
const INDENT: &str = "           ";

/// All of them, with a line break at the end. What came from outside is made harmless.
#[must_use]
pub fn text(findings: &Findings) -> String {
    let mut out = String::new();
    let mut group = None;
    for finding in &findings.all {
        if group != Some(finding.group) {
            if group.is_some() {
                out.push('\n');
            }
            out.push_str(&format!("{}\n", finding.group.word()));
            group = Some(finding.group);
        }
        // a tool may have said several lines
        let mut lines = finding.message.lines();
        let first = word(lines.next().unwrap_or_default());
        out.push_str(&format!("  {:<8} {first}", finding.severity.word()));
        if let Some(code) = finding.code {
            out.push_str(&format!(" [{}]", code.name()));
        }
        out.push('\n');
        for line in lines {
            out.push_str(&format!("{INDENT}{}\n", word(line)));
        }
        let place = finding.place.as_deref().map(|place| ("at", place));
        let why = finding.why.as_deref().map(|why| ("why", why));
        let hint = finding.hint.as_deref().map(|hint| ("hint", hint));
        for (what, text) in place.into_iter().chain(why).chain(hint) {
            out.push_str(&format!("{INDENT}{what}: {}\n", word(text)));
        }
    }
    out.push_str(&format!("\n{}\n", summary(findings)));
    out
}

fn summary(findings: &Findings) -> String {
    let parts = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ];
    let parts = parts.map(|(severity, word)| Count(findings.count(severity), word));
    let parts: Vec<String> = parts
        .iter()
        .filter(|count| count.0 > 0)
        .map(ToString::to_string)
        .collect();
    if parts.is_empty() {
        return "everything is as it should be".to_owned();
    }
    parts.join(", ")
}
