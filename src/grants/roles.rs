//! The roles that give out tokens with a policy: short-lived, and bound to whom the user names.
//!
//! What configs tell (how they log in, the namespace of the objects, how the operator logs in) is
//! filled in; whom to trust is the user's choice and stays a word in capitals.

use std::collections::BTreeSet;

use super::Purpose;
use super::uses::Use;
use crate::config::access::{Auth, OperatorMethod};
use crate::vault::login::{Login, Method};

/// A role of an auth method, or what gives out a token in its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role {
    /// `approle`, `jwt`, `kubernetes`, …
    pub method: &'static str,
    /// Where it is written, without `/v1/`.
    pub path: String,
    /// What is written there, in this order.
    pub settings: Settings,
    /// What the user has to know to choose.
    pub note: Option<String>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// In the order in which they are written.
pub type Settings = Vec<(&'static str, Setting)>;

/// Long enough for a run with its retries.
const RUN: &str = "10m";
/// The operator renews while it can and logs in again after.
const OPERATOR: &str = "20m";

/// The roles for a policy; people get theirs through the groups that they are in.
#[must_use]
pub fn roles(party: &Party<'_>) -> Vec<Role> {
    let roles: BTreeSet<Role> = match party.purpose {
        Purpose::Fill => BTreeSet::new(),
        Purpose::Operator => {
            let uses = party.uses.iter();
            uses.map(|one| operator(party, one.access.as_ref(), one.auth_ref.as_deref()))
                .collect()
        }
        Purpose::Lock | Purpose::Render => {
            let logins = party.uses.iter().filter_map(|one| one.login.as_deref());
            let logins: BTreeSet<&Login> = logins.collect();
            // nobody says how: the two that pipelines use
            let usual = [Method::AppRole, Method::Jwt].map(Login::new);
            if logins.is_empty() {
                usual.iter().map(|login| run(party, login)).collect()
            } else {
                logins.into_iter().map(|login| run(party, login)).collect()
            }
        }
    };
    roles.into_iter().collect()
}

/// For a run of countersign that logs in like this.
fn run(party: &Party<'_>, login: &Login) -> Role {
    let mount = login.mount();
    let name = login.role.as_deref().unwrap_or(party.policy);
    let role = |method, path: String, settings: Settings| Role {
        method,
        path: format!("auth/{path}"),
        settings,
        note: None,
    };
    let bound = |settings: Settings| settings.into_iter().chain(tokens(party, RUN)).collect();
    let word = login.method.word();
    match login.method {
        Method::AppRole => role(word, format!("{mount}/role/{name}"), tokens(party, RUN)),
        Method::KubernetesAppRole => {
            let mount = login.app_role_mount.as_deref();
            let mount = mount.unwrap_or(Method::AppRole.mount());
            let name = login.app_role.as_deref().unwrap_or(name);
            let path = format!("{mount}/role/{name}");
            let mut role = role(Method::AppRole.word(), path.clone(), tokens(party, RUN));
            role.note = Some(format!(
                "the first login, `auth/{}`, needs `read` on `auth/{path}/role-id` and `update` on `auth/{path}/secret-id`",
                login.mount()
            ));
            role
        }
        Method::Jwt => role(
            word,
            format!("{mount}/role/{name}"),
            bound(vec![
                ("role_type", known("jwt")),
                ("user_claim", known("sub")),
                (
                    "bound_audiences",
                    chosen(login.audience.as_deref(), "AUDIENCE"),
                ),
                ("bound_subject", Setting::Choose("SUBJECT")),
            ]),
        ),
        Method::Kubernetes => role(
            word,
            format!("{mount}/role/{name}"),
            bound(vec![
                (
                    "bound_service_account_names",
                    Setting::Choose("SERVICE_ACCOUNT"),
                ),
                (
                    "bound_service_account_namespaces",
                    Setting::Choose("NAMESPACE"),
                ),
                ("audience", chosen(login.audience.as_deref(), "AUDIENCE")),
            ]),
        ),
        Method::Cert => role(
            word,
            format!("{mount}/certs/{name}"),
            bound(vec![("certificate", Setting::Choose("CERTIFICATE"))]),
        ),
        Method::Userpass => role(word, format!("{mount}/users/<USER>"), tokens(party, RUN)),
        Method::Ldap => role(
            word,
            format!("{mount}/groups/<GROUP>"),
            vec![("policies", known(party.policy))],
        ),
        Method::Token => role(
            word,
            "token/create".to_owned(),
            vec![("policies", known(party.policy)), ("ttl", known(RUN))],
        ),
    }
}

/// For the operator, as the VaultAuth logs in that is emitted or that objects refer to.
fn operator(party: &Party<'_>, access: Option<&Auth>, auth_ref: Option<&str>) -> Role {
    let namespace = party.kube_namespace.map(str::to_owned);
    let namespace = namespace.map_or(Setting::Choose("NAMESPACE"), Setting::Known);
    let tokens = tokens(party, OPERATOR);
    let Some(auth) = access else {
        let auth_ref = auth_ref.unwrap_or("default");
        return Role {
            method: "kubernetes",
            path: format!("auth/kubernetes/role/{}", party.policy),
            settings: [
                (
                    "bound_service_account_names",
                    Setting::Choose("SERVICE_ACCOUNT"),
                ),
                ("bound_service_account_namespaces", namespace),
                ("audience", Setting::Choose("AUDIENCE")),
            ]
            .into_iter()
            .chain(tokens)
            .collect(),
            note: Some(format!(
                "role and mount are those of the VaultAuth `{auth_ref}`"
            )),
        };
    };
    let audience = auth.audiences.first().map(String::as_str);
    let account = auth.service_account.as_deref();
    let (method, name, bound): (_, &str, Settings) = match auth.method {
        OperatorMethod::Kubernetes => (
            "kubernetes",
            &auth.role,
            vec![
                (
                    "bound_service_account_names",
                    chosen(account, "SERVICE_ACCOUNT"),
                ),
                ("bound_service_account_namespaces", namespace),
                // what a role does not name it does not look at
                ("audience", chosen(audience, "AUDIENCE")),
            ],
        ),
        OperatorMethod::Jwt => {
            let subject = account.zip(party.kube_namespace);
            let subject = subject.map(|(name, ns)| format!("system:serviceaccount:{ns}:{name}"));
            (
                "jwt",
                &auth.role,
                vec![
                    ("role_type", known("jwt")),
                    ("user_claim", known("sub")),
                    ("bound_audiences", chosen(audience, "AUDIENCE")),
                    ("bound_subject", chosen(subject.as_deref(), "SUBJECT")),
                ],
            )
        }
        // which role a RoleID belongs to only the server knows
        OperatorMethod::AppRole => ("approle", party.policy, Vec::new()),
    };
    let note = (auth.method == OperatorMethod::AppRole)
        .then(|| format!("it is the one whose RoleID is `{}`", auth.role));
    Role {
        method,
        path: format!("auth/{}/role/{name}", auth.mount),
        settings: bound.into_iter().chain(tokens).collect(),
        note,
    }
}

/// What every role says of the tokens it gives out.
fn tokens(party: &Party<'_>, ttl: &str) -> Settings {
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

fn known(text: &str) -> Setting {
    Setting::Known(text.to_owned())
}

fn chosen(text: Option<&str>, otherwise: &'static str) -> Setting {
    text.map_or(Setting::Choose(otherwise), known)
}
