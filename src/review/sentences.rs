//! What a review says, sentence by sentence: the same words for text and Markdown.

mod summary;
mod workload;

pub use summary::{summary, untouched};
pub use workload::{effect, reasons, refusal};

use super::phrase::Phrase;
use super::{
    Act, At, Caution, Fields, Identity, Kept, Move, Operation, SecretReview, Setting, Status,
};

/// What happens to a secret.
#[must_use]
pub fn status(status: &Status) -> Phrase {
    match status {
        Status::Added => Phrase::of("is added"),
        Status::Removed => Phrase::of("is removed"),
        Status::Renamed(from) => Phrase::of("is the new name of ").name(from),
        Status::Moved => Phrase::of("moves"),
        Status::RolledBack => Phrase::of("goes back"),
        Status::Rewritten => Phrase::of("was written anew under the same version number"),
        Status::Changed => Phrase::of("changes at the same version"),
        Status::Kept => Phrase::of("stays; what is kept of it changes"),
        Status::Unreviewed => Phrase::of("follows the newest version: unreviewed"),
        Status::Unlocked => Phrase::of("is in no lock: its version is not known here"),
        Status::Unchanged => Phrase::of("stays"),
    }
}

/// `orders-db` in `shop`
#[must_use]
pub fn placed(name: &str, namespace: Option<&str>) -> Phrase {
    let phrase = Phrase::named(name);
    match namespace {
        Some(namespace) => phrase.words(" in ").name(namespace),
        None => phrase,
    }
}

/// `Deployment/orders` in `shop`
#[must_use]
pub fn object(id: &Identity) -> Phrase {
    placed(&id.label(), id.namespace.as_deref())
}

/// `kvv2/orders` 3 → 4
#[must_use]
pub fn moved(one: &Move) -> Phrase {
    let path = format!("{}/{}", one.path.mount, one.path.path);
    let phrase = placed(&path, one.path.namespace.as_deref());
    match (&one.from, &one.to) {
        (Some(from), Some(to)) => phrase.words(": ").then(at(from)).words(" → ").then(at(to)),
        (None, Some(to)) => phrase.words(" is a new source: ").then(at(to)),
        (Some(from), None) => phrase.words(" is no source any more: ").then(at(from)),
        (None, None) => phrase,
    }
}

fn at(at: &At) -> Phrase {
    let version = at
        .version
        .map_or_else(|| "no version".to_owned(), |v| format!("version {v}"));
    match &at.created {
        Some(created) => Phrase::of(&version).words(" of ").name(created),
        None => Phrase::of(&version),
    }
}

/// Everything about a secret but its name and status; one line each.
#[must_use]
pub fn details(secret: &SecretReview) -> Vec<Phrase> {
    let mut out: Vec<Phrase> = secret.moves.iter().map(moved).collect();
    let names = |phrase: &str, names: &[String]| {
        (!names.is_empty()).then(|| Phrase::of(phrase).names(names))
    };
    out.extend(names("keys that appear: ", &secret.keys_added));
    out.extend(names("keys that go: ", &secret.keys_removed));
    out.extend(names(
        "keys that are taken from elsewhere: ",
        &secret.keys_changed,
    ));
    out.extend(secret.settings.iter().map(setting));
    let generation = match (&secret.before, &secret.after) {
        (Some(before), Some(after)) if before.secret != after.secret => Some(
            Phrase::named(&before.secret)
                .words(" → ")
                .name(&after.secret),
        ),
        (None, Some(after)) => Some(Phrase::named(&after.secret)),
        (Some(before), None) => Some(Phrase::named(&before.secret)),
        _ => None,
    };
    out.extend(generation.map(|phrase| Phrase::of("Secret: ").then(phrase)));
    out.extend(secret.kept.iter().map(kept));
    out.extend(names("no longer kept: ", &secret.dropped));
    out
}

fn setting(setting: &Setting) -> Phrase {
    match &setting.change {
        Some((from, to)) => Phrase::of(setting.name)
            .words(": ")
            .name(from)
            .words(" → ")
            .name(to),
        None => Phrase::of(setting.name).words(" changes"),
    }
}

fn kept(kept: &Kept) -> Phrase {
    let phrase = Phrase::of("stays behind: ").name(&kept.secret);
    match &kept.until {
        Some(until) => phrase.words(" until at least ").name(until),
        None => phrase,
    }
}

/// Field paths after a few words.
#[must_use]
pub fn paths(words: &str, fields: &Fields) -> Phrase {
    Phrase::of(words).names_and_more(&fields.named, fields.more)
}

/// What the operator does.
#[must_use]
pub fn operation(operation: &Operation) -> Phrase {
    let secret = placed(&operation.secret, operation.namespace.as_deref());
    match operation.act {
        Act::Makes => Phrase::of("it makes ").then(secret),
        Act::Writes => Phrase::of("it writes ").then(secret).words(" again"),
        Act::Takes => secret.words(" goes with its VaultStaticSecret, by owner reference"),
        Act::Repairs => Phrase::of("it keeps ").then(secret).words(" repaired"),
        Act::Leaves => Phrase::of("it no longer repairs ").then(secret),
    }
}

/// What can go wrong.
#[must_use]
pub fn caution(caution: &Caution) -> Phrase {
    let users =
        |workloads: &[Identity]| Phrase::default().names(workloads.iter().map(Identity::label));
    match caution {
        Caution::Pruned {
            secret,
            namespace,
            workloads,
        } => Phrase::of("nothing keeps ")
            .then(placed(secret, namespace.as_deref()))
            .words(": an old pod of ")
            .then(users(workloads))
            .words(" that restarts before the rollout is over cannot start, and a rollback has no Secret"),
        Caution::Dangling {
            secret,
            namespace,
            workloads,
        } => placed(secret, namespace.as_deref())
            .words(" is gone, and is still named by ")
            .then(users(workloads))
            .words(": their pods cannot start"),
        Caution::HandOver {
            secret,
            namespace,
            to_operator: true,
        } => placed(secret, namespace.as_deref())
            .words(" keeps its name and is to be made by the operator, which takes over no Secret that it did not make: delete the old one once"),
        Caution::HandOver {
            secret,
            namespace,
            to_operator: false,
        } => placed(secret, namespace.as_deref())
            .words(" keeps its name and was made by the operator: with its VaultStaticSecret the Secret may be deleted after it was applied; apply again"),
    }
}
