//! `spec.stamp` and `spec.references`: what counts, and where else Secrets are named.

use super::fields::Fields;
use super::{Reference, StampRule, StampRules};
use crate::diag::Code;

/// Decodes `spec.stamp`.
pub fn stamp(spec: &Fields<'_, '_>) -> StampRules {
    let Some(fields) = spec.get("stamp").and_then(|node| {
        spec.reader
            .fields(node, "spec.stamp", &["exclude", "live"], &[])
    }) else {
        return StampRules::default();
    };
    StampRules {
        exclude: stamp_rules(&fields, "exclude"),
        live: stamp_rules(&fields, "live"),
    }
}

fn stamp_rules(fields: &Fields<'_, '_>, field: &str) -> Vec<StampRule> {
    let reader = fields.reader;
    let Some(rules) = fields
        .get(field)
        .and_then(|node| reader.mapping(node, &fields.path(field)))
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (key, _) in rules.node.entries() {
        let Some(target) = key.scalar() else { continue };
        let at = rules.path(target);
        let Some((kind, name)) = target
            .split_once('/')
            .filter(|(kind, name)| matches!(*kind, "Secret" | "ConfigMap") && !name.is_empty())
        else {
            reader.error_hint(
                key,
                &at,
                Code::BadValue,
                format!("`{target}` names no Secret or ConfigMap"),
                "write `Secret/name` or `ConfigMap/name`.",
            );
            continue;
        };
        let keys = rules
            .items(target)
            .into_iter()
            .filter_map(|(item, at)| reader.text(item, &at))
            .collect();
        out.push(StampRule {
            kind: kind.to_owned(),
            name: name.to_owned(),
            keys,
            place: reader.place(key, &at),
        });
    }
    out
}

/// Decodes `spec.references`.
pub fn references(spec: &Fields<'_, '_>) -> Vec<Reference> {
    let mut out = Vec::new();
    for (item, at) in spec.items("references") {
        let Some(fields) =
            spec.reader
                .fields(item, &at, &["kind", "group", "version", "path"], &[])
        else {
            continue;
        };
        fields.required(
            "kind",
            "name the kind of the object that mentions the Secret.",
        );
        fields.required(
            "path",
            "name the field as kustomize does: `spec/authentication/secretName`.",
        );
        fields.text("version");
        if let (Some(kind), Some(path)) = (fields.text("kind"), fields.text("path")) {
            out.push(Reference {
                kind,
                group: fields.text("group"),
                path,
            });
        }
    }
    out
}
