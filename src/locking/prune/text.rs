//! `prune` for a person, with the commands to paste once it has been read.

use super::{Kept, Need, OfLock, Orphan, Orphans, Prune};
use crate::kube::id::ObjectId;
use crate::locking::objects::Life;
use crate::locking::shown::{shell, word};

/// So many objects that need a generation are named.
const NAMED: usize = 5;

/// All of it, with a line break at its end.
#[must_use]
pub fn text(prune: &Prune) -> String {
    let mut blocks: Vec<String> = prune.locks.iter().map(of_lock).collect();
    blocks.extend(orphans(&prune.orphans));
    blocks.join("\n")
}

fn of_lock(lock: &OfLock) -> String {
    let mut out = format!("{}\n", word(&lock.file));
    if lock.kept.is_empty() {
        out.push_str("  no previous generation is kept\n");
    }
    for kept in &lock.kept {
        out.push_str(&self::kept(kept));
    }
    if let Some(command) = &lock.command {
        out.push_str(&format!("  {}\n", shell(command)));
    }
    out
}

fn kept(kept: &Kept) -> String {
    let name = word(&kept.name);
    let until = word(&kept.until);
    if kept.needed_by.is_empty() {
        let way = if kept.expires {
            format!("kept until {until} at least")
        } else {
            format!("kept until another takes its place, and until {until} at least")
        };
        return format!("  {name}: nothing here uses it; {way}\n");
    }
    let mut out = format!("  {name}: needed, kept until {until} at least\n");
    for need in kept.needed_by.iter().take(NAMED) {
        out.push_str(&format!("    {}\n", self::need(need)));
    }
    let more = kept.needed_by.len().saturating_sub(NAMED);
    if more > 0 {
        out.push_str(&format!("    and {more} more\n"));
    }
    out
}

fn need(need: &Need) -> String {
    let why = match &need.life {
        Life::Unknown => String::new(),
        Life::Replicas(0) => ": no pods now".to_owned(),
        Life::Replicas(pods) => format!(": {pods} of its pods are wanted"),
        Life::Rollback => ": no pods, kept for a rollback".to_owned(),
        Life::Finished => ": has ended".to_owned(),
        Life::Phase(phase) => format!(": {}", word(phase)),
    };
    format!("{}{why}", label(&need.id))
}

fn label(id: &ObjectId<'_>) -> String {
    let place = id.namespace.as_ref();
    let place = place.map_or_else(String::new, |n| format!(" in namespace {}", word(n)));
    format!("{}{place}", word(&id.label()))
}

fn orphans(orphans: &Orphans) -> Vec<String> {
    let mut out = Vec::new();
    let (used, unused): (Vec<_>, Vec<_>) = orphans
        .found
        .iter()
        .partition(|orphan| !orphan.users.is_empty());
    if !used.is_empty() {
        let lines = used.iter().map(|orphan| self::used(orphan));
        out.push(format!(
            "made by countersign, in none of these locks, and used:\n{}",
            lines.collect::<String>()
        ));
    }
    if !unused.is_empty() {
        let lines = unused
            .iter()
            .map(|orphan| format!("  {}\n", shell(&orphan.command())));
        out.push(format!(
            "made by countersign, in none of these locks, and nothing uses it; if no other lock knows it:\n{}",
            lines.collect::<String>()
        ));
    }
    if !orphans.elsewhere.is_empty() {
        let names: Vec<String> = orphans.elsewhere.iter().map(|n| word(n)).collect();
        out.push(format!(
            "not looked at: what countersign made in namespaces of other locks: {}\n",
            names.join(", ")
        ));
    }
    out
}

fn used(orphan: &Orphan) -> String {
    let users: Vec<String> = orphan.users.iter().take(NAMED).map(label).collect();
    format!("  {}: {}\n", label(&orphan.id), users.join(", "))
}
