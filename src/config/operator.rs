//! `spec.operator`: what VaultStaticSecret objects say, checked as the operator's CRDs check it.

use super::Operator;
use super::access::{Access, Around, access};
use super::fields::Fields;
use super::labels::labels;
use crate::diag::Code;
use crate::kube::names;

/// What objects say.
const OPERATOR: &[&str] = &[
    "vaultAuthRef",
    "refreshAfter",
    "hmacSecretData",
    "destination",
];
/// What a config may say besides.
const WITH_ACCESS: &[&str] = &[
    "vaultAuthRef",
    "refreshAfter",
    "hmacSecretData",
    "destination",
    "emit",
    "auth",
    "connection",
];

/// Decodes it as a lock has it; what is absent takes the default.
pub fn operator(spec: &Fields<'_, '_>) -> Operator {
    let fields = fields(spec, OPERATOR);
    fields.map_or_else(Operator::default, |fields| said(&fields))
}

/// Decodes it as a config has it, with what lets the operator in.
pub fn operator_and_access(
    spec: &Fields<'_, '_>,
    around: &Around<'_>,
) -> (Operator, Option<Access>) {
    let Some(fields) = fields(spec, WITH_ACCESS) else {
        return (Operator::default(), None);
    };
    let mut operator = said(&fields);
    let access = access(&fields, operator.auth_ref.as_deref(), around);
    if let Some(access) = access.as_ref().filter(|access| access.emits_auth) {
        operator.auth_ref = Some(access.auth_name.clone());
    }
    (operator, access)
}

fn fields<'n, 't>(spec: &Fields<'n, 't>, known: &'static [&'static str]) -> Option<Fields<'n, 't>> {
    let node = spec.get("operator")?;
    (spec.reader).fields(node, &spec.path("operator"), known, &[])
}

fn said(fields: &Fields<'_, '_>) -> Operator {
    let default = Operator::default();
    let reader = fields.reader;
    let auth_ref = fields.text("vaultAuthRef");
    if let (Some(text), Some(node)) = (&auth_ref, fields.get("vaultAuthRef")) {
        let legal = text.split('/').count() <= 2
            && text
                .split('/')
                .all(|part| names::name_fault(part).is_none());
        if !legal {
            reader.error_hint(
                node,
                &fields.path("vaultAuthRef"),
                Code::BadValue,
                format!("`{text}` names no VaultAuth"),
                "write `name` or `namespace/name`.",
            );
        }
    }
    let refresh_after = fields.text("refreshAfter");
    if let (Some(text), Some(node)) = (&refresh_after, fields.get("refreshAfter"))
        && !is_operator_duration(text)
    {
        reader.error_hint(
            node,
            &fields.path("refreshAfter"),
            Code::BadValue,
            "the operator does not accept this duration",
            "write one number and one unit, `s`, `m` or `h`: `24h`, `90m`.",
        );
    }
    let destination = fields.get("destination").and_then(|node| {
        reader.fields(
            node,
            &fields.path("destination"),
            &["labels", "annotations"],
            &[],
        )
    });
    Operator {
        auth_ref,
        refresh_after: refresh_after.unwrap_or(default.refresh_after),
        hmac_secret_data: fields.boolean("hmacSecretData"),
        labels: destination
            .as_ref()
            .map_or_else(Vec::new, |d| labels(d, "labels", true)),
        annotations: destination
            .as_ref()
            .map_or_else(Vec::new, |d| labels(d, "annotations", false)),
    }
}

/// `^([0-9]+(\.[0-9]+)?(s|m|h))$`, the pattern of the operator's CRDs.
fn is_operator_duration(text: &str) -> bool {
    let Some(number) = text.strip_suffix(['s', 'm', 'h']) else {
        return false;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(number),
    }
}
