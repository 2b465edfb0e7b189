//! The app that most tests build: an order service with a database account.

use std::fs;
use std::path::Path;

/// What the store holds.
pub const STORE: &str = "=== vault.yaml
apiVersion: countersign.dev/v1alpha1
kind: FileStore
mounts:
  kvv2:
    engine: kv-v2
    secrets:
      shop/orders:
      - {created: 2026-11-01T09:00:00Z, data: {user: s3cr3t-user, password: s3cr3t-one}}
      - {created: 2026-11-02T09:00:00Z, data: {user: s3cr3t-user, password: s3cr3t-two}}
      shop/mail:
      - {created: 2026-11-01T09:00:00Z, data: {password: s3cr3t-mail}}
";

/// A workload that takes the account from a variable and from a file, and settings.
pub const ORDERS: &str = "=== base/orders.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
      - name: orders
        image: registry.example.com/orders:1.4.0
        envFrom:
        - configMapRef: {name: settings}
        env:
        - name: DB_USER
          valueFrom: {secretKeyRef: {name: orders-db, key: user}}
      volumes:
      - name: db
        secret: {secretName: orders-db}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {LOG_LEVEL: info}
";

/// \"Run countersign here\", as a folder that any layer may list.
pub const FUNCTION: &str = "=== countersign/kustomization.yaml
resources: [function.yaml]
=== countersign/function.yaml
apiVersion: countersign.dev/v1alpha1
kind: Countersign
metadata:
  name: countersign
  annotations:
    config.kubernetes.io/function: |
      exec: {path: countersign}
";

/// Everything above, and a base that holds the app and its config.
pub fn app(delivery: &str) -> String {
    format!(
        "{STORE}{ORDERS}{FUNCTION}=== base/secrets.yaml\n{}",
        config(delivery, "")
    )
}

/// The config; `annotations` make it a function of its own.
pub fn config(delivery: &str, annotations: &str) -> String {
    format!(
        "apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata:
  name: shop
{annotations}spec:
  delivery: {delivery}
  lock: none
  vault: {{mount: kvv2}}
  operator: {{vaultAuthRef: shop}}
  secrets:
  - {{name: orders-db, path: shop/orders}}
"
    )
}

/// The annotation that makes a config a function.
pub const AS_FUNCTION: &str = "  annotations:
    config.kubernetes.io/function: |
      exec: {path: countersign}
";

/// Each way in which data reaches the cluster.
pub const DELIVERIES: [&str; 3] = ["Secret", "VaultStaticSecret", "Both"];

/// A base that leaves countersign to the layers above.
pub const PLAIN_BASE: &str = "=== base/kustomization.yaml
resources: [orders.yaml, secrets.yaml]
";

/// A base that runs countersign itself.
pub const BASE_WITH_FUNCTION: &str = "=== base/kustomization.yaml
resources: [orders.yaml, secrets.yaml]
transformers: [../countersign]
";

/// The same, and the Component beside the function.
pub const BASE_WITH_COMPONENT: &str = "=== base/kustomization.yaml
resources: [orders.yaml, secrets.yaml]
transformers: [../countersign]
components: [../names]
";

/// The Component that is shipped, as `names/`.
pub fn component() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin/kustomize");
    let read = |name| fs::read_to_string(folder.join(name)).expect("it is checked in");
    format!(
        "=== names/kustomization.yaml\n{}=== names/name-references.yaml\n{}",
        read("kustomization.yaml"),
        read("name-references.yaml")
    )
}
