//! `spec.operator.emit`, `auth` and `connection`: how the operator gets into Vault, for whoever wants
//! that to stand beside the secrets.
//!
//! Checked as the operator's CRDs and its own validation check it, so that a mistake is not first seen
//! in a cluster.

use super::fields::Fields;
use super::parameters::Parameters;
use super::rendered::rendered;
use super::source::clean;
use crate::diag::{Code, Place};
use crate::kube::names;
use crate::yaml::NodeRef;

/// Objects that let the operator in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What a VaultAuth is called, and what `vaultAuthRef` says; the others are called after the config.
    pub auth_name: String,
    /// `VaultConnection`, where it is emitted.
    pub connection: Option<Connection>,
    /// How to log in.
    pub auth: Option<Auth>,
    /// `VaultAuth` is emitted.
    pub emits_auth: bool,
    /// `VaultAuthGlobal` is emitted; a VaultAuth takes everything from it.
    pub emits_global: bool,
    /// Where `emit` stands.
    pub place: Place,
}

/// `spec.operator.connection`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// As the cluster reaches it: `spec.vault.address`, unless it says otherwise.
    pub address: String,
    /// A Secret whose key `ca.crt` signs the server's certificate.
    pub ca_cert_secret_ref: Option<String>,
    /// The name in the server's certificate.
    pub tls_server_name: Option<String>,
    /// The certificate is not looked at.
    pub skip_tls_verify: bool,
}

/// `spec.operator.auth`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    /// How.
    pub method: OperatorMethod,
    /// Where the method is mounted, without `auth/`.
    pub mount: String,
    /// Vault namespace of the login.
    pub namespace: Option<String>,
    /// The role; `roleId` for `appRole`.
    pub role: String,
    /// Whose tokens are used.
    pub service_account: Option<String>,
    /// For whom these are made.
    pub audiences: Vec<String>,
    /// A Secret that holds the credential: its key `jwt`, or `id` for `appRole`.
    pub secret_ref: Option<String>,
    /// A connection that is not emitted.
    pub connection_ref: Option<String>,
    /// Namespaces whose objects may refer to it, besides its own.
    pub allowed_namespaces: Vec<String>,
}

/// The methods of the operator that a config can fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorMethod {
    /// A service account, which Vault asks Kubernetes about.
    Kubernetes,
    /// A service account or any other signed token, which Vault checks itself.
    Jwt,
    /// `RoleID` and `SecretID`.
    AppRole,
}

const METHODS: &[(&str, OperatorMethod)] = &[
    ("kubernetes", OperatorMethod::Kubernetes),
    ("jwt", OperatorMethod::Jwt),
    ("appRole", OperatorMethod::AppRole),
];

impl OperatorMethod {
    /// The word of the CRDs, which is also the name of the field with its settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OperatorMethod::Kubernetes => "kubernetes",
            OperatorMethod::Jwt => "jwt",
            OperatorMethod::AppRole => "appRole",
        }
    }
}

/// What stands around `operator`.
pub struct Around<'a> {
    /// `metadata.name`
    pub name: &'a str,
    /// `spec.vault.address`
    pub address: Option<&'a str>,
    /// `spec.vault.namespace`
    pub namespace: Option<&'a str>,
    /// `spec.parameters`
    pub parameters: &'a Parameters,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Emitted {
    Auth,
    Global,
    Connection,
}

const KINDS: &[(&str, Emitted)] = &[
    ("VaultAuth", Emitted::Auth),
    ("VaultAuthGlobal", Emitted::Global),
    ("VaultConnection", Emitted::Connection),
];
const CONNECTION: &[&str] = &[
    "address",
    "caCertSecretRef",
    "tlsServerName",
    "skipTLSVerify",
];
const AUTH: &[&str] = &[
    "method",
    "mount",
    "namespace",
    "role",
    "roleId",
    "serviceAccount",
    "audiences",
    "secretRef",
    "vaultConnectionRef",
    "allowedNamespaces",
];

/// Decodes it from the fields of `spec.operator`; `auth_ref` is its `vaultAuthRef`.
pub fn access(
    operator: &Fields<'_, '_>,
    auth_ref: Option<&str>,
    around: &Around<'_>,
) -> Option<Access> {
    let emitted: Vec<Emitted> = operator
        .items("emit")
        .into_iter()
        .filter_map(|(node, at)| operator.reader.choice(node, &at, KINDS))
        .collect();
    let emits = |kind| emitted.contains(&kind);
    for (field, needed) in [
        ("auth", emits(Emitted::Auth) || emits(Emitted::Global)),
        ("connection", emits(Emitted::Connection)),
    ] {
        if let Some(node) = operator.get(field).filter(|_| !needed) {
            let kind = if field == "auth" {
                "VaultAuth"
            } else {
                "VaultConnection"
            };
            operator.reader.error_hint(
                node,
                &operator.path(field),
                Code::BadValue,
                format!("`{field}` has no effect: no {kind} is emitted"),
                format!("write `emit: [{kind}]`, or leave `{field}` out."),
            );
        }
    }
    let list = operator.get("emit")?;
    let connection = if emits(Emitted::Connection) {
        connection(operator, list, around)
    } else {
        None
    };
    let auth = if emits(Emitted::Auth) || emits(Emitted::Global) {
        let hint = "say how the operator logs in: `auth: {method: kubernetes, role: …, serviceAccount: …}`.";
        let node = operator.required("auth", hint);
        node.and_then(|node| auth(operator, node, emits(Emitted::Connection), around))
    } else {
        None
    };
    if let Some(text) = auth_ref.filter(|text| emits(Emitted::Auth) && text.contains('/')) {
        let node = operator.get("vaultAuthRef").unwrap_or(list);
        operator.reader.error_hint(
            node,
            &operator.path("vaultAuthRef"),
            Code::BadValue,
            format!(
                "`{text}` is in a namespace, and the VaultAuth is emitted beside what refers to it"
            ),
            "write its name alone, or take `VaultAuth` out of `emit`.",
        );
    }
    Some(Access {
        auth_name: auth_ref.unwrap_or(around.name).to_owned(),
        connection,
        auth,
        emits_auth: emits(Emitted::Auth),
        emits_global: emits(Emitted::Global),
        place: operator.reader.place(list, &operator.path("emit")),
    })
}

fn connection(
    operator: &Fields<'_, '_>,
    list: NodeRef<'_, '_>,
    around: &Around<'_>,
) -> Option<Connection> {
    let reader = operator.reader;
    let fields = operator
        .get("connection")
        .map(|node| reader.fields(node, &operator.path("connection"), CONNECTION, &[]));
    let fields = match &fields {
        // what is there and unusable has been reported
        Some(None) => return None,
        Some(Some(fields)) => Some(fields),
        None => None,
    };
    let text = |field: &str| fields.and_then(|f| rendered(f, field, around.parameters));
    let address = text("address").or_else(|| around.address.map(str::to_owned));
    if address.is_none() && fields.is_none_or(|f| f.get("address").is_none()) {
        reader.error_hint(
            list,
            &operator.path("emit"),
            Code::MissingField,
            "a VaultConnection needs an address",
            "write `spec.vault.address`; or `spec.operator.connection.address`, where the cluster reaches it by another one.",
        );
    }
    Some(Connection {
        ca_cert_secret_ref: fields.and_then(|f| named(f, "caCertSecretRef", around.parameters)),
        tls_server_name: text("tlsServerName"),
        skip_tls_verify: fields
            .and_then(|f| f.boolean("skipTLSVerify"))
            .unwrap_or(false),
        address: address?,
    })
}

fn auth(
    operator: &Fields<'_, '_>,
    node: NodeRef<'_, '_>,
    connected: bool,
    around: &Around<'_>,
) -> Option<Auth> {
    let reader = operator.reader;
    let fields = reader.fields(node, &operator.path("auth"), AUTH, &[])?;
    let text = |field: &str| rendered(&fields, field, around.parameters);
    fields.required("method", "one of `kubernetes`, `jwt` and `appRole`.")?;
    let method = fields.choice("method", METHODS)?;
    wanted(&fields, method);
    let mount = fields.get("mount").and_then(|node| {
        let mount = text("mount")?;
        clean(reader, node, &fields.path("mount"), "mount", &mount)
    });
    if let Some(node) = fields.get("vaultConnectionRef").filter(|_| connected) {
        reader.error_hint(
            node,
            &fields.path("vaultConnectionRef"),
            Code::BadValue,
            "a VaultConnection is emitted, and it is the one that counts",
            "leave `vaultConnectionRef` out, or take `VaultConnection` out of `emit`.",
        );
    }
    let role = if method == OperatorMethod::AppRole {
        "roleId"
    } else {
        "role"
    };
    let namespace = text("namespace").or_else(|| around.namespace.map(str::to_owned));
    Some(Auth {
        method,
        // where the server mounts it unless somebody says otherwise
        mount: mount.unwrap_or_else(|| method.word().to_lowercase()),
        namespace,
        role: text(role)?,
        service_account: named(&fields, "serviceAccount", around.parameters),
        audiences: texts(&fields, "audiences", &|_| true),
        secret_ref: named(&fields, "secretRef", around.parameters),
        connection_ref: text("vaultConnectionRef"),
        allowed_namespaces: texts(&fields, "allowedNamespaces", &|text| {
            text == "*" || names::namespace_fault(text).is_none()
        }),
    })
}

/// What a method cannot do without, and what has no meaning for it.
fn wanted(fields: &Fields<'_, '_>, method: OperatorMethod) {
    let (needed, idle): (&[(&str, &str)], &[&str]) = match method {
        OperatorMethod::Kubernetes => (
            &[
                (
                    "role",
                    "name the role of the auth method that gives out the operator's policy.",
                ),
                (
                    "serviceAccount",
                    "name the service account, in the namespace of the secrets, that the role is bound to.",
                ),
            ],
            &["roleId", "secretRef"],
        ),
        OperatorMethod::Jwt => (
            &[(
                "role",
                "name the role of the auth method that gives out the operator's policy.",
            )],
            &["roleId"],
        ),
        OperatorMethod::AppRole => (
            &[
                ("roleId", "write the RoleID, which is no secret."),
                (
                    "secretRef",
                    "name the Secret, in the namespace of the secrets, whose key `id` holds the SecretID.",
                ),
            ],
            &["role", "serviceAccount", "audiences"],
        ),
    };
    for (field, hint) in needed {
        fields.required(field, hint);
    }
    for field in idle {
        if let Some(node) = fields.get(field) {
            fields.reader.error_hint(
                node,
                &fields.path(field),
                Code::BadValue,
                format!("`{field}` has no meaning for `{}`", method.word()),
                "leave it out.",
            );
        }
    }
    let both = [fields.get("serviceAccount"), fields.get("secretRef")];
    if method == OperatorMethod::Jwt && both.iter().flatten().count() != 1 {
        fields.reader.error_hint(
            fields.node,
            &fields.at,
            Code::MissingField,
            "`jwt` takes its token from `serviceAccount` or from `secretRef`",
            "name one of the two; the key of the Secret is `jwt`.",
        );
    }
}

/// The name of an object beside.
fn named(fields: &Fields<'_, '_>, field: &str, parameters: &Parameters) -> Option<String> {
    let text = rendered(fields, field, parameters)?;
    let node = fields.get(field)?;
    if let Some(fault) = names::name_fault(&text) {
        let message = format!("`{text}` cannot be a name: {fault}");
        let at = fields.path(field);
        fields.reader.error(node, &at, Code::BadName, message);
    }
    Some(text)
}

fn texts(fields: &Fields<'_, '_>, field: &str, legal: &dyn Fn(&str) -> bool) -> Vec<String> {
    let each = fields.items(field).into_iter();
    each.filter_map(|(node, at)| {
        let text = fields.reader.text(node, &at)?;
        if !legal(&text) {
            let message = format!("`{text}` is no namespace");
            fields.reader.error_hint(
                node,
                &at,
                Code::BadName,
                message,
                "name namespaces, or `*` alone for all.",
            );
        }
        Some(text)
    })
    .collect()
}
