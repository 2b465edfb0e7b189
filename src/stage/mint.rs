//! Values become generations: names, digests and finished objects.
//!
//! Says no to data over 1 MiB and to text that is not the base64 it was said to be. After this
//! stage values exist only inside objects.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Bundle;
use super::plan::{Plan, Want};
use super::resolve::{Item, Resolved, items, picked};
use crate::config::{Config, Decode, HashKind, ManagedSecret};
use crate::diag::{Code, Diagnostic, Report};
use crate::hash;
use crate::kube::static_secret::{self, Key};
use crate::kube::{names, own, secret};
use crate::value::SecretValue;
use crate::yaml::emit::Value;

/// mint → rewrite, stamp, write.
pub struct Minted {
    /// One for each want.
    pub generations: Vec<Generation>,
    /// What is emitted, in the order of the configs.
    pub objects: Vec<Object>,
}

/// A managed secret at fixed versions of its sources.
#[derive(Clone, Debug)]
pub struct Generation {
    /// What the Secret is called.
    pub name: String,
    /// Its suffix, also where the name does not carry it; `None` for a followed secret.
    pub suffix: Option<String>,
    /// (key, digest) where the stamp can tell keys apart: the name stays and the hash is of the
    /// content.
    pub keys: Option<Vec<(String, String)>>,
}

/// One emitted object. Holds data: neither Debug nor Clone.
pub struct Object {
    /// Index of its want.
    pub want: usize,
    /// `Secret` or `VaultStaticSecret`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// The name that manifests use.
    pub logical: String,
    /// A Secret of that name is emitted too, or is this one.
    pub has_secret: bool,
    /// The object.
    pub value: Value,
}

/// Makes everything that the plan wants.
pub fn mint(bundle: &Bundle<'_>, plan: &Plan, resolved: &Resolved) -> Result<Minted, Report> {
    let mut report = Report::default();
    let mut minted = Minted {
        generations: Vec::new(),
        objects: Vec::new(),
    };
    for (at, want) in plan.wants.iter().enumerate() {
        match one(bundle, at, want, resolved) {
            Ok((generation, objects)) => {
                minted.generations.push(generation);
                minted.objects.extend(objects);
            }
            Err(problems) => report.extend(problems),
        }
    }
    report.check(minted)
}

fn one(
    bundle: &Bundle<'_>,
    at: usize,
    want: &Want,
    resolved: &Resolved,
) -> Result<(Generation, Vec<Object>), Report> {
    let (config, managed) = (want.config(bundle), want.secret(bundle));
    let data = if want.depth == Some(crate::vault::Depth::Values) {
        data(managed, resolved)?
    } else {
        Vec::new()
    };
    let encoded = |data: &[(String, SecretValue)]| -> Vec<(String, String)> {
        data.iter()
            .map(|(key, value)| (key.clone(), hash::wrapped_base64(value.expose())))
            .collect()
    };
    let suffix = if managed.follow {
        None
    } else {
        Some(suffix(config, managed, resolved, &encoded(&data)))
    };
    let name = match &suffix {
        Some(suffix) if managed.name_suffix => format!("{}-{suffix}", managed.name),
        _ => managed.name.clone(),
    };
    let told_apart = !managed.name_suffix && !managed.follow && managed.hash == HashKind::Content;
    let keys = told_apart.then(|| {
        data.iter()
            .map(|(key, value)| (key.clone(), hash::value_digest(value.expose())))
            .collect()
    });
    let provenance = provenance(config, managed, suffix.as_deref(), resolved);
    let object = |kind, value| Object {
        want: at,
        kind,
        name: name.clone(),
        namespace: want.namespace.clone(),
        logical: managed.name.clone(),
        has_secret: managed.delivery.has_secret(),
        value,
    };
    let metadata = secret::Metadata {
        name: &name,
        namespace: want.namespace.as_deref(),
        managed,
        provenance: &provenance,
    };
    let mut objects = Vec::new();
    if managed.delivery.has_secret() {
        objects.push(object("Secret", secret::secret(&metadata, encoded(&data))));
    }
    if managed.delivery.has_operator() {
        // a followed secret is not read: its templates only guard that the keys are there
        let items = if managed.follow {
            picked(managed)
        } else {
            items(managed, resolved)
        };
        let keys: Vec<Key> = items.into_iter().map(key).collect();
        let reading = managed
            .sources
            .first()
            .and_then(|source| resolved.reading(source));
        objects.push(object(
            "VaultStaticSecret",
            static_secret::static_secret(&metadata, &config.operator, reading, &keys),
        ));
    }
    Ok((Generation { name, suffix, keys }, objects))
}

fn key(item: Item<'_>) -> Key {
    Key {
        key: item.key,
        from: item.from,
        decode: item.decode,
    }
}

/// The Secret's data, sorted by key.
fn data(
    managed: &ManagedSecret,
    resolved: &Resolved,
) -> Result<Vec<(String, SecretValue)>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    let mut size = 0;
    for item in items(managed, resolved) {
        let Item {
            key,
            source,
            from,
            decode,
            place,
        } = item;
        let Some(value) = resolved.value(source, &from) else {
            continue;
        };
        let bytes = match decode {
            Decode::Text => value.expose().to_vec(),
            Decode::Base64 => {
                let text: Vec<u8> = value
                    .expose()
                    .iter()
                    .copied()
                    .filter(|b| !matches!(b, b'\n' | b'\r'))
                    .collect();
                let text = zeroize::Zeroizing::new(text);
                if let Ok(bytes) = STANDARD.decode(text.as_slice()) {
                    bytes
                } else {
                    report.push(
                        Diagnostic::error(
                            Code::BadBase64,
                            format!(
                                "the key `{from}` of `{}/{}` is not base64",
                                source.secret.mount, source.secret.path
                            ),
                        )
                        .at(place.clone())
                        .hint("store standard base64 with padding, or leave `decode` out."),
                    );
                    continue;
                }
            }
        };
        size += key.len() + bytes.len();
        out.push((key, SecretValue::new(bytes)));
    }
    if size > names::SECRET_MAX {
        report.push(
            Diagnostic::error(
                Code::SecretTooLarge,
                format!(
                    "the data of `{}` has {size} bytes; a Secret may have 1 MiB",
                    managed.name
                ),
            )
            .at(managed.place.clone())
            .hint("name only the keys you need in `keys`, or split the secret."),
        );
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    report.check(out)
}

fn suffix(
    config: &Config,
    managed: &ManagedSecret,
    resolved: &Resolved,
    encoded: &[(String, String)],
) -> String {
    let secret_type = &managed.secret_type;
    match managed.hash {
        HashKind::Content => hash::secret_suffix(secret_type, encoded),
        HashKind::Keyed => {
            let key = managed
                .hash_key
                .as_ref()
                .and_then(|k| resolved.value(&k.source, &k.key));
            let key = key.map(SecretValue::expose).unwrap_or_default();
            let scheme = hash::SCHEME.to_string();
            // two applications with equal data must not share a Secret: one's prune would take the
            // other's
            let fields = [
                scheme.as_str(),
                &config.name,
                &managed.name,
                &hash::secret_json(secret_type, encoded),
            ];
            hash::digest_suffix(secret_type, &hash::keyed_digest(key, &fields))
        }
        HashKind::Version => hash::digest_suffix(
            secret_type,
            &hash::digest(&version_fields(config, managed, resolved)),
        ),
    }
}

/// Everything that determines the data, and whose it is; nothing of the runner.
fn version_fields(config: &Config, managed: &ManagedSecret, resolved: &Resolved) -> Vec<String> {
    let mut fields = vec![
        hash::SCHEME.to_string(),
        config.name.clone(),
        managed.name.clone(),
        managed.secret_type.clone(),
    ];
    for (at, source) in managed.sources.iter().enumerate() {
        let reading = resolved.reading(source);
        let secret = &source.secret;
        fields.extend([
            "source".to_owned(),
            secret.namespace.clone().unwrap_or_default(),
            secret.mount.clone(),
            secret.path.clone(),
            reading
                .and_then(|r| r.version)
                .map_or_else(String::new, |v| v.to_string()),
            reading.and_then(|r| r.created.clone()).unwrap_or_default(),
        ]);
        match &managed.entries {
            // every key of a fixed version is the same selection as none named
            crate::config::Entries::All => fields.push("all".to_owned()),
            crate::config::Entries::Picked(entries) => {
                let mut picked: Vec<_> = entries.iter().filter(|e| e.source == at).collect();
                picked.sort_by(|a, b| a.key.cmp(&b.key));
                for entry in picked {
                    let decode = if entry.decode == Decode::Base64 {
                        "base64"
                    } else {
                        ""
                    };
                    fields.extend([
                        "key".to_owned(),
                        entry.key.clone(),
                        entry.from.clone(),
                        decode.to_owned(),
                    ]);
                }
            }
        }
    }
    fields
}

fn provenance(
    config: &Config,
    managed: &ManagedSecret,
    suffix: Option<&str>,
    resolved: &Resolved,
) -> own::Provenance {
    let sources = managed.sources.iter().map(|source| {
        let version = resolved.reading(source).and_then(|r| r.version);
        (source.secret.clone(), version)
    });
    own::Provenance {
        logical: managed.name.clone(),
        // a followed secret has no generation; its name never changes
        generation: suffix.unwrap_or(own::FOLLOWED).to_owned(),
        sources: sources.collect(),
        stamp: config.stamp.clone(),
    }
}
