//! Sites of Flux: sources, releases, image automation and notifications.
//!
//! Data only.

use super::object::When;
use super::row::{OWN, Row};

/// References that may be to a `ConfigMap` name the kind beside the name.
const KIND_IS_SECRET: &[When] = &[When {
    field: "kind",
    is: &["Secret"],
    or_absent: false,
}];

const fn flux(
    groups: &'static [&'static str],
    kinds: &'static [&'static str],
    paths: &'static [&'static str],
) -> Row {
    Row {
        groups,
        kinds,
        under: &["spec"],
        paths,
        rule: OWN,
    }
}

const HELM: &[&str] = &["helm.toolkit.fluxcd.io"];
const IMAGE: &[&str] = &["image.toolkit.fluxcd.io"];
const KUSTOMIZE: &[&str] = &["kustomize.toolkit.fluxcd.io"];
const NOTIFICATION: &[&str] = &["notification.toolkit.fluxcd.io"];
const SOURCE: &[&str] = &["source.toolkit.fluxcd.io"];

pub(super) const ROWS: &[Row] = &[
    flux(
        HELM,
        &["HelmRelease"],
        &[
            "chart/spec/verify/secretRef/name",
            "kubeConfig/secretRef/name",
        ],
    ),
    Row {
        groups: HELM,
        kinds: &["HelmRelease"],
        under: &[],
        paths: &["spec/valuesFrom/name"],
        rule: OWN.when(KIND_IS_SECRET),
    },
    flux(
        IMAGE,
        &["ImageRepository"],
        &[
            "certSecretRef/name",
            "proxySecretRef/name",
            "secretRef/name",
        ],
    ),
    flux(
        IMAGE,
        &["ImageUpdateAutomation"],
        &["git/commit/signingKey/secretRef/name"],
    ),
    flux(
        KUSTOMIZE,
        &["Kustomization"],
        &["decryption/secretRef/name", "kubeConfig/secretRef/name"],
    ),
    Row {
        groups: KUSTOMIZE,
        kinds: &["Kustomization"],
        under: &[],
        paths: &["spec/postBuild/substituteFrom/name"],
        rule: OWN.when(KIND_IS_SECRET),
    },
    flux(
        NOTIFICATION,
        &["Provider"],
        &[
            "certSecretRef/name",
            "proxySecretRef/name",
            "secretRef/name",
        ],
    ),
    flux(NOTIFICATION, &["Receiver"], &["secretRef/name"]),
    flux(
        SOURCE,
        &["Bucket"],
        &[
            "certSecretRef/name",
            "proxySecretRef/name",
            "secretRef/name",
            "sts/certSecretRef/name",
            "sts/secretRef/name",
        ],
    ),
    flux(
        SOURCE,
        &["GitRepository"],
        &[
            "proxySecretRef/name",
            "secretRef/name",
            "verify/secretRef/name",
        ],
    ),
    flux(SOURCE, &["HelmChart"], &["verify/secretRef/name"]),
    flux(
        SOURCE,
        &["HelmRepository"],
        &["certSecretRef/name", "secretRef/name"],
    ),
    flux(
        SOURCE,
        &["OCIRepository"],
        &[
            "certSecretRef/name",
            "proxySecretRef/name",
            "secretRef/name",
            "verify/secretRef/name",
            "verify/trustedRootSecretRef/name",
        ],
    ),
];
