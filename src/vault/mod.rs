//! What the pipeline asks of a secret store, and what a store may answer.
//!
//! These are the only words that `stage::resolve` and the stores share. Nothing here does I/O; the
//! stores (`http`, `file_store`) are edges. Values appear only inside `SecretValue`.

pub mod file_store;
pub mod go_json;
pub mod history;
pub mod http;
pub mod inspect;
pub mod kv;
pub mod login;
pub mod nobody;
pub mod rfc3339;
pub mod settings;
pub mod signed;
pub mod writing;

use std::fmt;
use std::sync::Arc;

use crate::diag::Code;
use crate::value::SecretValue;
pub use history::{History, VersionFact};
use inspect::Inspector;
use login::Login;

/// Which KV engine is mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// Versioned.
    KvV2,
    /// Not versioned: no version, no created time.
    KvV1,
}

impl Engine {
    /// The word used in configs and in `VaultStaticSecret.spec.type`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Engine::KvV2 => "kv-v2",
            Engine::KvV1 => "kv-v1",
        }
    }
}

/// A secret in a store: `path` is relative to `mount`, without `data/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretPath {
    /// Vault or OpenBao namespace; `None`: the runner's own (`VAULT_NAMESPACE`), if any.
    pub namespace: Option<String>,
    /// Mount path without slashes at its ends.
    pub mount: String,
    /// Path without slashes at its ends.
    pub path: String,
    /// Which API to speak.
    pub engine: Engine,
}

/// `kvv2/sample/orders`, or `kvv2/sample/orders` in a namespace: how messages name a secret.
impl fmt::Display for SecretPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}/{}`", self.mount, self.path)?;
        match self.namespace.as_deref() {
            None | Some("") => Ok(()),
            Some(namespace) => write!(f, " in namespace `{namespace}`"),
        }
    }
}

/// How much has to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Depth {
    /// Version and created time only; the names of the keys are welcome but not needed.
    Metadata,
    /// Also the names of the keys, still no value where the server allows that.
    Keys,
    /// The values.
    Values,
}

/// One question. A store is asked each distinct one once a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ask {
    /// Which secret.
    pub secret: SecretPath,
    /// `None`: the newest version. Ignored by kv-v1.
    pub version: Option<u64>,
    /// How much.
    pub depth: Depth,
    /// As whom, where the runner leaves that to the config.
    pub login: Option<Arc<Login>>,
}

impl Ask {
    /// The question for the versions of a secret.
    #[must_use]
    pub fn history(secret: SecretPath) -> Self {
        Self {
            secret,
            version: None,
            depth: Depth::Metadata,
            login: None,
        }
    }
}

/// What a secret holds, as far as it was asked for.
pub enum Contents {
    /// Only metadata could be, or had to be, read.
    Unknown,
    /// Names of the top-level keys, sorted.
    Keys(Vec<String>),
    /// Keys, sorted, with their bytes as the Vault Secrets Operator would write them.
    Values(Vec<(String, SecretValue)>),
}

/// One answer.
pub struct Reading {
    /// `None` for kv-v1.
    pub version: Option<u64>,
    /// The server's own text, byte for byte; `None` for kv-v1.
    pub created: Option<String>,
    /// Keys or values.
    pub contents: Contents,
}

/// Why there is no answer: a finished sentence and its hint, without any value in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: Code,
    /// Fact. A failure of the whole store (unreachable, sealed, busy, bad token, TLS) must not name a
    /// path, so that the same failure of a hundred paths is reported once.
    pub message: String,
    /// Way out.
    pub hint: String,
}

impl Refusal {
    /// A refusal with its way out.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Whether every other question would fail in the same way, so that asking on is pointless.
    #[must_use]
    pub fn is_of_the_whole_store(&self) -> bool {
        matches!(
            self.code,
            Code::NoToken
                | Code::BadToken
                | Code::Sealed
                | Code::RateLimited
                | Code::Unavailable
                | Code::Unreachable
                | Code::Tls
                | Code::Redirected
                | Code::StoreSetting
                | Code::PolicyDenied
                | Code::PlainHttp
        )
    }
}

/// Something that can be asked for secrets.
pub trait Store {
    /// Answers in the order of `asks`. All of them are tried; one failure does not stop the others.
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>>;

    /// What versions there are of the secrets of `asks`, in that order; no value is read. Nothing is
    /// asked for a kv-v1 secret, which has none.
    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>>;

    /// The address the runner chose, for comparison with `spec.vault.address`; `None` where that
    /// has no meaning (the file store).
    fn address(&self) -> Option<&str>;

    /// The namespace that the runner's environment names, used where a config names none.
    fn namespace(&self) -> Option<&str>;

    /// For `doctor` and for the audit log; `None`: there is no server to be asked, or it may not be asked.
    fn inspector(&self) -> Option<&dyn Inspector> {
        None
    }
}
