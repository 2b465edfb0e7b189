//! What is damaged: the manifests of fixtures/wild, configs, and both together in a `ResourceList`.

use std::fmt::Write as _;
use std::path::Path;

use countersign::yaml::Tree;
use countersign::yaml::split::split;

/// A store that has everything that the configs ask for.
pub const SECRETS: &str = "
apiVersion: countersign.dev/v1alpha1
kind: FileStore
mounts:
  kvv2:
    engine: kv-v2
    secrets:
      orders/db:
      - {created: 2026-11-01T09:00:00Z, data: {username: orders, password: s3cr3t-one, blob: czNjcjN0LWE=}}
      - {created: 2026-11-02T09:00:00Z, data: {username: orders, password: s3cr3t-two, blob: czNjcjN0LWI=}}
";

const CONFIGS: &[&str] = &[
    "apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata:
  name: wild
spec:
  delivery: VaultStaticSecret
  lock: none
  vault: {mount: kvv2}
  operator:
    vaultAuthRef: wild
  parameters: {env: db}
  secrets:
  - name: orders-db
    path: orders/{{ env }}
    keys: {DB_PASSWORD: password}
  - {name: web-tls, path: orders/db, keys: {tls.crt: username, tls.key: password}, type: kubernetes.io/tls}
  - {name: registry-pull, path: orders/db, keys: {.dockerconfigjson: password}, type: kubernetes.io/dockerconfigjson}
",
    "apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: wild, namespace: shop}
spec:
  delivery: Secret
  lock: none
  vault:
    mount: kvv2
    engine: kv-v2
  hash: content
  secrets:
  - name: orders-db
    path: orders/db
    version: 1
    labels: {a: b}
    annotations: {\"c\": d}
    immutable: true
  - name: web-tls
    nameSuffix: false
    data:
      tls.crt: {path: orders/db, key: username}
      tls.key: {path: orders/db, key: blob, decode: base64}
    type: kubernetes.io/tls
  stamp:
    exclude: {ConfigMap/dashboards: [\"*\"]}
    live: {ConfigMap/scripts: [backup.sh]}
  references:
  - {kind: Widget, group: example.com, path: spec/secretName}
",
    "{\"apiVersion\": \"countersign.dev/v1alpha1\", \"kind\": \"VaultSecrets\", \"metadata\": {\"name\": \"wild\"}, \"spec\": {\"delivery\": \"Both\",
\"lock\": \"none\", \"operator\": {\"vaultAuthRef\": \"x\", \"refreshAfter\": \"1h\"}, \"secrets\": [{\"name\": \"orders-db\", \"mount\": \"kvv2\", \"path\": \"orders/db\"}]}}
",
];

/// Texts to start from.
pub struct Seeds {
    pub manifests: Vec<String>,
    pub configs: Vec<String>,
    pub resource_lists: Vec<String>,
}

impl Seeds {
    /// Reads the manifests, in a stable order.
    pub fn load() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wild");
        let entries =
            std::fs::read_dir(folder).unwrap_or_else(|error| panic!("fixtures/wild: {error}"));
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        let manifests: Vec<String> = files
            .iter()
            .filter_map(|file| std::fs::read_to_string(file).ok())
            .collect();
        let configs: Vec<String> = CONFIGS.iter().map(|&config| config.to_owned()).collect();
        let lists = manifests
            .iter()
            .enumerate()
            .map(|(at, text)| resource_list(text, &configs[at % configs.len()], at % 2 == 0));
        let resource_lists = lists.filter(|list| Tree::parse(list).is_ok()).collect();
        Seeds {
            manifests,
            configs,
            resource_lists,
        }
    }
}

/// The documents of a stream as items; the config is one of them, or the function's own.
fn resource_list(stream: &str, config: &str, own: bool) -> String {
    let mut out = String::from("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n");
    let config_item = if own { None } else { Some(config) };
    let documents = split(stream).into_iter().map(|unit| &stream[unit]);
    for document in documents.chain(config_item) {
        let lines = document
            .lines()
            .filter(|line| !line.starts_with("---") && !line.starts_with('#'));
        let lines: Vec<&str> = lines.skip_while(|line| line.trim().is_empty()).collect();
        for (at, line) in lines.iter().enumerate() {
            let _ = writeln!(out, "{}{line}", if at == 0 { "- " } else { "  " });
        }
    }
    if own {
        out.push_str("functionConfig:\n");
        for line in config.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}
