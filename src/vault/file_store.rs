//! A YAML file that plays a KV store with versions: for the demo, offline work and CI of forks.
//!
//! It answers, and refuses, as Vault would for the same secrets. Pure: the caller reads the file
//! and says on stderr that this is not Vault. A message names paths, lines and fields, never values.

mod format;
mod prepass;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;

use crate::diag::Code;
use crate::value::SecretValue;
use crate::vault::go_json::Bytes;
use crate::vault::kv::refuse::other_engine;
use crate::vault::{
    Ask, Contents, Depth, Engine, History, Reading, Refusal, SecretPath, Store, VersionFact,
};

/// Larger files are refused.
const MAX_SIZE: usize = 16 << 20;

/// The least likeness of two names for "did you mean".
const ALIKE: f64 = 0.8;

/// Longer names are not compared: that takes the product of both lengths.
const COMPARED: usize = 256;

/// Secrets from a file.
pub struct FileStore {
    /// By namespace; the root namespace is the empty name.
    namespaces: BTreeMap<String, Mounts>,
}

/// By mount path.
type Mounts = BTreeMap<String, Mount>;

/// Keys, sorted, with the bytes of their values.
type Entries = BTreeMap<String, Bytes>;

/// One engine with its secrets by path.
enum Mount {
    Versioned(BTreeMap<String, Vec<Version>>),
    Plain(BTreeMap<String, Entries>),
}

/// What stands at a path.
enum Secret<'a> {
    Versioned(&'a [Version]),
    Plain(&'a Entries),
}

/// One version of a kv-v2 secret; `created` may be empty where there are no data.
enum Version {
    Live { created: String, entries: Entries },
    Deleted { created: String },
    Destroyed { created: String },
}

impl FileStore {
    /// Reads the text of a file; `name` is what messages call it.
    pub fn parse(name: &str, text: &str) -> Result<FileStore, Refusal> {
        if text.len() > MAX_SIZE {
            return Err(broken(name, "it is larger than 16 MiB"));
        }
        let literals = prepass::check(text).map_err(|problem| broken(name, &problem))?;
        let document = format::parse(text).map_err(|problem| broken(name, &problem))?;
        let namespaces = document.into_namespaces(&literals);
        let namespaces = namespaces.map_err(|problem| broken(name, &problem))?;
        Ok(FileStore { namespaces })
    }

    fn answer(&self, ask: &Ask) -> Result<Reading, Refusal> {
        match self.secret(&ask.secret)? {
            Secret::Versioned(versions) => versioned(ask, versions),
            Secret::Plain(entries) => Ok(Reading {
                version: None,
                created: None,
                contents: contents(ask.depth, entries),
            }),
        }
    }

    fn secret(&self, secret: &SecretPath) -> Result<Secret<'_>, Refusal> {
        match self.mount(secret)? {
            Mount::Versioned(secrets) if secret.engine == Engine::KvV2 => {
                find(secrets, secret).map(|versions| Secret::Versioned(versions))
            }
            Mount::Plain(secrets) if secret.engine == Engine::KvV1 => {
                find(secrets, secret).map(Secret::Plain)
            }
            Mount::Versioned(_) => Err(other_engine(secret, Engine::KvV2)),
            Mount::Plain(_) => Err(other_engine(secret, Engine::KvV1)),
        }
    }

    fn mount(&self, secret: &SecretPath) -> Result<&Mount, Refusal> {
        let namespace = secret.namespace.as_deref().unwrap_or_default();
        let mounts = self
            .namespaces
            .get(namespace.trim_matches('/'))
            .ok_or_else(|| {
                Refusal::new(
                    Code::NamespaceAbsent,
                    format!("there is no namespace `{namespace}`"),
                    suggestion(
                        namespace,
                        self.namespaces.keys(),
                        "check `namespace` for a typo.",
                    ),
                )
            })?;
        mounts.get(&secret.mount).ok_or_else(|| {
            Refusal::new(
                Code::MountAbsent,
                format!("nothing is mounted at `{}`", secret.mount),
                suggestion(&secret.mount, mounts.keys(), "check `mount` for a typo."),
            )
        })
    }
}

impl Store for FileStore {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        asks.iter().map(|ask| self.answer(ask)).collect()
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        let history = |ask: &Ask| {
            Ok(match self.secret(&ask.secret)? {
                Secret::Versioned(versions) => history(versions),
                Secret::Plain(_) => History::default(),
            })
        };
        asks.iter().map(history).collect()
    }

    fn address(&self) -> Option<&str> {
        None
    }

    fn namespace(&self) -> Option<&str> {
        None
    }
}

fn versioned(ask: &Ask, versions: &[Version]) -> Result<Reading, Refusal> {
    let secret = &ask.secret;
    let newest = versions.len() as u64;
    let number = ask.version.unwrap_or(newest);
    let index = usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_sub(1));
    let live = versions
        .iter()
        .rposition(|version| matches!(version, Version::Live { .. }));
    let hint = match live {
        Some(live) => format!("ask for version {}, the newest that can be read.", live + 1),
        None => "add a version: none of this secret can be read.".to_owned(),
    };
    let (code, what) = match index.and_then(|index| versions.get(index)) {
        Some(Version::Live { created, entries }) => {
            return Ok(Reading {
                version: Some(number),
                created: Some(created.clone()),
                contents: contents(ask.depth, entries),
            });
        }
        None => {
            let message = format!("there is no version {number} of {secret}");
            return Err(Refusal::new(Code::VersionAbsent, message, hint));
        }
        Some(Version::Deleted { .. }) => (Code::VersionDeleted, "was deleted"),
        Some(Version::Destroyed { .. }) => (Code::VersionDestroyed, "was destroyed"),
    };
    let message = match ask.version {
        Some(_) => format!("version {number} of {secret} {what}"),
        None => format!("version {number}, the newest of {secret}, {what}"),
    };
    Err(Refusal::new(code, message, hint))
}

/// A file keeps all versions, and nobody is known to have written them.
fn history(versions: &[Version]) -> History {
    let facts = (1..).zip(versions).map(|(version, state)| {
        let (Version::Live { created, .. }
        | Version::Deleted { created }
        | Version::Destroyed { created }) = state;
        VersionFact {
            version,
            created: created.clone(),
            deleted: matches!(state, Version::Deleted { .. }),
            destroyed: matches!(state, Version::Destroyed { .. }),
            created_by: None,
            deletes_at: None,
        }
    });
    History {
        versions: facts.collect(),
        max_versions: None,
        partial: false,
    }
}

fn contents(depth: Depth, entries: &Entries) -> Contents {
    if depth == Depth::Values {
        let values = entries.iter();
        return Contents::Values(
            values
                .map(|(key, bytes)| (key.clone(), SecretValue::new(bytes.to_vec())))
                .collect(),
        );
    }
    Contents::Keys(entries.keys().cloned().collect())
}

fn find<'a, T>(secrets: &'a BTreeMap<String, T>, secret: &SecretPath) -> Result<&'a T, Refusal> {
    secrets.get(&secret.path).ok_or_else(|| {
        Refusal::new(
            Code::SecretAbsent,
            format!("there is no secret at {secret}"),
            suggestion(
                &secret.path,
                secrets.keys(),
                "check `path` for a typo, or add the secret.",
            ),
        )
    })
}

/// "did you mean" where a name is near, else the plain hint.
fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a String>, plain: &str) -> String {
    let short = known.filter(|known| known.len().max(name.len()) <= COMPARED);
    let scored = short.map(|known| (strsim::jaro_winkler(name, known), known));
    let near = scored.filter(|(score, known)| *score >= ALIKE && !known.is_empty());
    match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => plain.to_owned(),
    }
}

fn broken(name: &str, problem: &str) -> Refusal {
    Refusal::new(
        Code::FileStoreBroken,
        format!("`{name}` is no file store: {problem}"),
        "write `mounts`, below it `engine` and `secrets`, and each kv-v2 secret as a list of versions.",
    )
}
