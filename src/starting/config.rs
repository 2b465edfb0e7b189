//! The text of a first config: what was found, and in comments why it stands there and what is a guess.
//!
//! Names and keys that come in are legal ones; whoever found them saw to that. Where a secret lies in
//! Vault nobody can know from manifests: those lines are marked.

use super::{ByNamespace, Wanted};
use crate::config::{API_VERSION, KIND};
use crate::yaml::scalar::plain_or_quoted;

/// Ends a line that has to be looked at.
const GUESS: &str = "# <-";
/// So many users of a secret are named.
const USERS: usize = 4;

/// One config for each namespace. `name` is what the folder is called, `vault_auth` how the operator
/// that is already there logs in.
#[must_use]
pub fn text(wanted: &ByNamespace<'_>, name: &str, vault_auth: Option<&str>) -> String {
    let several = wanted.len() > 1;
    let configs = wanted.iter().map(|(namespace, secrets)| {
        let name = match namespace {
            Some(namespace) if several => format!("{name}-{namespace}"),
            _ => name.to_owned(),
        };
        let namespace = namespace.filter(|_| several);
        config(secrets, &name, namespace, vault_auth)
    });
    let configs: Vec<String> = configs.collect();
    format!(
        "# Which secrets `{name}` has, and where they come from. `countersign init` has written it from the manifests as\n\
         # they are; from here on it is yours. What ends in `{GUESS}` is a guess: make it right.\n\
         # It is a resource like any other: overlays may patch it, countersign consumes it, and no cluster sees it.\n{}",
        configs.join("---\n")
    )
}

fn config(
    secrets: &[&Wanted],
    name: &str,
    namespace: Option<&str>,
    vault_auth: Option<&str>,
) -> String {
    let mut out = format!(
        "apiVersion: {API_VERSION}\nkind: {KIND}\nmetadata:\n  name: {}\n",
        plain_or_quoted(name)
    );
    if let Some(namespace) = namespace {
        out.push_str(&format!("  namespace: {}\n", plain_or_quoted(namespace)));
    }
    let delivery = if vault_auth.is_some() {
        "VaultStaticSecret"
    } else {
        "Secret"
    };
    out.push_str(&format!(
        "spec:\n  \
         # How data reaches the cluster; a secret may have a `delivery` of its own.\n  \
         # VaultStaticSecret: the Vault Secrets Operator makes the Secret; no value passes through the build\n  \
         # Secret: the build emits the Secret with its data\n  \
         # Both: the build emits the Secret, and the operator keeps it repaired\n  \
         delivery: {delivery}\n"
    ));
    if let Some(vault_auth) = vault_auth {
        out.push_str(&format!(
            "  operator:\n    # the `VaultAuth` that stands among the manifests\n    vaultAuthRef: {}\n",
            plain_or_quoted(vault_auth)
        ));
    }
    out.push_str(&format!(
        "  vault:\n    # the KV engine, as `vault secrets list` calls it; without the slash\n    mount: kvv2  {GUESS}\n  secrets:\n"
    ));
    for wanted in secrets {
        out.push_str(&secret(wanted, name));
    }
    out
}

fn secret(wanted: &Wanted, folder: &str) -> String {
    let mut out = String::new();
    if wanted.generated.is_some() {
        out.push_str("  # made by `secretGenerator:` until now\n");
    }
    if !wanted.users.is_empty() {
        let shown = wanted
            .users
            .iter()
            .take(USERS)
            .map(|user| format!("`{user}`"));
        let mut shown: Vec<String> = shown.collect();
        if wanted.users.len() > USERS {
            shown.push(format!("{} more", wanted.users.len() - USERS));
        }
        out.push_str(&format!("  # used by {}\n", shown.join(", ")));
    }
    let name = plain_or_quoted(&wanted.name);
    let path = plain_or_quoted(&format!("{folder}/{}", wanted.name));
    out.push_str(&format!("  - name: {name}\n"));
    if let Some(generated) = &wanted.generated {
        if let Some(secret_type) = &generated.secret_type {
            out.push_str(&format!("    type: {}\n", plain_or_quoted(secret_type)));
        }
        if generated.plain_name {
            out.push_str("    nameSuffix: false  # as the generator had it\n");
        }
    }
    out.push_str(&format!("    path: {path}  {GUESS}\n"));
    match wanted.keys.as_ref().filter(|keys| !keys.is_empty()) {
        Some(keys) => {
            out.push_str("    # key of the Secret: key at this path\n    keys:\n");
            for key in keys {
                let key = plain_or_quoted(key);
                out.push_str(&format!("      {key}: {key}  {GUESS}\n"));
            }
        }
        None => out.push_str("    # without `keys:` every key of the path, under its own name\n"),
    }
    out
}
