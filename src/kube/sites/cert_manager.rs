//! Sites of cert-manager: what its issuers and keystores read.
//!
//! Data only. Not here, because cert-manager writes them: `Certificate` `spec.secretName` and
//! `Issuer` `spec.acme.privateKeySecretRef`.

use super::row::{ANY, OWN, Row, Rule};

const GROUPS: &[&str] = &["cert-manager.io"];

const ISSUER: &[&str] = &[
    "spec/acme/externalAccountBinding/keySecretRef/name",
    "spec/acme/solvers/dns01/acmeDNS/accountSecretRef/name",
    "spec/acme/solvers/dns01/akamai/accessTokenSecretRef/name",
    "spec/acme/solvers/dns01/akamai/clientSecretSecretRef/name",
    "spec/acme/solvers/dns01/akamai/clientTokenSecretRef/name",
    "spec/acme/solvers/dns01/azureDNS/clientSecretSecretRef/name",
    "spec/acme/solvers/dns01/cloudDNS/serviceAccountSecretRef/name",
    "spec/acme/solvers/dns01/cloudflare/apiKeySecretRef/name",
    "spec/acme/solvers/dns01/cloudflare/apiTokenSecretRef/name",
    "spec/acme/solvers/dns01/digitalocean/tokenSecretRef/name",
    "spec/acme/solvers/dns01/rfc2136/tsigSecretSecretRef/name",
    "spec/acme/solvers/dns01/route53/accessKeyIDSecretRef/name",
    "spec/acme/solvers/dns01/route53/secretAccessKeySecretRef/name",
    "spec/acme/solvers/http01/gatewayHTTPRoute/podTemplate/spec/imagePullSecrets/name",
    "spec/acme/solvers/http01/ingress/podTemplate/spec/imagePullSecrets/name",
    "spec/ca/secretName",
    "spec/vault/auth/appRole/secretRef/name",
    "spec/vault/auth/clientCertificate/secretName",
    "spec/vault/auth/kubernetes/secretRef/name",
    "spec/vault/auth/tokenSecretRef/name",
    "spec/vault/caBundleSecretRef/name",
    "spec/vault/clientCertSecretRef/name",
    "spec/vault/clientKeySecretRef/name",
    "spec/venafi/cloud/apiTokenSecretRef/name",
    "spec/venafi/tpp/caBundleSecretRef/name",
    "spec/venafi/tpp/credentialsRef/name",
];

const fn issuer(kinds: &'static [&'static str], rule: Rule) -> Row {
    Row {
        groups: GROUPS,
        kinds,
        under: &[],
        paths: ISSUER,
        rule,
    }
}

pub(super) const ROWS: &[Row] = &[
    Row {
        groups: GROUPS,
        kinds: &["Certificate"],
        under: &["spec/keystores"],
        paths: &[
            "jks/passwordSecretRef/name",
            "pkcs12/passwordSecretRef/name",
        ],
        rule: OWN,
    },
    // Its Secrets stand in the controller's cluster resource namespace.
    issuer(&["ClusterIssuer"], ANY),
    issuer(&["Issuer"], OWN),
];
