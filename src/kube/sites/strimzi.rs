//! Sites of Strimzi: Kafka, its clients and its users.
//!
//! Data only. Authentications of `v1beta2` and of `v1` stand in one list.

use super::row::{OWN, Row};

/// Pods of Strimzi take a few fields of a pod only.
const POD: &[&str] = &[
    "imagePullSecrets/name",
    "volumes/csi/nodePublishSecretRef/name",
    "volumes/secret/secretName",
];

const ENV: &[&str] = &["env/valueFrom/secretKeyRef/name"];

/// Credentials with which a client logs in.
const AUTHENTICATION: &[&str] = &[
    "authentication/accessToken/secretName",
    "authentication/certificateAndKey/secretName",
    "authentication/clientAssertion/secretName",
    "authentication/clientSecret/secretName",
    "authentication/passwordSecret/secretName",
    "authentication/refreshToken/secretName",
    "authentication/tlsTrustedCertificates/secretName",
    "tls/trustedCertificates/secretName",
];

const fn strimzi(
    kinds: &'static [&'static str],
    under: &'static [&'static str],
    paths: &'static [&'static str],
) -> Row {
    Row {
        groups: &["kafka.strimzi.io"],
        kinds,
        under,
        paths,
        rule: OWN,
    }
}

pub(super) const ROWS: &[Row] = &[
    strimzi(
        &["Kafka"],
        &["spec"],
        &[
            "cruiseControl/apiUsers/valueFrom/secretKeyRef/name",
            "kafka/authorization/tlsTrustedCertificates/secretName",
            "kafka/listeners/authentication/clientSecret/secretName",
            "kafka/listeners/authentication/secrets/secretName",
            "kafka/listeners/authentication/tlsTrustedCertificates/secretName",
            "kafka/listeners/configuration/brokerCertChainAndKey/secretName",
        ],
    ),
    strimzi(
        &["Kafka"],
        &[
            "spec/cruiseControl/template/cruiseControlContainer",
            "spec/cruiseControl/template/tlsSidecarContainer",
            "spec/entityOperator/template/tlsSidecarContainer",
            "spec/entityOperator/template/topicOperatorContainer",
            "spec/entityOperator/template/userOperatorContainer",
            "spec/jmxTrans/template/container",
            "spec/kafka/template/initContainer",
            "spec/kafka/template/kafkaContainer",
            "spec/kafkaExporter/template/container",
            "spec/zookeeper/template/zookeeperContainer",
        ],
        ENV,
    ),
    strimzi(
        &["Kafka"],
        &[
            "spec/cruiseControl/template/pod",
            "spec/entityOperator/template/pod",
            "spec/jmxTrans/template/pod",
            "spec/kafka/template/pod",
            "spec/kafkaExporter/template/pod",
            "spec/zookeeper/template/pod",
        ],
        POD,
    ),
    strimzi(&["KafkaBridge", "KafkaConnect"], &["spec"], AUTHENTICATION),
    strimzi(&["KafkaBridge"], &["spec/template/bridgeContainer"], ENV),
    strimzi(
        &[
            "KafkaBridge",
            "KafkaConnect",
            "KafkaMirrorMaker2",
            "KafkaNodePool",
        ],
        &["spec/template/initContainer"],
        ENV,
    ),
    strimzi(
        &[
            "KafkaBridge",
            "KafkaConnect",
            "KafkaMirrorMaker",
            "KafkaMirrorMaker2",
            "KafkaNodePool",
        ],
        &["spec/template/pod"],
        POD,
    ),
    strimzi(&["KafkaConnect"], &["spec"], &["build/output/pushSecret"]),
    strimzi(
        &["KafkaConnect", "KafkaMirrorMaker2"],
        &["spec"],
        &[
            "externalConfiguration/env/valueFrom/secretKeyRef/name",
            "externalConfiguration/volumes/secret/secretName",
            "template/buildConfig/pullSecret",
            "template/buildContainer/env/valueFrom/secretKeyRef/name",
            "template/connectContainer/env/valueFrom/secretKeyRef/name",
        ],
    ),
    strimzi(
        &["KafkaConnect", "KafkaMirrorMaker2"],
        &["spec/template/buildPod"],
        POD,
    ),
    strimzi(
        &["KafkaMirrorMaker"],
        &["spec/consumer", "spec/producer"],
        AUTHENTICATION,
    ),
    strimzi(
        &["KafkaMirrorMaker"],
        &["spec/template/mirrorMakerContainer"],
        ENV,
    ),
    strimzi(
        &["KafkaMirrorMaker2"],
        &["spec/clusters", "spec/mirrors/source", "spec/target"],
        AUTHENTICATION,
    ),
    strimzi(&["KafkaNodePool"], &["spec/template/kafkaContainer"], ENV),
    strimzi(
        &["KafkaUser"],
        &[],
        &["spec/authentication/password/valueFrom/secretKeyRef/name"],
    ),
];
