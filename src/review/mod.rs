//! `plan`: what a merge would do, as data, and as text, JSON or Markdown for a person.
//!
//! Two sides come in, each rendered and with its locks; what moves, what rolls and why comes out. Pure:
//! knows no store, no clock, no file and never a value. What Vault or a repository named is printed
//! through `name` only. `docs/plan.md` says how to read it.

mod cautions;
mod datum;
mod difference;
mod effect;
mod frozen;
pub mod json;
pub mod markdown;
mod name;
mod names;
mod objects;
mod phrase;
mod secrets;
mod sentences;
mod stream;
pub mod text;
mod uses;
mod workloads;

pub use cautions::{Act, Caution, Operation};
pub use effect::Effect;
pub use objects::{Fields, ObjectReview, What};
pub use secrets::{At, Kept, Move, SecretReview, Setting, Standing, Status};
pub use workloads::{Reason, WorkloadReview};

use names::Names;

use crate::kube::id::ObjectId;
use crate::lock::Lock;

/// One side of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Everything that would be applied, as a YAML stream; Secrets of ours may lack their data.
    pub manifests: String,
    /// The locks that it was rendered with.
    pub locks: Vec<Lock>,
    /// What the reader should know about how this side was made; one sentence each.
    pub notes: Vec<String>,
}

/// Which object it is, whatever version of its API the manifest is written in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// API group; empty for the core.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Namespace, where the manifest says one.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

impl Identity {
    /// Of a manifest.
    #[must_use]
    pub fn of(id: &ObjectId<'_>) -> Self {
        Self {
            group: id.group().to_owned(),
            kind: id.kind.to_string(),
            namespace: id.namespace.as_deref().map(str::to_owned),
            name: id.name.to_string(),
        }
    }

    /// `Deployment/orders`
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

/// Something of one side, or of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<T> {
    /// Before and after.
    Both(T, T),
    /// After alone.
    Added(T),
    /// Before alone.
    Removed(T),
}

/// What a merge would do.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Every managed secret, in the order of the locks.
    pub secrets: Vec<SecretReview>,
    /// Workloads about which there is something to say; those that roll first.
    pub workloads: Vec<WorkloadReview>,
    /// Workloads about which there is nothing to say.
    pub untouched_workloads: usize,
    /// Objects that are added, changed or removed.
    pub objects: Vec<ObjectReview>,
    /// What the Vault Secrets Operator will do.
    pub operations: Vec<Operation>,
    /// What can go wrong.
    pub cautions: Vec<Caution>,
    /// How the sides were made.
    pub notes: Vec<String>,
}

impl Review {
    /// Whether the merge replaces pods of any workload.
    #[must_use]
    pub fn rolls(&self) -> bool {
        self.workloads.iter().any(|w| w.effect.rolls())
    }
}

/// What happens when `after` takes the place of `before`.
#[must_use]
pub fn compare(before: &Side, after: &Side) -> Review {
    let [old, new] = stream::read(&before.manifests, &after.manifests);
    let sides = [Names::of(&old), Names::of(&new)];
    let pairs = stream::pairs(&old, &new);
    let (objects, moved) = objects::review(&pairs);
    let found = workloads::review(&pairs, &sides, &moved);
    let secrets = secrets::review(before, after, &sides);
    let mut notes = Vec::new();
    for (side, stream, name) in [(before, &old, "before"), (after, &new, "after")] {
        notes.extend(side.notes.iter().map(|note| format!("{name}: {note}")));
        notes.extend(stream.unreadable.iter().map(|number| {
            format!("{name}: document {number} of the stream is no object that can be read, and is not compared")
        }));
    }
    Review {
        cautions: cautions::cautions(&pairs, &sides),
        operations: cautions::operations(&pairs),
        secrets,
        untouched_workloads: found.untouched,
        workloads: found.reviews,
        objects,
        notes,
    }
}
