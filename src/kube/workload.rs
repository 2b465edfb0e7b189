//! The table of kinds that hold pods, and where each keeps its pod template.
//!
//! Adding a kind is adding a row; nothing else changes. The table says where a template is and
//! whether it takes the stamp. It must not know YAML trees, names or hashes.

/// A kind that runs pods.
#[derive(Debug, PartialEq, Eq)]
pub struct Workload {
    /// API groups that serve the kind, now or in older manifests; `""` is the core group.
    pub groups: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Path to the object that holds the pod's `metadata` and `spec`; `""` where that is the
    /// object itself. Lists on the way are walked.
    pub template: &'static str,
    /// Whether the template takes `countersign.dev/config-hash`.
    pub stamped: bool,
}

const CORE: &[&str] = &[""];
/// Old manifests still say `extensions/v1beta1`; the API server served them as `apps`.
const APPS: &[&str] = &["apps", "extensions"];
const ARGO: &[&str] = &["argoproj.io"];
const BATCH: &[&str] = &["batch"];
const CNPG: &[&str] = &["postgresql.cnpg.io"];
const KEDA: &[&str] = &["keda.sh"];
const KNATIVE: &[&str] = &["serving.knative.dev"];
const KRUISE: &[&str] = &["apps.kruise.io"];

const fn stamped(
    groups: &'static [&'static str],
    kind: &'static str,
    template: &'static str,
) -> Workload {
    Workload {
        groups,
        kind,
        template,
        stamped: true,
    }
}

const fn rewritten(
    groups: &'static [&'static str],
    kind: &'static str,
    template: &'static str,
) -> Workload {
    Workload {
        groups,
        kind,
        template,
        stamped: false,
    }
}

/// Every workload kind, sorted by group and kind.
pub const WORKLOADS: &[Workload] = &[
    stamped(CORE, "Pod", ""),
    stamped(CORE, "PodTemplate", "template"),
    stamped(CORE, "ReplicationController", "spec/template"),
    stamped(APPS, "DaemonSet", "spec/template"),
    stamped(APPS, "Deployment", "spec/template"),
    stamped(APPS, "ReplicaSet", "spec/template"),
    stamped(APPS, "StatefulSet", "spec/template"),
    rewritten(KRUISE, "BroadcastJob", "spec/template"),
    rewritten(KRUISE, "CloneSet", "spec/template"),
    rewritten(KRUISE, "DaemonSet", "spec/template"),
    rewritten(KRUISE, "StatefulSet", "spec/template"),
    rewritten(ARGO, "AnalysisRun", ANALYSIS),
    rewritten(ARGO, "AnalysisTemplate", ANALYSIS),
    rewritten(ARGO, "ClusterAnalysisTemplate", ANALYSIS),
    rewritten(ARGO, "Experiment", "spec/templates/template"),
    stamped(ARGO, "Rollout", "spec/template"),
    stamped(BATCH, "CronJob", "spec/jobTemplate/spec/template"),
    // A Job's template is immutable: a stamp that moves would be refused by the API server.
    rewritten(BATCH, "Job", "spec/template"),
    rewritten(KEDA, "ScaledJob", "spec/jobTargetRef/template"),
    rewritten(CNPG, "Pooler", "spec/template"),
    rewritten(KNATIVE, "Configuration", "spec/template"),
    rewritten(KNATIVE, "Revision", ""),
    stamped(KNATIVE, "Service", "spec/template"),
];

/// Analyses may run a Job as one of their measurements.
const ANALYSIS: &str = "spec/metrics/provider/job/spec/template";

/// The row of a kind, if it runs pods.
#[must_use]
pub fn workloads(kind: &str, group: &str) -> Option<&'static Workload> {
    WORKLOADS
        .iter()
        .find(|row| row.kind == kind && row.groups.contains(&group))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kube::sites::path::is_legal;

    #[test]
    fn rows_are_sorted_by_group_and_kind() {
        assert!(WORKLOADS.is_sorted_by_key(|row| (row.groups[0], row.kind)));
    }

    #[test]
    fn no_kind_is_listed_twice() {
        let mut seen = BTreeSet::new();
        for row in WORKLOADS {
            for group in row.groups {
                assert!(seen.insert((group, row.kind)), "{group}/{}", row.kind);
            }
        }
    }

    #[test]
    fn every_template_path_is_legal() {
        for row in WORKLOADS {
            assert!(row.template.is_empty() || is_legal(row.template), "{row:?}");
        }
    }

    #[test]
    fn the_design_decides_which_kinds_are_stamped() {
        let mut stamped: Vec<_> = WORKLOADS
            .iter()
            .filter(|row| row.stamped)
            .map(|row| row.kind)
            .collect();
        stamped.sort_unstable();
        assert_eq!(
            stamped,
            [
                "CronJob",
                "DaemonSet",
                "Deployment",
                "Pod",
                "PodTemplate",
                "ReplicaSet",
                "ReplicationController",
                "Rollout",
                "Service",
                "StatefulSet",
            ]
        );
    }

    #[test]
    fn a_kind_is_found_by_its_group() {
        let template = |kind, group| workloads(kind, group).map(|row| row.template);
        assert_eq!(template("Deployment", "apps"), Some("spec/template"));
        assert_eq!(template("Deployment", "extensions"), Some("spec/template"));
        assert_eq!(template("Pod", ""), Some(""));
        assert_eq!(
            template("Service", "serving.knative.dev"),
            Some("spec/template")
        );
        assert_eq!(template("Service", ""), None);
        assert_eq!(template("Deployment", "example.com"), None);
    }
}
