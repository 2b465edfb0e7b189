//! What `lock` did, in a few lines for a person.

use super::file::called;
use crate::lock::agree::reasons;
use crate::lock::entries::Entries;
use crate::lock::{Entry, Generation, Lock};
use crate::stage::previous::managed;
use crate::vault::SecretPath;

/// One line for each secret that changed; empty: nothing did.
#[must_use]
pub fn summary(old: &Lock, new: &Lock) -> Vec<String> {
    let mut lines = Vec::new();
    let (before, after) = (Entries::of(old), Entries::of(new));
    for entry in &new.entries {
        let before = same(&before, entry);
        lines.extend(current(before, entry));
        lines.extend(dropped(before, entry));
    }
    for gone in old
        .entries
        .iter()
        .filter(|entry| same(&after, entry).is_none())
    {
        lines.push(format!("{}: taken out, nothing of it is kept", label(gone)));
    }
    lines
}

fn same<'l>(lock: &Entries<'l>, entry: &Entry) -> Option<&'l Entry> {
    lock.find(&entry.config, &entry.name, entry.namespace.as_deref())
}

fn label(entry: &Entry) -> String {
    match &entry.namespace {
        Some(namespace) => format!("{namespace}/{}", entry.name),
        None => entry.name.clone(),
    }
}

fn current(before: Option<&Entry>, entry: &Entry) -> Option<String> {
    let old = before.and_then(|before| before.current.as_ref());
    let label = label(entry);
    match (old, &entry.current) {
        (None, None) => None,
        (Some(old), Some(new)) if old == new => {
            let before = before.filter(|before| before.keep != entry.keep)?;
            let (then, now) = (before.keep, entry.keep);
            Some(format!("{label}: keep {{{then}}} → {{{now}}}"))
        }
        (None, Some(new)) => Some(format!("{label}: {}", stands(new))),
        (Some(_), None) => {
            let kept = entry.previous.first();
            let until = kept.map_or_else(String::new, |one| format!(" until {}", one.until));
            Some(format!(
                "{label}: no config defines it any more, kept{until}"
            ))
        }
        (Some(old), Some(new)) => {
            let mut what = moves(old, new);
            what.extend(edits(&entry.name, old, new));
            if what.is_empty() && old.digest != new.digest {
                what.push("its data is another".to_owned());
            }
            if what.is_empty() {
                what.push("labels, annotations or settings of its objects".to_owned());
            }
            let what = what.join("; ");
            let name = match (called(entry, old), called(entry, new)) {
                (then, now) if then != now => {
                    let short = |name: &str| match name.strip_prefix(&format!("{}-", entry.name)) {
                        Some(suffix) => suffix.to_owned(),
                        None => "no suffix".to_owned(),
                    };
                    format!(" ({} → {})", short(&then), short(&now))
                }
                _ => " (its name stays)".to_owned(),
            };
            Some(format!("{label}: {what}{name}"))
        }
    }
}

/// What moved to another version, or was written again under the same one.
fn moves(old: &Generation, new: &Generation) -> Vec<String> {
    let key = |one: &Generation| {
        one.hash_key
            .as_ref()
            .map(|key| (key.secret.clone(), key.version, key.created.clone()))
    };
    let pins = |one: &Generation| {
        let sources = one.sources.iter();
        let pins = sources.map(|pin| (pin.secret.clone(), pin.version, pin.created.clone()));
        pins.chain(key(one)).collect::<Vec<_>>()
    };
    let old = pins(old);
    let each = pins(new).into_iter().filter_map(|(secret, now, created)| {
        let of_path = |(other, ..): &&(SecretPath, Option<u64>, Option<String>)| *other == secret;
        let (_, then, before) = old.iter().find(of_path)?;
        let name = format!("{}/{}", secret.mount, secret.path);
        match (then.as_ref()?, now?) {
            (then, now) if now < *then => Some(format!("{name} {then} → {now}, back")),
            (then, now) if now > *then => Some(format!("{name} {then} → {now}")),
            (_, now) if *before != created => Some(format!("{name}@{now} was written again")),
            _ => None,
        }
    });
    each.collect()
}

/// What its config says otherwise.
fn edits(name: &str, old: &Generation, new: &Generation) -> Vec<String> {
    let mut managed = managed(name, new);
    for source in &mut managed.sources {
        // that is a move
        source.version = None;
    }
    if let (Some(key), Some(before)) = (&mut managed.hash_key, &old.hash_key) {
        key.source.version = before.version;
    }
    let reasons = reasons(&managed, old).into_iter();
    reasons.map(|reason| reason.fact).collect()
}

fn stands(new: &Generation) -> String {
    if new.suffix.is_none() {
        return "follows Vault, unreviewed".to_owned();
    }
    let each = new.sources.iter().map(|pin| {
        let version = pin.version.map_or_else(String::new, |v| format!("@{v}"));
        format!("{}/{}{version}", pin.secret.mount, pin.secret.path)
    });
    let suffix = new.suffix.as_deref().unwrap_or_default();
    format!(
        "locked at {} ({suffix})",
        each.collect::<Vec<_>>().join(", ")
    )
}

/// Previous generations that are not kept any more.
fn dropped(before: Option<&Entry>, entry: &Entry) -> Vec<String> {
    let Some(before) = before else {
        return Vec::new();
    };
    let current = entry
        .current
        .as_ref()
        .and_then(|current| current.suffix.as_ref());
    let gone = before.previous.iter().filter(|one| {
        let suffix = &one.generation.suffix;
        let kept = entry
            .previous
            .iter()
            .any(|kept| kept.generation.suffix == *suffix);
        !kept && suffix.as_ref() != current
    });
    gone.map(|one| {
        let suffix = one.generation.suffix.as_deref().unwrap_or_default();
        format!(
            "{}: the previous generation {suffix} is not kept any more",
            label(entry)
        )
    })
    .collect()
}
