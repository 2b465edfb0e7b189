//! Answers about versions as a `History`: the list of `metadata/`, or the newest of a read.
//!
//! Of a read only its metadata is looked at, never the data beside it. The caller says what time
//! it is and what the mount's own setting is.

#[cfg(test)]
mod tests;

use serde::Deserialize;

use crate::vault::history::{History, VersionFact};
use crate::vault::kv::answer::{Metadata, Versioned, parse, payload};
use crate::vault::kv::facts::Versions;
use crate::vault::kv::said::{Said, printable};
use crate::vault::kv::{Answer, Endpoint};
use crate::vault::rfc3339::Instant;

/// Where versions are asked for: the list, else what shows the newest version alone.
pub const ENDPOINTS: (&[Endpoint], Endpoint) =
    (&[Endpoint::Metadata, Endpoint::Subkeys], Endpoint::Data);

/// What a server keeps where neither secret nor mount says a number.
const DEFAULT_MAX_VERSIONS: u64 = 10;

/// What a 200 of one of the endpoints tells.
pub enum Told {
    /// All versions.
    List(Versions),
    /// The newest one.
    Newest(Metadata),
}

/// Reads an answer.
pub fn told(endpoint: Endpoint, answer: &Answer) -> Result<Told, Said> {
    let data = payload(answer)?;
    if endpoint == Endpoint::Metadata {
        return parse(data).map(Told::List);
    }
    parse(data).map(|Newest { metadata }| Told::Newest(metadata))
}

impl Told {
    /// The history, where `mount_max` is the mount's own `max_versions` if it could be read.
    #[must_use]
    pub fn history(&self, now: Instant, mount_max: Option<u64>) -> History {
        match self {
            Told::List(list) => History {
                versions: list
                    .versions
                    .iter()
                    .map(|(number, state)| state.fact(*number, now))
                    .collect(),
                max_versions: list.kept(mount_max),
                partial: false,
            },
            Told::Newest(metadata) => History {
                versions: vec![metadata.state.fact(metadata.version, now)],
                max_versions: None,
                partial: true,
            },
        }
    }
}

impl Versions {
    /// How many versions stay: the larger of the secret's number and the mount's.
    fn kept(&self, mount_max: Option<u64>) -> Option<u64> {
        if let Some(mount_max) = mount_max {
            return match self.max_versions.max(mount_max) {
                0 => Some(DEFAULT_MAX_VERSIONS),
                max => Some(max),
            };
        }
        if self.max_versions == 0 && self.oldest_version == 0 {
            return None;
        }
        // `oldest_version` is set by the write that fills the secret, and moves on with each one
        // after; until then there is room for one more at least.
        let seen = self.current_version.saturating_add(1);
        Some(
            self.max_versions
                .max(seen.saturating_sub(self.oldest_version)),
        )
    }
}

impl Versioned {
    fn fact(&self, version: u64, now: Instant) -> VersionFact {
        let ahead = self.deletion_is_ahead(now);
        let author = self.created_by.as_ref();
        VersionFact {
            version,
            created: self.created_time.clone(),
            deleted: !self.deletion_time.is_empty() && !ahead,
            destroyed: self.destroyed,
            created_by: author.and_then(Author::line),
            deletes_at: (ahead && !self.destroyed).then(|| self.deletion_time.clone()),
        }
    }
}

/// Who wrote a version: Vault says so since its KV engine 0.25.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Author {
    /// In the form that is known.
    Known {
        /// The display name of the token, as `userpass-alice`.
        #[serde(default)]
        actor: String,
        /// Of the identity behind it.
        #[serde(default)]
        entity_id: String,
        /// What the server counts as a client.
        #[serde(default)]
        client_id: String,
    },
    /// In any other form: a courtesy of the server is no reason to refuse its answer.
    Unknown(serde::de::IgnoredAny),
}

impl Author {
    /// The most telling name of it.
    fn line(&self) -> Option<String> {
        let Author::Known {
            actor,
            entity_id,
            client_id,
        } = self
        else {
            return None;
        };
        let names = [("", actor), ("entity ", entity_id), ("client ", client_id)];
        let mut names = names
            .map(|(what, name)| (what, printable(name)))
            .into_iter();
        let (what, name) = names.find(|(_, name)| !name.is_empty())?;
        Some(format!("{what}{name}"))
    }
}

/// `data` of a read of `data/` or `subkeys/`.
#[derive(Deserialize)]
struct Newest {
    metadata: Metadata,
}
