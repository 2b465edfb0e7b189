//! Policies for programs: `policy` is what the server takes as it is, `role` the body of a request.

use serde_json::{Map, Value, json};

use super::roles::{Role, Setting};
use super::{Grant, Policy};
use crate::locking::shown;

/// Grows when a field goes or changes its meaning; one may be added at any time.
const SCHEMA_VERSION: u32 = 1;

/// All of it, with a line break at its end.
#[must_use]
pub fn json(policies: &[Policy]) -> String {
    shown::json(&json!({
        "schemaVersion": SCHEMA_VERSION,
        "policies": policies.iter().map(policy).collect::<Vec<_>>(),
    }))
}

fn policy(policy: &Policy) -> Value {
    let paths = policy.grants.iter().map(|(path, grant)| {
        let capabilities = json!({"capabilities": grant.capabilities});
        (path.clone(), capabilities)
    });
    json!({
        "for": policy.purpose.word(),
        "name": policy.name,
        "vaultNamespace": policy.vault_namespace,
        "namespace": policy.kube_namespace,
        "policy": {"path": paths.collect::<Map<_, _>>()},
        "needed": policy.grants.iter().map(needed).collect::<Map<_, _>>(),
        "roles": policy.roles.iter().map(role).collect::<Vec<_>>(),
    })
}

fn needed((path, grant): (&String, &Grant)) -> (String, Value) {
    let needed = grant.needed.iter();
    let needed = needed.map(|(what, secrets)| ((*what).to_owned(), json!(secrets)));
    (path.clone(), Value::Object(needed.collect()))
}

fn role(role: &Role) -> Value {
    let body = role.settings.iter().map(|(name, setting)| {
        let text = match setting {
            Setting::Known(text) => text.clone(),
            Setting::Choose(what) => format!("<{what}>"),
        };
        ((*name).to_owned(), Value::from(text))
    });
    let choose = role.settings.iter().filter_map(|(name, setting)| {
        let chosen = matches!(setting, Setting::Choose(_));
        chosen.then_some(*name)
    });
    json!({
        "method": role.method,
        "path": role.path,
        "body": body.collect::<Map<_, _>>(),
        "choose": choose.collect::<Vec<_>>(),
    })
}
