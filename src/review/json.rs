//! A review for programs: the form that `docs/plan.schema.json` describes.
//!
//! Names are as they are, JSON keeps them apart; only what a terminal would act upon is escaped. A
//! field may be added at any time; `schemaVersion` grows when one goes or changes its meaning.

use serde_json::{Value, json};

use super::{
    Act, At, Caution, Effect, Fields, Identity, Kept, Move, ObjectReview, Operation, Reason,
    Review, SecretReview, Setting, Standing, Status, What, WorkloadReview,
};
use crate::diag::safe;

/// `schemaVersion`.
pub const SCHEMA_VERSION: u32 = 1;

/// The review as JSON, with a line break at its end.
#[must_use]
pub fn json(review: &Review) -> String {
    let value = json!({
        "schemaVersion": SCHEMA_VERSION,
        "rolls": review.rolls(),
        "secrets": each(&review.secrets, secret),
        "workloads": each(&review.workloads, workload),
        "untouchedWorkloads": review.untouched_workloads,
        "objects": each(&review.objects, object),
        "operator": each(&review.operations, operation),
        "warnings": each(&review.cautions, caution),
        "notes": review.notes,
    });
    let mut out = safe::json(&format!("{value:#}"));
    out.push('\n');
    out
}

fn each<T>(items: &[T], one: fn(&T) -> Value) -> Value {
    items.iter().map(one).collect()
}

fn secret(secret: &SecretReview) -> Value {
    let (status, renamed_from) = match &secret.status {
        Status::Added => ("added", None),
        Status::Removed => ("removed", None),
        Status::Renamed(from) => ("renamed", Some(from)),
        Status::Moved => ("moved", None),
        Status::RolledBack => ("rolledBack", None),
        Status::Rewritten => ("rewritten", None),
        Status::Changed => ("changed", None),
        Status::Kept => ("kept", None),
        Status::Unreviewed => ("unreviewed", None),
        Status::Unlocked => ("unlocked", None),
        Status::Unchanged => ("unchanged", None),
    };
    json!({
        "config": secret.config,
        "namespace": secret.namespace,
        "name": secret.name,
        "status": status,
        "renamedFrom": renamed_from,
        "before": secret.before.as_ref().map(standing),
        "after": secret.after.as_ref().map(standing),
        "sources": each(&secret.moves, source),
        "keysAdded": secret.keys_added,
        "keysRemoved": secret.keys_removed,
        "keysChanged": secret.keys_changed,
        "settings": each(&secret.settings, setting),
        "kept": each(&secret.kept, kept),
        "dropped": secret.dropped,
    })
}

fn standing(standing: &Standing) -> Value {
    json!({
        "secret": standing.secret,
        "delivery": standing.delivery,
        "hash": standing.hash,
    })
}

fn source(one: &Move) -> Value {
    json!({
        "namespace": one.path.namespace,
        "mount": one.path.mount,
        "path": one.path.path,
        "from": one.from.as_ref().map(at),
        "to": one.to.as_ref().map(at),
    })
}

fn at(at: &At) -> Value {
    json!({"version": at.version, "created": at.created})
}

fn setting(setting: &Setting) -> Value {
    let (from, to) = setting.change.clone().unzip();
    json!({"name": setting.name, "from": from, "to": to})
}

fn kept(kept: &Kept) -> Value {
    json!({
        "secret": kept.secret,
        "since": kept.since,
        "until": kept.until,
        "isNew": kept.is_new,
    })
}

fn id(id: &Identity) -> Value {
    json!({
        "group": id.group,
        "kind": id.kind,
        "namespace": id.namespace,
        "name": id.name,
    })
}

fn fields(fields: &Fields) -> Value {
    json!({"paths": fields.named, "more": fields.more})
}

fn workload(workload: &WorkloadReview) -> Value {
    let effect = match &workload.effect {
        Effect::Rolls => json!({"kind": "rolls"}),
        Effect::RollsFrom(ordinal) => json!({"kind": "rollsFrom", "ordinal": ordinal}),
        Effect::OnDelete => json!({"kind": "onDelete"}),
        Effect::Paused => json!({"kind": "paused"}),
        Effect::NextRun { suspended } => json!({"kind": "nextRun", "suspended": suspended}),
        Effect::NewPodsOnly => json!({"kind": "newPodsOnly"}),
        Effect::InPlace => json!({"kind": "inPlace"}),
        Effect::Refused(fields) => json!({"kind": "refused", "fields": fields}),
        Effect::Replaced(tool) => json!({"kind": "replaced", "by": tool}),
        Effect::Unknown => json!({"kind": "unknown"}),
        Effect::Stays => json!({"kind": "stays"}),
        Effect::Added => json!({"kind": "added"}),
        Effect::Removed => json!({"kind": "removed"}),
    };
    json!({
        "object": id(&workload.id),
        "rolls": workload.effect.rolls(),
        "effect": effect,
        "reasons": each(&workload.reasons, reason),
    })
}

fn reason(reason: &Reason) -> Value {
    match reason {
        Reason::Secret {
            logical,
            from,
            to,
            keys,
        } => json!({"kind": "secret", "secret": logical, "from": from, "to": to, "keys": keys}),
        Reason::Begins(logical) => json!({"kind": "begins", "secret": logical}),
        Reason::Ends(logical) => json!({"kind": "ends", "secret": logical}),
        Reason::Dangles(logical) => json!({"kind": "dangles", "secret": logical}),
        Reason::Config { object, keys } => {
            json!({"kind": "config", "object": object, "keys": keys})
        }
        Reason::Stamp => json!({"kind": "stamp"}),
        Reason::Template(paths) => json!({"kind": "template", "fields": fields(paths)}),
        Reason::Snapshot => json!({"kind": "snapshot"}),
        Reason::Outside(paths) => json!({"kind": "outside", "fields": fields(paths)}),
        Reason::NotCounted(logical) => json!({"kind": "notCounted", "secret": logical}),
    }
}

fn object(object: &ObjectReview) -> Value {
    let what = match object.what {
        What::Added => "added",
        What::Changed => "changed",
        What::Removed => "removed",
    };
    json!({
        "object": id(&object.id),
        "change": what,
        "fields": fields(&object.fields),
        "refused": object.refused,
        "secret": object.secret,
    })
}

fn operation(operation: &Operation) -> Value {
    let act = match operation.act {
        Act::Makes => "makes",
        Act::Writes => "writes",
        Act::Takes => "takes",
        Act::Repairs => "repairs",
        Act::Leaves => "leaves",
    };
    json!({"act": act, "secret": operation.secret, "namespace": operation.namespace})
}

fn caution(caution: &Caution) -> Value {
    match caution {
        Caution::Pruned {
            secret,
            namespace,
            workloads,
        } => json!({
            "kind": "pruned", "secret": secret, "namespace": namespace, "workloads": each(workloads, id),
        }),
        Caution::Dangling {
            secret,
            namespace,
            workloads,
        } => json!({
            "kind": "dangling", "secret": secret, "namespace": namespace, "workloads": each(workloads, id),
        }),
        Caution::HandOver {
            secret,
            namespace,
            to_operator,
        } => json!({
            "kind": "handOver", "secret": secret, "namespace": namespace, "toOperator": to_operator,
        }),
    }
}
