//! The file format as types, and from these the store.
//!
//! The YAML reader's own error texts can quote a value, so only their line, their column and the
//! parts that come from the tables below are ever repeated.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::value::{Literals, Numbers, Value};
use super::{Entries, Mount, Mounts, Version};
use crate::vault::rfc3339;

/// What a message of the reader may end with, so that the end can be repeated.
const EXPECTED: [&str; 13] = [
    "a file store",
    "a namespace with `mounts`",
    "a mount with `engine` and `secrets`",
    "a version with `created` and `data`, `deleted` or `destroyed`",
    "a list of versions (kv-v2) or a map (kv-v1)",
    "a map",
    "a sequence",
    "a string",
    "a boolean",
    "one of `apiVersion`, `kind`, `mounts`, `namespaces`",
    "`engine` or `secrets`",
    "one of `created`, `data`, `deleted`, `destroyed`",
    "`kv-v2` or `kv-v1`",
];

/// Fields whose absence the reader may report.
const REQUIRED: [&str; 4] = ["apiVersion", "kind", "engine", "secrets"];

/// The whole file.
#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "camelCase",
    expecting = "a file store"
)]
pub struct Document {
    api_version: String,
    kind: String,
    #[serde(default)]
    mounts: BTreeMap<String, MountEntry>,
    #[serde(default)]
    namespaces: BTreeMap<String, NamespaceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a namespace with `mounts`")]
struct NamespaceEntry {
    mounts: BTreeMap<String, MountEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mount with `engine` and `secrets`")]
struct MountEntry {
    engine: EngineWord,
    secrets: BTreeMap<String, SecretEntry>,
}

#[derive(Clone, Copy, Deserialize)]
enum EngineWord {
    #[serde(rename = "kv-v2")]
    KvV2,
    #[serde(rename = "kv-v1")]
    KvV1,
}

enum SecretEntry {
    Versions(Vec<VersionEntry>),
    Plain(BTreeMap<String, Value>),
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a version with `created` and `data`, `deleted` or `destroyed`"
)]
struct VersionEntry {
    created: Option<String>,
    data: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    destroyed: bool,
}

/// Reads the text; the error says where and what was expected, and nothing of what stands there.
pub fn parse(text: &str) -> Result<Document, String> {
    let document: Document = serde_yaml::from_str(text).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let expected = EXPECTED
            .iter()
            .filter(|text| message.ends_with(&format!("expected {text}")));
        let what = match expected.max_by_key(|text| text.len()) {
            Some(text) => format!("{text} is expected"),
            None => match REQUIRED
                .iter()
                .find(|f| message.ends_with(&format!("missing field `{f}`")))
            {
                Some(field) => format!("`{field}` is missing"),
                None => "something that no KV engine can hold stands".to_owned(),
            },
        };
        match error.location() {
            Some(at) => format!("{what} in line {}, column {}", at.line(), at.column()),
            None => what,
        }
    })?;
    if document.api_version != "countersign.dev/v1alpha1" || document.kind != "FileStore" {
        return Err(
            "`apiVersion: countersign.dev/v1alpha1` and `kind: FileStore` are expected".into(),
        );
    }
    Ok(document)
}

impl Document {
    /// The store by namespace, with every value as bytes.
    pub fn into_namespaces(self, literals: &Literals) -> Result<BTreeMap<String, Mounts>, String> {
        let mut path = vec!["mounts".to_owned()];
        let root = mounts(self.mounts, literals, &mut path)?;
        let mut namespaces = BTreeMap::from([(String::new(), root)]);
        for (name, namespace) in self.namespaces {
            let mut path = vec!["namespaces".to_owned(), name.clone(), "mounts".to_owned()];
            let mounts = mounts(namespace.mounts, literals, &mut path)?;
            namespaces.insert(name.trim_matches('/').to_owned(), mounts);
        }
        Ok(namespaces)
    }
}

/// The mounts of one namespace; `path` leads to them in the file.
fn mounts(
    entries: BTreeMap<String, MountEntry>,
    literals: &Literals,
    path: &mut Vec<String>,
) -> Result<Mounts, String> {
    let mut mounts = Mounts::new();
    for (name, entry) in entries {
        let at = |secret: &str| format!("{name}/{secret}");
        let trimmed = |path: &str| path.trim_matches('/').to_owned();
        let secrets = entry.secrets.into_iter();
        let mount = match entry.engine {
            EngineWord::KvV2 => {
                let all = secrets.map(|(s, entry)| Ok((trimmed(&s), versions(&at(&s), entry)?)));
                Mount::Versioned(all.collect::<Result<_, String>>()?)
            }
            EngineWord::KvV1 => {
                let all = secrets.map(|(s, entry)| {
                    path.extend([name.clone(), "secrets".to_owned(), s.clone()]);
                    let plain = plain(&at(&s), &entry, Numbers::Literals(literals), path);
                    path.truncate(path.len() - 3);
                    Ok((trimmed(&s), plain?))
                });
                Mount::Plain(all.collect::<Result<_, String>>()?)
            }
        };
        mounts.insert(trimmed(&name), mount);
    }
    Ok(mounts)
}

fn plain(
    at: &str,
    entry: &SecretEntry,
    numbers: Numbers,
    path: &mut Vec<String>,
) -> Result<Entries, String> {
    match entry {
        SecretEntry::Plain(data) => Ok(entries(data, numbers, path)),
        SecretEntry::Versions(_) => Err(format!("`{at}` is a list, but a kv-v1 secret is one map")),
    }
}

fn versions(at: &str, entry: SecretEntry) -> Result<Vec<Version>, String> {
    let SecretEntry::Versions(entries) = entry else {
        return Err(format!(
            "`{at}` is a map, but a kv-v2 secret is a list of versions"
        ));
    };
    if entries.is_empty() {
        return Err(format!("`{at}` has no version"));
    }
    let numbered = entries.into_iter().enumerate();
    numbered
        .map(|(i, entry)| version(at, i + 1, entry))
        .collect()
}

fn version(at: &str, number: usize, entry: VersionEntry) -> Result<Version, String> {
    let created = match entry.created {
        Some(created) if rfc3339::parse(&created).is_some() => created,
        // nothing of it can be read, so its time is a courtesy
        None if entry.deleted || entry.destroyed => String::new(),
        _ => {
            return Err(format!(
                "version {number} of `{at}` needs `created`, as `2026-11-01T09:00:00Z`"
            ));
        }
    };
    if entry.destroyed {
        return Ok(Version::Destroyed { created });
    }
    if entry.deleted {
        return Ok(Version::Deleted { created });
    }
    let Some(data) = entry.data else {
        return Err(format!(
            "version {number} of `{at}` has no `data` and is not `deleted`"
        ));
    };
    Ok(Version::Live {
        created,
        entries: entries(&data, Numbers::Floats, &mut Vec::new()),
    })
}

fn entries(data: &BTreeMap<String, Value>, numbers: Numbers, path: &mut Vec<String>) -> Entries {
    let mut entries = Entries::new();
    for (key, value) in data {
        path.push(key.clone());
        entries.insert(key.clone(), value.data_bytes(numbers, path));
        path.pop();
    }
    entries
}

impl<'de> Deserialize<'de> for SecretEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListOrMap;

        impl<'de> Visitor<'de> for ListOrMap {
            type Value = SecretEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of versions (kv-v2) or a map (kv-v1)")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<SecretEntry, A::Error> {
                let list = SeqAccessDeserializer::new(seq);
                Deserialize::deserialize(list).map(SecretEntry::Versions)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SecretEntry, A::Error> {
                let map = MapAccessDeserializer::new(map);
                Deserialize::deserialize(map).map(SecretEntry::Plain)
            }
        }

        deserializer.deserialize_any(ListOrMap)
    }
}
