//! What happens to the pods of a workload when its pod template changes, kind by kind.
//!
//! A change of the template is not always a rollout: some kinds wait, some never touch a pod that
//! runs, some refuse. Knows manifests as data; it must not know secrets.

use super::Identity;
use super::datum::Datum;

/// What happens to the pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// They are replaced.
    Rolls,
    /// Only those from this ordinal on are replaced.
    RollsFrom(u64),
    /// Each takes the new template when somebody deletes it.
    OnDelete,
    /// Nothing, until the rollout is resumed.
    Paused,
    /// The next run takes the new template.
    NextRun {
        /// There is no next run until it is resumed.
        suspended: bool,
    },
    /// Those that run stay; new ones take the new template.
    NewPodsOnly,
    /// Labels, annotations or images of the pod itself change.
    InPlace,
    /// The API server refuses the change, because of these fields.
    Refused(Vec<String>),
    /// The object is deleted and made again, by this tool, because the manifest says so.
    Replaced(&'static str),
    /// Its controller decides, in a way that is not known here.
    Unknown,
    /// Nothing: the template is the same.
    Stays,
    /// The workload is new.
    Added,
    /// The workload goes.
    Removed,
}

impl Effect {
    /// Whether the merge replaces pods.
    #[must_use]
    pub fn rolls(&self) -> bool {
        matches!(
            self,
            Effect::Rolls | Effect::RollsFrom(_) | Effect::Replaced(_) | Effect::Unknown
        )
    }
}

/// The effect of a changed template, once the API server accepts it. `after` is the whole object.
#[must_use]
pub fn of(id: &Identity, after: &Datum<'_>) -> Effect {
    let said = |path: &str| after.at(path).and_then(Datum::text);
    let is_true = |path: &str| after.at(path).is_some_and(Datum::is_true);
    match (id.group.as_str(), id.kind.as_str()) {
        ("", "Pod") => Effect::InPlace,
        ("", _) | (_, "ReplicaSet") => Effect::NewPodsOnly,
        ("batch", "CronJob") => Effect::NextRun {
            suspended: is_true("spec/suspend"),
        },
        // KEDA stops the Jobs of the old template unless it is told to be gradual
        (_, "ScaledJob") => {
            let strategy = said("spec/rollout/strategy").or(said("spec/rolloutStrategy"));
            if strategy == Some("gradual") {
                Effect::NextRun { suspended: false }
            } else {
                Effect::Rolls
            }
        }
        (_, "AnalysisTemplate" | "ClusterAnalysisTemplate") => Effect::NextRun { suspended: false },
        (_, "AnalysisRun" | "Experiment" | "BroadcastJob") => Effect::Unknown,
        (_, "StatefulSet" | "DaemonSet")
            if said("spec/updateStrategy/type") == Some("OnDelete") =>
        {
            Effect::OnDelete
        }
        _ if PAUSES.iter().any(|path| is_true(path)) => Effect::Paused,
        (_, "StatefulSet") => partition(after),
        _ => Effect::Rolls,
    }
}

/// Where kinds are told to wait: Deployment and Rollout; the sets of `OpenKruise`.
const PAUSES: &[&str] = &[
    "spec/paused",
    "spec/updateStrategy/paused",
    "spec/updateStrategy/rollingUpdate/paused",
];

fn partition(after: &Datum<'_>) -> Effect {
    match after.at("spec/updateStrategy/rollingUpdate/partition") {
        Some(Datum::Whole(from)) if *from > 0 => {
            Effect::RollsFrom(u64::try_from(*from).unwrap_or(u64::MAX))
        }
        _ => Effect::Rolls,
    }
}
