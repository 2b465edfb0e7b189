//! One pin, held against the history of its path.

use std::collections::BTreeMap;

use crate::lock::{Generation, Pinned};
use crate::vault::{Engine, History, SecretPath, VersionFact};

/// So many writes ahead it is said that a version will go.
const SOON: u64 = 2;

/// A version that a generation stands at.
#[derive(Clone, Debug)]
pub struct Pin {
    /// Where.
    pub secret: SecretPath,
    /// It is the key of `hash: keyed`: one for all generations, so a newer one is no news.
    pub is_key: bool,
    /// Which; `None` for kv-v1 and for followed secrets.
    pub version: Option<u64>,
    /// When it was made, as the lock says.
    pub created: Option<String>,
    /// What the server says of it.
    pub standing: Standing,
    /// The newest version that can be read.
    pub newest: Option<VersionFact>,
    /// How many versions later that is.
    pub behind: u64,
    /// So many more writes, and the server drops this version; only where they are few.
    pub writes_left: Option<u64>,
    /// How many versions the server keeps, where it says so.
    pub max_versions: Option<u64>,
    /// When it will delete itself.
    pub deletes_at: Option<String>,
}

/// What the server says of a pinned version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is what was locked.
    Stands,
    /// It was created at another time: somebody wrote the path again, or it is another server.
    Rewritten {
        /// When the server says it was.
        created: String,
    },
    /// Deleted or expired; may be undeleted.
    Deleted,
    /// Cannot come back.
    Destroyed,
    /// The server does not have it any more.
    Absent,
    /// The policy shows only the newest version, which is another.
    Unseen,
    /// A followed secret.
    Followed,
    /// kv-v1.
    Unversioned,
}

impl Standing {
    /// Whether what was locked cannot be had any more.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(
            self,
            Standing::Rewritten { .. } | Standing::Deleted | Standing::Destroyed | Standing::Absent
        )
    }

    /// For programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Standing::Stands => "stands",
            Standing::Rewritten { .. } => "rewritten",
            Standing::Deleted => "deleted",
            Standing::Destroyed => "destroyed",
            Standing::Absent => "absent",
            Standing::Unseen => "unseen",
            Standing::Followed => "followed",
            Standing::Unversioned => "unversioned",
        }
    }
}

/// The paths about which a generation has a question.
pub fn asked(generation: &Generation) -> impl Iterator<Item = &SecretPath> {
    let pinned = generation.sources.iter().filter(|s| s.version.is_some());
    let key = generation.hash_key.iter().filter(|k| k.version.is_some());
    pinned
        .map(|pin| &pin.secret)
        .chain(key.map(|key| &key.secret))
}

/// All pins of a generation.
pub fn pins(generation: &Generation, known: &BTreeMap<SecretPath, History>) -> Vec<Pin> {
    let sources = generation.sources.iter().map(|pin| {
        let Pinned {
            secret,
            version,
            created,
            ..
        } = pin;
        judged(secret, *version, created.as_ref(), known)
    });
    let key = generation.hash_key.iter().map(|key| Pin {
        is_key: true,
        behind: 0,
        ..judged(&key.secret, key.version, key.created.as_ref(), known)
    });
    sources.chain(key).collect()
}

fn judged(
    secret: &SecretPath,
    version: Option<u64>,
    created: Option<&String>,
    known: &BTreeMap<SecretPath, History>,
) -> Pin {
    let mut pin = Pin {
        secret: secret.clone(),
        is_key: false,
        version,
        created: created.cloned(),
        standing: if secret.engine == Engine::KvV1 {
            Standing::Unversioned
        } else {
            Standing::Followed
        },
        newest: None,
        behind: 0,
        writes_left: None,
        max_versions: None,
        deletes_at: None,
    };
    if let (Some(version), Some(history)) = (version, known.get(secret)) {
        let fact = history.version(version);
        pin.standing = standing(fact, created, history.partial);
        pin.newest = history.newest_live().cloned();
        pin.behind = pin
            .newest
            .as_ref()
            .map_or(0, |newest| newest.version.saturating_sub(version));
        pin.max_versions = history.max_versions;
        if matches!(pin.standing, Standing::Stands) {
            pin.writes_left = writes_left(version, history).filter(|left| *left <= SOON);
            pin.deletes_at = fact.and_then(|fact| fact.deletes_at.clone());
        }
    }
    pin
}

fn standing(fact: Option<&VersionFact>, created: Option<&String>, partial: bool) -> Standing {
    match fact {
        None if partial => Standing::Unseen,
        None => Standing::Absent,
        Some(fact) if fact.destroyed => Standing::Destroyed,
        Some(fact) if fact.deleted => Standing::Deleted,
        Some(fact) if Some(&fact.created) != created => Standing::Rewritten {
            created: fact.created.clone(),
        },
        Some(_) => Standing::Stands,
    }
}

/// The next write makes the version `newest + 1` and drops `newest + 1 - max_versions` and older.
fn writes_left(version: u64, history: &History) -> Option<u64> {
    let newest = history.versions.last()?.version;
    let left = (version + history.max_versions?).saturating_sub(newest);
    Some(left.max(1))
}
