//! Values become generations: names, digests and finished objects.
//!
//! Says no to data over 1 MiB and to text that is not the base64 it was said to be. After this
//! stage values exist only inside objects.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::generation::generation;
use super::locked::other_data;
use super::resolve::{Item, Resolved, items};
use super::subject::Subject;
use crate::config::{Decode, HashKind};
use crate::diag::{Code, Diagnostic, Report};
use crate::hash;
use crate::kube::id::namespaces_agree;
use crate::kube::static_secret::{self, Key};
use crate::kube::{names, own, secret};
use crate::lock::{self, Selection};
use crate::value::SecretValue;
use crate::vault::Depth;
use crate::yaml::emit::Value;

/// mint → rewrite, stamp, write.
pub struct Minted {
    /// One for each want.
    pub generations: Vec<Generation>,
    /// What is emitted, in the order of the configs; previous generations last.
    pub objects: Vec<Object>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

impl Minted {
    /// Whether the current generation of some secret is called so.
    fn has(&self, name: &str, subject: &Subject<'_>) -> bool {
        self.objects.iter().any(|object| {
            object.name == name
                && object.logical == subject.managed.name
                && namespaces_agree(object.namespace.as_deref(), subject.namespace)
        })
    }
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
    /// `Secret` or `VaultStaticSecret`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// The name that manifests use; its own for a previous generation, which nobody may mean.
    pub logical: String,
    /// A Secret of that name is emitted too, or is this one.
    pub has_secret: bool,
    /// The name of the config that makes it.
    pub config: String,
    /// Which of the subjects it was made for; `None`: it lets the operator in.
    pub subject: Option<usize>,
    /// The object.
    pub value: Value,
}

/// Makes everything that is wanted, and what is kept. Where `strict` is false, a generation that is
/// only kept and does not come out as it was is left out, with a warning.
pub fn mint(
    subjects: &[Subject<'_>],
    mut resolved: Resolved,
    strict: bool,
) -> Result<Minted, Report> {
    let mut report = Report::default();
    let mut minted = Minted {
        generations: Vec::new(),
        objects: Vec::new(),
        warnings: std::mem::take(&mut resolved.warnings),
    };
    for (at, subject) in subjects.iter().enumerate() {
        if resolved.gone.contains(&at) {
            continue;
        }
        match one(at, subject, &resolved) {
            // a config without a lock may stand at the very generation that a lock keeps
            Ok((generation, _)) if subject.previous && minted.has(&generation.name, subject) => {}
            Ok((generation, objects)) => {
                if !subject.previous {
                    minted.generations.push(generation);
                }
                minted.objects.extend(objects);
            }
            Err(problems) if subject.previous => {
                let first = problems.diagnostics.first();
                let why = first.map_or("", |first| first.message.as_str());
                report.push(super::previous::gone(subject, why, strict));
            }
            Err(problems) => report.extend(problems),
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    minted.warnings.extend(report.diagnostics);
    Ok(minted)
}

/// The generation of one subject and its data as it stands in a Secret.
pub fn pinned(subject: &Subject<'_>, resolved: &Resolved) -> Result<lock::Generation, Report> {
    let data = values(subject, resolved)?;
    let digest = digest(subject, resolved, &encoded(&data));
    Ok(generation(subject, resolved, digest))
}

fn values(
    subject: &Subject<'_>,
    resolved: &Resolved,
) -> Result<Vec<(String, SecretValue)>, Report> {
    if subject.depth == Some(Depth::Values) {
        data(subject, resolved)
    } else {
        Ok(Vec::new())
    }
}

fn encoded(data: &[(String, SecretValue)]) -> Vec<(String, String)> {
    data.iter()
        .map(|(key, value)| (key.clone(), hash::wrapped_base64(value.expose())))
        .collect()
}

fn one(
    at: usize,
    subject: &Subject<'_>,
    resolved: &Resolved,
) -> Result<(Generation, Vec<Object>), Report> {
    let managed = subject.managed;
    let data = values(subject, resolved)?;
    let encoded = encoded(&data);
    let pinned = generation(subject, resolved, digest(subject, resolved, &encoded));
    if let Some(problem) = other_data(subject, &pinned) {
        return Err(problem.into());
    }
    let name = match &pinned.suffix {
        Some(suffix) if managed.name_suffix => format!("{}-{suffix}", managed.name),
        _ => managed.name.clone(),
    };
    let told_apart = !managed.name_suffix && !managed.follow && managed.hash == HashKind::Content;
    let keys = told_apart.then(|| {
        data.iter()
            .map(|(key, value)| (key.clone(), hash::value_digest(value.expose())))
            .collect()
    });
    let provenance = provenance(subject, &pinned);
    let object = |kind, value| Object {
        kind,
        name: name.clone(),
        namespace: subject.namespace.map(str::to_owned),
        logical: if subject.previous {
            name.clone()
        } else {
            managed.name.clone()
        },
        has_secret: managed.delivery.has_secret(),
        config: subject.config.to_owned(),
        subject: Some(at),
        value,
    };
    let metadata = secret::Metadata {
        name: &name,
        namespace: subject.namespace,
        managed,
        provenance: &provenance,
        gitops: subject.gitops,
    };
    let mut objects = Vec::new();
    if managed.delivery.has_secret() {
        objects.push(object("Secret", secret::secret(&metadata, encoded)));
    }
    if managed.delivery.has_operator() {
        let source = pinned.sources.first();
        let keys = source.map_or_else(Vec::new, |source| keys_of(&source.keys));
        objects.push(object(
            "VaultStaticSecret",
            static_secret::static_secret(&metadata, subject.operator, source, &keys),
        ));
    }
    let generation = Generation {
        name,
        suffix: pinned.suffix,
        keys,
    };
    Ok((generation, objects))
}

fn keys_of(selection: &Selection) -> Vec<Key> {
    match selection {
        Selection::All(names) => names
            .iter()
            .map(|name| Key {
                key: name.clone(),
                from: name.clone(),
                decode: Decode::Text,
            })
            .collect(),
        Selection::Picked(picked) => picked
            .iter()
            .map(|one| Key {
                key: one.key.clone(),
                from: one.from.clone(),
                decode: one.decode,
            })
            .collect(),
    }
}

/// The Secret's data, sorted by key.
fn data(subject: &Subject<'_>, resolved: &Resolved) -> Result<Vec<(String, SecretValue)>, Report> {
    let managed = subject.managed;
    let mut report = Report::default();
    let mut out = Vec::new();
    let mut size = 0;
    for item in items(subject, resolved) {
        let Item {
            key,
            source,
            from,
            decode,
            place,
        } = item;
        let Some(value) = resolved.value(subject, source, &from) else {
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

/// What the suffix is made from, where that is the data.
fn digest(
    subject: &Subject<'_>,
    resolved: &Resolved,
    encoded: &[(String, String)],
) -> Option<String> {
    let managed = subject.managed;
    match managed.hash {
        HashKind::Version => None,
        // a placeholder has no data, and two of them must not have one name
        HashKind::Content if subject.depth.is_none() => {
            Some(hash::digest(&[subject.config, &managed.name]))
        }
        HashKind::Content => Some(hash::data_digest(&managed.secret_type, encoded)),
        HashKind::Keyed => {
            let key = resolved.hash_key(subject);
            let key = key.map(|(_, value)| value.expose()).unwrap_or_default();
            let scheme = hash::SCHEME.to_string();
            // two applications with equal data must not share a Secret: one's prune would take the
            // other's
            let fields = [
                scheme.as_str(),
                subject.config,
                &managed.name,
                &hash::secret_json(&managed.secret_type, encoded),
            ];
            Some(hash::keyed_digest(key, &fields))
        }
    }
}

fn provenance(subject: &Subject<'_>, pinned: &lock::Generation) -> own::Provenance {
    // in the order of the config, which is how our own output is recognised
    let sources = subject.managed.sources.iter().enumerate();
    let sources = sources.map(|(at, source)| {
        let pin = pinned.pin(subject.managed, at);
        (source.secret.clone(), pin.and_then(|pin| pin.version))
    });
    own::Provenance {
        logical: subject.managed.name.clone(),
        // a followed secret has no generation; its name never changes
        generation: pinned
            .suffix
            .clone()
            .unwrap_or_else(|| own::FOLLOWED.to_owned()),
        sources: sources.collect(),
        stamp: subject.stamp.clone(),
        previous: subject.previous,
    }
}
