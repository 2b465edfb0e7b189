//! Needs, sorted into policies: one for each purpose and Vault namespace, for the operator also one
//! for each Kubernetes namespace.
//!
//! Says no to paths that a policy cannot name exactly.

use std::collections::{BTreeMap, BTreeSet};

use super::literal;
use super::needs::{Need, needs};
use super::roles::{Party, roles};
use super::shared::share;
use super::uses::Use;
use super::{Grant, Policy, Purpose};
use crate::diag::{Code, Diagnostic, Report};

/// Purpose, Vault namespace, Kubernetes namespace.
type Key = (Purpose, Option<String>, Option<String>);

/// The policies for these purposes; a purpose that asks for nothing has none.
///
/// # Errors
/// Paths and namespaces that a policy cannot name exactly.
pub fn policies(uses: &[Use], purposes: &[Purpose]) -> Result<Vec<Policy>, Report> {
    let mut report = Report::default();
    let mut refused: BTreeSet<String> = BTreeSet::new();
    let mut sorted: BTreeMap<Key, Vec<(&Use, Need)>> = BTreeMap::new();
    for purpose in purposes {
        for one in uses {
            for need in needs(*purpose, one) {
                let need = at_home(need, *purpose, one);
                if let Some((what, why)) = unnameable(&need) {
                    if refused.insert(what.clone()) {
                        report.push(cannot(&what, why, one));
                    }
                    continue;
                }
                let of_operator = *purpose == Purpose::Operator;
                let kube = one.namespace.clone().filter(|_| of_operator);
                let key = (*purpose, need.namespace.clone(), kube);
                sorted.entry(key).or_default().push((one, need));
            }
        }
    }
    let stem = stem(uses);
    let named = sorted.into_iter().map(|(key, needs)| {
        let (purpose, vault_namespace, kube_namespace) = key;
        let name = match &kube_namespace {
            Some(namespace) => format!("{stem}-{}-{namespace}", purpose.word()),
            None => format!("{stem}-{}", purpose.word()),
        };
        let uses: Vec<&Use> = needs.iter().map(|(one, _)| *one).collect();
        let party = Party {
            purpose,
            policy: &name,
            kube_namespace: kube_namespace.as_deref(),
            uses: &uses,
        };
        Policy {
            roles: roles(&party),
            grants: grants(&needs),
            purpose,
            name,
            vault_namespace,
            kube_namespace,
        }
    });
    let mut named: Vec<Policy> = named.collect();
    share(&mut named);
    report.check(named)
}

/// What is allowed, each path once.
fn grants(needs: &[(&Use, Need)]) -> BTreeMap<String, Grant> {
    let read: BTreeSet<&str> = needs
        .iter()
        .filter(|(_, need)| need.capability == "read")
        .map(|(_, need)| need.path.as_str())
        .collect();
    let mut out: BTreeMap<String, Grant> = BTreeMap::new();
    for (one, need) in needs {
        let instead = need.instead.as_deref();
        let path = instead.filter(|path| read.contains(path));
        let grant = out
            .entry(path.unwrap_or(&need.path).to_owned())
            .or_default();
        grant.capabilities.insert(need.capability);
        let needed = grant.needed.entry(need.what).or_default();
        needed.insert(one.label());
    }
    out
}

/// A policy belongs where the login is: from there a namespace below it is part of the path.
fn at_home(need: Need, purpose: Purpose, one: &Use) -> Need {
    let home = match purpose {
        Purpose::Lock | Purpose::Render | Purpose::Fill => one
            .login
            .as_ref()
            .and_then(|login| login.namespace.as_deref()),
        Purpose::Operator => one
            .access
            .as_ref()
            .and_then(|auth| auth.namespace.as_deref()),
    };
    let (Some(home), Some(namespace)) = (home, &need.namespace) else {
        return need;
    };
    let home = home.trim_matches('/');
    let below = match namespace.strip_prefix(home) {
        Some(rest) if home.is_empty() => Some(rest),
        Some(rest) => rest.strip_prefix('/'),
        None => None,
    };
    let Some(below) = below else { return need };
    Need {
        path: format!("{below}/{}", need.path),
        instead: need.instead.map(|path| format!("{below}/{path}")),
        namespace: Some(home.to_owned()).filter(|home| !home.is_empty()),
        ..need
    }
}

/// What a policy cannot name exactly, and why.
fn unnameable(need: &Need) -> Option<(String, &'static str)> {
    if let Some(namespace) = &need.namespace
        && let Some(why) = literal::fault(namespace)
    {
        let what = format!("the namespace `{}`", namespace.escape_debug());
        return Some((what, why));
    }
    let why = literal::fault(&need.path)?;
    Some((format!("`{}`", need.path.escape_debug()), why))
}

fn cannot(what: &str, why: &str, one: &Use) -> Diagnostic {
    let place = one.managed.sources.first().map(|source| &source.place);
    Diagnostic::error(
        Code::BadValue,
        format!("{what} cannot stand in a policy: {why}"),
    )
    .at(place.cloned().unwrap_or_default())
    .hint("call it something else in Vault, or write the policy for it yourself.")
}

/// What all names begin with: the config, where there is one.
fn stem(uses: &[Use]) -> &str {
    let configs: BTreeSet<&str> = uses.iter().map(|one| one.config.as_str()).collect();
    match configs.first() {
        Some(only) if configs.len() == 1 => only,
        _ => "countersign",
    }
}
