//! Sites of Argo Rollouts' analyses, and of Knative's domain mappings.
//!
//! Data only. The pods of both are in `kube::workload`.

use super::row::{ANY, OWN, Row};

const ARGO: &[&str] = &["argoproj.io"];
const ARGUMENT: &[&str] = &["spec/args/valueFrom/secretKeyRef/name"];
/// Read in the controller's namespace unless `namespaced: true` stands beside it.
const DATADOG: &[&str] = &["spec/metrics/provider/datadog/secretRef/name"];

pub(super) const ROWS: &[Row] = &[
    Row {
        groups: ARGO,
        kinds: &["AnalysisRun", "AnalysisTemplate"],
        under: &[],
        paths: ARGUMENT,
        rule: OWN,
    },
    Row {
        groups: ARGO,
        kinds: &["AnalysisRun", "AnalysisTemplate"],
        under: &[],
        paths: DATADOG,
        rule: ANY,
    },
    // Read in the namespace of the run that uses it.
    Row {
        groups: ARGO,
        kinds: &["ClusterAnalysisTemplate"],
        under: &[],
        paths: ARGUMENT,
        rule: ANY,
    },
    Row {
        groups: ARGO,
        kinds: &["ClusterAnalysisTemplate"],
        under: &[],
        paths: DATADOG,
        rule: ANY,
    },
    Row {
        groups: ARGO,
        kinds: &["Experiment"],
        under: &[],
        paths: &["spec/analyses/args/valueFrom/secretKeyRef/name"],
        rule: OWN,
    },
    Row {
        groups: &["serving.knative.dev"],
        kinds: &["DomainMapping"],
        under: &[],
        paths: &["spec/tls/secretName"],
        rule: OWN,
    },
];
