//! Labels and annotations that a user adds to what is emitted.

use super::fields::Fields;
use crate::diag::Code;
use crate::kube::names;

/// Labels or annotations that the API server will accept and that are not ours.
pub fn labels(
    fields: &Fields<'_, '_>,
    field: &str,
    values_are_short: bool,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for pair in fields.texts(field) {
        let (key, value, node) = (pair.key, pair.text, pair.key_node);
        let at = format!("{}.{key}", fields.path(field));
        if let Some(fault) = names::label_key_fault(&key) {
            fields.reader.error(
                node,
                &at,
                Code::BadValue,
                format!("`{key}` cannot be the key of a label or annotation: {fault}"),
            );
        } else if key.starts_with("countersign.dev/") {
            fields
                .reader
                .error(node, &at, Code::BadValue, "`countersign.dev/` is ours");
        } else if let Some(fault) = names::label_value_fault(&value).filter(|_| values_are_short) {
            fields.reader.error(
                node,
                &at,
                Code::BadValue,
                format!("the value of the label `{key}` is refused by Kubernetes: {fault}"),
            );
        }
        out.push((key, value));
    }
    out
}
