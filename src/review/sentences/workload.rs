//! What a review says of a workload.

use super::paths;
use crate::review::phrase::Phrase;
use crate::review::{Effect, Reason, WorkloadReview};

/// What happens to the pods of a workload.
#[must_use]
pub fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Rolls => "rolls".to_owned(),
        Effect::RollsFrom(ordinal) => {
            format!("rolls from ordinal {ordinal} on; `partition` holds the pods below")
        }
        Effect::OnDelete => "waits: `OnDelete` replaces a pod only when it is deleted".to_owned(),
        Effect::Paused => "waits: its rollout is paused".to_owned(),
        Effect::NextRun { suspended: false } => "from its next run on".to_owned(),
        Effect::NextRun { suspended: true } => {
            "from its next run on, once it is no longer suspended".to_owned()
        }
        Effect::NewPodsOnly => "running pods stay; new ones take the change".to_owned(),
        Effect::InPlace => "changes in place".to_owned(),
        Effect::Refused(_) => "would be refused".to_owned(),
        Effect::Replaced(tool) => format!("is deleted and made again by {tool}"),
        Effect::Unknown => "may roll: its controller decides".to_owned(),
        Effect::Stays => "does not roll".to_owned(),
        Effect::Added => "is added".to_owned(),
        Effect::Removed => "is removed".to_owned(),
    }
}

/// Why it happens.
#[must_use]
pub fn reasons(workload: &WorkloadReview) -> Phrase {
    let mut all: Vec<Phrase> = Vec::new();
    if let Effect::Refused(fields) = &workload.effect {
        all.push(refusal(&workload.id.kind, fields));
    }
    all.extend(workload.reasons.iter().map(reason));
    Phrase::joined(all, "; ")
}

/// Why the API server says no, and what helps.
#[must_use]
pub fn refusal(kind: &str, fields: &[String]) -> Phrase {
    let way_out = match kind {
        "Job" => {
            "; replace it: `kubectl replace --force`, Argo CD `Replace=true,Force=true`, Flux `force: enabled`, or a name that carries a hash"
        }
        "Service" | "Configuration" => "; give the revision another name, or none",
        "Pod" => "; delete it and make it again, or let a Deployment run it",
        _ => "; delete it and make it again, or give it another name",
    };
    Phrase::default()
        .names(fields)
        .words(" cannot change")
        .words(way_out)
}

fn reason(reason: &Reason) -> Phrase {
    match reason {
        Reason::Secret {
            logical,
            from,
            to,
            keys,
        } => {
            let phrase = Phrase::of("uses ").name(logical);
            let phrase = if from == to {
                phrase.words(", which moves under the same name")
            } else {
                phrase.words(", which becomes ").name(to)
            };
            match keys {
                Some(keys) => phrase.words("; keys: ").names(keys),
                None => phrase,
            }
        }
        Reason::Begins(logical) => Phrase::of("uses ").name(logical).words(" from now on"),
        Reason::Ends(logical) => Phrase::of("no longer uses ").name(logical),
        Reason::Dangles(logical) => Phrase::of("still names ")
            .name(logical)
            .words(", which is gone"),
        Reason::Config { object, keys } => Phrase::named(object).words(" changes: ").names(keys),
        Reason::Stamp => Phrase::of("the stamp of its configuration changes"),
        Reason::Template(fields) => paths("other changes in the pod template: ", fields),
        Reason::Snapshot => Phrase::of("its snapshot changes"),
        Reason::Outside(fields) => paths("changes outside of the pod template: ", fields),
        Reason::NotCounted(logical) => Phrase::named(logical)
            .words(" keeps its name, and nothing that counts in the stamp changes"),
    }
}
