//! Policies as HCL with comments: who needs each line, and the commands that write policy and role.

use super::literal::quoted;
use super::roles::{Role, Setting};
use super::{Grant, Policy, Purpose};
use crate::locking::shown;

/// All of it, for these purposes; each policy begins with a comment that says how it is written.
#[must_use]
pub fn hcl(policies: &[Policy], purposes: &[Purpose]) -> String {
    let mut parts = Vec::new();
    if policies.len() > 1 {
        let count = policies.len();
        parts.push(format!(
            "# {count} policies: each belongs into a file of its own.\n"
        ));
    }
    for purpose in purposes {
        let found: Vec<&Policy> = policies.iter().filter(|p| p.purpose == *purpose).collect();
        if found.is_empty() {
            parts.push(format!("# {}\n", nothing(*purpose)));
        }
        parts.extend(found.into_iter().map(policy));
    }
    parts.join("\n")
}

fn nothing(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Lock => "Locking asks Vault for nothing: no policy.",
        Purpose::Render => "Rendering asks Vault for nothing: no policy, no token.",
        Purpose::Operator => "The operator reads nothing: no policy.",
        Purpose::Fill => "There is nothing that can be filled: no policy.",
    }
}

fn about(policy: &Policy) -> String {
    match policy.purpose {
        Purpose::Lock => "`countersign lock` and `countersign outdated`".to_owned(),
        Purpose::Render => "rendering".to_owned(),
        Purpose::Operator => match &policy.kube_namespace {
            Some(namespace) => {
                format!("the Vault Secrets Operator in the namespace `{namespace}`")
            }
            None => "the Vault Secrets Operator".to_owned(),
        },
        Purpose::Fill => "`countersign missing` and `countersign fill`".to_owned(),
    }
}

fn policy(policy: &Policy) -> String {
    let mut out = format!("# {}: for {}\n", policy.name, about(policy));
    if let Some(namespace) = &policy.vault_namespace {
        out.push_str(&format!("# in the Vault namespace `{namespace}`\n"));
    }
    let write = ["policy", "write"].map(str::to_owned).to_vec();
    let file = format!("{}.hcl", policy.name);
    let command = command(policy, write, vec![policy.name.clone(), file]);
    out.push_str(&format!("#   {command}\n"));
    out.push_str(match policy.roles.len() {
        0 => "# people get it through a group that they are in\n",
        1 => "# the role that gives it out:\n",
        _ => "# roles that give it out, those that you use:\n",
    });
    for role in &policy.roles {
        if let Some(note) = &role.note {
            out.push_str(&format!("# ({})\n", shown::word(note)));
        }
        out.push_str(&format!("#   {}\n", written(policy, role)));
    }
    for (path, grant) in &policy.grants {
        out.push('\n');
        out.push_str(&block(path, grant));
    }
    out
}

fn block(path: &str, grant: &Grant) -> String {
    let mut out = String::new();
    for (what, secrets) in &grant.needed {
        let secrets = secrets.iter().map(String::as_str).collect::<Vec<_>>();
        out.push_str(&format!("# {what}: {}\n", secrets.join(", ")));
    }
    let capabilities = grant.capabilities.iter().map(|one| quoted(one));
    out.push_str(&format!(
        "path {} {{\n  capabilities = [{}]\n}}\n",
        quoted(path),
        capabilities.collect::<Vec<_>>().join(", ")
    ));
    out
}

fn written(policy: &Policy, role: &Role) -> String {
    let settings = role.settings.iter().map(|(name, setting)| match setting {
        Setting::Known(text) => format!("{name}={text}"),
        Setting::Choose(what) => format!("{name}=<{what}>"),
    });
    let words = std::iter::once(role.path.clone()).chain(settings).collect();
    command(policy, vec!["write".to_owned()], words)
}

/// `vault …` in the policy's namespace; OpenBao's `bao` takes the same words.
fn command(policy: &Policy, verb: Vec<String>, rest: Vec<String>) -> String {
    let namespace = policy.vault_namespace.iter();
    let namespace = namespace.map(|name| format!("-namespace={name}"));
    let words = std::iter::once("vault".to_owned()).chain(verb);
    shown::shell(&words.chain(namespace).chain(rest).collect::<Vec<_>>())
}
