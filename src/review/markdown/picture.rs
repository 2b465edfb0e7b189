//! The Mermaid picture of a plan: from each secret to the workloads that it moves.

use std::collections::BTreeSet;

use crate::review::name;
use crate::review::{Effect, Identity, Reason, Review};

/// One arrow says no more than the table; this many nobody can follow.
const ARROWS: std::ops::RangeInclusive<usize> = 2..=40;

/// The picture, where it helps.
#[must_use]
pub fn picture(review: &Review) -> Option<String> {
    let mut arrows: BTreeSet<(&str, &Identity)> = BTreeSet::new();
    let moving = review
        .workloads
        .iter()
        .filter(|w| !matches!(w.effect, Effect::Stays | Effect::Removed | Effect::Added));
    for workload in moving {
        for reason in &workload.reasons {
            if let Reason::Secret { logical, .. } | Reason::Begins(logical) = reason {
                arrows.insert((logical, &workload.id));
            }
        }
    }
    if !ARROWS.contains(&arrows.len()) {
        return None;
    }
    let secrets: BTreeSet<&str> = arrows.iter().map(|(secret, _)| *secret).collect();
    let workloads: BTreeSet<&Identity> = arrows.iter().map(|(_, workload)| *workload).collect();
    let mut out = "\n```mermaid\nflowchart LR\n".to_owned();
    for (at, secret) in secrets.iter().enumerate() {
        out.push_str(&format!("  s{at}([\"{}\"])\n", name::in_mermaid(secret)));
    }
    for (at, workload) in workloads.iter().enumerate() {
        let label = name::in_mermaid(&workload.label());
        out.push_str(&format!("  w{at}[\"{label}\"]\n"));
    }
    let place = |at: Option<usize>| at.unwrap_or_default();
    for (secret, workload) in &arrows {
        let from = place(secrets.iter().position(|s| s == secret));
        let to = place(workloads.iter().position(|w| w == workload));
        out.push_str(&format!("  s{from} --> w{to}\n"));
    }
    out.push_str("```\n");
    Some(out)
}
