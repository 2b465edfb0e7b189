//! `VaultConnection`, `VaultAuthGlobal` and `VaultAuth` as objects: how the operator gets into Vault.
//!
//! Their names never change: what is in them enters no suffix. `CONFIG` says that they are ours when
//! they come back as input.

use super::gitops;
use super::own::CONFIG;
use crate::config::Config;
use crate::config::access::{Access, Auth, Connection, OperatorMethod};
use crate::yaml::emit::Value;

/// The group of the operator's objects.
pub const GROUP: &str = "secrets.hashicorp.com";
/// The kinds that are emitted, each before those that refer to it.
pub const KINDS: [&str; 3] = ["VaultConnection", "VaultAuthGlobal", "VaultAuth"];

/// One object without its metadata.
pub struct Made {
    /// One of `KINDS`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its `spec`.
    pub spec: Value,
}

/// What a config emits, in the order of `KINDS`.
#[must_use]
pub fn made(config: &Config, access: &Access) -> Vec<Made> {
    let [connection, global, auth] = KINDS;
    let made = |kind, name: &str, spec| Made {
        kind,
        name: name.to_owned(),
        spec: Value::Mapping(spec),
    };
    let mut out = Vec::new();
    if let Some(said) = &access.connection {
        out.push(made(connection, &config.name, connection_spec(said)));
    }
    let connected = access.connection.as_ref().map(|_| config.name.as_str());
    let Some(said) = &access.auth else {
        return out;
    };
    if access.emits_global {
        out.push(made(global, &config.name, global_spec(said, connected)));
    }
    if access.emits_auth {
        let spec = if access.emits_global {
            let name = ("name".to_owned(), Value::text(config.name.as_str()));
            vec![("vaultAuthGlobalRef".to_owned(), Value::Mapping(vec![name]))]
        } else {
            auth_spec(said, connected)
        };
        out.push(made(auth, &access.auth_name, spec));
    }
    out
}

/// The whole object.
#[must_use]
pub fn object(made: Made, namespace: Option<&str>, config: &Config) -> Value {
    let mut metadata = vec![("name".to_owned(), Value::Text(made.name))];
    if let Some(namespace) = namespace {
        metadata.push(("namespace".to_owned(), Value::text(namespace)));
    }
    let ours = vec![(CONFIG.to_owned(), config.name.clone())];
    let annotations = gitops::protected(config.gitops, ours);
    metadata.push(("annotations".to_owned(), Value::texts(annotations)));
    Value::Mapping(vec![
        (
            "apiVersion".to_owned(),
            Value::text(format!("{GROUP}/v1beta1")),
        ),
        ("kind".to_owned(), Value::text(made.kind)),
        ("metadata".to_owned(), Value::Mapping(metadata)),
        ("spec".to_owned(), made.spec),
    ])
}

type Pairs = Vec<(String, Value)>;

fn put(pairs: &mut Pairs, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        pairs.push((key.to_owned(), Value::text(text)));
    }
}

fn put_all(pairs: &mut Pairs, key: &str, texts: &[String]) {
    if !texts.is_empty() {
        let items = texts.iter().map(|text| Value::text(text.as_str()));
        pairs.push((key.to_owned(), Value::Sequence(items.collect())));
    }
}

fn connection_spec(said: &Connection) -> Pairs {
    let mut out = Pairs::new();
    put(&mut out, "address", Some(&said.address));
    let ca = said.ca_cert_secret_ref.as_deref();
    put(&mut out, "caCertSecretRef", ca);
    put(&mut out, "tlsServerName", said.tls_server_name.as_deref());
    let skip = Value::Bool(said.skip_tls_verify);
    out.push(("skipTLSVerify".to_owned(), skip));
    out
}

/// A connection is named in the namespace of the object that names it.
fn connection_ref<'a>(said: &'a Auth, connected: Option<&'a str>) -> Option<&'a str> {
    connected.or(said.connection_ref.as_deref())
}

fn auth_spec(said: &Auth, connected: Option<&str>) -> Pairs {
    let mut out = Pairs::new();
    put_all(&mut out, "allowedNamespaces", &said.allowed_namespaces);
    let connection = connection_ref(said, connected);
    put(&mut out, "vaultConnectionRef", connection);
    put(&mut out, "namespace", said.namespace.as_deref());
    put(&mut out, "method", Some(said.method.word()));
    put(&mut out, "mount", Some(&said.mount));
    out.push(method(said));
    out
}

fn global_spec(said: &Auth, connected: Option<&str>) -> Pairs {
    let mut out = Pairs::new();
    put_all(&mut out, "allowedNamespaces", &said.allowed_namespaces);
    let connection = connection_ref(said, connected);
    put(&mut out, "vaultConnectionRef", connection);
    put(&mut out, "defaultVaultNamespace", said.namespace.as_deref());
    put(&mut out, "defaultAuthMethod", Some(said.method.word()));
    put(&mut out, "defaultMount", Some(&said.mount));
    out.push(method(said));
    out
}

fn method(said: &Auth) -> (String, Value) {
    let mut out = Pairs::new();
    let role = match said.method {
        OperatorMethod::AppRole => "roleId",
        OperatorMethod::Kubernetes | OperatorMethod::Jwt => "role",
    };
    put(&mut out, role, Some(&said.role));
    put(&mut out, "serviceAccount", said.service_account.as_deref());
    put(&mut out, "secretRef", said.secret_ref.as_deref());
    put_all(&mut out, "audiences", &said.audiences);
    (said.method.word().to_owned(), Value::Mapping(out))
}
