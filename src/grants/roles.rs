//! The roles that give out tokens with a policy: short-lived, and bound to whom the user names.
//!
//! What configs tell (a namespace, the VaultAuth that objects refer to) is filled in; whom to trust is
//! the user's choice and stays a word in capitals.

use std::collections::BTreeSet;

use super::Purpose;
use super::uses::Use;

/// A role of an auth method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `approle`, `jwt`, `kubernetes`.
    pub method: &'static str,
    /// Where it is written, without `/v1/`.
    pub path: String,
    /// What is written there, in this order.
    pub settings: Vec<(&'static str, Setting)>,
    /// What the user has to know to choose.
    pub note: Option<String>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Known.
    Known(String),
    /// The user chooses: `<AUDIENCE>`.
    Choose(&'static str),
}

/// Who needs a policy.
pub struct Party<'a> {
    /// What for.
    pub purpose: Purpose,
    /// The name of the policy.
    pub policy: &'a str,
    /// Where the operator's objects live.
    pub kube_namespace: Option<&'a str>,
    /// The secrets behind it.
    pub uses: &'a [&'a Use],
}

/// Long enough for a run with its retries.
const RUN: &str = "10m";
/// The operator renews while it can and logs in again after.
const OPERATOR: &str = "20m";

/// The roles for a policy; people get theirs through the groups that they are in.
#[must_use]
pub fn roles(party: &Party<'_>) -> Vec<Role> {
    match party.purpose {
        Purpose::Lock | Purpose::Render => vec![
            role("approle", party.policy, Vec::new(), tokens(party, RUN)),
            role("jwt", party.policy, workload(), tokens(party, RUN)),
        ],
        Purpose::Operator => vec![operator(party)],
        Purpose::Fill => Vec::new(),
    }
}

fn operator(party: &Party<'_>) -> Role {
    let namespace = party.kube_namespace.map(str::to_owned);
    let bound = vec![
        (
            "bound_service_account_names",
            Setting::Choose("SERVICE_ACCOUNT"),
        ),
        (
            "bound_service_account_namespaces",
            namespace.map_or(Setting::Choose("NAMESPACE"), Setting::Known),
        ),
        ("audience", Setting::Choose("AUDIENCE")),
    ];
    let refs: BTreeSet<&str> = party
        .uses
        .iter()
        .map(|one| one.auth_ref.as_deref().unwrap_or("default"))
        .collect();
    let refs: Vec<&str> = refs.into_iter().collect();
    let mut role = role("kubernetes", party.policy, bound, tokens(party, OPERATOR));
    role.note = Some(format!(
        "role and mount are those of the VaultAuth `{}`",
        refs.join("`, `")
    ));
    role
}

/// Whom a pipeline is, as its tokens say.
fn workload() -> Vec<(&'static str, Setting)> {
    vec![
        ("role_type", Setting::Known("jwt".to_owned())),
        ("user_claim", Setting::Known("sub".to_owned())),
        ("bound_audiences", Setting::Choose("AUDIENCE")),
        ("bound_subject", Setting::Choose("SUBJECT")),
    ]
}

/// What every role says of the tokens it gives out.
fn tokens(party: &Party<'_>, ttl: &str) -> Vec<(&'static str, Setting)> {
    let known = |text: &str| Setting::Known(text.to_owned());
    let mut out = vec![
        ("token_policies", known(party.policy)),
        ("token_ttl", known(ttl)),
    ];
    if party.purpose != Purpose::Operator {
        out.push(("token_max_ttl", known(ttl)));
    }
    // a batch token could not be revoked at the end of a run
    out.push(("token_type", known("service")));
    out
}

fn role(
    method: &'static str,
    name: &str,
    bound: Vec<(&'static str, Setting)>,
    tokens: Vec<(&'static str, Setting)>,
) -> Role {
    Role {
        method,
        path: format!("auth/{method}/role/{name}"),
        settings: bound.into_iter().chain(tokens).collect(),
        note: None,
    }
}
