//! A shop with one secret of each sort, and the work that tokens are for.

use std::fs;
use std::process::Command;

use serde::Deserialize;

use crate::openbao::OpenBao;

/// Every delivery, hash and engine once; `orders-old` and `orders-gone` leave it before the tests.
const CONFIG: &str = "
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: orders, namespace: shop}
spec:
  delivery: VaultStaticSecret
  vault: {mount: kvv2, namespace: team-a}
  operator: {vaultAuthRef: orders}
  hashKey: {path: shop/hash-key, key: key}
  secrets:
  - {name: orders-db, path: shop/orders-db, keys: {PASSWORD: password}}
  - {name: orders-all, path: shop/orders-all}
  - {name: orders-keyed, path: shop/orders-keyed, hash: keyed}
  - {name: orders-config, path: shop/orders-config, delivery: Secret}
  - {name: orders-sealed, path: shop/orders-sealed, delivery: Secret, hash: keyed}
  - {name: orders-both, path: shop/orders-both, delivery: Both}
  - {name: orders-flat, path: orders, mount: flat, engine: kv-v1, hash: content}
  - {name: orders-stays, path: shop/orders-stays, hash: content, nameSuffix: false}
  - {name: orders-machine, path: shop/orders-machine, follow: true}
";
const LEAVING: &str = "
  - {name: orders-old, path: shop/orders-old, delivery: Secret}
  - {name: orders-gone, path: shop/orders-gone}
";
/// Nothing is locked here.
const PREVIEW: &str = "
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: preview, namespace: preview}
spec:
  delivery: VaultStaticSecret
  lock: none
  vault: {mount: kvv2, namespace: team-a}
  secrets:
  - {name: preview, path: shop/preview, keys: {PASSWORD: password}}
";
/// The paths of kv-v2.
const PATHS: &[&str] = &[
    "hash-key",
    "orders-all",
    "orders-both",
    "orders-config",
    "orders-db",
    "orders-gone",
    "orders-keyed",
    "orders-machine",
    "orders-old",
    "orders-sealed",
    "orders-stays",
    "preview",
];
/// Theirs have no newest version that can be read: the one before has to be found.
const DELETED: &[&str] = &[
    "orders-all",
    "orders-both",
    "orders-config",
    "orders-db",
    "orders-keyed",
    "orders-sealed",
    "orders-stays",
];

/// Three paths, with a key of the same name each.
const VALUES: [&str; 3] = ["one", "three", "two"];
const BUNDLE: &str = "
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: values, namespace: shop}
spec:
  delivery: Secret
  vault: {mount: kvv2, namespace: team-a}
  secrets:
  - name: bundle
    data:
      ONE: {path: values/one, key: one}
      TWO: {path: values/two, key: two}
      THREE: {path: values/three, key: three}
";

/// A server, and a folder with configs and locks.
pub struct Shop {
    pub bao: OpenBao,
    pub folder: tempfile::TempDir,
}

impl Shop {
    /// Two versions of everything, the first of which is locked; then a third, which is deleted.
    pub fn open() -> Shop {
        let shop = Shop {
            bao: OpenBao::start(),
            folder: tempfile::tempdir().unwrap(),
        };
        shop.bao.must("POST", "sys/namespaces/team-a", "");
        shop.must("POST", "sys/mounts/flat", r#"{"type":"kv"}"#);
        shop.bao.mount_v2_in("team-a", "kvv2");
        shop.must("POST", "flat/orders", r#"{"password":"s3cr3t-flat"}"#);
        shop.version();
        shop.file("app/secrets.yaml", &format!("{CONFIG}{}", &LEAVING[1..]));
        shop.file("preview/secrets.yaml", PREVIEW);
        shop.file("values/secrets.yaml", BUNDLE);
        shop.succeeds(&["lock", "app"]);
        shop.file("app/secrets.yaml", CONFIG);
        shop.succeeds(&["lock", "app"]);
        shop.file("fresh/secrets.yaml", CONFIG);
        let typo = CONFIG.replace("PASSWORD: password", "PASSWORD: pasword");
        shop.file("typo/secrets.yaml", &typo);
        shop.version();
        shop.version();
        for path in DELETED {
            shop.must("DELETE", &format!("kvv2/data/shop/{path}"), "");
        }
        shop
    }

    fn version(&self) {
        for path in PATHS {
            let key = if *path == "hash-key" {
                "key"
            } else {
                "password"
            };
            let body = format!(r#"{{"data":{{"{key}":"s3cr3t-{path}"}}}}"#);
            self.must("POST", &format!("kvv2/data/shop/{path}"), &body);
        }
    }

    pub fn file(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The methods whose roles are generated.
    pub fn enable_logins(&self) {
        for method in ["approle", "jwt", "kubernetes"] {
            let body = format!(r#"{{"type":"{method}"}}"#);
            self.must("POST", &format!("sys/auth/{method}"), &body);
        }
    }

    /// All that `lock`, `lock --check --online` and `outdated` say.
    pub fn lock(&self, token: &str) -> String {
        self.say(
            token,
            &[
                &["lock", "fresh", "--dry-run"],
                &["lock", "typo", "--dry-run"],
                &["lock", "app", "--upgrade", "--dry-run"],
                &["lock", "app", "--check", "--online"],
                &["outdated", "app", "--format=json"],
            ],
        )
    }

    /// What is rendered, with a lock and without.
    pub fn render(&self, token: &str) -> String {
        self.say(token, &[&["render", "app"], &["render", "preview"]])
    }

    /// The answers to what the operator asks for the objects that are rendered, in both namespaces.
    pub fn operate(&self, token: &str) -> String {
        let mut out = String::new();
        for folder in ["app", "preview"] {
            let rendered = self.countersign("root", &["render", folder]).1;
            for document in serde_yaml::Deserializer::from_str(&rendered) {
                let object = serde_yaml::Value::deserialize(document).unwrap();
                if object["kind"].as_str() != Some("VaultStaticSecret") {
                    continue;
                }
                let spec = &object["spec"];
                let text = |field: &str| spec[field].as_str().unwrap_or_default();
                let (mount, path) = (text("mount"), text("path"));
                assert_eq!(text("namespace"), "team-a");
                let asked = match (text("type"), spec["version"].as_u64()) {
                    ("kv-v1", _) => format!("{mount}/{path}"),
                    (_, None) => format!("{mount}/data/{path}"),
                    (_, Some(version)) => format!("{mount}/data/{path}?version={version}"),
                };
                out.push_str(&format!("{asked}: {}\n", self.get(token, &asked).0));
            }
        }
        out
    }

    /// What `missing` and `fill` say of a secret from three paths: one that is absent, one that lacks
    /// a key, and one whose newest version was deleted; each of the paths is each of them once.
    pub fn fill(&self, token: &str) -> String {
        let mut out = String::new();
        for round in 0..VALUES.len() {
            for (at, path) in VALUES.iter().enumerate() {
                let data = format!("kvv2/data/values/{path}");
                self.must("DELETE", &format!("kvv2/metadata/values/{path}"), "");
                let state = (at + round) % VALUES.len();
                if state > 0 {
                    self.must("POST", &data, r#"{"data":{"other":"s3cr3t-other"}}"#);
                }
                if state > 1 {
                    self.must("DELETE", &data, "");
                }
            }
            let generated = VALUES.map(|key| format!("--generate={key}"));
            let mut words = vec!["fill", "bundle", "values"];
            words.extend(generated.iter().map(String::as_str));
            out.push_str(&self.say(token, &[&["missing", "values"], &words]));
        }
        out
    }

    fn say(&self, token: &str, commands: &[&[&str]]) -> String {
        let runs = commands.iter().map(|words| {
            let (exit, stdout, stderr) = self.countersign(token, words);
            format!("$ {}\n{stdout}{stderr}{exit}\n", words.join(" "))
        });
        runs.collect()
    }

    /// Exit code, stdout and stderr.
    pub fn countersign(&self, token: &str, words: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(words)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("VAULT_ADDR", &self.bao.addr)
            .env("VAULT_TOKEN", token)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let exit = output.status.code().unwrap();
        (exit, text(output.stdout), text(output.stderr))
    }

    pub fn succeeds(&self, words: &[&str]) -> String {
        let (exit, stdout, stderr) = self.countersign("root", words);
        assert_eq!(exit, 0, "{words:?}: {stderr}");
        stdout
    }

    /// A token with this policy and no other.
    pub fn token(&self, policy: &str) -> String {
        let body = serde_json::json!({"policy": policy}).to_string();
        self.must("PUT", "sys/policies/acl/tried", &body);
        let body = r#"{"policies":["tried"],"no_default_policy":true}"#;
        self.told("POST", "auth/token/create", body, "client_token")
    }

    /// A field of `data` or `auth` of an answer.
    pub fn told(&self, method: &str, path: &str, body: &str, field: &str) -> String {
        let answer: serde_json::Value =
            serde_json::from_str(&self.must(method, path, body)).unwrap();
        let found = answer["data"][field].as_str();
        found.or(answer["auth"][field].as_str()).unwrap().to_owned()
    }

    pub fn get(&self, token: &str, path: &str) -> (u16, String) {
        self.send(token, "GET", path, "")
    }

    pub fn must(&self, method: &str, path: &str, body: &str) -> String {
        let (status, text) = self.send("root", method, path, body);
        assert!((200..300).contains(&status), "{path}: {status} {text}");
        text
    }

    fn send(&self, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
        self.bao.ask("team-a", token, method, path, body)
    }
}
