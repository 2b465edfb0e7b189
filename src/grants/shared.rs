//! One role that gives out several policies: each command has to say all of them, because the last one
//! that is run stands.

use std::collections::BTreeMap;

use super::Policy;
use super::roles::{Setting, Settings};

/// Settings that are lists.
const LISTS: [&str; 5] = [
    "bound_audiences",
    "token_policies",
    "policies",
    "bound_service_account_names",
    "bound_service_account_namespaces",
];

/// Puts together what several policies say of one role.
pub fn share(policies: &mut [Policy]) {
    let mut said: BTreeMap<(Option<String>, String), Settings> = BTreeMap::new();
    for policy in policies.iter() {
        for role in &policy.roles {
            let key = (policy.vault_namespace.clone(), role.path.clone());
            let together = said.entry(key).or_default();
            for (name, setting) in &role.settings {
                match together.iter_mut().find(|(known, _)| known == name) {
                    Some((_, known)) => *known = both(name, known, setting),
                    None => together.push((name, setting.clone())),
                }
            }
        }
    }
    for policy in policies {
        let namespace = &policy.vault_namespace;
        for role in &mut policy.roles {
            if let Some(together) = said.get(&(namespace.clone(), role.path.clone())) {
                role.settings.clone_from(together);
            }
        }
    }
}

/// What two say of one setting.
fn both(name: &str, one: &Setting, other: &Setting) -> Setting {
    match (one, other) {
        _ if one == other => one.clone(),
        (Setting::Known(one), Setting::Known(other)) if LISTS.contains(&name) => {
            let mut all: Vec<&str> = one.split(',').chain(other.split(',')).collect();
            all.sort_unstable();
            all.dedup();
            Setting::Known(all.join(","))
        }
        // the shorter life
        (Setting::Known(one), Setting::Known(other)) if name == "token_ttl" => {
            Setting::Known(one.min(other).clone())
        }
        (Setting::Choose(_), _) => one.clone(),
        (_, Setting::Choose(_)) => other.clone(),
        // there is room for one only: whom to trust is for the user to say
        _ if name == "bound_subject" => Setting::Choose("SUBJECT"),
        _ if name == "audience" => Setting::Choose("AUDIENCE"),
        _ => one.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grants::{Purpose, Role};

    fn policy(name: &str, settings: Settings) -> Policy {
        Policy {
            purpose: Purpose::Operator,
            name: name.to_owned(),
            vault_namespace: None,
            kube_namespace: None,
            grants: BTreeMap::new(),
            roles: vec![Role {
                method: "kubernetes",
                path: "auth/kubernetes/role/orders".to_owned(),
                settings,
                note: None,
            }],
        }
    }

    #[test]
    fn one_role_of_two_policies_says_both_in_both_places() {
        let known = |text: &str| Setting::Known(text.to_owned());
        let said = |policy: &str, namespace: &str, audience: &str| {
            vec![
                ("token_policies", known(policy)),
                ("bound_service_account_namespaces", known(namespace)),
                ("audience", known(audience)),
            ]
        };
        let mut policies = [
            policy("a", said("a", "shop", "vault")),
            policy("b", said("b", "shop-dev", "other")),
        ];
        share(&mut policies);
        let together = vec![
            ("token_policies", known("a,b")),
            ("bound_service_account_namespaces", known("shop,shop-dev")),
            ("audience", Setting::Choose("AUDIENCE")),
        ];
        for policy in policies {
            assert_eq!(policy.roles[0].settings, together, "{}", policy.name);
        }
    }
}
