//! Sites of the Prometheus operator.
//!
//! Data only. `proxyConnectHeader` is missing: its keys are free, so no path can be written.

use super::row::{CONTAINER, OWN, Row, VOLUME};

/// What every HTTP client takes.
const HTTP: &[&str] = &[
    "authorization/credentials/name",
    "oauth2/clientId/secret/name",
    "oauth2/clientSecret/name",
    "oauth2/tlsConfig/ca/secret/name",
    "oauth2/tlsConfig/cert/secret/name",
    "oauth2/tlsConfig/keySecret/name",
    "tlsConfig/ca/secret/name",
    "tlsConfig/cert/secret/name",
    "tlsConfig/keySecret/name",
];

/// What most of them take as well.
const BASIC: &[&str] = &["basicAuth/password/name", "basicAuth/username/name"];

/// What the older ones still take.
const BEARER: &[&str] = &["bearerTokenSecret/name"];

/// HTTP clients of the API server and of Alertmanager.
const HTTP_WITHOUT_OAUTH: &[&str] = &[
    "authorization/credentials/name",
    "basicAuth/password/name",
    "basicAuth/username/name",
    "tlsConfig/ca/secret/name",
    "tlsConfig/cert/secret/name",
    "tlsConfig/keySecret/name",
];

/// Certificates of a client.
const CLIENT: &[&str] = &["ca/secret/name", "cert/secret/name", "keySecret/name"];

/// Certificates of a server.
const SERVER: &[&str] = &[
    "cert/secret/name",
    "client_ca/secret/name",
    "keySecret/name",
];

const SIGV4: &[&str] = &["sigv4/accessKey/name", "sigv4/secretKey/name"];

const SERVERS: &[&str] = &[
    "Alertmanager",
    "Prometheus",
    "PrometheusAgent",
    "ThanosRuler",
];
const PROMETHEUS: &[&str] = &["Prometheus", "PrometheusAgent"];
const WRITERS: &[&str] = &["Prometheus", "PrometheusAgent", "ThanosRuler"];

const ALERTMANAGER_HTTP: &[&str] = &["spec/alertmanagerConfiguration/global/httpConfig"];

const RECEIVERS: &[&str] = &[
    "spec/receivers/discordConfigs/httpConfig",
    "spec/receivers/msteamsConfigs/httpConfig",
    "spec/receivers/msteamsv2Configs/httpConfig",
    "spec/receivers/opsgenieConfigs/httpConfig",
    "spec/receivers/pagerdutyConfigs/httpConfig",
    "spec/receivers/pushoverConfigs/httpConfig",
    "spec/receivers/rocketchatConfigs/httpConfig",
    "spec/receivers/slackConfigs/httpConfig",
    "spec/receivers/snsConfigs/httpConfig",
    "spec/receivers/telegramConfigs/httpConfig",
    "spec/receivers/victoropsConfigs/httpConfig",
    "spec/receivers/webexConfigs/httpConfig",
    "spec/receivers/webhookConfigs/httpConfig",
    "spec/receivers/wechatConfigs/httpConfig",
];

const DISCOVERIES: &[&str] = &[
    "spec/azureSDConfigs",
    "spec/consulSDConfigs",
    "spec/dockerSDConfigs",
    "spec/dockerSwarmSDConfigs",
    "spec/eurekaSDConfigs",
    "spec/hetznerSDConfigs",
    "spec/httpSDConfigs",
    "spec/kubernetesSDConfigs",
    "spec/kumaSDConfigs",
    "spec/lightSailSDConfigs",
    "spec/nomadSDConfigs",
    "spec/puppetDBSDConfigs",
];

const DISCOVERIES_WITHOUT_BASIC: &[&str] = &[
    "spec/digitalOceanSDConfigs",
    "spec/ionosSDConfigs",
    "spec/linodeSDConfigs",
];

const DISCOVERIES_WITH_TLS_ONLY: &[&str] = &[
    "spec/ec2SDConfigs/tlsConfig",
    "spec/openstackSDConfigs/tlsConfig",
    "spec/scalewaySDConfigs/tlsConfig",
];

const fn row(
    kinds: &'static [&'static str],
    under: &'static [&'static str],
    paths: &'static [&'static str],
) -> Row {
    Row {
        groups: &["monitoring.coreos.com"],
        kinds,
        under,
        paths,
        rule: OWN,
    }
}

pub(super) const ROWS: &[Row] = &[
    row(SERVERS, &["spec"], &["imagePullSecrets/name"]),
    row(SERVERS, &["spec/containers"], CONTAINER),
    row(SERVERS, &["spec/initContainers"], CONTAINER),
    row(SERVERS, &["spec/volumes"], VOLUME),
    row(SERVERS, &["spec/web/tlsConfig"], SERVER),
    row(
        &["Alertmanager"],
        &["spec"],
        &[
            "alertmanagerConfiguration/global/opsGenieApiKey/name",
            "alertmanagerConfiguration/global/opsGenieApiUrl/name",
            "alertmanagerConfiguration/global/rocketChat/token/name",
            "alertmanagerConfiguration/global/rocketChat/tokenID/name",
            "alertmanagerConfiguration/global/slackApiUrl/name",
            "alertmanagerConfiguration/global/smtp/authPassword/name",
            "alertmanagerConfiguration/global/smtp/authSecret/name",
            "alertmanagerConfiguration/global/victorops/apiKey/name",
            "alertmanagerConfiguration/global/wechat/apiSecret/name",
            "alertmanagerConfiguration/templates/secret/name",
            "configSecret",
            "secrets",
        ],
    ),
    row(&["Alertmanager"], ALERTMANAGER_HTTP, HTTP),
    row(&["Alertmanager"], ALERTMANAGER_HTTP, BASIC),
    row(&["Alertmanager"], ALERTMANAGER_HTTP, BEARER),
    row(
        &["Alertmanager"],
        &[
            "spec/alertmanagerConfiguration/global/smtp/tlsConfig",
            "spec/clusterTLS/client",
        ],
        CLIENT,
    ),
    row(&["Alertmanager"], &["spec/clusterTLS/server"], SERVER),
    row(
        &["AlertmanagerConfig"],
        &["spec/receivers"],
        &[
            "discordConfigs/apiURL/name",
            "emailConfigs/authPassword/name",
            "emailConfigs/authSecret/name",
            "msteamsConfigs/webhookUrl/name",
            "msteamsv2Configs/webhookURL/name",
            "opsgenieConfigs/apiKey/name",
            "pagerdutyConfigs/routingKey/name",
            "pagerdutyConfigs/serviceKey/name",
            "pushoverConfigs/token/name",
            "pushoverConfigs/userKey/name",
            "rocketchatConfigs/token/name",
            "rocketchatConfigs/tokenID/name",
            "slackConfigs/apiURL/name",
            "snsConfigs/sigv4/accessKey/name",
            "snsConfigs/sigv4/secretKey/name",
            "telegramConfigs/botToken/name",
            "victoropsConfigs/apiKey/name",
            "webhookConfigs/urlSecret/name",
            "wechatConfigs/apiSecret/name",
        ],
    ),
    row(&["AlertmanagerConfig"], RECEIVERS, HTTP),
    row(&["AlertmanagerConfig"], RECEIVERS, BASIC),
    row(&["AlertmanagerConfig"], RECEIVERS, BEARER),
    row(
        &["AlertmanagerConfig"],
        &["spec/receivers/emailConfigs/tlsConfig"],
        CLIENT,
    ),
    row(&["PodMonitor"], &["spec/podMetricsEndpoints"], HTTP),
    row(&["PodMonitor"], &["spec/podMetricsEndpoints"], BASIC),
    row(&["PodMonitor"], &["spec/podMetricsEndpoints"], BEARER),
    row(&["Probe"], &["spec"], HTTP),
    row(&["Probe"], &["spec"], BASIC),
    row(&["Probe"], &["spec"], BEARER),
    row(
        &["Prometheus"],
        &["spec"],
        &[
            "additionalAlertManagerConfigs/name",
            "additionalAlertRelabelConfigs/name",
            "thanos/objectStorageConfig/name",
            "thanos/tracingConfig/name",
        ],
    ),
    row(
        &["Prometheus"],
        &["spec/alerting/alertmanagers"],
        HTTP_WITHOUT_OAUTH,
    ),
    row(&["Prometheus"], &["spec/alerting/alertmanagers"], SIGV4),
    row(&["Prometheus"], &["spec/remoteRead"], HTTP),
    row(&["Prometheus"], &["spec/remoteRead"], BASIC),
    row(
        &["Prometheus"],
        &["spec/thanos/grpcServerTlsConfig"],
        CLIENT,
    ),
    row(
        PROMETHEUS,
        &["spec"],
        &[
            "additionalScrapeConfigs/name",
            "scrapeClasses/authorization/credentials/name",
            "secrets",
        ],
    ),
    row(PROMETHEUS, &["spec/apiserverConfig"], HTTP_WITHOUT_OAUTH),
    row(
        PROMETHEUS,
        &[
            "spec/scrapeClasses/tlsConfig",
            "spec/tracingConfig/tlsConfig",
        ],
        CLIENT,
    ),
    row(
        WRITERS,
        &["spec/remoteWrite"],
        &["azureAd/oauth/clientSecret/name"],
    ),
    row(WRITERS, &["spec/remoteWrite"], HTTP),
    row(WRITERS, &["spec/remoteWrite"], BASIC),
    row(WRITERS, &["spec/remoteWrite"], SIGV4),
    row(
        &["ScrapeConfig"],
        &["spec"],
        &[
            "azureSDConfigs/clientSecret/name",
            "consulSDConfigs/tokenRef/name",
            "ec2SDConfigs/accessKey/name",
            "ec2SDConfigs/secretKey/name",
            "lightSailSDConfigs/accessKey/name",
            "lightSailSDConfigs/secretKey/name",
            "openstackSDConfigs/applicationCredentialSecret/name",
            "openstackSDConfigs/password/name",
            "ovhcloudSDConfigs/applicationSecret/name",
            "ovhcloudSDConfigs/consumerKey/name",
            "scalewaySDConfigs/secretKey/name",
        ],
    ),
    row(&["ScrapeConfig"], &["spec"], HTTP),
    row(&["ScrapeConfig"], &["spec"], BASIC),
    row(&["ScrapeConfig"], DISCOVERIES, HTTP),
    row(&["ScrapeConfig"], DISCOVERIES, BASIC),
    row(&["ScrapeConfig"], DISCOVERIES_WITHOUT_BASIC, HTTP),
    row(&["ScrapeConfig"], DISCOVERIES_WITH_TLS_ONLY, CLIENT),
    row(&["ServiceMonitor"], &["spec/endpoints"], HTTP),
    row(&["ServiceMonitor"], &["spec/endpoints"], BASIC),
    row(&["ServiceMonitor"], &["spec/endpoints"], BEARER),
    row(
        &["ThanosRuler"],
        &["spec"],
        &[
            "alertRelabelConfigs/name",
            "alertmanagersConfig/name",
            "objectStorageConfig/name",
            "queryConfig/name",
            "tracingConfig/name",
        ],
    ),
    row(&["ThanosRuler"], &["spec/grpcServerTlsConfig"], CLIENT),
];
