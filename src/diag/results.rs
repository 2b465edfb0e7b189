//! Diagnostics as `results` of a KRM function (KRM functions specification, v1).

use super::{Diagnostic, Severity, safe};
use crate::yaml::emit::Value;

/// The list for `results`.
#[must_use]
pub fn results(diagnostics: &[Diagnostic]) -> Value {
    Value::Sequence(diagnostics.iter().map(result).collect())
}

fn result(diagnostic: &Diagnostic) -> Value {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let hint = diagnostic
        .hint
        .as_ref()
        .map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let message = format!("[{}] {}{hint}", diagnostic.code.name(), diagnostic.message);
    let message: Vec<_> = message.split('\n').map(safe::terminal).collect();
    let mut pairs = vec![
        ("message".to_owned(), Value::text(message.join("\n"))),
        ("severity".to_owned(), Value::text(severity)),
    ];
    let place = diagnostic.place.as_ref();
    if let Some((kind, name)) = place
        .and_then(|p| p.object.as_deref())
        .and_then(|o| o.split_once('/'))
    {
        let api_version = if kind == crate::config::KIND {
            crate::config::API_VERSION
        } else {
            ""
        };
        let reference = [("apiVersion", api_version), ("kind", kind), ("name", name)];
        pairs.push((
            "resourceRef".to_owned(),
            Value::texts(reference.into_iter().filter(|(_, v)| !v.is_empty())),
        ));
        if let Some(field) = place.and_then(|p| p.field.as_deref()) {
            pairs.push(("field".to_owned(), Value::texts([("path", field)])));
        }
    }
    Value::Mapping(pairs)
}
