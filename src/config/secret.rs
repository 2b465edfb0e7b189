//! One entry of `spec.secrets`: its sources, its keys, and whether its delivery can carry them.

use super::decode::{DELIVERIES, ENGINES, HASHES, rendered};
use super::fields::{Fields, Reader};
use super::parameters::Parameters;
use super::{Decode, Delivery, Entries, Entry, HashKey, HashKind, ManagedSecret, Source};
use crate::diag::Code;
use crate::kube::{names, types};
use crate::vault::{Engine, SecretPath};
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
    /// `spec.parameters`
    pub parameters: Parameters,
}

const SECRET: &[&str] = &[
    "name", "delivery", "hash", "hashKey", "path", "mount", "engine", "namespace", "version", "keys", "data", "type",
    "labels", "annotations", "immutable", "nameSuffix", "follow",
];
const LATER: &[(&str, &str)] = &[
    ("keep", "leave it out: previous generations come with the lock."),
    ("gitops", "leave it out: it comes with the lock."),
];
/// A hyphen and the ten characters of a suffix.
const SUFFIX_LENGTH: usize = 11;

/// Decodes one entry; `delivery_missing` is set when neither it nor `spec` names a delivery.
pub fn decode<'n, 't>(
    reader: &'n Reader<'n>,
    item: NodeRef<'n, 't>,
    at: &str,
    defaults: &Defaults<'_, '_>,
    delivery_missing: &mut bool,
) -> Option<ManagedSecret> {
    let fields = reader.fields(item, at, SECRET, LATER)?;
    let name = name(&fields);
    let delivery = fields.choice("delivery", DELIVERIES).or(defaults.delivery);
    if delivery.is_none() && fields.get("delivery").is_none() {
        *delivery_missing = true;
    }
    let mut sources = Sources { fields: &fields, defaults, found: Vec::new() };
    let own = fields.get("path").and_then(|_| sources.of(&fields));
    let entries = entries(&fields, own, &mut sources);
    let sources = sources.found;
    let hash_key = hash_key(reader, &fields, defaults);
    let follow = fields.boolean("follow").unwrap_or(false);
    let engine = sources.first().map_or(Engine::KvV2, |s| s.secret.engine);
    let delivery = delivery?;
    let default_hash = match (delivery, engine) {
        (Delivery::VaultStaticSecret, Engine::KvV2) => Some(HashKind::Version),
        (Delivery::VaultStaticSecret, Engine::KvV1) => None,
        _ => Some(HashKind::Content),
    };
    let hash = fields.choice("hash", HASHES).or(defaults.hash).or(default_hash);
    let secret = ManagedSecret {
        name: name?,
        place: reader.place(fields.get("name").unwrap_or(item), &format!("{at}.name")),
        delivery,
        hash: hash.unwrap_or(HashKind::Version),
        hash_key,
        secret_type: fields.text("type").unwrap_or_else(|| "Opaque".to_owned()),
        labels: labels(&fields, "labels", true),
        annotations: labels(&fields, "annotations", false),
        immutable: fields.boolean("immutable").unwrap_or(false),
        name_suffix: !follow && fields.boolean("nameSuffix").unwrap_or(true),
        follow,
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
        fields.reader.error(node, &at, Code::BadName, format!("`{name}` cannot be the name of a Secret: {fault}"));
        return None;
    }
    if name.len() + SUFFIX_LENGTH > names::NAME_MAX {
        let message = format!("with its suffix the name has {} characters; 253 are allowed", name.len() + SUFFIX_LENGTH);
        fields.reader.error(node, &at, Code::NameTooLong, message);
    }
    Some(name)
}

/// Collects the distinct sources of one secret.
struct Sources<'f, 'n, 't, 'd> {
    fields: &'f Fields<'n, 't>,
    defaults: &'f Defaults<'d, 'd>,
    found: Vec<Source>,
}

impl Sources<'_, '_, '_, '_> {
    /// The source that `fields` describes, falling back on the secret's own fields and the defaults.
    fn of(&mut self, fields: &Fields<'_, '_>) -> Option<usize> {
        let source = source(fields, Some(self.fields), self.defaults)?;
        let same = |s: &Source| s.secret == source.secret && s.version == source.version;
        Some(self.found.iter().position(same).unwrap_or_else(|| {
            self.found.push(source);
            self.found.len() - 1
        }))
    }
}

fn source(fields: &Fields<'_, '_>, outer: Option<&Fields<'_, '_>>, defaults: &Defaults<'_, '_>) -> Option<Source> {
    let reader = fields.reader;
    let path_fields = if fields.get("path").is_some() { fields } else { outer? };
    let path_node = path_fields.get("path")?;
    let text = |field: &str| {
        rendered(fields, field, &defaults.parameters).or_else(|| {
            // a field that is there but wrong has been reported: do not fall back
            let outer = outer.filter(|_| fields.get(field).is_none())?;
            rendered(outer, field, &defaults.parameters)
        })
    };
    let path = rendered(path_fields, "path", &defaults.parameters)?;
    let own_mount = text("mount");
    let says_mount = fields.get("mount").is_some() || outer.is_some_and(|o| o.get("mount").is_some());
    let mount = own_mount.or_else(|| defaults.mount.clone().filter(|_| !says_mount));
    if mount.is_none() && !says_mount {
        reader.error_hint(path_node, &path_fields.path("path"), Code::MissingField, "no `mount` for this path", "set `spec.vault.mount`, or `mount` beside the path.");
    }
    let namespace = text("namespace").or_else(|| defaults.namespace.clone());
    let engine = fields.choice("engine", ENGINES).or_else(|| outer?.choice("engine", ENGINES)).or(defaults.engine);
    let version = fields.positive("version").or_else(|| {
        let same_path = fields.get("path").is_none();
        outer.filter(|_| same_path)?.positive("version")
    });
    let path = clean(reader, path_node, &path_fields.path("path"), "path", &path)?;
    let mount = clean(reader, path_node, &path_fields.path("path"), "mount", &mount?)?;
    let engine = engine.unwrap_or(Engine::KvV2);
    if engine == Engine::KvV1 && version.is_some() {
        reader.error_hint(path_node, &fields.path("version"), Code::CannotDeliver, "kv-v1 has no versions", "leave `version` out.");
    }
    Some(Source {
        secret: SecretPath { namespace, mount, path, engine },
        version,
        place: reader.place(path_node, &path_fields.path("path")),
    })
}

/// A mount or path without slashes at its ends, or a report: what is asked must be what is meant.
fn clean(reader: &Reader<'_>, node: NodeRef<'_, '_>, at: &str, what: &str, text: &str) -> Option<String> {
    let path = text.trim_matches('/');
    let fault = if path.is_empty() {
        Some("it is empty")
    } else if path.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        Some("it has an empty part, `.` or `..`")
    } else if path.chars().any(|c| c.is_control() || matches!(c, '%' | '?' | '#' | '\\')) {
        Some("it has a control character, `%`, `?`, `#` or `\\`")
    } else if path.starts_with(' ') || path.ends_with(' ') {
        Some("it starts or ends with a blank")
    } else {
        None
    };
    if let Some(fault) = fault {
        reader.error(node, at, Code::BadValue, format!("this {what} cannot be used: {fault}"));
        return None;
    }
    Some(path.to_owned())
}

fn entries(fields: &Fields<'_, '_>, own: Option<usize>, sources: &mut Sources<'_, '_, '_, '_>) -> Option<Entries> {
    let reader = fields.reader;
    let parameters = &sources.defaults.parameters;
    let picked = fields.get("keys").is_some() || fields.get("data").is_some();
    if !picked {
        if own.is_none() && fields.get("path").is_none() {
            reader.error_hint(fields.node, &fields.at, Code::MissingField, "neither `path` nor `data` is given", "say where the secret is: `path: …`.");
        }
        return own.map(|_| Entries::All);
    }
    let mut out: Vec<Entry> = Vec::new();
    let mut add = |entry: Entry, node: NodeRef<'_, '_>| {
        if let Some(fault) = names::data_key_fault(&entry.key) {
            let message = format!("`{}` cannot be a key of a Secret: {fault}", entry.key);
            reader.push(crate::diag::Diagnostic::error(Code::BadKey, message).at(entry.place.clone()));
        }
        if out.iter().any(|e| e.key == entry.key) {
            reader.error_hint(node, "", Code::DuplicateKey, format!("`{}` is given in `keys` and in `data`", entry.key), "keep one of them.");
        }
        out.push(entry);
    };
    if fields.get("keys").is_some() && fields.get("path").is_none() {
        reader.error_hint(fields.node, &fields.at, Code::MissingField, "`keys` needs a `path`", "say where the keys are: `path: …`.");
    }
    for (key, from, node) in fields.texts("keys") {
        let at = format!("{}.{key}", fields.path("keys"));
        let place = reader.place(node, &at);
        let from = match parameters.render(&from) {
            Ok(from) => from,
            Err(_) => {
                reader.error_hint(node, &at, Code::UndefinedParameter, "the name of this key cannot be rendered", "define the parameters it uses in `spec.parameters`.");
                continue;
            }
        };
        if let Some(source) = own {
            add(Entry { key, source, from, decode: Decode::Text, place }, node);
        }
    }
    let data = fields.get("data").and_then(|node| reader.mapping(node, &fields.path("data")));
    if let Some(data) = &data {
        for (key_node, value) in data.node.entries() {
            let Some(key) = key_node.scalar() else { continue };
            let at = data.path(key);
            let known = &["path", "mount", "engine", "namespace", "version", "key", "decode"];
            let later = [("template", "templates come with a later version; use `path` and `key`.")];
            let Some(entry) = reader.fields(value, &at, known, &later) else { continue };
            let from = match entry.get("key") {
                Some(_) => rendered(&entry, "key", parameters),
                None => Some(key.to_owned()),
            };
            let decode = entry.choice("decode", &[("base64", Decode::Base64)]).unwrap_or(Decode::Text);
            if entry.get("path").is_none() && fields.get("path").is_none() && entry.get("template").is_none() {
                reader.error_hint(value, &at, Code::MissingField, "`path` is missing", "say where this key is: `path: …`.");
            }
            let Some(source) = sources.of(&entry) else { continue };
            let Some(from) = from else { continue };
            add(Entry { key: key.to_owned(), source, from, decode, place: reader.place(key_node, &at) }, key_node);
        }
    }
    if out.is_empty() {
        let said = |f: &str| fields.get(f).is_some_and(|n| n.children().next().is_some());
        if !said("keys") && !said("data") {
            reader.error_hint(fields.node, &fields.at, Code::MissingField, "no key is named", "leave `keys` out to take every key.");
        }
    }
    Some(Entries::Picked(out))
}

fn hash_key(reader: &Reader<'_>, fields: &Fields<'_, '_>, defaults: &Defaults<'_, '_>) -> Option<HashKey> {
    let own = fields.get("hashKey");
    let at = if own.is_some() { fields.path("hashKey") } else { "spec.hashKey".to_owned() };
    let node = own.or(defaults.hash_key)?;
    let known = &["path", "mount", "engine", "namespace", "version", "key"];
    let key_fields = reader.fields(node, &at, known, &[])?;
    key_fields.required("path", "say where the key is kept.");
    key_fields.required("key", "say under which key it stands there.");
    let source = source(&key_fields, None, defaults)?;
    Some(HashKey { source, key: rendered(&key_fields, "key", &defaults.parameters)? })
}

/// Labels or annotations that the API server will accept and that are not ours.
pub(super) fn labels(fields: &Fields<'_, '_>, field: &str, values_are_short: bool) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (key, value, node) in fields.texts(field) {
        let at = format!("{}.{key}", fields.path(field));
        if let Some(fault) = names::label_key_fault(&key) {
            fields.reader.error(node, &at, Code::BadValue, format!("`{key}` cannot be the key of a label or annotation: {fault}"));
        } else if key.starts_with("countersign.dev/") {
            fields.reader.error(node, &at, Code::BadValue, "`countersign.dev/` is ours");
        } else if let Some(fault) = names::label_value_fault(&value).filter(|_| values_are_short) {
            fields.reader.error(node, &at, Code::BadValue, format!("the value of the label `{key}` is refused by Kubernetes: {fault}"));
        }
        out.push((key, value));
    }
    out
}

/// What the delivery, the engine and the type cannot do together.
fn check(fields: &Fields<'_, '_>, secret: &ManagedSecret, no_hash: bool) {
    let reader = fields.reader;
    let refuse = |field: &str, message: String, hint: &str| {
        let node = fields.get(field).unwrap_or(fields.node);
        reader.error_hint(node, &fields.path(field), Code::CannotDeliver, message, hint);
    };
    let name = &secret.name;
    let kv1 = secret.sources.iter().any(|s| s.secret.engine == Engine::KvV1);
    if no_hash {
        refuse("hash", format!("`{name}` comes from kv-v1, which has no versions to make a name from"), "choose `hash: keyed` or `hash: content`.");
    } else if kv1 && secret.hash == HashKind::Version && !secret.follow {
        refuse("hash", format!("`{name}` comes from kv-v1, which has no versions to make a name from"), "choose `hash: keyed` or `hash: content`.");
    }
    if secret.hash == HashKind::Keyed && secret.hash_key.is_none() && !secret.follow {
        refuse("hash", format!("`{name}` needs a key for `hash: keyed`"), "set `hashKey: {path: …, key: …}`.");
    }
    if secret.delivery.has_operator() && secret.sources.len() > 1 {
        refuse("data", format!("a VaultStaticSecret reads one path, `{name}` needs {}", secret.sources.len()), "use `delivery: Secret`, or one managed secret for each path.");
    }
    if secret.delivery == Delivery::VaultStaticSecret && secret.immutable {
        refuse("immutable", "the Vault Secrets Operator never makes a Secret immutable".into(), "use `delivery: Secret` or `Both`, or leave `immutable` out.");
    }
    if secret.follow {
        if secret.delivery != Delivery::VaultStaticSecret {
            refuse("follow", format!("`{name}` can only follow Vault through the operator"), "use `delivery: VaultStaticSecret`.");
        }
        if secret.sources.iter().any(|s| s.version.is_some()) {
            refuse("version", format!("`{name}` follows Vault and is pinned at once"), "leave out `version` or `follow`.");
        }
    }
    if let Entries::Picked(entries) = &secret.entries
        && !entries.is_empty()
        && let Some(missing) = types::missing_key(&secret.secret_type, |key| entries.iter().any(|e| e.key == key))
    {
        let node = fields.get("type").unwrap_or(fields.node);
        let message = format!("a Secret of type `{}` needs the key `{missing}`", secret.secret_type);
        reader.error_hint(node, &fields.path("type"), Code::MissingTypeKey, message, "add it to `keys` or `data`, or leave `type` out.");
    }
}
