//! `outdated` for programs: the form that `docs/outdated.schema.json` describes.

use serde_json::{Value, json};

use super::{Group, OfLock, OfSecret, Outdated, Pin, Standing, Stood};
use crate::kube::id::ObjectId;
use crate::locking::shown;

/// Grows when a field goes or changes its meaning; one may be added at any time.
pub const SCHEMA_VERSION: u32 = 2;

/// All of it, with a line break at its end.
#[must_use]
pub fn json(outdated: &Outdated, groups: &[Group]) -> String {
    shown::json(&json!({
        "schemaVersion": SCHEMA_VERSION,
        "status": outdated.status().word(),
        "locks": each(&outdated.locks, of_lock),
        "groups": each(groups, group),
    }))
}

fn each<T>(items: &[T], one: fn(&T) -> Value) -> Value {
    items.iter().map(one).collect()
}

fn of_lock(lock: &OfLock) -> Value {
    json!({
        "file": lock.file.as_ref(),
        "secrets": each(&lock.secrets, secret),
    })
}

fn secret(secret: &OfSecret) -> Value {
    json!({
        "name": secret.name,
        "config": secret.config,
        "namespace": secret.namespace,
        "status": secret.status.word(),
        "current": secret.current.as_ref().map(stood),
        "previous": each(&secret.previous, stood),
    })
}

fn stood(stood: &Stood) -> Value {
    json!({
        "generation": stood.name,
        "until": stood.until,
        "pins": each(&stood.pins, pin),
    })
}

fn pin(pin: &Pin) -> Value {
    let now = match &pin.standing {
        Standing::Rewritten { created } => Some(created),
        _ => None,
    };
    let newest = pin.newest.as_ref().map(|newest| {
        json!({
            "version": newest.version,
            "created": newest.created,
            "createdBy": newest.created_by,
        })
    });
    json!({
        "vaultNamespace": pin.secret.namespace,
        "mount": pin.secret.mount,
        "path": pin.secret.path,
        "engine": pin.secret.engine.word(),
        "isKey": pin.is_key,
        "version": pin.version,
        "created": pin.created,
        "standing": pin.standing.word(),
        "createdNow": now,
        "newest": newest,
        "behind": pin.behind,
        "maxVersions": pin.max_versions,
        "writesLeft": pin.writes_left,
        "deletesAt": pin.deletes_at,
    })
}

fn group(group: &Group) -> Value {
    let workloads = group.workloads.as_ref();
    json!({
        "files": group.files,
        "secrets": group.secrets,
        "workloads": workloads.map(|all| each(all, workload)),
        "command": group.command,
    })
}

fn workload(id: &ObjectId<'_>) -> Value {
    json!({
        "apiVersion": id.api_version,
        "kind": id.kind,
        "namespace": id.namespace,
        "name": id.name,
    })
}
