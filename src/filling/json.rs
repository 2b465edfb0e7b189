//! `missing` for programs.

use serde_json::{Value, json};

use super::command::command;
use super::expected::User;
use super::found::{Finding, Gone, Standing};
use crate::locking::shown;

/// Grows when a field goes or changes its meaning; one may be added at any time.
const SCHEMA_VERSION: u32 = 1;

/// All of it, with a line break at its end; `build` as in `command`, where the store can be filled.
#[must_use]
pub fn json(findings: &[Finding], build: Option<&[String]>) -> String {
    let lacking = findings.iter().filter(|one| one.lacks());
    let unknown = findings.iter().filter_map(unknown);
    shown::json(&json!({
        "schemaVersion": SCHEMA_VERSION,
        "missing": lacking.map(|one| missing(one, build)).collect::<Vec<_>>(),
        "unknown": unknown.collect::<Vec<_>>(),
        "lookedAt": {"paths": findings.len()},
    }))
}

fn missing(finding: &Finding, build: Option<&[String]>) -> Value {
    let expected = &finding.expected;
    let (state, version) = match &finding.standing {
        Standing::There(there) => ("present", there.version),
        Standing::Gone(Gone::Deleted) => ("deleted", expected.version),
        Standing::Gone(Gone::Destroyed) => ("destroyed", expected.version),
        Standing::Gone(Gone::NoVersion) => ("no-such-version", expected.version),
        Standing::Absent | Standing::Unknown(_) => ("absent", None),
    };
    let keys = finding.gaps().into_iter().map(|gap| {
        json!({
            "key": gap.key,
            "state": if gap.placeholder { "placeholder" } else { "missing" },
            "base64": gap.base64,
            "neededBy": gap.users.iter().copied().map(user).collect::<Vec<_>>(),
        })
    });
    json!({
        "path": path(finding),
        "state": state,
        "version": version,
        "pinned": expected.version.is_some(),
        "keys": keys.collect::<Vec<_>>(),
        "everyKeyFor": expected.every.iter().map(user).collect::<Vec<_>>(),
        "command": build.and_then(|build| command(finding, build)),
    })
}

fn unknown(finding: &Finding) -> Option<Value> {
    let Standing::Unknown(refusal) = &finding.standing else {
        return None;
    };
    let users = finding.expected.users();
    Some(json!({
        "path": path(finding),
        "code": refusal.code.name(),
        "message": refusal.message,
        "neededBy": users.into_iter().map(user).collect::<Vec<_>>(),
    }))
}

fn path(finding: &Finding) -> Value {
    let secret = &finding.expected.secret;
    json!({
        "namespace": secret.namespace,
        "mount": secret.mount,
        "path": secret.path,
        "engine": secret.engine.word(),
    })
}

fn user(user: &User) -> Value {
    json!({
        "secret": user.secret,
        "config": user.config,
        "namespace": user.namespace,
    })
}
