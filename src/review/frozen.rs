//! The table of fields that the API server does not let anybody change, and what replaces the object.
//!
//! Kubernetes' own validation (apps, batch, core) and Knative's webhook; only fields that a secret or
//! a configuration can move, or that stand beside them. Knows manifests as data, no secrets.

use super::Identity;
use super::datum::Datum;
use super::difference::Change;

/// What is frozen of a kind.
enum Frozen {
    /// These fields.
    Fields(&'static [&'static str]),
    /// All of `spec` but these.
    SpecBut(&'static [&'static str]),
}

/// Groups, kind, fields; sorted by group and kind.
const FROZEN: &[(&[&str], &str, Frozen)] = &[
    // images, deadlines and more tolerations are accepted
    (
        &[""],
        "Pod",
        Frozen::SpecBut(&[
            "activeDeadlineSeconds",
            "containers/image",
            "initContainers/image",
            "terminationGracePeriodSeconds",
            "tolerations",
        ]),
    ),
    (&[""], "Secret", Frozen::Fields(&["type"])),
    (APPS, "DaemonSet", Frozen::Fields(SELECTOR)),
    (APPS, "Deployment", Frozen::Fields(SELECTOR)),
    (APPS, "ReplicaSet", Frozen::Fields(SELECTOR)),
    (
        APPS,
        "StatefulSet",
        Frozen::SpecBut(&[
            "minReadySeconds",
            "ordinals",
            "persistentVolumeClaimRetentionPolicy",
            "replicas",
            "revisionHistoryLimit",
            "template",
            "updateStrategy",
        ]),
    ),
    (
        &["batch"],
        "Job",
        Frozen::Fields(&[
            "spec/backoffLimitPerIndex",
            "spec/completionMode",
            "spec/podFailurePolicy",
            "spec/selector",
            "spec/template",
        ]),
    ),
    (&["serving.knative.dev"], "Revision", Frozen::SpecBut(&[])),
];

const APPS: &[&str] = &["apps", "extensions"];
const SELECTOR: &[&str] = &["spec/selector"];
/// Data of an object that says `immutable: true`.
const DATA: &[&str] = &["data", "binaryData", "stringData", "immutable"];

/// The changed fields that the API server refuses.
#[must_use]
pub fn refused(
    id: &Identity,
    old: &Datum<'_>,
    new: &Datum<'_>,
    changes: &[Change<'_, '_>],
) -> Vec<String> {
    let (group, kind) = (id.group.as_str(), id.kind.as_str());
    let within = |change: &Change<'_, '_>, path: &str| {
        change.is_within(&path.split('/').collect::<Vec<_>>())
    };
    let row = FROZEN
        .iter()
        .find(|(groups, k, _)| *k == kind && groups.contains(&group));
    let frozen = |change: &Change<'_, '_>| match row {
        Some((_, _, Frozen::Fields(fields))) => fields.iter().any(|f| within(change, f)),
        Some((_, _, Frozen::SpecBut(but))) => {
            let free = |field: &&str| within(change, &format!("spec/{field}"));
            within(change, "spec") && !but.iter().any(free)
        }
        None => false,
    };
    let immutable = group.is_empty()
        && matches!(kind, "Secret" | "ConfigMap")
        && old.at("immutable").is_some_and(Datum::is_true);
    let data = |change: &Change<'_, '_>| immutable && DATA.iter().any(|f| within(change, f));
    let mut fields: Vec<String> = changes
        .iter()
        .filter(|change| frozen(change) || data(change))
        .map(top)
        .collect();
    fields.extend(revision_name(kind, group, old, new, changes));
    fields.dedup();
    fields
}

/// The field as a person thinks of it: no deeper than two keys.
fn top(change: &Change<'_, '_>) -> String {
    change.keys().take(2).collect::<Vec<_>>().join(".")
}

/// Knative: a revision that was given its name by hand must get another one.
fn revision_name(
    kind: &str,
    group: &str,
    old: &Datum<'_>,
    new: &Datum<'_>,
    changes: &[Change<'_, '_>],
) -> Option<String> {
    const NAME: &str = "spec/template/metadata/name";
    let named = group == "serving.knative.dev" && matches!(kind, "Service" | "Configuration");
    let name = |datum: &Datum<'_>| datum.at(NAME).and_then(Datum::text).map(str::to_owned);
    let kept = named && name(old).is_some() && name(old) == name(new);
    let moves = changes.iter().any(|c| c.is_within(&["spec", "template"]));
    (kept && moves).then(|| "spec.template".to_owned())
}

/// The tool that deletes the object and makes it again, where the manifest says so.
#[must_use]
pub fn replaced_by(after: &Datum<'_>) -> Option<&'static str> {
    let said = |name: &str| match after.at("metadata/annotations")? {
        Datum::Map(annotations) => annotations.get(name)?.text(),
        _ => None,
    };
    let lists = |name: &str, word: &str| {
        let mut words = said(name).unwrap_or_default().split(',');
        words.any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    let options = "argocd.argoproj.io/sync-options";
    if lists(options, "Force=true") && lists(options, "Replace=true") {
        return Some("Argo CD");
    }
    // both tools delete a hook before they make it again, unless it says when else to delete it
    let hook = |hook: &str, policy: &str, words: [&str; 2]| {
        said(hook).is_some()
            && (said(policy).is_none() || words.iter().any(|word| lists(policy, word)))
    };
    if hook(
        "argocd.argoproj.io/hook",
        "argocd.argoproj.io/hook-delete-policy",
        ["BeforeHookCreation", "HookSucceeded"],
    ) {
        return Some("Argo CD");
    }
    if hook(
        "helm.sh/hook",
        "helm.sh/hook-delete-policy",
        ["before-hook-creation", "hook-succeeded"],
    ) {
        return Some("Helm");
    }
    lists("kustomize.toolkit.fluxcd.io/force", "enabled").then_some("Flux")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_in_order_and_once() {
        assert!(FROZEN.is_sorted_by_key(|(groups, kind, _)| (groups[0], *kind)));
        let fields = FROZEN.iter().map(|(_, _, frozen)| match frozen {
            Frozen::Fields(fields) | Frozen::SpecBut(fields) => fields,
        });
        for fields in fields {
            assert!(fields.is_sorted(), "{fields:?}");
        }
    }
}
