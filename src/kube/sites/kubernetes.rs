//! Sites of the kinds that Kubernetes and its storage APIs define themselves.
//!
//! Data only. Pods and what embeds them are in `pod` and `kube::workload`; APIs of other projects
//! have files of their own.

use super::object::When;
use super::row::{ANY, OWN, Row, SIBLING, sibling};

const CORE: &[&str] = &[""];
const STORAGE: &[&str] = &["storage.k8s.io"];
const RBAC: &[&str] = &["rbac.authorization.k8s.io"];

/// A rule's `resourceNames` are names of Secrets only where its `resources` say so.
const RULE_OF_SECRETS: &[When] = &[
    When {
        field: "apiGroups",
        is: &["", "*"],
        or_absent: false,
    },
    When {
        field: "resources",
        is: &["secrets", "*"],
        or_absent: false,
    },
];

/// One storage class parameter with the parameter that gives its namespace.
const fn parameter(path: &'static [&'static str], namespace: &'static str) -> Row {
    Row {
        groups: STORAGE,
        kinds: &["StorageClass"],
        under: &["parameters"],
        paths: path,
        rule: sibling(namespace),
    }
}

pub(super) const ROWS: &[Row] = &[
    // A Secret of a persistent volume is a `SecretReference`; the namespace of the claim is meant
    // where the older volume types give none.
    Row {
        groups: CORE,
        kinds: &["PersistentVolume"],
        under: &["spec"],
        paths: &["azureFile/secretName"],
        rule: sibling("secretNamespace"),
    },
    Row {
        groups: CORE,
        kinds: &["PersistentVolume"],
        under: &["spec"],
        paths: &[
            "cephfs/secretRef/name",
            "cinder/secretRef/name",
            "csi/controllerExpandSecretRef/name",
            "csi/controllerPublishSecretRef/name",
            "csi/nodeExpandSecretRef/name",
            "csi/nodePublishSecretRef/name",
            "csi/nodeStageSecretRef/name",
            "flexVolume/secretRef/name",
            "iscsi/secretRef/name",
            "rbd/secretRef/name",
            "scaleIO/secretRef/name",
            "storageos/secretRef/name",
        ],
        rule: SIBLING,
    },
    Row {
        groups: CORE,
        kinds: &["ServiceAccount"],
        under: &[],
        paths: &["imagePullSecrets/name", "secrets/name"],
        rule: OWN,
    },
    Row {
        groups: &["groupsnapshot.storage.k8s.io"],
        kinds: &["VolumeGroupSnapshotClass"],
        under: &["parameters"],
        paths: &[r"csi.storage.k8s.io\/group-snapshotter-secret-name"],
        rule: sibling("csi.storage.k8s.io/group-snapshotter-secret-namespace"),
    },
    Row {
        groups: &["networking.k8s.io", "extensions"],
        kinds: &["Ingress"],
        under: &["metadata/annotations"],
        paths: &[
            r"ingress.kubernetes.io\/auth-secret",
            r"nginx.ingress.kubernetes.io\/auth-secret",
            r"nginx.ingress.kubernetes.io\/auth-tls-secret",
            r"nginx.ingress.kubernetes.io\/proxy-ssl-secret",
        ],
        rule: OWN.or_slash(),
    },
    Row {
        groups: &["networking.k8s.io", "extensions"],
        kinds: &["Ingress"],
        under: &[],
        paths: &["spec/tls/secretName"],
        rule: OWN,
    },
    Row {
        groups: RBAC,
        kinds: &["ClusterRole"],
        under: &[],
        paths: &["rules/resourceNames"],
        rule: ANY.when(RULE_OF_SECRETS),
    },
    Row {
        groups: RBAC,
        kinds: &["Role"],
        under: &[],
        paths: &["rules/resourceNames"],
        rule: OWN.when(RULE_OF_SECRETS),
    },
    Row {
        groups: &["snapshot.storage.k8s.io"],
        kinds: &["VolumeSnapshotClass"],
        under: &["parameters"],
        paths: &[r"csi.storage.k8s.io\/snapshotter-list-secret-name"],
        rule: sibling("csi.storage.k8s.io/snapshotter-list-secret-namespace"),
    },
    Row {
        groups: &["snapshot.storage.k8s.io"],
        kinds: &["VolumeSnapshotClass"],
        under: &["parameters"],
        paths: &[r"csi.storage.k8s.io\/snapshotter-secret-name"],
        rule: sibling("csi.storage.k8s.io/snapshotter-secret-namespace"),
    },
    // Parameters of the in-tree drivers, as kustomize has them.
    parameter(&["adminSecretName"], "adminSecretNamespace"),
    parameter(&["secretName", "secretRef"], "secretNamespace"),
    parameter(&["userSecretName"], "userSecretNamespace"),
    // Parameters of the CSI sidecars.
    parameter(
        &[r"csi.storage.k8s.io\/controller-expand-secret-name"],
        "csi.storage.k8s.io/controller-expand-secret-namespace",
    ),
    parameter(
        &[r"csi.storage.k8s.io\/controller-publish-secret-name"],
        "csi.storage.k8s.io/controller-publish-secret-namespace",
    ),
    parameter(
        &[r"csi.storage.k8s.io\/node-expand-secret-name"],
        "csi.storage.k8s.io/node-expand-secret-namespace",
    ),
    parameter(
        &[r"csi.storage.k8s.io\/node-publish-secret-name"],
        "csi.storage.k8s.io/node-publish-secret-namespace",
    ),
    parameter(
        &[r"csi.storage.k8s.io\/node-stage-secret-name"],
        "csi.storage.k8s.io/node-stage-secret-namespace",
    ),
    parameter(
        &[r"csi.storage.k8s.io\/provisioner-secret-name"],
        "csi.storage.k8s.io/provisioner-secret-namespace",
    ),
];
