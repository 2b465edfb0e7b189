//! One real OpenBao in development mode, for the tests that want to know what a server answers.
//!
//! It takes a free port, waits until the server says that it is ready, and kills and reaps it when
//! the last user is done, also after a panic. It must not know what the tests ask.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use std::{env, net::TcpListener, thread};

use reqwest::blocking::Client;
use tempfile::TempDir;

/// The variable that names the binary.
const BINARY: &str = "COUNTERSIGN_TEST_BAO";

/// A running server.
pub struct OpenBao {
    /// `http://127.0.0.1:PORT`, or `https://…`.
    pub addr: String,
    /// The root token.
    pub token: String,
    /// Its home; with TLS it holds `vault-ca.pem`.
    pub home: TempDir,
    client: Client,
    child: Child,
}

/// The server that the tests of one binary share.
static SHARED: Mutex<Weak<OpenBao>> = Mutex::new(Weak::new());

impl OpenBao {
    /// The shared server, started if no test has one; use mounts of your own.
    pub fn shared() -> Arc<OpenBao> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(OpenBao::start());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// A server of its own.
    pub fn start() -> OpenBao {
        Self::start_with("http", |_| Vec::new())
    }

    /// A server of its own with TLS for `localhost` and `127.0.0.1`.
    pub fn start_tls() -> OpenBao {
        Self::start_with("https", |home| {
            vec!["-dev-tls".into(), format!("-dev-tls-cert-dir={home}")]
        })
    }

    fn start_with(scheme: &str, flags: impl Fn(&str) -> Vec<String>) -> OpenBao {
        let Some(binary) = env::var_os(BINARY) else {
            panic!("`{BINARY}` is not set: run the tests with `make test`, which installs OpenBao");
        };
        // Somebody else may take the port before the server does, so it is tried again.
        for _ in 0..5 {
            let home = tempfile::tempdir().unwrap();
            let port = free_port();
            let mut command = Command::new(&binary);
            command
                .args([
                    "server",
                    "-dev",
                    "-dev-root-token-id=root",
                    "-dev-no-store-token",
                ])
                .arg(format!("-dev-listen-address=127.0.0.1:{port}"))
                .args(flags(&home.path().display().to_string()))
                .env_clear()
                .env("HOME", home.path())
                .env("PATH", env::var_os("PATH").unwrap_or_default())
                .current_dir(home.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let child = command
                .spawn()
                .unwrap_or_else(|e| panic!("`{BINARY}`: {e}"));
            let mut server = OpenBao {
                addr: format!("{scheme}://127.0.0.1:{port}"),
                token: "root".into(),
                home,
                client: client(),
                child,
            };
            if server.becomes_ready() {
                server.waits_for("", "secret");
                return server;
            }
        }
        panic!("OpenBao did not start")
    }

    fn becomes_ready(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return false;
            }
            // The mount is made last; before that the server answers but knows no `secret/`.
            let url = format!("{}/v1/sys/internal/ui/mounts/secret", self.addr);
            let request = self.client.get(url).header("X-Vault-Token", &self.token);
            if request
                .send()
                .is_ok_and(|response| response.status() == 200)
            {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// Writes the data of a kv-v2 secret; a new version. `json` is the map of its keys.
    pub fn write(&self, mount: &str, path: &str, json: &str) {
        self.must(
            "POST",
            &format!("{mount}/data/{path}"),
            &format!(r#"{{"data":{json}}}"#),
        );
    }

    /// Any request as root: status and body.
    pub fn api(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        self.api_in("", method, path, body)
    }

    /// Any request as root within a namespace.
    pub fn api_in(&self, namespace: &str, method: &str, path: &str, body: &str) -> (u16, String) {
        self.ask(namespace, &self.token, method, path, body)
    }

    /// Any request within a namespace, with a token.
    pub fn ask(
        &self,
        namespace: &str,
        token: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> (u16, String) {
        let kind = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        let request = self
            .client
            .request(method.parse().unwrap(), format!("{}/v1/{path}", self.addr))
            .header("X-Vault-Token", token)
            .header("X-Vault-Namespace", namespace)
            .header("Content-Type", kind)
            .body(body.to_owned());
        let response = request.send().unwrap();
        (response.status().as_u16(), response.text().unwrap())
    }

    /// The token in which the answer of a request as root is wrapped.
    pub fn wrapped(&self, namespace: &str, path: &str) -> String {
        let request = self
            .client
            .post(format!("{}/v1/{path}", self.addr))
            .header("X-Vault-Token", &self.token)
            .header("X-Vault-Namespace", namespace)
            .header("X-Vault-Wrap-TTL", "5m");
        let answer = request.send().unwrap().text().unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["wrap_info"]["token"].as_str().unwrap().to_owned()
    }

    /// A request as root that has to succeed.
    pub fn must(&self, method: &str, path: &str, body: &str) -> String {
        let (status, text) = self.api(method, path, body);
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {text}"
        );
        text
    }

    /// Mounts a kv-v2 engine and waits until it is ready for versions.
    pub fn mount_v2(&self, mount: &str) {
        self.mount_v2_in("", mount);
    }

    /// The same within a namespace.
    pub fn mount_v2_in(&self, namespace: &str, mount: &str) {
        let body = r#"{"type":"kv","options":{"version":"2"}}"#;
        let (status, text) = self.api_in(namespace, "POST", &format!("sys/mounts/{mount}"), body);
        assert!((200..300).contains(&status), "{mount}: {status} {text}");
        self.waits_for(namespace, mount);
    }

    /// A new kv-v2 engine refuses everything for a moment.
    fn waits_for(&self, namespace: &str, mount: &str) {
        let start = Instant::now();
        let config = format!("{mount}/config");
        while self.api_in(namespace, "GET", &config, "").0 != 200 {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "`{mount}` does not get ready"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// A token with one policy, which is given as HCL.
    pub fn token_with(&self, name: &str, policy: &str) -> String {
        let policy = policy.replace('"', "\\\"");
        self.must(
            "POST",
            &format!("sys/policies/acl/{name}"),
            &format!(r#"{{"policy":"{policy}"}}"#),
        );
        let body = format!(r#"{{"policies":["{name}"]}}"#);
        let answer = self.must("POST", "auth/token/create", &body);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["auth"]["client_token"].as_str().unwrap().to_owned()
    }
}

impl Drop for OpenBao {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // The certificate is not what is tested here; `HttpStore` checks it.
    let builder = Client::builder()
        .no_proxy()
        .tls_danger_accept_invalid_certs(true);
    builder.timeout(Duration::from_secs(20)).build().unwrap()
}

/// A port that was free a moment ago, and the next one, which the server takes as well.
fn free_port() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}
