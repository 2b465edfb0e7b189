//! The sources of a generation and the key of its hash: what was read where, at which version.

use std::collections::HashSet;

use crate::config::decode::ENGINES;
use crate::config::fields::Fields;
use crate::config::source::clean;
use crate::config::{Decode, Delivery};
use crate::diag::Code;
use crate::kube::names;
use crate::lock::{Picked, Pinned, PinnedKey, Selection};
use crate::vault::kv::request::namespace_header;
use crate::vault::{Engine, SecretPath, rfc3339};
use crate::yaml::{Kind, NodeRef};

const SOURCE: &[&str] = &[
    "mount",
    "path",
    "engine",
    "namespace",
    "runnerNamespace",
    "version",
    "created",
    "keys",
    "allKeys",
];
const HASH_KEY: &[&str] = &[
    "mount",
    "path",
    "engine",
    "namespace",
    "version",
    "created",
    "key",
];

/// Reads all sources; `None` when one of them is wrong.
pub fn sources(
    fields: &Fields<'_, '_>,
    delivery: Option<Delivery>,
    followed: bool,
) -> Option<Vec<Pinned>> {
    fields.required("sources", super::RESTORE)?;
    let items = fields.items("sources");
    let read = items.iter().map(|(item, at)| {
        let fields = fields.reader.fields(*item, at, SOURCE, &[])?;
        source(&fields, followed)
    });
    let read: Vec<Option<Pinned>> = read.collect();
    let sources: Option<Vec<Pinned>> = read.into_iter().collect();
    let sources = sources?;
    let refuse = |message: &str| {
        let node = fields.get("sources").unwrap_or(fields.node);
        let at = fields.path("sources");
        fields.reader.error(node, &at, Code::LockBroken, message);
    };
    if sources.is_empty() {
        refuse("no source is named");
    }
    let none = |s: &Pinned| matches!(&s.keys, Selection::Picked(picked) if picked.is_empty());
    if !sources.is_empty() && sources.iter().all(none) {
        refuse("no key is named");
    }
    if sources.len() > 1 && delivery.is_some_and(Delivery::has_operator) {
        refuse("a VaultStaticSecret reads one path, and several are named");
    }
    if sources.len() > 1 && sources.iter().any(|s| matches!(s.keys, Selection::All(_))) {
        refuse("`allKeys` is for a secret with one source, and several are named");
    }
    let mut keys: Vec<&str> = sources
        .iter()
        .flat_map(picked)
        .map(|p| p.key.as_str())
        .collect();
    keys.sort_unstable();
    for pair in keys.windows(2).filter(|pair| pair[0] == pair[1]) {
        refuse(&format!("two sources give the key `{}`", pair[0]));
    }
    Some(sources)
}

fn picked(source: &Pinned) -> &[Picked] {
    match &source.keys {
        Selection::Picked(picked) => picked,
        Selection::All(_) => &[],
    }
}

fn source(fields: &Fields<'_, '_>, followed: bool) -> Option<Pinned> {
    let secret = secret(fields);
    let runner_namespace = namespace(fields, "runnerNamespace");
    if let (Some(node), Some(_)) = (fields.get("runnerNamespace"), fields.get("namespace")) {
        let message = "`namespace` and `runnerNamespace` exclude each other";
        let at = fields.path("runnerNamespace");
        fields.reader.error(node, &at, Code::LockBroken, message);
    }
    let pin = pin(fields, secret.as_ref(), followed);
    let keys = selection(fields);
    let (version, created) = pin?;
    Some(Pinned {
        secret: secret?,
        runner_namespace,
        version,
        created,
        keys: keys?,
    })
}

/// `hashKey`, where there is one.
pub fn hash_key(fields: &Fields<'_, '_>) -> Option<PinnedKey> {
    let node = fields.get("hashKey")?;
    let fields = fields
        .reader
        .fields(node, &fields.path("hashKey"), HASH_KEY, &[])?;
    let secret = secret(&fields);
    let pin = pin(&fields, secret.as_ref(), false);
    fields.required("key", super::RESTORE);
    let key = fields.text("key");
    let (version, created) = pin?;
    Some(PinnedKey {
        secret: secret?,
        version,
        created,
        key: key?,
    })
}

fn secret(fields: &Fields<'_, '_>) -> Option<SecretPath> {
    let part = |field: &str| {
        let node = fields.required(field, super::RESTORE)?;
        let text = fields.text(field)?;
        clean(fields.reader, node, &fields.path(field), field, &text)
    };
    let (mount, path) = (part("mount"), part("path"));
    let engine = match fields.get("engine") {
        Some(_) => fields.choice("engine", ENGINES),
        None => Some(Engine::KvV2),
    };
    Some(SecretPath {
        namespace: namespace(fields, "namespace"),
        mount: mount?,
        path: path?,
        engine: engine?,
    })
}

/// A namespace of Vault's that a request could name.
fn namespace(fields: &Fields<'_, '_>, field: &str) -> Option<String> {
    let node = fields.get(field)?;
    let text = fields.text(field)?;
    if namespace_header(&text).is_err() {
        let message = format!("this `{field}` cannot be the name of a namespace");
        let at = fields.path(field);
        fields.reader.error(node, &at, Code::LockBroken, message);
    }
    Some(text)
}

/// Version and created time: both where there are versions to pin, none where not.
fn pin(
    fields: &Fields<'_, '_>,
    secret: Option<&SecretPath>,
    followed: bool,
) -> Option<(Option<u64>, Option<String>)> {
    let versions = secret?.engine == Engine::KvV2;
    if versions && !followed {
        fields.required("version", super::RESTORE);
        let version = fields.positive("version");
        let created = created(fields);
        return Some((Some(version?), Some(created?)));
    }
    for field in ["version", "created"] {
        let Some(node) = fields.get(field) else {
            continue;
        };
        let message = if versions {
            format!("`{field}` pins a secret that follows Vault")
        } else {
            format!("`{field}` is given for kv-v1, which has no versions")
        };
        let at = fields.path(field);
        fields.reader.error(node, &at, Code::LockBroken, message);
    }
    Some((None, None))
}

fn created(fields: &Fields<'_, '_>) -> Option<String> {
    let node = fields.required("created", super::RESTORE)?;
    let text = fields.text("created")?;
    if rfc3339::parse(&text).is_none() {
        let message = "`created` is no time as Vault and OpenBao write it";
        let at = fields.path("created");
        fields.reader.error(node, &at, Code::LockBroken, message);
        return None;
    }
    Some(text)
}

fn selection(fields: &Fields<'_, '_>) -> Option<Selection> {
    match (fields.get("keys"), fields.get("allKeys")) {
        (Some(node), None) => some(fields, node).map(Selection::Picked),
        (None, Some(_)) => all(fields).map(Selection::All),
        (None, None) => {
            let message = "neither `keys` nor `allKeys` is given";
            fields
                .reader
                .error(fields.node, &fields.at, Code::LockBroken, message);
            None
        }
        (Some(_), Some(node)) => {
            let message = "`keys` and `allKeys` exclude each other";
            let at = fields.path("allKeys");
            fields.reader.error(node, &at, Code::LockBroken, message);
            None
        }
    }
}

/// `DB_USERNAME: username` and `keystore: {key: blob, decode: base64}`.
fn some(fields: &Fields<'_, '_>, node: NodeRef<'_, '_>) -> Option<Vec<Picked>> {
    let reader = fields.reader;
    let keys = reader.mapping(node, &fields.path("keys"))?;
    let mut found = Vec::new();
    for (key_node, value) in keys.node.entries() {
        let Some(key) = key_node.scalar() else {
            continue;
        };
        let at = keys.path(key);
        legal(fields, key_node, &at, key);
        let (from, decode) = if value.kind() == Kind::Mapping {
            let value = reader.fields(value, &at, &["key", "decode"], &[])?;
            value.required("key", super::RESTORE);
            value.required("decode", super::RESTORE);
            let decode = value.choice("decode", &[("base64", Decode::Base64)]);
            (value.text("key"), decode)
        } else {
            (reader.text(value, &at), Some(Decode::Text))
        };
        found.push(from.zip(decode).map(|(from, decode)| Picked {
            key: key.to_owned(),
            from,
            decode,
        }));
    }
    found.into_iter().collect()
}

fn all(fields: &Fields<'_, '_>) -> Option<Vec<String>> {
    let mut seen = HashSet::new();
    let names = fields.items("allKeys").into_iter().map(|(node, at)| {
        let name = fields.reader.text(node, &at)?;
        legal(fields, node, &at, &name);
        if !seen.insert(name.clone()) {
            let message = "this key is listed twice";
            fields.reader.error(node, &at, Code::LockBroken, message);
        }
        Some(name)
    });
    // all of them are looked at before one that is no text makes the list useless
    let names: Vec<Option<String>> = names.collect();
    names.into_iter().collect()
}

fn legal(fields: &Fields<'_, '_>, node: NodeRef<'_, '_>, at: &str, key: &str) {
    if let Some(fault) = names::data_key_fault(key) {
        let message = format!("this cannot be a key of a Secret: {fault}");
        fields.reader.error(node, at, Code::LockBroken, message);
    }
}
