//! Findings for programs: the form that `docs/doctor.schema.json` describes.

use serde_json::{Value, json};

use super::{Finding, Findings, SCHEMA_VERSION};
use crate::diag::{Code, safe};

/// All of them, with a line break at the end.
#[must_use]
pub fn json(findings: &Findings) -> String {
    let value = json!({
        "schemaVersion": SCHEMA_VERSION,
        "worst": findings.worst().word(),
        "findings": findings.all.iter().map(finding).collect::<Vec<_>>(),
    });
    let mut out = safe::json(&format!("{value:#}"));
    out.push('\n');
    out
}

fn finding(finding: &Finding) -> Value {
    json!({
        "group": finding.group.word(),
        "check": finding.check,
        "severity": finding.severity.word(),
        "message": finding.message,
        "why": finding.why,
        "hint": finding.hint,
        "code": finding.code.map(Code::name),
        "place": finding.place,
    })
}
