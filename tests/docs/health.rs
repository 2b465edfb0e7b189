//! The health check that Argo CD is given for the operator's objects, as a file to apply. What it decides is tried
//! where Argo CD is.

use crate::read;

#[test]
fn the_health_check_for_argo_cd_is_an_entry_of_its_configmap() {
    let check = read("plugin/argocd/component/health.yaml");
    let check: serde_yaml::Value = serde_yaml::from_str(&check).expect("it is YAML");
    assert_eq!(check["metadata"]["name"], "argocd-cm");
    let data = check["data"].as_mapping().expect("it has data");
    let entries: Vec<_> = data
        .iter()
        .map(|(key, lua)| (key.as_str(), lua.as_str()))
        .collect();
    let [(Some(key), Some(lua))] = entries[..] else {
        panic!("one entry, and it is text: {entries:?}");
    };
    assert_eq!(
        key,
        "resource.customizations.health.secrets.hashicorp.com_VaultStaticSecret"
    );
    for status in ["Progressing", "Healthy", "Degraded"] {
        assert!(lua.contains(&format!("\"{status}\"")), "{status}");
    }
    assert!(lua.ends_with("return health\n"), "{lua}");
}
