//! Diagnostics as `results` of a KRM function (KRM functions specification, v1).

use super::most::{and_more, most};
use super::{Diagnostic, Severity, safe};
use crate::yaml::emit::Value;

/// The list for `results`.
#[must_use]
pub fn results(diagnostics: &[Diagnostic]) -> Value {
    let (shown, more) = most(diagnostics);
    let left = (more > 0).then(|| {
        Value::Mapping(vec![
            ("message".to_owned(), Value::text(and_more(more))),
            ("severity".to_owned(), Value::text("info")),
        ])
    });
    Value::Sequence(shown.into_iter().map(result).chain(left).collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    #[test]
    fn what_is_left_out_is_counted() {
        let many = vec![Diagnostic::error(Code::LockStale, "it is stale"); 102];
        let Value::Sequence(items) = results(&many) else {
            panic!("a list");
        };
        assert_eq!(items.len(), 101);
        let last = items[100].to_yaml(0, "\n");
        assert_eq!(last, "message: \"and 2 more\"\nseverity: \"info\"\n");
    }
}
