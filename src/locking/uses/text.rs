//! `uses` for a person who is about to revoke something.

use std::collections::BTreeSet;

use super::{Role, Use, Uses};
use crate::locking::shown::{count, word};

/// All of it, with a line break at its end.
#[must_use]
pub fn text(uses: &Uses) -> String {
    let path = word(&uses.path);
    let looked = format!(
        "{} and {} were looked at",
        count(uses.locks, "lock"),
        count(uses.objects, "object")
    );
    if uses.found.is_empty() {
        let near = uses.near.as_ref();
        let near = near.map_or_else(String::new, |near| {
            format!("did you mean `{}`?\n", word(near))
        });
        return format!("nothing uses `{path}`; {looked}\n{near}");
    }
    let named = |one: &Use| {
        uses.found
            .iter()
            .any(|other| label(other) == label(one) && other.namespace.is_some())
    };
    // a base does not say in which namespaces it will stand
    let told = uses
        .found
        .iter()
        .filter(|one| one.namespace.is_some() || !named(one));
    let secrets: BTreeSet<_> = told.map(|one| (&one.namespace, label(one))).collect();
    let referring = uses.found.iter().flat_map(|one| &one.users);
    let referring: BTreeSet<_> = referring.map(|user| &user.id).collect();
    let mut out = format!(
        "`{path}` is used by {} and {}; {looked}\n",
        count(secrets.len(), "secret"),
        count(referring.len(), "object"),
    );
    let mut file = None;
    for one in &uses.found {
        if file != Some(&one.file) {
            file = Some(&one.file);
            out.push_str(&format!("\n{}\n", word(&one.file)));
        }
        out.push_str(&lines(one));
    }
    out
}

fn label(one: &Use) -> &str {
    one.secret.as_deref().unwrap_or(&one.name)
}

fn lines(one: &Use) -> String {
    let place = place(one.namespace.as_deref());
    let version = match (one.version, &one.created) {
        (Some(version), Some(created)) => format!("version {version} of {}", word(created)),
        (Some(version), None) => format!("version {version}"),
        (None, _) => "no version is named".to_owned(),
    };
    let vault = one.vault_namespace.as_ref();
    let vault = vault.map_or_else(String::new, |n| format!(", Vault namespace {}", word(n)));
    let role = match &one.role {
        Role::Current | Role::Object => String::new(),
        Role::Previous(until) => format!(", previous until {} at least", word(until)),
        Role::Followed => ", follows Vault".to_owned(),
        Role::Key => ", as key of its hash".to_owned(),
        Role::Config => format!(", defines {}", word(label(one))),
    };
    let mut out = format!("  {}{place}: {version}{vault}{role}\n", word(&one.name));
    for user in &one.users {
        let place = self::place(user.id.namespace.as_deref());
        let file = if user.file == one.file {
            String::new()
        } else {
            format!(" ({})", word(&user.file))
        };
        out.push_str(&format!("    {}{place}{file}\n", word(&user.id.label())));
    }
    out
}

fn place(namespace: Option<&str>) -> String {
    namespace.map_or_else(String::new, |n| format!(" in namespace {}", word(n)))
}
