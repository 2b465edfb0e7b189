//! `uses` for programs.

use serde_json::{Value, json};

use super::{Role, Use, User, Uses};
use crate::locking::shown;

/// Grows when a field goes or changes its meaning; one may be added at any time.
const SCHEMA_VERSION: u32 = 1;

/// All of it, with a line break at its end.
#[must_use]
pub fn json(uses: &Uses) -> String {
    shown::json(&json!({
        "schemaVersion": SCHEMA_VERSION,
        "path": uses.path,
        "uses": uses.found.iter().map(one).collect::<Vec<_>>(),
        "near": uses.near,
        "lookedAt": {"locks": uses.locks, "objects": uses.objects},
    }))
}

fn one(one: &Use) -> Value {
    let until = match &one.role {
        Role::Previous(until) => Some(until),
        _ => None,
    };
    json!({
        "file": one.file.as_ref(),
        "role": one.role.word(),
        "secret": one.secret,
        "name": one.name,
        "namespace": one.namespace,
        "vaultNamespace": one.vault_namespace,
        "version": one.version,
        "created": one.created,
        "until": until,
        "users": one.users.iter().map(user).collect::<Vec<_>>(),
    })
}

fn user(user: &User) -> Value {
    json!({
        "file": user.file.as_ref(),
        "apiVersion": user.id.api_version,
        "kind": user.id.kind,
        "namespace": user.id.namespace,
        "name": user.id.name,
    })
}
