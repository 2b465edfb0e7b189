//! `spec.parameters`, and the texts that use them, with their mistakes.

use std::collections::BTreeMap;

use super::fields::{Fields, nearest};
use super::parameters::{Parameters, Unrendered};
use crate::diag::Code;

/// Decodes `spec.parameters`; those that are `chosen` have another value.
pub fn parameters(spec: &Fields<'_, '_>, chosen: &BTreeMap<String, String>) -> Parameters {
    let mut parameters = Parameters::default();
    let Some(fields) = spec
        .get("parameters")
        .and_then(|node| spec.reader.mapping(node, "spec.parameters"))
    else {
        return parameters;
    };
    for (key, value) in fields.node.entries() {
        let Some(name) = key.scalar() else { continue };
        let at = format!("spec.parameters.{name}");
        let legal = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !legal {
            spec.reader.error_hint(
                key,
                &at,
                Code::BadValue,
                format!("`{name}` cannot be a parameter's name"),
                "use letters, digits and `_`.",
            );
        }
        // numbers and bools are taken as they are written: they only become part of a path
        match value.scalar() {
            Some(text) if !value.is_null() => {
                parameters.insert(name, chosen.get(name).map_or(text, String::as_str));
            }
            _ => spec.reader.error(
                value,
                &at,
                Code::WrongType,
                "expected a text, number or bool",
            ),
        }
    }
    parameters
}

/// A text with its parameters filled in.
pub fn rendered(fields: &Fields<'_, '_>, field: &str, parameters: &Parameters) -> Option<String> {
    let node = fields.get(field)?;
    let text = fields.text(field)?;
    let reader = fields.reader;
    let at = fields.path(field);
    match parameters.render(&text) {
        Ok(text) => Some(text),
        Err(Unrendered::Undefined(names)) => {
            for name in names {
                let hint = match nearest(&name, parameters.names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("define it: `spec.parameters.{name}`."),
                };
                reader.error_hint(
                    node,
                    &at,
                    Code::UndefinedParameter,
                    format!("the parameter `{name}` is not defined"),
                    hint,
                );
            }
            None
        }
        Err(Unrendered::Broken) => {
            reader.error_hint(
                node,
                &at,
                Code::BadTemplate,
                format!("the template in `{field}` cannot be rendered"),
                "write a parameter as `{{ name }}`; a name may have conditions, but no loops and nothing that is defined or included.",
            );
            None
        }
        Err(Unrendered::TooLong) => {
            reader.error(
                node,
                &at,
                Code::BadTemplate,
                format!("the template in `{field}` is, or becomes, longer than 4096 bytes"),
            );
            None
        }
    }
}
