//! The command that sets what is missing at a path, ready to be pasted.

use std::collections::BTreeSet;

use super::found::Finding;
use crate::vault::Engine;

/// `countersign fill …`, word by word; `build` says what is built, as the user did. `None`: it is of no
/// use here.
#[must_use]
pub fn command(finding: &Finding, build: &[String]) -> Option<Vec<String>> {
    let expected = &finding.expected;
    let writable = expected.secret.engine == Engine::KvV2 && expected.version.is_none();
    if !writable || !finding.lacks() {
        return None;
    }
    let mut words = vec!["countersign".to_owned(), "fill".to_owned()];
    let names: BTreeSet<&str> = expected
        .users()
        .iter()
        .map(|user| user.secret.as_str())
        .collect();
    match names.first() {
        Some(name) if names.len() == 1 => words.push((*name).to_owned()),
        // one version with what all of them need
        _ => words.extend(["--path".to_owned(), expected.path()]),
    }
    words.extend(build.iter().cloned());
    let gaps = finding.gaps();
    if gaps.is_empty() {
        // no config says which keys
        words.push("--stdin".to_owned());
    }
    if gaps.iter().any(|gap| gap.placeholder) {
        words.push("--placeholders".to_owned());
    }
    Some(words)
}
