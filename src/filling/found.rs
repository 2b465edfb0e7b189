//! What stands at each path, held against what is expected there.

use std::collections::BTreeSet;

use super::expected::{Expected, Key, User};
use crate::diag::{Code, Diagnostic, Report};
use crate::vault::{Ask, Contents, Depth, Reading, Refusal, Store};

/// What the store says of a path.
pub enum Standing {
    /// There is no secret.
    Absent,
    /// There is one, but not this version of it.
    Gone(Gone),
    /// It can be read.
    There(There),
    /// The store does not say.
    Unknown(Refusal),
}

/// Why a version is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It was deleted, and may come back.
    Deleted,
    /// It was destroyed.
    Destroyed,
    /// There never was one of this number, or no more.
    NoVersion,
}

/// A secret that can be read.
pub struct There {
    /// `None` for kv-v1.
    pub version: Option<u64>,
    /// The keys that it has.
    pub keys: BTreeSet<String>,
    /// Those whose value is no value; empty where values are not looked at.
    pub placeholders: BTreeSet<String>,
}

/// What is expected at a path, and what stands there.
pub struct Finding {
    /// What is expected.
    pub expected: Expected,
    /// What there is.
    pub standing: Standing,
}

/// One key without a value.
pub struct Gap<'f> {
    /// Its name.
    pub key: &'f str,
    /// What is stored is base64 of what the Secret will hold.
    pub base64: bool,
    /// Who needs it.
    pub users: BTreeSet<&'f User>,
    /// There is a value, and it only holds the place of one.
    pub placeholder: bool,
}

/// Asks for every path once. With `values` they are read, to find those that only hold a place.
///
/// # Errors
/// What keeps the whole store from answering.
pub fn ask(
    expected: Vec<Expected>,
    store: &dyn Store,
    values: bool,
) -> Result<Vec<Finding>, Report> {
    let asks: Vec<Ask> = expected
        .iter()
        .map(|one| Ask {
            secret: one.secret.clone(),
            version: one.version,
            depth: if values { Depth::Values } else { Depth::Keys },
            login: one.login.clone(),
        })
        .collect();
    let answers = if asks.is_empty() {
        Vec::new()
    } else {
        store.read(&asks)
    };
    let mut report = Report::default();
    let mut out = Vec::new();
    for (expected, answer) in expected.into_iter().zip(answers) {
        let standing = match answer {
            Ok(reading) => there(&expected, reading),
            Err(refusal) if refusal.is_of_the_whole_store() => {
                report.push(said(&refusal));
                continue;
            }
            Err(refusal) => match refusal.code {
                Code::SecretAbsent => Standing::Absent,
                Code::VersionDeleted => Standing::Gone(Gone::Deleted),
                Code::VersionDestroyed => Standing::Gone(Gone::Destroyed),
                Code::VersionAbsent => Standing::Gone(Gone::NoVersion),
                _ => Standing::Unknown(refusal),
            },
        };
        out.push(Finding { expected, standing });
    }
    report.check(out)
}

fn there(expected: &Expected, reading: Reading) -> Standing {
    let version = reading.version;
    match reading.contents {
        Contents::Keys(keys) => Standing::There(There {
            version,
            keys: keys.into_iter().collect(),
            placeholders: BTreeSet::new(),
        }),
        Contents::Values(pairs) => {
            let held = pairs.iter().filter(|(_, value)| value.is_placeholder());
            Standing::There(There {
                version,
                placeholders: held.map(|(key, _)| key.clone()).collect(),
                keys: pairs.into_iter().map(|(key, _)| key).collect(),
            })
        }
        Contents::Unknown => Standing::Unknown(Refusal::new(
            Code::BadAnswer,
            format!("the server does not name the keys of {}", expected.secret),
            "check the server's version, and what stands between it and this machine.",
        )),
    }
}

/// A refusal as an error.
#[must_use]
pub fn said(refusal: &Refusal) -> Diagnostic {
    Diagnostic::error(refusal.code, refusal.message.clone()).hint(refusal.hint.clone())
}

impl Finding {
    /// The keys without a value, by name.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap<'_>> {
        let named = self.expected.keys.iter();
        let gap = |key, need: &'_ Key, placeholder| Gap {
            key,
            base64: need.base64,
            users: BTreeSet::new(),
            placeholder,
        };
        let mut gaps: Vec<Gap<'_>> = match &self.standing {
            Standing::Unknown(_) => Vec::new(),
            Standing::Absent | Standing::Gone(_) => {
                named.map(|(key, need)| gap(key, need, false)).collect()
            }
            Standing::There(there) => {
                let absent = named.filter(|(key, _)| !there.keys.contains(*key));
                let absent = absent.map(|(key, need)| gap(key, need, false));
                let none = Key::default();
                let taken = |key: &&String| {
                    self.expected.keys.contains_key(*key) || !self.expected.every.is_empty()
                };
                let held = there.placeholders.iter().filter(taken).map(|key| {
                    let need = self.expected.keys.get(key).unwrap_or(&none);
                    gap(key, need, true)
                });
                absent.chain(held).collect()
            }
        };
        for gap in &mut gaps {
            let named = self.expected.keys.get(gap.key);
            gap.users.extend(named.iter().flat_map(|key| &key.users));
            if gap.placeholder {
                gap.users.extend(&self.expected.every);
            }
        }
        gaps.sort_by_key(|gap| gap.key);
        gaps
    }

    /// Whether something has to be set here.
    #[must_use]
    pub fn lacks(&self) -> bool {
        match &self.standing {
            Standing::Absent | Standing::Gone(_) => true,
            Standing::There(_) => !self.gaps().is_empty(),
            Standing::Unknown(_) => false,
        }
    }

    /// The path and its state, for a line of text.
    #[must_use]
    pub fn state(&self) -> String {
        let secret = &self.expected.secret;
        match (&self.standing, self.expected.version) {
            (Standing::Absent, _) => format!("{secret} does not exist"),
            (Standing::Gone(Gone::Deleted), None) => {
                format!("the newest version of {secret} was deleted")
            }
            (Standing::Gone(Gone::Deleted), Some(version)) => {
                format!("version {version} of {secret} was deleted")
            }
            (Standing::Gone(Gone::Destroyed), None) => {
                format!("the newest version of {secret} was destroyed")
            }
            (Standing::Gone(Gone::Destroyed), Some(version)) => {
                format!("version {version} of {secret} was destroyed")
            }
            (Standing::Gone(Gone::NoVersion), version) => {
                format!("{secret} has no version {}", version.unwrap_or_default())
            }
            (Standing::There(there), _) => match there.version {
                Some(version) => format!("{secret} stands at version {version}"),
                None => format!("{secret} exists"),
            },
            (Standing::Unknown(_), _) => format!("{secret} is unknown"),
        }
    }
}
