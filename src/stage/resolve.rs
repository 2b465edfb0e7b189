//! Asks the store, once for each secret and version, and reports all failures together.
//!
//! The only stage that sees a store, and the only owner of values until `mint` takes them. A source
//! that two managed secrets share is read once, as deep as the deeper of them needs.

use std::collections::BTreeMap;

use super::Bundle;
use super::plan::{Plan, Want};
use crate::config::fields::nearest;
use crate::config::{Decode, Entries, Entry, ManagedSecret, Source};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::kube::{names, types};
use crate::value::SecretValue;
use crate::vault::{Ask, Contents, Depth, Reading, SecretPath, Store};

/// resolve → mint: the only type that owns values.
pub struct Resolved {
    readings: Vec<Reading>,
    /// Where the answer for a source is.
    index: BTreeMap<(SecretPath, Option<u64>), usize>,
}

impl Resolved {
    /// What was read for a source.
    #[must_use]
    pub fn reading(&self, source: &Source) -> Option<&Reading> {
        self.index
            .get(&(source.secret.clone(), source.version))
            .map(|at| &self.readings[*at])
    }

    /// One value.
    #[must_use]
    pub fn value(&self, source: &Source, key: &str) -> Option<&SecretValue> {
        match &self.reading(source)?.contents {
            Contents::Values(pairs) => pairs
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The names of the keys of a source, where they were read.
    #[must_use]
    pub fn keys(&self, source: &Source) -> Option<Vec<&str>> {
        match &self.reading(source)?.contents {
            Contents::Values(pairs) => Some(pairs.iter().map(|(name, _)| name.as_str()).collect()),
            Contents::Keys(keys) => Some(keys.iter().map(String::as_str).collect()),
            Contents::Unknown => None,
        }
    }
}

/// Reads everything that the plan wants.
pub fn resolve(bundle: &Bundle<'_>, plan: &Plan, store: &dyn Store) -> Result<Resolved, Report> {
    let mut wanted: BTreeMap<(SecretPath, Option<u64>), (Depth, Place)> = BTreeMap::new();
    let mut want = |source: &Source, depth: Depth| {
        let entry = wanted
            .entry((source.secret.clone(), source.version))
            .or_insert_with(|| (depth, source.place.clone()));
        entry.0 = entry.0.max(depth);
    };
    for each in &plan.wants {
        let secret = each.secret(bundle);
        let Some(depth) = each.depth else { continue };
        for source in &secret.sources {
            want(source, depth);
        }
        if let Some(key) = secret
            .hash_key
            .as_ref()
            .filter(|_| secret.hash == crate::config::HashKind::Keyed)
        {
            want(&key.source, Depth::Values);
        }
    }
    let asks: Vec<Ask> = wanted
        .iter()
        .map(|((secret, version), (depth, _))| Ask {
            secret: secret.clone(),
            version: *version,
            depth: *depth,
        })
        .collect();
    let answers = if asks.is_empty() {
        Vec::new()
    } else {
        store.read(&asks)
    };
    let mut report = Report::default();
    let (mut readings, mut index) = (Vec::new(), BTreeMap::new());
    let mut whole_store: Vec<String> = Vec::new();
    for ((key, (_, place)), answer) in wanted.into_iter().zip(answers) {
        match answer {
            Ok(reading) => {
                index.insert(key, readings.len());
                readings.push(reading);
            }
            // the store failed, not the path: said once, at the first path
            Err(refusal) if whole_store.contains(&refusal.message) => {}
            Err(refusal) => {
                whole_store.push(refusal.message.clone());
                report.push(
                    Diagnostic::error(refusal.code, refusal.message)
                        .at(place)
                        .hint(refusal.hint),
                );
            }
        }
    }
    let resolved = report.check(Resolved { readings, index })?;
    for each in &plan.wants {
        check(bundle, each, &resolved, &mut report);
    }
    report.check(resolved)
}

/// Keys that are not there, and those that a type needs.
fn check(bundle: &Bundle<'_>, want: &Want, resolved: &Resolved, report: &mut Report) {
    let secret = want.secret(bundle);
    if want.depth.is_none() {
        return;
    }
    let mut missing = |source: &Source, key: &str, place: &Place| {
        let Some(keys) = resolved.keys(source).filter(|keys| !keys.contains(&key)) else {
            return;
        };
        let hint = match nearest(key, keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if keys.is_empty() => "the secret has no keys at all.".to_owned(),
            None => format!("it has {}.", crate::config::fields::list(&keys)),
        };
        let version = resolved
            .reading(source)
            .and_then(|r| r.version)
            .map_or_else(String::new, |v| format!(" at version {v}"));
        let message = format!(
            "`{}/{}` has no key `{key}`{version}",
            source.secret.mount, source.secret.path
        );
        report.push(
            Diagnostic::error(Code::MissingKey, message)
                .at(place.clone())
                .hint(hint),
        );
    };
    if let Some(key) = &secret.hash_key
        && secret.hash == crate::config::HashKind::Keyed
    {
        missing(&key.source, &key.key, &key.source.place);
    }
    match &secret.entries {
        Entries::Picked(entries) => {
            for Entry {
                source,
                from,
                place,
                ..
            } in entries
            {
                if let Some(source) = secret.sources.get(*source) {
                    missing(source, from, place);
                }
            }
        }
        Entries::All => {
            let keys = secret
                .sources
                .first()
                .and_then(|source| resolved.keys(source))
                .unwrap_or_default();
            for key in &keys {
                if let Some(fault) = names::data_key_fault(key) {
                    report.push(
                        Diagnostic::error(
                            Code::BadKey,
                            format!("`{key}` cannot be a key of a Secret: {fault}"),
                        )
                        .at(secret.place.clone())
                        .hint(
                            "name the keys to take in `keys`, under names that Kubernetes accepts.",
                        ),
                    );
                }
            }
            if let Some(lacking) =
                types::missing_key(&secret.secret_type, |key| keys.contains(&key))
            {
                let message = format!(
                    "a Secret of type `{}` needs the key `{lacking}`",
                    secret.secret_type
                );
                report.push(
                    Diagnostic::error(Code::MissingTypeKey, message)
                        .at(secret.place.clone())
                        .hint("add it in Vault, map it in `keys`, or leave `type` out."),
                );
            }
        }
    }
}

/// One key of a Secret's data, whether it was picked or came with all of them.
pub struct Item<'s> {
    /// Its name in the Secret.
    pub key: String,
    /// Where it is read.
    pub source: &'s Source,
    /// Its name in Vault.
    pub from: String,
    /// How the stored text becomes bytes.
    pub decode: Decode,
    /// Where the config says so.
    pub place: &'s Place,
}

/// The keys of a secret that has been read.
#[must_use]
pub fn items<'s>(secret: &'s ManagedSecret, resolved: &Resolved) -> Vec<Item<'s>> {
    match &secret.entries {
        Entries::Picked(_) => picked(secret),
        Entries::All => {
            let each = secret.sources.iter().flat_map(|source| {
                let keys = resolved.keys(source).unwrap_or_default();
                let item = |key: &str| Item {
                    key: key.to_owned(),
                    source,
                    from: key.to_owned(),
                    decode: Decode::Text,
                    place: &secret.place,
                };
                keys.into_iter().map(item).collect::<Vec<_>>()
            });
            each.collect()
        }
    }
}

/// The keys that a config names; none where it takes all of them.
#[must_use]
pub fn picked(secret: &ManagedSecret) -> Vec<Item<'_>> {
    let Entries::Picked(entries) = &secret.entries else {
        return Vec::new();
    };
    entries
        .iter()
        .filter_map(|entry| {
            Some(Item {
                key: entry.key.clone(),
                source: secret.sources.get(entry.source)?,
                from: entry.from.clone(),
                decode: entry.decode,
                place: &entry.place,
            })
        })
        .collect()
}
