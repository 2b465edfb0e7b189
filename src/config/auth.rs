//! `spec.vault.auth`: as whom the secrets of a config are read.
//!
//! Names only. A field for a file, a variable or a program is not missing here: the repository must
//! not choose what is read on the runner.

use std::sync::Arc;

use super::fields::Fields;
use super::parameters::Parameters;
use super::rendered::rendered;
use super::source::clean;
use crate::diag::Code;
use crate::vault::login::{Login, METHODS, Method};

const KNOWN: &[&str] = &[
    "method",
    "mount",
    "role",
    "namespace",
    "audience",
    "appRole",
    "appRoleMount",
];

/// Decodes `auth` of `spec.vault`. Where it names no namespace, that of the secrets is meant.
pub fn login(
    vault: &Fields<'_, '_>,
    namespace: Option<&str>,
    parameters: &Parameters,
) -> Option<Arc<Login>> {
    let node = vault.get("auth")?;
    let fields = vault.reader.fields(node, "spec.vault.auth", KNOWN, &[])?;
    let text = |field: &str| rendered(&fields, field, parameters);
    let mount = |field: &str| {
        let node = fields.get(field)?;
        let mount = text(field)?;
        clean(fields.reader, node, &fields.path(field), "mount", &mount)
    };
    let hint = "name it: `auth: {method: kubernetes, role: orders}`.";
    let named = fields.required("method", hint);
    let method = named.and_then(|_| fields.choice("method", METHODS));
    let is_other = method.is_some_and(|method| method != Method::KubernetesAppRole);
    for field in ["appRole", "appRoleMount"] {
        if let Some(node) = fields.get(field).filter(|_| is_other) {
            fields.reader.error_hint(
                node,
                &fields.path(field),
                Code::BadValue,
                format!("`{field}` has no meaning for this method"),
                "leave it out, or write `method: kubernetes-approle`.",
            );
        }
    }
    // every field is looked at before one that is missing counts: all mistakes are reported together
    let login = Login {
        mount: mount("mount"),
        role: text("role"),
        namespace: text("namespace").or_else(|| namespace.map(str::to_owned)),
        audience: text("audience"),
        app_role: text("appRole"),
        app_role_mount: mount("appRoleMount"),
        method: method.unwrap_or(Method::Token),
    };
    method.map(|_| Arc::new(login))
}
