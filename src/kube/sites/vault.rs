//! Sites of the Vault Secrets Operator.
//!
//! Data only. A destination is a site because our own `VaultStaticSecret` objects are among the
//! manifests when countersign runs a second time; the destinations of the operator's other kinds
//! are written by it and never ours.

use super::row::{ANY, OWN, Row};

const GROUPS: &[&str] = &["secrets.hashicorp.com"];

pub(super) const ROWS: &[Row] = &[
    // Credentials stand in the namespace of the object that uses the authentication.
    Row {
        groups: GROUPS,
        kinds: &["HCPAuth"],
        under: &[],
        paths: &["spec/servicePrincipal/secretRef"],
        rule: ANY,
    },
    Row {
        groups: GROUPS,
        kinds: &["VaultAuth", "VaultAuthGlobal"],
        under: &["spec"],
        paths: &["appRole/secretRef", "aws/secretRef", "jwt/secretRef"],
        rule: ANY,
    },
    Row {
        groups: GROUPS,
        kinds: &["VaultConnection"],
        under: &[],
        paths: &["spec/caCertSecretRef"],
        rule: OWN,
    },
    Row {
        groups: GROUPS,
        kinds: &["VaultStaticSecret"],
        under: &[],
        paths: &["spec/destination/name"],
        rule: OWN,
    },
];
