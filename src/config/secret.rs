//! One entry of `spec.secrets`: its sources, its keys, and whether its delivery can carry them.

use super::decode::{DELIVERIES, HASHES};
use super::entries::entries;
use super::fields::{Fields, Reader};
use super::keep::keep;
use super::labels::labels;
use super::parameters::Parameters;
use super::rendered::rendered;
use super::source::{Sources, source};
use super::{Delivery, Entries, HashKey, HashKind, Keep, ManagedSecret};
use crate::diag::Code;
use crate::kube::{names, types};
use crate::vault::Engine;
use crate::yaml::NodeRef;

/// What `spec` says for all its secrets.
pub struct Defaults<'n, 't> {
    /// `spec.delivery`
    pub delivery: Option<Delivery>,
    /// `spec.hash`
    pub hash: Option<HashKind>,
    /// `spec.hashKey`
    pub hash_key: Option<NodeRef<'n, 't>>,
    /// `spec.vault.namespace`
    pub namespace: Option<String>,
    /// `spec.vault.mount`
    pub mount: Option<String>,
    /// `spec.vault.engine`
    pub engine: Option<Engine>,
    /// `spec.vault` is there but is no mapping, which has been reported.
    pub vault_unusable: bool,
    /// `spec.keep`
    pub keep: Keep,
    /// `spec.parameters`
    pub parameters: Parameters,
}

const SECRET: &[&str] = &[
    "name",
    "delivery",
    "hash",
    "hashKey",
    "path",
    "mount",
    "engine",
    "namespace",
    "version",
    "keys",
    "data",
    "type",
    "labels",
    "annotations",
    "immutable",
    "nameSuffix",
    "follow",
    "keep",
];
/// A hyphen and the ten characters of a suffix.
const SUFFIX_LENGTH: usize = 11;

/// Decodes one entry; `delivery_missing` is set when neither it nor `spec` names a delivery.
pub fn decode<'n>(
    reader: &'n Reader<'n>,
    item: NodeRef<'n, '_>,
    at: &str,
    defaults: &Defaults<'_, '_>,
    delivery_missing: &mut bool,
) -> Option<ManagedSecret> {
    let fields = reader.fields(item, at, SECRET, &[])?;
    let name = name(&fields);
    let delivery = fields.choice("delivery", DELIVERIES).or(defaults.delivery);
    if delivery.is_none() && fields.get("delivery").is_none() {
        *delivery_missing = true;
    }
    let mut sources = Sources {
        fields: &fields,
        defaults,
        found: Vec::new(),
    };
    let own = fields.get("path").and_then(|_| sources.of(&fields));
    let entries = entries(&fields, own, &mut sources);
    let mut sources = sources.found;
    // nearly always one, and a config may have thousands of secrets
    sources.shrink_to_fit();
    let hash_key = hash_key(reader, &fields, defaults);
    let follow = fields.boolean("follow").unwrap_or(false);
    let engine = sources.first().map_or(Engine::KvV2, |s| s.secret.engine);
    let default_hash = match (delivery, engine) {
        (Some(Delivery::VaultStaticSecret), Engine::KvV1) => None,
        (Some(Delivery::VaultStaticSecret), Engine::KvV2) => Some(HashKind::Version),
        _ => Some(HashKind::Content),
    };
    let hash = fields
        .choice("hash", HASHES)
        .or(defaults.hash)
        .or(default_hash);
    let secret_type = fields.text("type");
    let (own_labels, own_annotations) = (
        labels(&fields, "labels", true),
        labels(&fields, "annotations", false),
    );
    let immutable = fields.boolean("immutable").unwrap_or(false);
    let name_suffix = fields.boolean("nameSuffix").unwrap_or(true);
    // every field has been looked at: what is missing now has been reported
    let secret = ManagedSecret {
        name: name?,
        place: reader.place(fields.get("name").unwrap_or(item), &format!("{at}.name")),
        delivery: delivery?,
        hash: hash.unwrap_or(HashKind::Version),
        hash_key,
        secret_type: secret_type.unwrap_or_else(|| "Opaque".to_owned()),
        labels: own_labels,
        annotations: own_annotations,
        immutable,
        name_suffix: !follow && name_suffix,
        follow,
        keep: keep(&fields, defaults.keep),
        sources,
        entries: entries?,
    };
    check(&fields, &secret, hash.is_none());
    Some(secret)
}

fn name(fields: &Fields<'_, '_>) -> Option<String> {
    let node = fields.required("name", "give the name that the manifests refer to.")?;
    let name = fields.text("name")?;
    let at = fields.path("name");
    if let Some(fault) = names::name_fault(&name) {
        fields.reader.error(
            node,
            &at,
            Code::BadName,
            format!("`{name}` cannot be the name of a Secret: {fault}"),
        );
        return None;
    }
    if name.len() + SUFFIX_LENGTH > names::NAME_MAX {
        let message = format!(
            "with its suffix the name has {} characters; 253 are allowed",
            name.len() + SUFFIX_LENGTH
        );
        fields.reader.error(node, &at, Code::NameTooLong, message);
    }
    Some(name)
}

fn hash_key(
    reader: &Reader<'_>,
    fields: &Fields<'_, '_>,
    defaults: &Defaults<'_, '_>,
) -> Option<HashKey> {
    let own = fields.get("hashKey");
    let at = if own.is_some() {
        fields.path("hashKey")
    } else {
        "spec.hashKey".to_owned()
    };
    let node = own.or(defaults.hash_key)?;
    let known = &["path", "mount", "engine", "namespace", "version", "key"];
    let key_fields = reader.fields(node, &at, known, &[])?;
    key_fields.required("path", "say where the key is kept.");
    key_fields.required("key", "say under which key it stands there.");
    let source = source(&key_fields, None, defaults)?;
    Some(HashKey {
        source,
        key: rendered(&key_fields, "key", &defaults.parameters)?,
    })
}

/// What the delivery, the engine and the type cannot do together.
fn check(fields: &Fields<'_, '_>, secret: &ManagedSecret, no_hash: bool) {
    let reader = fields.reader;
    let refuse = |field: &str, message: String, hint: &str| {
        let node = fields.get(field).unwrap_or(fields.node);
        reader.error_hint(
            node,
            &fields.path(field),
            Code::CannotDeliver,
            message,
            hint,
        );
    };
    let name = &secret.name;
    let kv1 = secret
        .sources
        .iter()
        .any(|s| s.secret.engine == Engine::KvV1);
    if no_hash || (kv1 && secret.hash == HashKind::Version && !secret.follow) {
        refuse(
            "hash",
            format!("`{name}` comes from kv-v1, which has no versions to make a name from"),
            "choose `hash: keyed` or `hash: content`.",
        );
    }
    if secret.hash == HashKind::Keyed && secret.hash_key.is_none() && !secret.follow {
        refuse(
            "hash",
            format!("`{name}` needs a key for `hash: keyed`"),
            "set `hashKey: {path: …, key: …}`.",
        );
    }
    if secret.delivery.has_operator() && secret.sources.len() > 1 {
        refuse(
            "data",
            format!(
                "a VaultStaticSecret reads one path, `{name}` needs {}",
                secret.sources.len()
            ),
            "use `delivery: Secret`, or one managed secret for each path.",
        );
    }
    if secret.delivery == Delivery::VaultStaticSecret && secret.immutable {
        refuse(
            "immutable",
            "the Vault Secrets Operator never makes a Secret immutable".into(),
            "use `delivery: Secret` or `Both`, or leave `immutable` out.",
        );
    }
    if secret.follow {
        if secret.delivery != Delivery::VaultStaticSecret {
            refuse(
                "follow",
                format!("`{name}` can only follow Vault through the operator"),
                "use `delivery: VaultStaticSecret`.",
            );
        }
        if secret.sources.iter().any(|s| s.version.is_some()) {
            refuse(
                "version",
                format!("`{name}` follows Vault and is pinned at once"),
                "leave out `version` or `follow`.",
            );
        }
    }
    if let Entries::Picked(entries) = &secret.entries
        && !entries.is_empty()
        && let Some(missing) = types::missing_key(&secret.secret_type, |key| {
            entries.iter().any(|e| e.key == key)
        })
    {
        let node = fields.get("type").unwrap_or(fields.node);
        let message = format!(
            "a Secret of type `{}` needs the key `{missing}`",
            secret.secret_type
        );
        reader.error_hint(
            node,
            &fields.path("type"),
            Code::MissingTypeKey,
            message,
            "add it to `keys` or `data`, or leave `type` out.",
        );
    }
}
