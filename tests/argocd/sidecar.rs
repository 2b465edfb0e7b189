//! The Component that adds the sidecar to Argo CD's repo server, built with the real kustomize.

use std::fs;
use std::process::Command;

use serde_yaml::Value;

const KUSTOMIZATION: &str = "resources: [argocd.yaml]\ncomponents: [component]\n";
const ARGOCD: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: argocd-repo-server}
spec: {template: {spec: {containers: [{name: argocd-repo-server, image: argocd}], volumes: [{name: plugins, emptyDir: {}}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm}
";

#[test]
fn the_component_adds_a_sidecar_with_few_rights_and_a_health_check() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("component")).expect("it is new");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/plugin/argocd/component");
    for entry in fs::read_dir(root).expect("it is there") {
        let entry = entry.expect("it can be read");
        fs::copy(entry.path(), at("component").join(entry.file_name())).expect("it is copied");
    }
    fs::write(at("kustomization.yaml"), KUSTOMIZATION).expect("it is written");
    fs::write(at("argocd.yaml"), ARGOCD).expect("it is written");
    let kustomize = std::env::var_os("COUNTERSIGN_TEST_KUSTOMIZE").expect("run `make test`");
    let built = Command::new(kustomize)
        .arg("build")
        .arg(folder.path())
        .output()
        .expect("it runs");
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let text = String::from_utf8(built.stdout).expect("UTF-8");
    let objects: Vec<Value> = serde_yaml::Deserializer::from_str(&text)
        .map(|one| serde::Deserialize::deserialize(one).expect("it is YAML"))
        .collect();
    let named = |name: &str| {
        let mut found = objects.iter().filter(|o| {
            o["metadata"]["name"]
                .as_str()
                .is_some_and(|n| n.starts_with(name))
        });
        found.next().expect("it is built").clone()
    };
    let spec = named("argocd-repo-server")["spec"]["template"]["spec"].clone();
    let containers = spec["containers"].as_sequence().expect("containers");
    let sidecar = containers
        .iter()
        .find(|one| one["name"] == "countersign")
        .expect("the sidecar");
    assert_eq!(containers.len(), 2);
    assert_eq!(sidecar["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(sidecar["securityContext"]["runAsUser"], 999);
    let mounts = sidecar["volumeMounts"].as_sequence().expect("mounts");
    assert!(
        mounts
            .iter()
            .any(|one| one["mountPath"] == "/tmp" && one["name"] == "countersign-tmp")
    );
    assert_eq!(spec["volumes"].as_sequence().map(Vec::len), Some(5));
    let check = "resource.customizations.health.secrets.hashicorp.com_VaultStaticSecret";
    assert!(
        named("argocd-cm")["data"][check]
            .as_str()
            .is_some_and(|lua| lua.contains("Ready"))
    );
    let plugin = &named("countersign-plugin")["data"]["plugin.yaml"];
    // for those who install Argo CD without kustomize
    let alone = include_str!("../../plugin/argocd/plugin.yaml");
    assert_eq!(plugin.as_str(), Some(alone));
    assert!(
        plugin
            .as_str()
            .is_some_and(|text| !text.contains("discover:"))
    );
}
