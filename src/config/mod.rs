//! A VaultSecrets object as types that cannot be wrong.
//!
//! `decode` makes them from a tree and reports every mistake; the stages only see what is here.
//! Knows Vault's and Kubernetes' names, no store, no door and no manifest.

pub mod access;
mod auth;
pub mod decode;
mod entries;
pub mod fields;
pub mod keep;
pub(crate) mod labels;
pub(crate) mod operator;
pub mod parameters;
mod rendered;
mod secret;
pub(crate) mod source;
mod stamp;
mod words;

use std::sync::Arc;

use self::access::Access;
use crate::diag::Place;
use crate::vault::SecretPath;
use crate::vault::login::Login;

/// The API group and version of our own objects.
pub const API_VERSION: &str = "countersign.dev/v1alpha1";
/// The kind a user writes.
pub const KIND: &str = "VaultSecrets";
/// The kind that only says "run countersign here".
pub const FUNCTION_KIND: &str = "Countersign";

/// One VaultSecrets object.
#[derive(Clone, Debug)]
pub struct Config {
    /// `metadata.name`; part of what a `version` digest covers.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// Whether a lock is required.
    pub lock: LockMode,
    /// Whose protection emitted objects carry.
    pub gitops: Option<GitOps>,
    /// What `lock` writes beside the lock, for a build without any plugin.
    pub write: Option<BuildTool>,
    /// How long previous generations are emitted, unless a secret says otherwise.
    pub keep: Keep,
    /// `spec.vault.address` and where it stands: compared with the runner's, never used.
    pub address: Option<(String, Place)>,
    /// `spec.vault.auth`: as whom its secrets are read, unless the runner says it.
    pub login: Option<Arc<Login>>,
    /// What VaultStaticSecret objects say.
    pub operator: Operator,
    /// What lets the operator in, where it is emitted as well.
    pub access: Option<Access>,
    /// In the order written.
    pub secrets: Vec<ManagedSecret>,
    /// What the stamp leaves out.
    pub stamp: StampRules,
    /// Extra sites.
    pub references: Vec<Reference>,
    /// The names in `spec.parameters`.
    pub parameters: Vec<String>,
    /// The object itself.
    pub place: Place,
}

impl Config {
    /// The namespace of each of its sources, with its login; nothing where it names none.
    pub fn logins(&self) -> impl Iterator<Item = (Option<String>, Arc<Login>)> {
        let sources = self.secrets.iter().flat_map(|secret| &secret.sources);
        let login = self.login.iter();
        login.flat_map(move |login| {
            let each = sources.clone();
            each.map(|source| (source.secret.namespace.clone(), Arc::clone(login)))
        })
    }
}

/// `spec.lock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// Rendering without a lock is an error; its file, where the config names another one.
    Required(Option<String>),
    /// Every render follows the newest version.
    None,
}

/// `spec.gitops`: the tool that applies what is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitOps {
    /// Argo CD.
    ArgoCd,
    /// Flux.
    Flux,
    /// Helm.
    Helm,
}

impl GitOps {
    /// The word in a config.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            GitOps::ArgoCd => "argocd",
            GitOps::Flux => "flux",
            GitOps::Helm => "helm",
        }
    }
}

/// `spec.write`: the tool that builds from written files alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildTool {
    /// kustomize, and whatever has it built in.
    Kustomize,
    /// Helm, and whatever has it built in.
    Helm,
}

impl BuildTool {
    /// The word in a config.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            BuildTool::Kustomize => "kustomize",
            BuildTool::Helm => "helm",
        }
    }
}

/// `keep`: how long previous generations are emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// So many are kept whatever their age.
    pub count: u64,
    /// Seconds for which each is kept whatever came after it.
    pub at_least: i64,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            count: 1,
            at_least: 72 * 3600,
        }
    }
}

/// `spec.operator`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// `vaultAuthRef`, as the operator takes it: `name` or `namespace/name`.
    pub auth_ref: Option<String>,
    /// One number and one unit.
    pub refresh_after: String,
    /// `hmacSecretData`; the operator's default is true.
    pub hmac_secret_data: Option<bool>,
    /// Extra labels of the destination Secret.
    pub labels: Vec<(String, String)>,
    /// Extra annotations of the destination Secret.
    pub annotations: Vec<(String, String)>,
}

impl Default for Operator {
    fn default() -> Self {
        Self {
            auth_ref: None,
            // a pinned version never changes: this only repairs drift
            refresh_after: "24h".to_owned(),
            hmac_secret_data: None,
            labels: Vec::new(),
            annotations: Vec::new(),
        }
    }
}

/// How the data reaches the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A Secret with its data.
    Secret,
    /// A VaultStaticSecret; the operator makes the Secret.
    VaultStaticSecret,
    /// The Secret, and a VaultStaticSecret that keeps it repaired.
    Both,
}

impl Delivery {
    /// The word in a config.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Delivery::Secret => "Secret",
            Delivery::VaultStaticSecret => "VaultStaticSecret",
            Delivery::Both => "Both",
        }
    }

    /// Whether a Secret with values is emitted.
    #[must_use]
    pub fn has_secret(self) -> bool {
        self != Delivery::VaultStaticSecret
    }

    /// Whether a VaultStaticSecret is emitted.
    #[must_use]
    pub fn has_operator(self) -> bool {
        self != Delivery::Secret
    }
}

/// What a suffix is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashKind {
    /// The data; equals kustomize's.
    Content,
    /// The data, with a key from the store.
    Keyed,
    /// Path, version and created time.
    Version,
}

impl HashKind {
    /// The word in a config.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            HashKind::Content => "content",
            HashKind::Keyed => "keyed",
            HashKind::Version => "version",
        }
    }
}

/// One entry of `spec.secrets`.
#[derive(Clone, Debug)]
pub struct ManagedSecret {
    /// The logical name.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// How it is delivered.
    pub delivery: Delivery,
    /// What its suffix is made from.
    pub hash: HashKind,
    /// The key of `hash: keyed`.
    pub hash_key: Option<HashKey>,
    /// The Secret's type.
    pub secret_type: String,
    /// Extra labels of what is emitted.
    pub labels: Vec<(String, String)>,
    /// Extra annotations of what is emitted.
    pub annotations: Vec<(String, String)>,
    /// The Secret may not be changed in place.
    pub immutable: bool,
    /// False: the logical name is kept and only the stamp rolls workloads.
    pub name_suffix: bool,
    /// True: stable name, no version pinned, no rollout.
    pub follow: bool,
    /// How long its previous generations are emitted.
    pub keep: Keep,
    /// Each distinct source once.
    pub sources: Vec<Source>,
    /// What is taken from them.
    pub entries: Entries,
}

/// Where the key of `hash: keyed` is read.
#[derive(Clone, Debug)]
pub struct HashKey {
    /// The secret that holds it.
    pub source: Source,
    /// Its key.
    pub key: String,
}

/// One secret in Vault.
#[derive(Clone, Debug)]
pub struct Source {
    /// Mount and path, parameters filled in.
    pub secret: SecretPath,
    /// A pinned version; `None` for the newest.
    pub version: Option<u64>,
    /// Where its path stands.
    pub place: Place,
}

/// What a managed secret takes from its sources.
#[derive(Clone, Debug)]
pub enum Entries {
    /// Every key of the only source, under its own name.
    All,
    /// These.
    Picked(Vec<Entry>),
}

/// One key of a Secret's data.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name in the Secret.
    pub key: String,
    /// Index into the sources.
    pub source: usize,
    /// Its name in Vault.
    pub from: String,
    /// How the stored text becomes bytes.
    pub decode: Decode,
    /// Where it stands.
    pub place: Place,
}

/// How the stored text becomes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decode {
    /// As it is.
    Text,
    /// From standard base64; line breaks are ignored.
    Base64,
}

/// `spec.stamp`.
#[derive(Clone, Debug, Default)]
pub struct StampRules {
    /// Counts nowhere.
    pub exclude: Vec<StampRule>,
    /// Counts in the snapshot, rolls nothing.
    pub live: Vec<StampRule>,
}

/// Some keys of a Secret or ConfigMap.
#[derive(Clone, Debug)]
pub struct StampRule {
    /// `Secret` or `ConfigMap`.
    pub kind: String,
    /// Logical name.
    pub name: String,
    /// Their names, or `*`.
    pub keys: Vec<String>,
    /// Where the rule stands.
    pub place: Place,
}

impl StampRule {
    /// Whether the rule names this key of this object.
    #[must_use]
    pub fn covers(&self, kind: &str, name: &str, key: &str) -> bool {
        self.kind == kind && self.name == name && self.keys.iter().any(|k| k == "*" || k == key)
    }
}

/// An extra site, as a kustomize fieldSpec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Kind of the object that mentions a Secret.
    pub kind: String,
    /// Its group; `None`: any.
    pub group: Option<String>,
    /// `/`-path to the name; lists are walked.
    pub path: String,
}
