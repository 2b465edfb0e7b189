//! Two instances of one base with equal data in one namespace: under `hash: content` they want one name.

use crate::app::{FUNCTION, ORDERS, PLAIN_BASE, STORE};
use crate::folder::Folder;

const LAYERS: &str = "=== a/kustomization.yaml
resources: [../base]
namePrefix: a-
transformers: [../countersign]
=== b/kustomization.yaml
resources: [../base]
namePrefix: b-
transformers: [../countersign]
=== top/kustomization.yaml
resources: [../a, ../b]
namespace: shop
";

fn instances(hash: &str) -> Folder {
    let key = match hash {
        "keyed" => "  hashKey: {path: shop/mail, key: password}\n",
        _ => "",
    };
    let config = format!(
        "=== base/secrets.yaml
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {{name: shop}}
spec:
  delivery: Secret
  lock: none
  vault: {{mount: kvv2}}
  hash: {hash}
{key}  secrets:
  - {{name: orders-db, path: shop/orders}}
"
    );
    Folder::with(&[STORE, ORDERS, FUNCTION, PLAIN_BASE, LAYERS, &config])
}

#[test]
fn a_name_that_content_alone_decides_is_refused_by_kustomize_the_second_time() {
    let stderr = instances("content").fail("top");
    assert!(
        stderr.contains(
            "may not add resource with an already registered id: Secret.v1.[noGrp]/orders-db-"
        ),
        "{stderr}"
    );
}

#[test]
fn names_that_know_their_config_live_side_by_side() {
    for hash in ["version", "keyed"] {
        let built = instances(hash).build("top");
        let made = built.names("Secret");
        assert_eq!(made.len(), 2, "{hash}: {made:?}");
        for instance in ["a", "b"] {
            let used = built.uses(&format!("Deployment/{instance}-orders"));
            assert!(
                used.iter().all(|name| made.contains(name)),
                "{hash}: {used:?}"
            );
        }
        let [a, b] = ["a", "b"].map(|one| built.uses(&format!("Deployment/{one}-orders")));
        assert_ne!(a, b, "{hash}");
    }
}
