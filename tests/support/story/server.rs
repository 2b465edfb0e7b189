//! The one OpenBao of a test run, and what a story's `vault.yaml` becomes in it.
//!
//! Each story has a namespace of its own, so they may all use the same mounts, at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_yaml::Value;

use super::action::Action;
use crate::openbao::OpenBao;

static SERVER: Mutex<Option<Arc<OpenBao>>> = Mutex::new(None);

/// The server, started for the first story that asks.
pub fn shared() -> Arc<OpenBao> {
    let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(server.get_or_insert_with(|| Arc::new(OpenBao::start())))
}

/// Ends the server, if one was started.
pub fn stop() {
    SERVER.lock().unwrap_or_else(PoisonError::into_inner).take();
}

/// A namespace that holds what a file store says.
pub struct Namespace {
    bao: Arc<OpenBao>,
    /// As the server knows it.
    pub name: String,
    /// How many versions of `mount/path` were written.
    written: Mutex<HashMap<String, usize>>,
}

impl Namespace {
    /// A new namespace.
    pub fn new(name: &str) -> Self {
        let bao = shared();
        bao.must("POST", &format!("sys/namespaces/{name}"), "{}");
        Self {
            bao,
            name: name.to_owned(),
            written: Mutex::default(),
        }
    }

    /// The server's own address; stories go through a proxy in front of it.
    pub fn address(&self) -> &str {
        &self.bao.addr
    }

    fn must(&self, method: &str, path: &str, body: &str) -> String {
        let (status, text) = self.bao.api_in(&self.name, method, path, body);
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {text}"
        );
        text
    }

    fn policy(&self, policy: &str) {
        let body = serde_json::json!({ "policy": policy }).to_string();
        self.must("POST", "sys/policies/acl/story", &body);
    }

    /// `RoleID` and `SecretID` of the role `builds` at `auth/approle`, with one policy.
    pub fn app_role(&self, policy: &str) -> (String, String) {
        self.policy(policy);
        // the method may be there from an earlier run of the story
        let method = r#"{"type":"approle"}"#;
        self.bao
            .api_in(&self.name, "POST", "sys/auth/approle", method);
        let role = "auth/approle/role/builds";
        self.must("POST", role, r#"{"token_policies":["story"]}"#);
        let text = |verb: &str, path: &str| {
            let answer = self.must(verb, &format!("{role}/{}", path.replace('_', "-")), "{}");
            let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
            answer["data"][path].as_str().unwrap().to_owned()
        };
        (text("GET", "role_id"), text("POST", "secret_id"))
    }

    /// A `SecretID` of that role in a wrapping token, which somebody has opened.
    pub fn opened(&self) -> String {
        let path = "auth/approle/role/builds/secret-id";
        let token = self.bao.wrapped(&self.name, path);
        let body = serde_json::json!({ "token": token }).to_string();
        self.must("POST", "sys/wrapping/unwrap", &body);
        token
    }

    /// A token with one policy.
    pub fn token(&self, policy: &str) -> String {
        self.policy(policy);
        let answer = self.must("POST", "auth/token/create", r#"{"policies":["story"]}"#);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["auth"]["client_token"].as_str().unwrap().to_owned()
    }

    /// The strings of the newest version of a secret.
    pub fn texts(&self, path: &str) -> Vec<String> {
        let (status, text) = self.bao.api_in(&self.name, "GET", path, "");
        assert_eq!(status, 200, "GET {path}: {text}");
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        let data = answer["data"]["data"].as_object().unwrap();
        let texts = data.values().filter_map(serde_json::Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// Writes what a file store says and this namespace does not hold yet.
    pub fn fill(&self, file_store: &str) {
        let store: Value = serde_yaml::from_str(file_store).unwrap();
        let mut written = self.written.lock().unwrap();
        for (mount, content) in entries(&store["mounts"]) {
            let versioned = content["engine"].as_str() == Some("kv-v2");
            if !written.contains_key(&mount) {
                self.mount(&mount, versioned);
                written.insert(mount.clone(), 0);
            }
            for (path, secret) in entries(&content["secrets"]) {
                if !versioned {
                    self.must("POST", &format!("{mount}/{path}"), &json(&secret));
                    continue;
                }
                let versions = secret.as_sequence().unwrap();
                let done = written.entry(format!("{mount}/{path}")).or_default();
                for version in &versions[*done..] {
                    *done += 1;
                    self.version(&mount, &path, *done, version);
                }
            }
        }
    }

    fn mount(&self, mount: &str, versioned: bool) {
        let options = if versioned {
            r#"{"type":"kv","options":{"version":"2"}}"#
        } else {
            r#"{"type":"kv"}"#
        };
        self.must("POST", &format!("sys/mounts/{mount}"), options);
        let start = Instant::now();
        // a new kv-v2 mount answers only when it is ready for versions
        while versioned
            && self
                .bao
                .api_in(&self.name, "GET", &format!("{mount}/config"), "")
                .0
                != 200
        {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "`{mount}` does not get ready"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn version(&self, mount: &str, path: &str, number: usize, version: &Value) {
        let data = if version["data"].is_null() {
            r#"{"gone":"s3cr3t-gone"}"#.to_owned()
        } else {
            json(&version["data"])
        };
        self.put(mount, path, &data);
        for (field, verb) in [("deleted", "delete"), ("destroyed", "destroy")] {
            if version[field].as_bool() == Some(true) {
                self.mark(verb, mount, path, &[number]);
            }
        }
    }

    /// Does what happens in a step.
    pub fn act(&self, action: &Action) {
        let count = |mount: &str, path: &str, change: fn(usize) -> usize| {
            let mut written = self.written.lock().unwrap();
            let number = written.entry(format!("{mount}/{path}")).or_default();
            *number = change(*number);
        };
        match action {
            Action::Put {
                mount, path, data, ..
            } => {
                self.put(mount, path, &data.to_string());
                count(mount, path, |written| written + 1);
            }
            Action::Delete {
                mount,
                path,
                versions,
            } => self.mark("delete", mount, path, versions),
            Action::Undelete {
                mount,
                path,
                versions,
            } => self.mark("undelete", mount, path, versions),
            Action::Destroy {
                mount,
                path,
                versions,
            } => self.mark("destroy", mount, path, versions),
            Action::DeleteMetadata { mount, path } => {
                self.must("DELETE", &format!("{mount}/metadata/{path}"), "");
                count(mount, path, |_| 0);
            }
            Action::MaxVersions { mount, path, n } => {
                let body = format!(r#"{{"max_versions":{n}}}"#);
                self.must("POST", &format!("{mount}/metadata/{path}"), &body);
            }
        }
    }

    fn put(&self, mount: &str, path: &str, data: &str) {
        let body = format!(r#"{{"data":{data}}}"#);
        self.must("POST", &format!("{mount}/data/{path}"), &body);
    }

    fn mark(&self, verb: &str, mount: &str, path: &str, versions: &[usize]) {
        let body = format!(r#"{{"versions":{versions:?}}}"#);
        self.must("POST", &format!("{mount}/{verb}/{path}"), &body);
    }
}

fn entries(value: &Value) -> Vec<(String, Value)> {
    let mapping = value.as_mapping().into_iter().flatten();
    mapping
        .map(|(key, value)| (key.as_str().unwrap().to_owned(), value.clone()))
        .collect()
}

fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap()
}
