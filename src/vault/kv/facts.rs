//! What two more requests can tell after a failure: which versions exist, which engine is mounted.
//!
//! They are asked only to make a hint better, so everything here is optional; an answer that says
//! nothing useful is no fact, not an error.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::vault::Engine;
use crate::vault::kv::Answer;
use crate::vault::kv::answer::Versioned;
use crate::vault::rfc3339::{self, Instant};

/// What is known beside the failure itself.
#[derive(Default)]
pub struct Facts {
    /// The versions of the secret.
    pub versions: Option<Versions>,
    /// The newest of them that can be read.
    pub newest_live: Option<u64>,
    /// The server says that the path has no version at all.
    pub path_is_absent: bool,
    /// What is mounted.
    pub mount: Option<Mount>,
}

/// Body of `metadata/`.
#[derive(Deserialize)]
pub struct Versions {
    /// The newest number, also when that version is deleted.
    pub current_version: u64,
    /// The oldest number that is kept; 0 until the secret is full for the first time.
    #[serde(default)]
    pub oldest_version: u64,
    /// How many versions this secret wants kept; 0 where it has no opinion.
    #[serde(default)]
    pub max_versions: u64,
    /// `0s`, or after how long versions delete themselves.
    #[serde(default)]
    pub delete_version_after: String,
    /// By number.
    pub versions: BTreeMap<u64, Versioned>,
}

/// Which engine is mounted.
#[derive(Clone, Deserialize)]
pub struct Mount {
    /// `kv`, `database`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// `{"version": "2"}`, empty, or null.
    #[serde(default)]
    options: Option<BTreeMap<String, Option<String>>>,
}

impl Versions {
    /// From the answer of `metadata/`.
    #[must_use]
    pub fn read(answer: &Answer) -> Option<Self> {
        data(answer)
    }

    /// The newest version that is neither deleted nor destroyed.
    #[must_use]
    pub fn newest_live(&self, now: Instant) -> Option<u64> {
        let mut live = self.versions.iter().filter(|(_, v)| v.is_live(now));
        live.next_back().map(|(number, _)| *number)
    }

    /// `3 to 12`, for a hint.
    #[must_use]
    pub fn range(&self) -> Option<String> {
        let (oldest, newest) = (
            self.versions.keys().next()?,
            self.versions.keys().next_back()?,
        );
        Some(if oldest == newest {
            format!("only version {newest}")
        } else {
            format!("versions {oldest} to {newest}")
        })
    }
}

impl Versioned {
    /// Whether it can be read. A deletion time may lie ahead (`delete_version_after`).
    #[must_use]
    pub fn is_live(&self, now: Instant) -> bool {
        !self.destroyed && (self.deletion_time.is_empty() || self.deletion_is_ahead(now))
    }

    /// Whether it will delete itself, but has not yet.
    #[must_use]
    pub fn deletion_is_ahead(&self, now: Instant) -> bool {
        rfc3339::parse(&self.deletion_time).is_some_and(|time| time > now)
    }
}

impl Mount {
    /// From the answer of `sys/internal/ui/mounts/`.
    #[must_use]
    pub fn read(answer: &Answer) -> Option<Self> {
        data(answer)
    }

    /// Which KV engine it is; `None` for another engine. `generic` is KV's oldest name.
    #[must_use]
    pub fn engine(&self) -> Option<Engine> {
        let options = self.options.as_ref();
        let version = options.and_then(|map| map.get("version")?.as_deref());
        match (self.kind.as_str(), version) {
            ("kv", Some("2")) => Some(Engine::KvV2),
            ("kv" | "generic", _) => Some(Engine::KvV1),
            _ => None,
        }
    }
}

/// The mount's own `max_versions` from the answer of its `config`.
#[must_use]
pub fn mount_max_versions(answer: &Answer) -> Option<u64> {
    #[derive(Deserialize)]
    struct Config {
        max_versions: u64,
    }
    data(answer).map(|config: Config| config.max_versions)
}

/// `data` of a 200.
fn data<T: DeserializeOwned>(answer: &Answer) -> Option<T> {
    #[derive(Deserialize)]
    struct Envelope<T> {
        data: T,
    }
    if answer.status != 200 {
        return None;
    }
    let envelope: Envelope<T> = serde_json::from_slice(&answer.body).ok()?;
    Some(envelope.data)
}
