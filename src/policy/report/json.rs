//! `policy check` for programs.

use serde_json::{Map, Value, json};

use super::{Checked, OfConfig, OfSecret, OfSource, SCHEMA_VERSION};
use crate::diag::safe;

/// All of it, with a line break at its end.
#[must_use]
pub fn json(checked: &Checked) -> String {
    let variables: Map<String, Value> = checked
        .variables
        .iter()
        .map(|one| {
            (
                one.name.clone(),
                json!({"env": one.env, "value": one.value}),
            )
        })
        .collect();
    let address = checked.address.as_ref();
    let address = address.map(|(text, allowed)| json!({"address": text, "allowed": allowed}));
    let value = json!({
        "schemaVersion": SCHEMA_VERSION,
        "policy": checked.policy,
        "allowed": checked.is_allowed(),
        "variables": variables,
        "vault": address,
        "deniedConfigs": checked.configs.iter().map(config).collect::<Vec<_>>(),
        "secrets": checked.secrets.iter().map(secret).collect::<Vec<_>>(),
    });
    let mut out = safe::json(&format!("{value:#}"));
    out.push('\n');
    out
}

fn config(config: &OfConfig) -> Value {
    json!({"config": config.name, "why": config.why})
}

fn secret(secret: &OfSecret) -> Value {
    let kept = secret.kept.as_ref();
    json!({
        "config": secret.config,
        "name": secret.name,
        "namespace": secret.namespace,
        "delivery": secret.delivery.word(),
        "previous": kept.map(|(suffix, file)| json!({"suffix": suffix, "lock": file})),
        "allowed": secret.is_allowed(),
        "sources": secret.sources.iter().map(source).collect::<Vec<_>>(),
    })
}

fn source(source: &OfSource) -> Value {
    json!({
        "vaultNamespace": source.secret.namespace,
        "mount": source.secret.mount,
        "path": source.secret.path,
        "hashKey": source.is_key,
        "allowed": source.rule.is_some(),
        "rule": source.rule,
        "why": source.why,
    })
}
