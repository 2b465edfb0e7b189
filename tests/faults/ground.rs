//! What all cases stand on: a real OpenBao with a few secrets, certificates that it issued, and a lock.

use std::fs;
use std::sync::Arc;

use rustls::ServerConfig;
use serde_json::Value;
use tempfile::TempDir;

use crate::door::{self, Door};
use crate::openbao::OpenBao;
use crate::proxy::wire::identity;
use crate::rows::Token;

/// Names of the secrets that a build asks for.
pub const SECRETS: [&str; 4] = ["api", "db", "mail", "queue"];
/// What all of their values contain.
pub const MARKER: &str = "s3cr3t-";

/// The type of an authority that nobody signs.
const ROOT: &str = "root";

/// Who a server with TLS says that it is.
#[derive(Clone, Copy)]
pub enum Certificate {
    /// As it should be.
    Good,
    /// Of another host.
    OtherName,
    /// Of last year.
    Expired,
    /// Of the end of the century.
    NotYet,
    /// Signed by an authority that nobody knows.
    Unknown,
    /// Signed by another authority with the name of a known one.
    Namesake,
}

/// The server and what belongs to it.
pub struct Ground {
    /// The real one.
    pub bao: OpenBao,
    /// Holds `ca.pem`.
    pub folder: TempDir,
    /// Locks of builds that went well: of one secret, and of all.
    locks: [String; 2],
}

impl Ground {
    /// Starts the server and fills it.
    pub fn lay() -> Self {
        let bao = OpenBao::start();
        bao.mount_v2("faults");
        for name in SECRETS {
            let json = format!(r#"{{"user":"{MARKER}user-{name}","password":"{MARKER}{name}"}}"#);
            bao.write("faults", &format!("shop/{name}"), &json);
        }
        bao.must("POST", "sys/auth/userpass", r#"{"type":"userpass"}"#);
        bao.must(
            "POST",
            "sys/policies/acl/shop",
            r#"{"policy":"path \"faults/*\" { capabilities = [\"read\"] }"}"#,
        );
        let [_, (_, user), (_, password)] = door::LOGIN;
        bao.must(
            "POST",
            &format!("auth/userpass/users/{user}"),
            &format!(r#"{{"password":"{password}","token_policies":"shop"}}"#),
        );
        let mut ground = Self {
            bao,
            folder: tempfile::tempdir().unwrap(),
            locks: Default::default(),
        };
        for (authority, name) in [("known", "CA"), ("namesake", "CA"), ("unknown", "Other CA")] {
            ground.authority(authority, name);
        }
        ground.locks = [1, SECRETS.len()].map(|secrets| ground.locked(secrets));
        ground
    }

    fn locked(&self, secrets: usize) -> String {
        let folder = tempfile::tempdir().unwrap();
        let env = [
            ("VAULT_ADDR", self.bao.addr.as_str()),
            ("VAULT_TOKEN", "root"),
        ];
        let outcome = door::call(folder.path(), Door::Lock, secrets, &env, &[]);
        let lock = fs::read_to_string(folder.path().join("countersign.lock"));
        lock.unwrap_or_else(|error| panic!("{}", outcome.told(&error.to_string())))
    }

    /// The lock of a build with so many secrets.
    pub fn lock(&self, secrets: usize) -> &str {
        &self.locks[usize::from(secrets > 1)]
    }

    /// A token of its own for each case.
    pub fn token(&self, token: Token) -> String {
        let body = match token {
            Token::Lasting => "{}",
            Token::OneUse => r#"{"num_uses":1}"#,
        };
        let answer = self.bao.must("POST", "auth/token/create", body);
        text(&answer, &["auth", "client_token"])
    }

    /// The file of the authority that is trusted.
    pub fn trusted(&self) -> String {
        self.folder.path().join("ca.pem").display().to_string()
    }

    fn authority(&self, authority: &str, name: &str) {
        let must = |path: &str, body: &str| self.bao.must("POST", path, body);
        must(
            &format!("sys/mounts/{authority}"),
            r#"{"type":"pki","config":{"max_lease_ttl":"876000h"}}"#,
        );
        let root = must(
            &format!("{authority}/{ROOT}/generate/internal"),
            &format!(
                r#"{{"common_name":"{name}","key_type":"ec","ttl":"800000h","not_before_duration":"100000h"}}"#
            ),
        );
        must(
            &format!("{authority}/roles/server"),
            r#"{"allow_any_name":true,"key_type":"ec","not_before_bound":"permit","not_after_bound":"permit"}"#,
        );
        if authority == "known" {
            fs::write(self.trusted(), text(&root, &["data", "certificate"])).unwrap();
        }
    }

    /// A certificate that the server issues for a case.
    pub fn identity(&self, certificate: Certificate) -> Arc<ServerConfig> {
        let (authority, names, times) = match certificate {
            Certificate::Good => ("known", r#""ip_sans":"127.0.0.1""#, ""),
            Certificate::OtherName => ("known", r#""alt_names":"other.example.com""#, ""),
            Certificate::Expired => (
                "known",
                r#""ip_sans":"127.0.0.1""#,
                r#","not_before":"2019-01-01T00:00:00Z","not_after":"2020-01-01T00:00:00Z""#,
            ),
            Certificate::NotYet => (
                "known",
                r#""ip_sans":"127.0.0.1""#,
                r#","not_before":"2090-01-01T00:00:00Z","not_after":"2091-01-01T00:00:00Z""#,
            ),
            Certificate::Unknown => ("unknown", r#""ip_sans":"127.0.0.1""#, ""),
            Certificate::Namesake => ("namesake", r#""ip_sans":"127.0.0.1""#, ""),
        };
        let body = format!(r#"{{"common_name":"vault.example.com",{names}{times}}}"#);
        let issued = self
            .bao
            .must("POST", &format!("{authority}/issue/server"), &body);
        identity(
            &text(&issued, &["data", "certificate"]),
            &text(&issued, &["data", "private_key"]),
        )
    }
}

fn text(json: &str, path: &[&str]) -> String {
    let json: Value = serde_json::from_str(json).unwrap();
    let found = path.iter().fold(&json, |value, key| &value[key]);
    found.as_str().unwrap().to_owned()
}
