//! What `fill` says: which keys it would set, which version it wrote, what is left. Never a value.

use std::collections::BTreeSet;

use super::draft::{Draft, From};
use super::found::Finding;
use crate::config::fields::list;
use crate::diag::safe::word;
use crate::vault::writing::Write;

/// Paths at which nothing has to be set.
#[must_use]
pub fn complete(findings: &[Finding]) -> String {
    let secrets = findings.iter().map(|one| &one.expected.secret);
    let paths: BTreeSet<String> = secrets.map(|secret| word(&secret.to_string())).collect();
    let paths: Vec<String> = paths.into_iter().collect();
    format!("nothing is missing at {}\n", paths.join(", "))
}

/// A draft that is not carried out.
#[must_use]
pub fn planned(draft: &Draft) -> String {
    let mut out = format!("{}\n", word(&draft.state));
    for set in &draft.sets {
        let from = match &set.from {
            From::Asked => "would be asked for".to_owned(),
            From::Given(_) => "would be taken from stdin".to_owned(),
            From::Drawn(recipe) => format!(
                "would be generated: {} characters of {}",
                recipe.length, recipe.alphabet
            ),
        };
        out.push_str(&format!("  `{}` {from}\n", word(&set.key)));
    }
    out.push_str(&left(draft));
    out
}

/// A version that was written.
#[must_use]
pub fn written(draft: &Draft, write: &Write, version: u64) -> String {
    let keys: Vec<String> = write.keys.iter().map(|(key, _)| word(key)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    format!(
        "{} stands at version {version}, with {}\n{}",
        word(&draft.secret.to_string()),
        list(&keys),
        left(draft)
    )
}

/// A path that gets nothing.
#[must_use]
pub fn untouched(draft: &Draft) -> String {
    format!("{}\n{}", word(&draft.state), left(draft))
}

fn left(draft: &Draft) -> String {
    let lines = draft
        .left
        .iter()
        .map(|key| format!("  `{}` is still missing\n", word(key)));
    lines.collect()
}

/// What a person sees before the first question of a path.
#[must_use]
pub fn opening(draft: &Draft) -> String {
    format!("{}; what is typed is not shown\n", word(&draft.state))
}

/// What a person sees in front of a value.
#[must_use]
pub fn prompt(key: &str, base64: bool) -> String {
    let key = word(key);
    if base64 {
        return format!("{key} (its base64): ");
    }
    format!("{key}: ")
}
