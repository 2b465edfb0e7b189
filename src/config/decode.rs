//! A tree becomes a `Config`, or a report of every mistake in it.
//!
//! Each top-level part of `spec` has its own function; one managed secret is `secret`'s business.

use super::access::Around;
use std::collections::{BTreeMap, HashMap};

use super::auth::login as login_of;
use super::fields::{Fields, Reader};
use super::keep::keep;
use super::operator::operator_and_access;
use super::parameters::Parameters;
use super::rendered::{parameters, rendered};
use super::secret::{self, Defaults};
use super::stamp::{references, stamp};
use super::{BuildTool, Config, Delivery, GitOps, HashKind, KIND, Keep, LockMode};
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
pub const HASHES: &[(&str, HashKind)] = &[
    ("version", HashKind::Version),
    ("keyed", HashKind::Keyed),
    ("content", HashKind::Content),
];
/// The words of `engine`.
pub const ENGINES: &[(&str, Engine)] = &[("kv-v2", Engine::KvV2), ("kv-v1", Engine::KvV1)];

/// Said where `delivery` is missing: the three in one line each.
pub const DELIVERY_HINT: &str = "choose one:\n\
  `VaultStaticSecret`: the Vault Secrets Operator makes the Secret; no value passes through the build\n\
  `Secret`: the build emits the Secret with its data\n\
  `Both`: the build emits the Secret, and the operator keeps it repaired";

const SPEC: &[&str] = &[
    "delivery",
    "lock",
    "vault",
    "operator",
    "hash",
    "hashKey",
    "keep",
    "gitops",
    "parameters",
    "secrets",
    "stamp",
    "references",
    "write",
];
/// The words of `gitops`.
pub const GITOPS: &[(&str, GitOps)] = &[
    ("argocd", GitOps::ArgoCd),
    ("flux", GitOps::Flux),
    ("helm", GitOps::Helm),
];

/// The words of `write`.
pub const WRITES: &[(&str, BuildTool)] = &[
    ("kustomize", BuildTool::Kustomize),
    ("helm", BuildTool::Helm),
];

/// Decodes a VaultSecrets object; `chosen` stands in the place of its own parameters. `Err` holds at least one
/// error.
pub fn decode(
    root: NodeRef<'_, '_>,
    located: &Located<'_>,
    chosen: &BTreeMap<String, String>,
) -> Result<Config, Report> {
    let name = root
        .at("metadata/name")
        .and_then(NodeRef::scalar)
        .unwrap_or_default()
        .to_owned();
    let reader = Reader::new(located, format!("{KIND}/{name}"));
    let config = object(root, &reader, name, chosen);
    let mut report = reader.finish();
    match config {
        Some(config) => report.check(config),
        None => Err(report),
    }
}

fn object(
    root: NodeRef<'_, '_>,
    reader: &Reader<'_>,
    name: String,
    chosen: &BTreeMap<String, String>,
) -> Option<Config> {
    let top = reader.fields(
        root,
        "",
        &["apiVersion", "kind", "metadata", "spec", "status"],
        &[],
    )?;
    if let Some(node) = top
        .get("apiVersion")
        .filter(|n| n.scalar() != Some(super::API_VERSION))
    {
        reader.error_hint(
            node,
            "apiVersion",
            Code::BadValue,
            format!("this version of `{KIND}` is not known"),
            format!("write `apiVersion: {}`.", super::API_VERSION),
        );
    }
    let namespace = metadata(root, &top, &name);
    let spec = top.required("spec", "write `spec:` with `delivery` and `secrets`.")?;
    let spec = reader.fields(spec, "spec", SPEC, &[])?;
    let parameters = parameters(&spec, chosen);
    let vault = spec.get("vault").and_then(|node| {
        let known = &["address", "namespace", "mount", "engine", "auth"];
        reader.fields(node, "spec.vault", known, &[])
    });
    let defaults = Defaults {
        delivery: spec.choice("delivery", DELIVERIES),
        hash: spec.choice("hash", HASHES),
        hash_key: spec.get("hashKey"),
        vault_unusable: vault.is_none() && spec.get("vault").is_some(),
        namespace: vault
            .as_ref()
            .and_then(|v| rendered(v, "namespace", &parameters)),
        mount: vault
            .as_ref()
            .and_then(|v| rendered(v, "mount", &parameters)),
        engine: vault.as_ref().and_then(|v| v.choice("engine", ENGINES)),
        keep: keep(&spec, Keep::default()),
        parameters,
    };
    let address = vault.as_ref().and_then(|v| {
        Some((
            v.text("address")?,
            reader.place(v.get("address")?, "spec.vault.address"),
        ))
    });
    let login = vault.as_ref();
    let login = login.and_then(|v| {
        let namespace = defaults.namespace.as_deref();
        login_of(v, namespace, &defaults.parameters)
    });
    let (operator, access) = operator_and_access(
        &spec,
        &Around {
            name: &name,
            address: address.as_ref().map(|(address, _)| address.as_str()),
            namespace: defaults.namespace.as_deref(),
            parameters: &defaults.parameters,
        },
    );
    let stamp = stamp(&spec);
    let references = references(&spec);
    let secrets = secrets(&spec, &defaults);
    let lock = lock(&spec, &defaults.parameters);
    Some(Config {
        name,
        namespace,
        write: write(&spec, &lock),
        lock,
        gitops: spec.choice("gitops", GITOPS),
        keep: defaults.keep,
        address,
        login,
        operator,
        access,
        secrets,
        stamp,
        references,
        parameters: defaults.parameters.names().map(str::to_owned).collect(),
        place: reader.place(root, ""),
    })
}

fn lock(spec: &Fields<'_, '_>, parameters: &Parameters) -> LockMode {
    if let Some(node) = spec
        .get("lock")
        .filter(|n| n.resolved().kind() == crate::yaml::Kind::Mapping)
    {
        let hint = "name the file: `lock: {file: locks/prod.lock}`.";
        let fields = spec.reader.fields(node, "spec.lock", &["file"], &[]);
        let file = fields.and_then(|fields| {
            fields.required("file", hint)?;
            rendered(&fields, "file", parameters)
        });
        return LockMode::Required(file);
    }
    spec.choice("lock", &[("required", false), ("none", true)])
        .filter(|none| *none)
        .map_or(LockMode::Required(None), |_| LockMode::None)
}

fn write(spec: &Fields<'_, '_>, lock: &LockMode) -> Option<BuildTool> {
    let write = spec.choice("write", WRITES)?;
    if let (LockMode::None, Some(node)) = (lock, spec.get("write")) {
        spec.reader.error_hint(
            node,
            "spec.write",
            Code::BadValue,
            "there is nothing to write without a lock",
            "take `lock: none` out: what is written stands at the versions of the lock.",
        );
    }
    Some(write)
}

fn secrets(spec: &Fields<'_, '_>, defaults: &Defaults<'_, '_>) -> Vec<super::ManagedSecret> {
    let reader = spec.reader;
    if spec
        .required(
            "secrets",
            "list the secrets: `secrets: [{name: …, path: …}]`.",
        )
        .is_none()
    {
        return Vec::new();
    }
    let mut out: Vec<super::ManagedSecret> = Vec::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut delivery_missing = false;
    for (item, at) in spec.items("secrets") {
        let Some(secret) = secret::decode(reader, item, &at, defaults, &mut delivery_missing)
        else {
            continue;
        };
        if let Some(first) = names.get(&secret.name).map(|first| &out[*first]) {
            let file = first.place.file.as_deref().unwrap_or_default();
            let hint = format!("the first one is at {file}:{}.", first.place.line);
            let node = item.get("name").unwrap_or(item);
            reader.error_hint(
                node,
                &format!("{at}.name"),
                Code::DuplicateName,
                format!("`{}` is defined twice", secret.name),
                hint,
            );
        }
        names.entry(secret.name.clone()).or_insert(out.len());
        out.push(secret);
    }
    if delivery_missing && spec.get("delivery").is_none() {
        reader.error_hint(
            spec.node,
            "spec",
            Code::MissingField,
            "`delivery` is missing",
            DELIVERY_HINT,
        );
    }
    out
}

/// Checks `metadata` and gives the namespace.
fn metadata(root: NodeRef<'_, '_>, top: &Fields<'_, '_>, name: &str) -> Option<String> {
    let reader = top.reader;
    let metadata = top
        .get("metadata")
        .and_then(|node| reader.mapping(node, "metadata"));
    let name_node = metadata.as_ref().and_then(|m| m.get("name"));
    match name_node {
        None => reader.error_hint(
            root,
            "metadata.name",
            Code::MissingField,
            "`metadata.name` is missing",
            "give the object a name.",
        ),
        Some(node) => {
            if let Some(fault) = names::name_fault(name) {
                reader.error(
                    node,
                    "metadata.name",
                    Code::BadName,
                    format!("`{name}` cannot be a name: {fault}"),
                );
            } else if name.len() > names::NAME_MAX {
                reader.error(
                    node,
                    "metadata.name",
                    Code::NameTooLong,
                    "the name is longer than 253 characters",
                );
            }
        }
    }
    let namespace = metadata.as_ref().and_then(|m| m.text("namespace"));
    if let (Some(namespace), Some(node)) = (
        &namespace,
        metadata.as_ref().and_then(|m| m.get("namespace")),
    ) && let Some(fault) = names::namespace_fault(namespace)
    {
        reader.error(
            node,
            "metadata.namespace",
            Code::BadName,
            format!("`{namespace}` cannot be a namespace: {fault}"),
        );
    }
    namespace
}
