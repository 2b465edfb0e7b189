//! Locks that nobody wrote, and that a lock may be: every field with odd and with plain texts.

use std::collections::{BTreeMap, HashSet};

use countersign::config::{Decode, Delivery, GitOps, HashKind, Keep, Operator};
use countersign::diag::Place;
use countersign::hash;
use countersign::kube::names;
use countersign::lock::{
    Dress, Entry, Generation, Lock, Picked, Pinned, PinnedKey, Previous, Selection, order, suffix,
};
use countersign::vault::{Engine, SecretPath};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

/// A lock in its one order.
pub fn lock() -> impl Strategy<Value = Lock> {
    let whose = (
        option::of("[a-z]{1,3}"),
        "[a-c]",
        "[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?",
    );
    let entry = (
        option::weighted(0.9, generation()),
        keep(),
        vec((moment(), generation()), 0..3),
    );
    btree_map(whose, entry, 0..5).prop_map(|entries| {
        let entries =
            entries
                .into_iter()
                .map(|((namespace, config, name), (current, keep, previous))| {
                    let previous = previous.into_iter().map(|(since, generation)| Previous {
                        until: since.clone(),
                        since,
                        generation,
                    });
                    let mut entry = Entry {
                        name,
                        config,
                        namespace,
                        keep: if current.is_some() {
                            keep
                        } else {
                            Keep::default()
                        },
                        current,
                        previous: previous.collect(),
                    };
                    legal(&mut entry);
                    entry
                });
        let entries = entries.filter(|e| e.current.is_some() || !e.previous.is_empty());
        let mut lock = Lock {
            entries: entries.collect(),
        };
        order::lock(&mut lock);
        lock
    })
}

fn keep() -> impl Strategy<Value = Keep> {
    let times = prop_oneof![Just(0), Just(72 * 3600), 0..999_999i64];
    (0..3u64, times).prop_map(|(count, at_least)| Keep { count, at_least })
}

/// Suffixes as they must be, each once; only the current generation follows or has the plain name.
fn legal(entry: &mut Entry) {
    let mut seen = HashSet::new();
    let mut last = String::new();
    let (config, name) = (entry.config.clone(), entry.name.clone());
    let mut pin = |generation: &mut Generation| {
        order::generation(generation);
        generation.suffix = suffix::suffix(&config, &name, generation);
        seen.insert(generation.suffix.clone())
    };
    if let Some(current) = &mut entry.current
        && current.suffix.is_some()
    {
        pin(current);
    }
    entry.previous.retain_mut(|previous| {
        previous.generation.name_suffix = true;
        previous.generation.suffix.is_some() && pin(&mut previous.generation)
    });
    // two of one second would leave open which is the newer
    entry.previous.sort_by(|a, b| b.since.cmp(&a.since));
    entry
        .previous
        .retain(|p| std::mem::replace(&mut last, p.since.clone()) != p.since);
}

/// Any generation; one that is pinned has some suffix, which is not yet right.
pub fn generation() -> impl Strategy<Value = Generation> {
    let kind = (any::<u8>(), any::<u64>(), any::<bool>(), any::<bool>());
    let keys = btree_map(key(), (odd(), any::<bool>()), 1..4);
    let sources = vec(
        (secret(), any::<bool>(), option::of("[a-z]{1,4}"), pin()),
        1..4,
    );
    let secret_type = option::of(prop_oneof![Just("kubernetes.io/tls".to_owned()), odd()]);
    (kind, keys, sources, secret_type, hash_key(), dress()).prop_map(
        |((kind, seed, all, name_suffix), keys, sources, secret_type, hash_key, object)| {
            let followed = kind % 8 == 7;
            let (delivery, hash) = match kind % 8 {
                0..3 | 7 => (Delivery::VaultStaticSecret, HashKind::Version),
                3 => (Delivery::Both, HashKind::Keyed),
                4 => (Delivery::VaultStaticSecret, HashKind::Content),
                5 => (Delivery::Secret, HashKind::Keyed),
                _ => (Delivery::Secret, HashKind::Content),
            };
            let versioned = hash == HashKind::Version && !followed;
            let one = delivery.has_operator() || all;
            let mut sources: Vec<Pinned> = sources
                .into_iter()
                .take(if one { 1 } else { 3 })
                .map(|source| pinned(source, versioned, followed))
                .collect();
            select(&mut sources, keys, all);
            Generation {
                suffix: (!followed).then(String::new),
                scheme: hash::SCHEME,
                delivery,
                hash,
                digest: (hash != HashKind::Version).then(|| hash::digest(&[seed.to_string()])),
                hash_key: (hash == HashKind::Keyed).then_some(hash_key),
                secret_type: secret_type.unwrap_or_else(|| "Opaque".to_owned()),
                name_suffix: name_suffix && !followed,
                sources,
                object,
                place: Place::default(),
            }
        },
    )
}

type Said = (SecretPath, bool, Option<String>, (u64, String));

fn pinned(said: Said, versioned: bool, followed: bool) -> Pinned {
    let (mut secret, kv1, runner_namespace, (version, created)) = said;
    if kv1 && !versioned {
        secret.engine = Engine::KvV1;
    }
    let pinned = secret.engine == Engine::KvV2 && !followed;
    Pinned {
        runner_namespace: runner_namespace.filter(|_| secret.namespace.is_none()),
        secret,
        version: pinned.then_some(version),
        created: pinned.then_some(created),
        keys: Selection::Picked(Vec::new()),
    }
}

/// Deals the keys out to the sources, or gives all to the only one.
fn select(sources: &mut [Pinned], keys: BTreeMap<String, (String, bool)>, all: bool) {
    if let ([source], true) = (&mut *sources, all) {
        source.keys = Selection::All(keys.into_keys().collect());
        return;
    }
    let count = sources.len();
    for (at, (key, (from, base64))) in keys.into_iter().enumerate() {
        let decode = if base64 { Decode::Base64 } else { Decode::Text };
        if let Selection::Picked(picked) = &mut sources[at % count].keys {
            picked.push(Picked { key, from, decode });
        }
    }
}

fn secret() -> impl Strategy<Value = SecretPath> {
    let part = "[A-Za-z0-9é][A-Za-z0-9é:@ _-]{0,5}[A-Za-z0-9é]";
    let namespace = option::of(prop_oneof![Just(String::new()), "[a-z]{1,4}/[a-z]{1,4}"]);
    (namespace, part, part, part).prop_map(|(namespace, mount, one, two)| SecretPath {
        namespace,
        mount,
        path: format!("{one}/{two}"),
        engine: Engine::KvV2,
    })
}

fn hash_key() -> impl Strategy<Value = PinnedKey> {
    (secret(), any::<bool>(), pin(), odd()).prop_map(
        |(mut secret, kv1, (version, created), key)| {
            if kv1 {
                secret.engine = Engine::KvV1;
            }
            PinnedKey {
                secret,
                version: (!kv1).then_some(version),
                created: (!kv1).then_some(created),
                key,
            }
        },
    )
}

fn dress() -> impl Strategy<Value = Dress> {
    let labels = || {
        vec(
            (
                "[a-z]{1,4}/[A-Za-z][A-Za-z0-9._-]{0,3}[0-9]",
                "[a-z0-9]{0,4}",
            ),
            0..3,
        )
    };
    let annotations = || btree_map("[A-Za-z][a-z0-9]{0,5}", odd(), 0..3);
    let refresh = prop_oneof![Just("24h"), Just("1.5m"), Just("90s")];
    let operator = (
        option::of("[a-z]{1,4}"),
        refresh,
        option::of(any::<bool>()),
        labels(),
        annotations(),
    );
    let tool = prop_oneof![Just(GitOps::ArgoCd), Just(GitOps::Flux), Just(GitOps::Helm)];
    let object = (
        operator,
        labels(),
        annotations(),
        any::<bool>(),
        option::of(tool),
    );
    object.prop_map(|(operator, labels, annotations, immutable, gitops)| Dress {
        operator: Operator {
            auth_ref: operator.0,
            refresh_after: operator.1.to_owned(),
            hmac_secret_data: operator.2,
            labels: once(operator.3),
            annotations: operator.4.into_iter().collect(),
        },
        labels: once(labels),
        annotations: annotations.into_iter().collect(),
        immutable,
        gitops,
    })
}

/// Each key once.
fn once(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .collect()
}

fn pin() -> impl Strategy<Value = (u64, String)> {
    let zone = prop_oneof![Just("Z"), Just(".5Z"), Just(".123456789+01:00")];
    (1..u64::MAX, 0..10u32, zone).prop_map(|(version, second, zone)| {
        (version, format!("2026-11-2{second}T10:00:0{second}{zone}"))
    })
}

fn moment() -> impl Strategy<Value = String> {
    (10..30u32, 10..24u32).prop_map(|(day, hour)| format!("2026-11-{day}T{hour}:00:00Z"))
}

fn key() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("y".to_owned()),
        Just("123".to_owned()),
        Just("null".to_owned())
    ];
    prop_oneof![4 => "[A-Za-z0-9._-]{1,8}", 1 => words]
        .prop_filter("Kubernetes accepts it", |key| {
            names::data_key_fault(key).is_none()
        })
}

/// Texts of all kinds.
fn odd() -> impl Strategy<Value = String> {
    let words = [
        "",
        "true",
        "0x1F",
        "1e3",
        "~",
        "a: b",
        "# c",
        "- d",
        "2026-11-21",
        "{x}",
        "'",
        "\"\\",
        "<<",
        "a\u{202e}b\u{200b}\u{e0041}",
    ];
    prop_oneof![
        3 => "[a-z]{1,8}",
        1 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}
