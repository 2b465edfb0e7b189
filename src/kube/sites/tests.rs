//! The tables tested as tables: legal, sorted, without repetition, and a superset of kustomize's.

use std::collections::BTreeSet;

use super::object::TABLES;
use super::path::is_legal;
use super::row::{CONTAINER, VOLUME};
use super::*;
use crate::kube::workload::workloads;

/// kustomize's own list for the target Secret (`kind`, `group`, path), pods of workloads apart.
const KUSTOMIZE_OBJECTS: &[(&str, &str, &str)] = &[
    (
        "ClusterRole",
        "rbac.authorization.k8s.io",
        "rules/resourceNames",
    ),
    (
        "Ingress",
        "networking.k8s.io",
        r"metadata/annotations/ingress.kubernetes.io\/auth-secret",
    ),
    (
        "Ingress",
        "networking.k8s.io",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret",
    ),
    (
        "Ingress",
        "networking.k8s.io",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret",
    ),
    ("Ingress", "networking.k8s.io", "spec/tls/secretName"),
    ("PersistentVolume", "", "spec/azureFile/secretName"),
    ("Role", "rbac.authorization.k8s.io", "rules/resourceNames"),
    ("ServiceAccount", "", "imagePullSecrets/name"),
    (
        "StorageClass",
        "storage.k8s.io",
        "parameters/adminSecretName",
    ),
    ("StorageClass", "storage.k8s.io", "parameters/secretName"),
    ("StorageClass", "storage.k8s.io", "parameters/secretRef"),
    (
        "StorageClass",
        "storage.k8s.io",
        "parameters/userSecretName",
    ),
];

/// Workloads of kustomize's own list, each with its path to the pod spec.
const KUSTOMIZE_WORKLOADS: &[(&str, &str, &str)] = &[
    ("CronJob", "batch", "spec/jobTemplate/spec/template/spec"),
    ("DaemonSet", "apps", "spec/template/spec"),
    ("Deployment", "apps", "spec/template/spec"),
    ("Job", "batch", "spec/template/spec"),
    ("Pod", "", "spec"),
    ("PodTemplate", "", "template/spec"),
    ("ReplicaSet", "apps", "spec/template/spec"),
    ("Service", "serving.knative.dev", "spec/template/spec"),
    ("StatefulSet", "apps", "spec/template/spec"),
];

/// What kustomize's own list has for each of them.
const KUSTOMIZE_POD: &[(Target, &str)] = &[
    (Target::Secret, "containers/env/valueFrom/secretKeyRef/name"),
    (Target::Secret, "containers/envFrom/secretRef/name"),
    (Target::Secret, "imagePullSecrets/name"),
    (
        Target::Secret,
        "initContainers/env/valueFrom/secretKeyRef/name",
    ),
    (Target::Secret, "initContainers/envFrom/secretRef/name"),
    (Target::Secret, "volumes/projected/sources/secret/name"),
    (Target::Secret, "volumes/secret/secretName"),
    (
        Target::ConfigMap,
        "containers/env/valueFrom/configMapKeyRef/name",
    ),
    (Target::ConfigMap, "containers/envFrom/configMapRef/name"),
    (
        Target::ConfigMap,
        "initContainers/env/valueFrom/configMapKeyRef/name",
    ),
    (
        Target::ConfigMap,
        "initContainers/envFrom/configMapRef/name",
    ),
    (Target::ConfigMap, "volumes/configMap/name"),
    (
        Target::ConfigMap,
        "volumes/projected/sources/configMap/name",
    ),
];

#[test]
fn every_site_of_kustomize_is_a_site_of_ours() {
    for (kind, group, path) in KUSTOMIZE_OBJECTS {
        let found = object_sites(kind, group).any(|site| site.path == *path);
        assert!(found, "{group}/{kind} {path}");
    }
    for (kind, group, spec) in KUSTOMIZE_WORKLOADS {
        let template = workloads(kind, group).map(|row| row.template);
        let expected = spec
            .strip_suffix("spec")
            .map(|path| path.trim_end_matches('/'));
        assert_eq!(template, expected, "{group}/{kind}");
    }
    for (target, path) in KUSTOMIZE_POD {
        let found = pod_sites()
            .iter()
            .any(|site| site.target == *target && site.path == *path);
        assert!(found, "{path}");
    }
}

#[test]
fn rows_are_sorted_by_group_and_kind() {
    for table in TABLES {
        let keys: Vec<_> = table
            .iter()
            .map(|row| (row.groups[0], row.kinds[0]))
            .collect();
        for pair in keys.windows(2) {
            assert!(
                pair[0] <= pair[1],
                "{:?} stands before {:?}",
                pair[0],
                pair[1]
            );
        }
    }
    assert!(pod_sites().is_sorted_by_key(|site| site.path));
}

#[test]
fn no_site_is_listed_twice() {
    let mut seen = BTreeSet::new();
    for site in all_object_sites() {
        let key = (site.group, site.kind, site.path);
        assert!(seen.insert(key.clone()), "{key:?}");
    }
    let pods: BTreeSet<_> = pod_sites().iter().map(|site| site.path).collect();
    assert_eq!(pods.len(), pod_sites().len());
}

#[test]
fn no_site_lies_below_another() {
    for sites in all_object_sites().chunk_by(|a, b| (a.group, a.kind) == (b.group, b.kind)) {
        for site in sites {
            let below = format!("{}/", site.path);
            assert!(
                sites.iter().all(|other| !other.path.starts_with(&below)),
                "{site:?}"
            );
        }
    }
}

#[test]
fn every_path_is_legal() {
    for site in all_object_sites() {
        assert!(is_legal(&site.path), "{site:?}");
    }
    for site in pod_sites() {
        assert!(is_legal(site.path), "{site:?}");
    }
}

#[test]
fn no_row_is_a_product_with_nothing() {
    for row in TABLES.iter().copied().flatten() {
        assert!(!row.groups.is_empty() && !row.kinds.is_empty() && !row.paths.is_empty());
    }
}

#[test]
fn parts_of_pods_outside_pods_are_those_of_pods() {
    let secrets = |prefix: &str| -> BTreeSet<&str> {
        pod_sites()
            .iter()
            .filter(|site| site.target == Target::Secret)
            .filter_map(|site| site.path.strip_prefix(prefix))
            .collect()
    };
    assert_eq!(secrets("volumes/"), VOLUME.iter().copied().collect());
    for containers in ["containers/", "ephemeralContainers/", "initContainers/"] {
        assert_eq!(secrets(containers), CONTAINER.iter().copied().collect());
    }
}

#[test]
fn a_kind_is_found_by_its_group() {
    let count = |kind, group| object_sites(kind, group).count();
    assert_eq!(count("ServiceAccount", ""), 2);
    assert_eq!(
        count("Ingress", "extensions"),
        count("Ingress", "networking.k8s.io")
    );
    assert_eq!(count("Gateway", "networking.istio.io"), 1);
    assert_eq!(count("Gateway", "gateway.networking.k8s.io"), 5);
    assert_eq!(count("Gateway", ""), 0);
    assert_eq!(count("Deployment", "apps"), 0);
}

#[test]
fn what_an_operator_writes_is_no_site() {
    let outputs = [
        ("Certificate", "cert-manager.io", "spec/secretName"),
        (
            "ClusterIssuer",
            "cert-manager.io",
            "spec/acme/privateKeySecretRef/name",
        ),
        ("ExternalSecret", "external-secrets.io", "spec/target/name"),
        (
            "VaultDynamicSecret",
            "secrets.hashicorp.com",
            "spec/destination/name",
        ),
    ];
    for (kind, group, path) in outputs {
        assert!(
            object_sites(kind, group).all(|site| site.path != path),
            "{kind}"
        );
    }
}
