//! `spec.operator`: what VaultStaticSecret objects say, checked as the operator's CRDs check it.

use super::Operator;
use super::fields::Fields;
use super::labels::labels;
use crate::diag::Code;
use crate::kube::names;

/// Decodes it; what is absent takes the default.
pub fn operator(spec: &Fields<'_, '_>) -> Operator {
    let default = Operator::default();
    let reader = spec.reader;
    let Some(node) = spec.get("operator") else {
        return default;
    };
    let later = [(
        "emit",
        "write the VaultAuth and VaultConnection objects yourself for now.",
    )];
    let Some(fields) = reader.fields(
        node,
        &spec.path("operator"),
        &[
            "vaultAuthRef",
            "refreshAfter",
            "hmacSecretData",
            "destination",
        ],
        &later,
    ) else {
        return default;
    };
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
