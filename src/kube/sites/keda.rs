//! Sites of KEDA's trigger authentications.
//!
//! Data only. `ScaledJob` embeds a pod: see `kube::workload`.

use super::row::{ANY, OWN, Row, Rule};

const fn authentication(kinds: &'static [&'static str], rule: Rule) -> Row {
    Row {
        groups: &["keda.sh"],
        kinds,
        under: &["spec"],
        paths: &[
            "awsSecretManager/credentials/accessKey/valueFrom/secretKeyRef/name",
            "awsSecretManager/credentials/accessSecretKey/valueFrom/secretKeyRef/name",
            "awsSecretManager/credentials/accessToken/valueFrom/secretKeyRef/name",
            "azureKeyVault/credentials/clientSecret/valueFrom/secretKeyRef/name",
            "gcpSecretManager/credentials/clientSecret/valueFrom/secretKeyRef/name",
            "secretTargetRef/name",
        ],
        rule,
    }
}

pub(super) const ROWS: &[Row] = &[
    // Its Secrets stand in the namespace of KEDA.
    authentication(&["ClusterTriggerAuthentication"], ANY),
    authentication(&["TriggerAuthentication"], OWN),
];
