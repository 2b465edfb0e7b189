//! `outdated` for a person.

use super::{Group, OfLock, OfSecret, Outdated, Pin, Standing, Status, Stood};
use crate::locking::shown::{count, shell, word};

/// All of it, with a line break at its end. Groups are shown where somebody looked at workloads.
#[must_use]
pub fn text(outdated: &Outdated, groups: &[Group]) -> String {
    let mut blocks: Vec<String> = outdated
        .locks
        .iter()
        .map(|lock| of_lock(lock, groups))
        .collect();
    let grouped = groups.iter().filter_map(group).collect::<Vec<_>>();
    if !grouped.is_empty() {
        blocks.push(format!("together:\n{}", grouped.concat()));
    }
    blocks.join("\n")
}

fn of_lock(lock: &OfLock, groups: &[Group]) -> String {
    let mut out = format!("{}\n", word(&lock.file));
    let silent = |secret: &&OfSecret| secret.status == Status::Current && notes(secret).is_empty();
    for secret in lock.secrets.iter().filter(|secret| !silent(secret)) {
        out.push_str(&format!("  {}\n", head(secret)));
        for line in notes(secret) {
            out.push_str(&format!("    {line}\n"));
        }
    }
    match lock.secrets.iter().filter(silent).count() {
        0 => {}
        1 => out.push_str("  1 secret stands at the newest version\n"),
        n => out.push_str(&format!("  {n} secrets stand at the newest version\n")),
    }
    let own = groups
        .iter()
        .filter(|group| group.files.iter().any(|f| **f == *lock.file));
    let alone: Vec<&Group> = own.filter(|group| group.workloads.is_none()).collect();
    match alone.as_slice() {
        [] => {}
        [one] => out.push_str(&format!("  {}\n", shell(&one.command))),
        several => out.push_str(&format!("  {}\n", shell(&all(several, groups)))),
    }
    out
}

/// One command for several secrets of a lock.
fn all(several: &[&Group], groups: &[Group]) -> Vec<String> {
    // it ends in `--upgrade NAME`
    let split = |group: &Group| group.command.len().saturating_sub(2);
    let head = &several[0].command[..split(several[0])];
    let here = |group: &Group| several.iter().any(|one| std::ptr::eq(*one, group));
    let mut others = groups.iter().filter(|group| !here(group));
    let mut command = head.to_vec();
    if others.any(|other| other.command[..split(other)] == *head) {
        // another lock of the same build: what else is outdated there is not meant
        command.extend(
            several
                .iter()
                .flat_map(|one| one.command[split(one)..].to_vec()),
        );
    } else {
        // without a name it moves all of them
        command.push("--upgrade".to_owned());
    }
    command
}

fn head(secret: &OfSecret) -> String {
    let place = secret.namespace.as_ref();
    let place = place.map_or_else(String::new, |n| format!("{}/", word(n)));
    let what = match secret.status {
        Status::Removed => "is not defined any more, only previous generations are left",
        Status::Unversioned => "comes from kv-v1, which has no versions",
        Status::Unreviewed => "follows Vault, unreviewed",
        Status::Current => "stands at the newest version",
        Status::Outdated => "is outdated",
        Status::Broken => "stands at what is no longer there",
    };
    format!("{place}{} {what}", word(&secret.name))
}

/// What there is to say about the pins of a secret; nothing, if all is well.
fn notes(secret: &OfSecret) -> Vec<String> {
    let current = secret.current.iter().flat_map(|stood| {
        let lines = stood.pins.iter().flat_map(|pin| {
            let newer = newer(pin);
            newer.into_iter().chain(worries(pin))
        });
        lines.collect::<Vec<_>>()
    });
    let previous = secret.previous.iter().flat_map(kept);
    current.chain(previous).collect()
}

fn kept(stood: &Stood) -> Vec<String> {
    let lines = stood.pins.iter().flat_map(worries);
    let name = word(&stood.name);
    lines
        .map(|line| format!("previous {name}: {line}"))
        .collect()
}

fn newer(pin: &Pin) -> Option<String> {
    let newest = pin
        .newest
        .as_ref()
        .filter(|_| pin.behind > 0 && !pin.is_key)?;
    let by = newest.created_by.as_ref();
    let by = by.map_or_else(String::new, |by| format!(", by {}", word(by)));
    Some(format!(
        "{}: version {} ({}) → {} ({}{by}), {} behind",
        word(&pin.secret.to_string()),
        pin.version.unwrap_or_default(),
        word(pin.created.as_deref().unwrap_or("no time")),
        newest.version,
        word(&newest.created),
        count(usize::try_from(pin.behind).unwrap_or(usize::MAX), "version"),
    ))
}

fn worries(pin: &Pin) -> Vec<String> {
    let secret = word(&pin.secret.to_string());
    let version = format!("version {}", pin.version.unwrap_or_default());
    let then = word(pin.created.as_deref().unwrap_or("no time"));
    let mut out = Vec::new();
    match &pin.standing {
        Standing::Stands | Standing::Followed | Standing::Unversioned => {}
        Standing::Rewritten { created } => out.push(format!(
            "{secret}: {version} was created at {then} when it was locked, and the server says {}: written again, or another server",
            word(created)
        )),
        Standing::Deleted => out.push(format!("{secret}: {version} was deleted")),
        Standing::Destroyed => out.push(format!("{secret}: {version} was destroyed")),
        Standing::Absent => out.push(format!(
            "{secret}: the server does not have {version} any more"
        )),
        Standing::Unseen => out.push(format!(
            "{secret}: the policy does not show whether {version} still is what it was"
        )),
    }
    if let Some(left) = pin.writes_left {
        let when = if left == 1 {
            "the next write drops"
        } else {
            "two more writes drop"
        };
        let keeps = pin.max_versions.unwrap_or_default();
        out.push(format!(
            "{secret}: {when} {version}, the server keeps {keeps}"
        ));
    }
    if let Some(at) = &pin.deletes_at {
        out.push(format!(
            "{secret}: {version} deletes itself at {}",
            word(at)
        ));
    }
    out
}

fn group(group: &Group) -> Option<String> {
    let workloads = group.workloads.as_ref()?;
    let mut out = format!(
        "  {}\n",
        group
            .secrets
            .iter()
            .map(|s| word(s))
            .collect::<Vec<_>>()
            .join(", ")
    );
    if workloads.is_empty() {
        out.push_str("    no workload uses it\n");
    }
    for id in workloads {
        let place = id.namespace.as_ref();
        let place = place.map_or_else(String::new, |n| format!(" in namespace {}", word(n)));
        out.push_str(&format!("    {}{place}\n", word(&id.label())));
    }
    out.push_str(&format!("    {}\n", shell(&group.command)));
    Some(out)
}
