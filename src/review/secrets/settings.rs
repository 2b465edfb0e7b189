//! Keys and settings of a generation, and where two generations differ in them.

use std::collections::BTreeMap;

use crate::config::{Decode, Delivery};
use crate::lock::{Generation, Selection};
use crate::vault::SecretPath;

/// Something besides versions and keys that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The word of the config.
    pub name: &'static str,
    /// Before and after, where they are one word each.
    pub change: Option<(String, String)>,
}

/// Key of the Secret to where it comes from.
pub type Keys = BTreeMap<String, (SecretPath, String, Decode)>;

/// The keys of a generation; `None`: it takes all there are, and nobody knows which.
#[must_use]
pub fn keys(generation: &Generation) -> Option<Keys> {
    let mut out = Keys::new();
    for source in &generation.sources {
        let path = &source.secret;
        match &source.keys {
            Selection::All(names) if names.is_empty() => return None,
            Selection::All(names) => out.extend(
                names
                    .iter()
                    .map(|n| (n.clone(), (path.clone(), n.clone(), Decode::Text))),
            ),
            Selection::Picked(picked) => out.extend(
                picked
                    .iter()
                    .map(|p| (p.key.clone(), (path.clone(), p.from.clone(), p.decode))),
            ),
        }
    }
    Some(out)
}

/// What differs between two generations besides versions and keys.
#[must_use]
pub fn settings(was: &Generation, is: &Generation) -> Vec<Setting> {
    let follows = |g: &Generation| g.suffix.is_none().to_string();
    let words = [
        (
            "delivery",
            word(was.delivery).to_owned(),
            word(is.delivery).to_owned(),
        ),
        (
            "hash",
            was.hash.word().to_owned(),
            is.hash.word().to_owned(),
        ),
        ("type", was.secret_type.clone(), is.secret_type.clone()),
        (
            "nameSuffix",
            was.name_suffix.to_string(),
            is.name_suffix.to_string(),
        ),
        ("follow", follows(was), follows(is)),
        (
            "immutable",
            was.object.immutable.to_string(),
            is.object.immutable.to_string(),
        ),
    ];
    let changed = words.into_iter().filter(|(_, from, to)| from != to);
    let mut out: Vec<Setting> = changed
        .map(|(name, from, to)| Setting {
            name,
            change: Some((from, to)),
        })
        .collect();
    let (old, new) = (&was.object, &is.object);
    let others = [
        ("hashKey", was.hash_key != is.hash_key),
        // a delivery without an operator says nothing to it
        (
            "operator",
            was.delivery.has_operator()
                && is.delivery.has_operator()
                && old.operator != new.operator,
        ),
        ("labels", old.labels != new.labels),
        ("annotations", old.annotations != new.annotations),
        ("gitops", old.gitops != new.gitops),
    ];
    let others = others.into_iter().filter(|(_, differs)| *differs);
    out.extend(others.map(|(name, _)| Setting { name, change: None }));
    out
}

/// The word of the config.
#[must_use]
pub fn word(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Secret => "Secret",
        Delivery::VaultStaticSecret => "VaultStaticSecret",
        Delivery::Both => "Both",
    }
}
