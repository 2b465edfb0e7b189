//! Sites of `CloudNativePG`.
//!
//! Data only. `Pooler` also embeds a pod: see `kube::workload`.

use super::row::{CONTAINER, OWN, Row};

const GROUPS: &[&str] = &["postgresql.cnpg.io"];

const fn cluster(under: &'static [&'static str], paths: &'static [&'static str]) -> Row {
    Row {
        groups: GROUPS,
        kinds: &["Cluster"],
        under,
        paths,
        rule: OWN,
    }
}

pub(super) const ROWS: &[Row] = &[
    cluster(
        &[
            "spec/backup/barmanObjectStore",
            "spec/externalClusters/barmanObjectStore",
        ],
        &[
            "azureCredentials/connectionString/name",
            "azureCredentials/storageAccount/name",
            "azureCredentials/storageKey/name",
            "azureCredentials/storageSasToken/name",
            "endpointCA/name",
            "googleCredentials/applicationCredentials/name",
            "s3Credentials/accessKeyId/name",
            "s3Credentials/region/name",
            "s3Credentials/secretAccessKey/name",
            "s3Credentials/sessionToken/name",
        ],
    ),
    cluster(&["spec"], CONTAINER),
    cluster(
        &["spec"],
        &[
            "bootstrap/initdb/postInitApplicationSQLRefs/secretRefs/name",
            "bootstrap/initdb/postInitSQLRefs/secretRefs/name",
            "bootstrap/initdb/postInitTemplateSQLRefs/secretRefs/name",
            "bootstrap/initdb/secret/name",
            "bootstrap/pg_basebackup/secret/name",
            "bootstrap/recovery/backup/endpointCA/name",
            "bootstrap/recovery/secret/name",
            "certificates/clientCASecret",
            "certificates/replicationTLSSecret",
            "certificates/serverCASecret",
            "certificates/serverTLSSecret",
            "externalClusters/password/name",
            "externalClusters/sslCert/name",
            "externalClusters/sslKey/name",
            "externalClusters/sslRootCert/name",
            "imagePullSecrets/name",
            "managed/roles/passwordSecret/name",
            "monitoring/customQueriesSecret/name",
            "postgresql/ldap/bindSearchAuth/bindPassword/name",
            "projectedVolumeTemplate/sources/secret/name",
            "superuserSecret/name",
        ],
    ),
    Row {
        groups: GROUPS,
        kinds: &["DatabaseRole"],
        under: &[],
        paths: &["spec/passwordSecret/name"],
        rule: OWN,
    },
    Row {
        groups: GROUPS,
        kinds: &["Pooler"],
        under: &["spec/pgbouncer"],
        paths: &[
            "authQuerySecret/name",
            "clientCASecret/name",
            "clientTLSSecret/name",
            "serverCASecret/name",
            "serverTLSSecret/name",
        ],
        rule: OWN,
    },
];
