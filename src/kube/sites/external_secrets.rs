//! Sites of the External Secrets Operator: what its stores, generators and templates read.
//!
//! Data only. `ExternalSecret` `spec.target.name` is not here: the operator writes that Secret.

mod providers;

use super::object::When;
use super::row::{ANY, OWN, Row, Rule, SIBLING};
use providers::{AUTHORITIES, CREDENTIALS};

const STORES: &[&str] = &["external-secrets.io"];

/// A certificate authority stands in a Secret or in a `ConfigMap`.
const TYPE_IS_SECRET: &[When] = &[When {
    field: "type",
    is: &["Secret"],
    or_absent: false,
}];

const fn store(kind: &'static [&'static str], paths: &'static [&'static str], rule: Rule) -> Row {
    Row {
        groups: STORES,
        kinds: kind,
        under: &["spec/provider"],
        paths,
        rule,
    }
}

const fn object(kind: &'static [&'static str], paths: &'static [&'static str], rule: Rule) -> Row {
    Row {
        groups: STORES,
        kinds: kind,
        under: &[],
        paths,
        rule,
    }
}

const fn generator(
    kinds: &'static [&'static str],
    paths: &'static [&'static str],
    rule: Rule,
) -> Row {
    Row {
        groups: &["generators.external-secrets.io"],
        kinds,
        under: &["spec"],
        paths,
        rule,
    }
}

pub(super) const ROWS: &[Row] = &[
    object(
        &["ClusterExternalSecret"],
        &["spec/externalSecretSpec/target/template/templateFrom/secret/name"],
        ANY,
    ),
    object(
        &["ClusterPushSecret"],
        &[
            "spec/pushSecretSpec/selector/secret/name",
            "spec/pushSecretSpec/template/templateFrom/secret/name",
        ],
        ANY,
    ),
    store(&["ClusterSecretStore"], CREDENTIALS, SIBLING),
    store(
        &["ClusterSecretStore"],
        AUTHORITIES,
        SIBLING.when(TYPE_IS_SECRET),
    ),
    object(
        &["ExternalSecret"],
        &["spec/target/template/templateFrom/secret/name"],
        OWN,
    ),
    object(
        &["PushSecret"],
        &[
            "spec/selector/secret/name",
            "spec/template/templateFrom/secret/name",
        ],
        OWN,
    ),
    // The operator ignores a namespace beside the name unless the store is cluster-wide.
    store(&["SecretStore"], CREDENTIALS, OWN),
    store(&["SecretStore"], AUTHORITIES, OWN.when(TYPE_IS_SECRET)),
    generator(
        &["ACRAccessToken"],
        &[
            "auth/servicePrincipal/secretRef/clientId/name",
            "auth/servicePrincipal/secretRef/clientSecret/name",
        ],
        OWN,
    ),
    generator(
        &["ECRAuthorizationToken", "STSSessionToken"],
        &[
            "auth/secretRef/accessKeyIDSecretRef/name",
            "auth/secretRef/secretAccessKeySecretRef/name",
            "auth/secretRef/sessionTokenSecretRef/name",
        ],
        OWN,
    ),
    generator(
        &["GCRAccessToken"],
        &[
            "auth/secretRef/secretAccessKeySecretRef/name",
            "auth/workloadIdentityFederation/awsSecurityCredentials/awsCredentialsSecretRef/name",
        ],
        OWN,
    ),
    generator(
        &["GithubAccessToken"],
        &["auth/privateKey/secretRef/name"],
        OWN,
    ),
    generator(
        &["Grafana"],
        &["auth/basic/password/name", "auth/token/name"],
        OWN,
    ),
    generator(&["MFA"], &["secret/name"], OWN),
    generator(
        &["VaultDynamicSecret"],
        &[
            "provider/auth/appRole/roleRef/name",
            "provider/auth/appRole/secretRef/name",
            "provider/auth/cert/clientCert/name",
            "provider/auth/cert/secretRef/name",
            "provider/auth/gcp/secretRef/secretAccessKeySecretRef/name",
            "provider/auth/iam/secretRef/accessKeyIDSecretRef/name",
            "provider/auth/iam/secretRef/secretAccessKeySecretRef/name",
            "provider/auth/iam/secretRef/sessionTokenSecretRef/name",
            "provider/auth/jwt/secretRef/name",
            "provider/auth/kubernetes/secretRef/name",
            "provider/auth/ldap/secretRef/name",
            "provider/auth/tokenSecretRef/name",
            "provider/auth/userPass/secretRef/name",
            "provider/tls/certSecretRef/name",
            "provider/tls/keySecretRef/name",
        ],
        OWN,
    ),
    generator(
        &["VaultDynamicSecret"],
        &["provider/caProvider/name"],
        OWN.when(TYPE_IS_SECRET),
    ),
    generator(
        &["Webhook"],
        &[
            "auth/ntlm/passwordSecret/name",
            "auth/ntlm/usernameSecret/name",
            "secrets/secretRef/name",
        ],
        OWN,
    ),
    generator(&["Webhook"], &["caProvider/name"], OWN.when(TYPE_IS_SECRET)),
];
