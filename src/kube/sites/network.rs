//! Sites of what routes traffic: Contour, Gateway API, GKE, Istio, Traefik.
//!
//! Data only. Ingress is in `kubernetes`.

use super::object::When;
use super::row::{ANY, OWN, Row, SIBLING};

const CONTOUR: &[&str] = &["projectcontour.io"];
const GATEWAY: &[&str] = &["gateway.networking.k8s.io"];
const GATEWAY_EXPERIMENTAL: &[&str] = &["gateway.networking.x-k8s.io"];
const ISTIO: &[&str] = &["networking.istio.io"];
const TRAEFIK: &[&str] = &["traefik.io", "traefik.containo.us"];

/// Gateway API's certificates are Secrets of the core group unless they say otherwise.
const SECRET_BY_DEFAULT: &[When] = &[
    When {
        field: "group",
        is: &[""],
        or_absent: true,
    },
    When {
        field: "kind",
        is: &["Secret"],
        or_absent: true,
    },
];

/// Its certificate authorities are `ConfigMaps` as a rule; a Secret is said to be one.
const SECRET_IF_SAID: &[When] = &[
    When {
        field: "group",
        is: &[""],
        or_absent: true,
    },
    When {
        field: "kind",
        is: &["Secret"],
        or_absent: false,
    },
];

const fn traefik(
    kinds: &'static [&'static str],
    under: &'static [&'static str],
    paths: &'static [&'static str],
) -> Row {
    Row {
        groups: TRAEFIK,
        kinds,
        under,
        paths,
        rule: OWN,
    }
}

pub(super) const ROWS: &[Row] = &[
    Row {
        groups: &["cloud.google.com"],
        kinds: &["BackendConfig"],
        under: &["spec"],
        paths: &[
            "cdn/signedUrlKeys/secretName",
            "iap/oauthclientCredentials/secretName",
        ],
        rule: OWN,
    },
    Row {
        groups: GATEWAY,
        kinds: &["BackendTLSPolicy"],
        under: &[],
        paths: &["spec/validation/caCertificateRefs/name"],
        rule: OWN.when(SECRET_IF_SAID),
    },
    Row {
        groups: GATEWAY,
        kinds: &["Gateway"],
        under: &["spec"],
        paths: &[
            "listeners/tls/certificateRefs/name",
            "tls/backend/clientCertificateRef/name",
        ],
        rule: SIBLING.when(SECRET_BY_DEFAULT),
    },
    Row {
        groups: GATEWAY,
        kinds: &["Gateway"],
        under: &["spec"],
        paths: &[
            "listeners/tls/frontendValidation/caCertificateRefs/name",
            "tls/frontend/default/validation/caCertificateRefs/name",
            "tls/frontend/perPort/tls/validation/caCertificateRefs/name",
        ],
        rule: SIBLING.when(SECRET_IF_SAID),
    },
    Row {
        groups: GATEWAY,
        kinds: &["ListenerSet"],
        under: &[],
        paths: &["spec/listeners/tls/certificateRefs/name"],
        rule: SIBLING.when(SECRET_BY_DEFAULT),
    },
    Row {
        groups: GATEWAY_EXPERIMENTAL,
        kinds: &["XListenerSet"],
        under: &[],
        paths: &["spec/listeners/tls/certificateRefs/name"],
        rule: SIBLING.when(SECRET_BY_DEFAULT),
    },
    // Istio looks in the namespace of the proxy that is configured, not of the object.
    Row {
        groups: ISTIO,
        kinds: &["DestinationRule"],
        under: &["spec/subsets/trafficPolicy", "spec/trafficPolicy"],
        paths: &["portLevelSettings/tls/credentialName", "tls/credentialName"],
        rule: ANY,
    },
    Row {
        groups: ISTIO,
        kinds: &["Gateway"],
        under: &[],
        paths: &["spec/servers/tls/credentialName"],
        rule: ANY,
    },
    Row {
        groups: CONTOUR,
        kinds: &["ContourConfiguration"],
        under: &["spec"],
        paths: &[
            "envoy/clientCertificate/name",
            "httpproxy/fallbackCertificate/name",
        ],
        rule: SIBLING,
    },
    Row {
        groups: CONTOUR,
        kinds: &["ExtensionService"],
        under: &[],
        paths: &["spec/validation/caSecret"],
        rule: OWN.or_slash(),
    },
    Row {
        groups: CONTOUR,
        kinds: &["HTTPProxy"],
        under: &["spec"],
        paths: &[
            "routes/services/validation/caSecret",
            "tcpproxy/services/validation/caSecret",
            "virtualhost/jwtProviders/remoteJWKS/validation/caSecret",
            "virtualhost/tls/clientValidation/caSecret",
            "virtualhost/tls/clientValidation/crlSecret",
            "virtualhost/tls/secretName",
        ],
        rule: OWN.or_slash(),
    },
    Row {
        groups: CONTOUR,
        kinds: &["TLSCertificateDelegation"],
        under: &[],
        paths: &["spec/delegations/secretName"],
        rule: OWN,
    },
    traefik(
        &["IngressRoute", "IngressRouteTCP"],
        &[],
        &["spec/tls/secretName"],
    ),
    traefik(
        &["Middleware"],
        &["spec"],
        &[
            "basicAuth/secret",
            "digestAuth/secret",
            "forwardAuth/tls/caSecret",
            "forwardAuth/tls/certSecret",
            "rateLimit/redis/secret",
            "rateLimit/redis/tls/caSecret",
            "rateLimit/redis/tls/certSecret",
        ],
    ),
    traefik(
        &["ServersTransport"],
        &["spec"],
        &["certificatesSecrets", "rootCAs/secret", "rootCAsSecrets"],
    ),
    traefik(
        &["ServersTransportTCP"],
        &["spec/tls"],
        &["certificatesSecrets", "rootCAs/secret", "rootCAsSecrets"],
    ),
    traefik(&["TLSOption"], &[], &["spec/clientAuth/secretNames"]),
    traefik(
        &["TLSStore"],
        &["spec"],
        &["certificates/secretName", "defaultCertificate/secretName"],
    ),
];
