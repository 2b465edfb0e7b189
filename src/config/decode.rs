//! A tree becomes a `Config`, or a report of every mistake in it.
//!
//! Each top-level part of `spec` has its own function; one managed secret is `secret`'s business.

use super::fields::{Fields, Reader, nearest};
use super::parameters::{Parameters, Unrendered};
use super::secret::{self, Defaults};
use super::{Config, Delivery, HashKind, KIND, LockMode, Operator, Reference, StampRule, StampRules};
use crate::diag::{Code, Report};
use crate::kube::names;
use crate::vault::Engine;
use crate::yaml::NodeRef;
use crate::yaml::picture::Located;

/// The words of `delivery`.
pub const DELIVERIES: &[(&str, Delivery)] = &[
    ("VaultStaticSecret", Delivery::VaultStaticSecret),
    ("Secret", Delivery::Secret),
    ("Both", Delivery::Both),
];
/// The words of `hash`.
pub const HASHES: &[(&str, HashKind)] =
    &[("version", HashKind::Version), ("keyed", HashKind::Keyed), ("content", HashKind::Content)];
/// The words of `engine`.
pub const ENGINES: &[(&str, Engine)] = &[("kv-v2", Engine::KvV2), ("kv-v1", Engine::KvV1)];

/// Said where `delivery` is missing: the three in one line each.
pub const DELIVERY_HINT: &str = "choose one:\n\
  `VaultStaticSecret`: the Vault Secrets Operator makes the Secret; no value passes through the build\n\
  `Secret`: the build emits the Secret with its data\n\
  `Both`: the build emits the Secret, and the operator keeps it repaired";

const SPEC: &[&str] =
    &["delivery", "lock", "vault", "operator", "hash", "hashKey", "parameters", "secrets", "stamp", "references"];
const LATER: &[(&str, &str)] = &[
    ("keep", "leave it out: previous generations come with the lock."),
    ("gitops", "leave it out: it comes with the lock."),
    ("write", "leave it out: it comes with the lock."),
];

/// Decodes a VaultSecrets object. `Err` holds at least one error.
pub fn decode(root: NodeRef<'_, '_>, located: &Located<'_>) -> Result<Config, Report> {
    let name = root.at("metadata/name").and_then(NodeRef::scalar).unwrap_or_default().to_owned();
    let reader = Reader::new(located, format!("{KIND}/{name}"));
    let config = object(root, &reader, name);
    let mut report = reader.finish();
    match config {
        Some(config) => report.check(config),
        None => Err(report),
    }
}

fn object(root: NodeRef<'_, '_>, reader: &Reader<'_>, name: String) -> Option<Config> {
    let top = reader.fields(root, "", &["apiVersion", "kind", "metadata", "spec", "status"], &[])?;
    if let Some(node) = top.get("apiVersion").filter(|n| n.scalar() != Some(super::API_VERSION)) {
        reader.error_hint(
            node,
            "apiVersion",
            Code::BadValue,
            format!("this version of `{KIND}` is not known"),
            format!("write `apiVersion: {}`.", super::API_VERSION),
        );
    }
    let metadata = top.get("metadata").and_then(|node| reader.mapping(node, "metadata"));
    let name_node = metadata.as_ref().and_then(|m| m.get("name"));
    match name_node {
        None => reader.error_hint(root, "metadata.name", Code::MissingField, "`metadata.name` is missing", "give the object a name."),
        Some(node) => {
            if let Some(fault) = names::name_fault(&name) {
                reader.error(node, "metadata.name", Code::BadName, format!("`{name}` cannot be a name: {fault}"));
            } else if name.len() > names::NAME_MAX {
                reader.error(node, "metadata.name", Code::NameTooLong, "the name is longer than 253 characters");
            }
        }
    }
    let namespace = metadata.as_ref().and_then(|m| m.text("namespace"));
    if let (Some(namespace), Some(node)) = (&namespace, metadata.as_ref().and_then(|m| m.get("namespace")))
        && let Some(fault) = names::namespace_fault(namespace)
    {
        reader.error(node, "metadata.namespace", Code::BadName, format!("`{namespace}` cannot be a namespace: {fault}"));
    }
    let spec = top.required("spec", "write `spec:` with `delivery` and `secrets`.")?;
    let spec = reader.fields(spec, "spec", SPEC, LATER)?;
    let parameters = parameters(&spec);
    let vault = spec.get("vault").and_then(|node| {
        let later = [("auth", "leave it out: for now the runner's token is used (`VAULT_TOKEN`, `BAO_TOKEN` or the token helper).")];
        reader.fields(node, "spec.vault", &["address", "namespace", "mount", "engine"], &later)
    });
    let defaults = Defaults {
        delivery: spec.choice("delivery", DELIVERIES),
        hash: spec.choice("hash", HASHES),
        hash_key: spec.get("hashKey"),
        namespace: vault.as_ref().and_then(|v| rendered(v, "namespace", &parameters)),
        mount: vault.as_ref().and_then(|v| rendered(v, "mount", &parameters)),
        engine: vault.as_ref().and_then(|v| v.choice("engine", ENGINES)),
        parameters,
    };
    let address = vault.as_ref().and_then(|v| Some((v.text("address")?, reader.place(v.get("address")?, "spec.vault.address"))));
    let operator = operator(&spec);
    let stamp = stamp(&spec);
    let references = references(&spec);
    let secrets = secrets(&spec, &defaults);
    Some(Config { name, namespace, lock: lock(&spec), address, operator, secrets, stamp, references, place: reader.place(root, "") })
}

fn lock(spec: &Fields<'_, '_>) -> LockMode {
    if let Some(node) = spec.get("lock").filter(|n| n.resolved().kind() == crate::yaml::Kind::Mapping) {
        spec.reader.error_hint(node, "spec.lock", Code::BadValue, "another lock file is not supported yet", "write `lock: none`; locks come with the next version.");
        return LockMode::None;
    }
    spec.choice("lock", &[("required", LockMode::Required), ("none", LockMode::None)]).unwrap_or(LockMode::Required)
}

fn parameters(spec: &Fields<'_, '_>) -> Parameters {
    let mut parameters = Parameters::default();
    let Some(fields) = spec.get("parameters").and_then(|node| spec.reader.mapping(node, "spec.parameters")) else {
        return parameters;
    };
    for (key, value) in fields.node.entries() {
        let Some(name) = key.scalar() else { continue };
        let at = format!("spec.parameters.{name}");
        let legal = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !legal {
            spec.reader.error_hint(key, &at, Code::BadValue, format!("`{name}` cannot be a parameter's name"), "use letters, digits and `_`.");
        }
        // numbers and bools are taken as they are written: they only become part of a path
        match value.scalar() {
            Some(text) if !value.is_null() => parameters.insert(name, text),
            _ => spec.reader.error(value, &at, Code::WrongType, "expected a text, number or bool"),
        }
    }
    parameters
}

/// A text with its parameters filled in.
pub(super) fn rendered(fields: &Fields<'_, '_>, field: &str, parameters: &Parameters) -> Option<String> {
    let node = fields.get(field)?;
    let text = fields.text(field)?;
    let reader = fields.reader;
    let at = fields.path(field);
    match parameters.render(&text) {
        Ok(text) => Some(text),
        Err(Unrendered::Undefined(names)) => {
            for name in names {
                let hint = match nearest(&name, parameters.names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("define it: `spec.parameters.{name}`."),
                };
                reader.error_hint(node, &at, Code::UndefinedParameter, format!("the parameter `{name}` is not defined"), hint);
            }
            None
        }
        Err(Unrendered::Broken) => {
            reader.error_hint(node, &at, Code::BadTemplate, format!("the template in `{field}` cannot be rendered"), "write a parameter as `{{ name }}`.");
            None
        }
        Err(Unrendered::TooLong) => {
            reader.error(node, &at, Code::BadTemplate, format!("the template in `{field}` is, or becomes, longer than 4096 bytes"));
            None
        }
    }
}

fn operator(spec: &Fields<'_, '_>) -> Operator {
    let default = Operator::default();
    let reader = spec.reader;
    let Some(node) = spec.get("operator") else { return default };
    let later = [("emit", "write the VaultAuth and VaultConnection objects yourself for now.")];
    let Some(fields) = reader.fields(node, "spec.operator", &["vaultAuthRef", "refreshAfter", "hmacSecretData", "destination"], &later) else {
        return default;
    };
    let auth_ref = fields.text("vaultAuthRef");
    if let (Some(text), Some(node)) = (&auth_ref, fields.get("vaultAuthRef")) {
        let legal = text.split('/').count() <= 2 && text.split('/').all(|part| names::name_fault(part).is_none());
        if !legal {
            reader.error_hint(node, "spec.operator.vaultAuthRef", Code::BadValue, format!("`{text}` names no VaultAuth"), "write `name` or `namespace/name`.");
        }
    }
    let refresh_after = fields.text("refreshAfter");
    if let (Some(text), Some(node)) = (&refresh_after, fields.get("refreshAfter"))
        && !is_operator_duration(text)
    {
        reader.error_hint(
            node,
            "spec.operator.refreshAfter",
            Code::BadValue,
            "the operator does not accept this duration",
            "write one number and one unit, `s`, `m` or `h`: `24h`, `90m`.",
        );
    }
    let destination = fields.get("destination").and_then(|node| reader.fields(node, "spec.operator.destination", &["labels", "annotations"], &[]));
    Operator {
        auth_ref,
        refresh_after: refresh_after.unwrap_or(default.refresh_after),
        hmac_secret_data: fields.boolean("hmacSecretData"),
        labels: destination.as_ref().map_or_else(Vec::new, |d| secret::labels(d, "labels", true)),
        annotations: destination.as_ref().map_or_else(Vec::new, |d| secret::labels(d, "annotations", false)),
    }
}

/// `^([0-9]+(\.[0-9]+)?(s|m|h))$`, the pattern of the operator's CRDs.
fn is_operator_duration(text: &str) -> bool {
    let Some(number) = text.strip_suffix(['s', 'm', 'h']) else { return false };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match number.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(number),
    }
}

fn stamp(spec: &Fields<'_, '_>) -> StampRules {
    let Some(fields) = spec.get("stamp").and_then(|node| spec.reader.fields(node, "spec.stamp", &["exclude", "live"], &[])) else {
        return StampRules::default();
    };
    StampRules { exclude: stamp_rules(&fields, "exclude"), live: stamp_rules(&fields, "live") }
}

fn stamp_rules(fields: &Fields<'_, '_>, field: &str) -> Vec<StampRule> {
    let reader = fields.reader;
    let Some(rules) = fields.get(field).and_then(|node| reader.mapping(node, &fields.path(field))) else { return Vec::new() };
    let mut out = Vec::new();
    for (key, _) in rules.node.entries() {
        let Some(target) = key.scalar() else { continue };
        let at = rules.path(target);
        let Some((kind, name)) = target.split_once('/').filter(|(kind, name)| matches!(*kind, "Secret" | "ConfigMap") && !name.is_empty()) else {
            reader.error_hint(key, &at, Code::BadValue, format!("`{target}` names no Secret or ConfigMap"), "write `Secret/name` or `ConfigMap/name`.");
            continue;
        };
        let keys = rules.items(target).into_iter().filter_map(|(item, at)| reader.text(item, &at)).collect();
        out.push(StampRule { kind: kind.to_owned(), name: name.to_owned(), keys, place: reader.place(key, &at) });
    }
    out
}

fn references(spec: &Fields<'_, '_>) -> Vec<Reference> {
    let mut out = Vec::new();
    for (item, at) in spec.items("references") {
        let Some(fields) = spec.reader.fields(item, &at, &["kind", "group", "version", "path"], &[]) else { continue };
        fields.required("kind", "name the kind of the object that mentions the Secret.");
        fields.required("path", "name the field as kustomize does: `spec/authentication/secretName`.");
        fields.text("version");
        if let (Some(kind), Some(path)) = (fields.text("kind"), fields.text("path")) {
            out.push(Reference { kind, group: fields.text("group"), path });
        }
    }
    out
}

fn secrets(spec: &Fields<'_, '_>, defaults: &Defaults<'_, '_>) -> Vec<super::ManagedSecret> {
    let reader = spec.reader;
    if spec.required("secrets", "list the secrets: `secrets: [{name: …, path: …}]`.").is_none() {
        return Vec::new();
    }
    let mut out: Vec<super::ManagedSecret> = Vec::new();
    let mut delivery_missing = false;
    for (item, at) in spec.items("secrets") {
        let Some(secret) = secret::decode(reader, item, &at, defaults, &mut delivery_missing) else { continue };
        if let Some(first) = out.iter().find(|s| s.name == secret.name) {
            let hint = format!("the first one is at line {}.", first.place.line);
            let node = item.get("name").unwrap_or(item);
            reader.error_hint(node, &format!("{at}.name"), Code::DuplicateName, format!("`{}` is defined twice", secret.name), hint);
        }
        out.push(secret);
    }
    if delivery_missing && spec.get("delivery").is_none() {
        reader.error_hint(spec.node, "spec", Code::MissingField, "`delivery` is missing", DELIVERY_HINT);
    }
    out
}
