//! The requests of each method: a path, and a body that is wiped.
//!
//! Pure. Parts of a path are percent-encoded and checked as those of secrets are, so that a mount of
//! a config cannot lead a credential to another part of the server.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{Login, Method};
use crate::vault::Refusal;
use crate::vault::kv::request::encoded;

/// A request without its verb.
pub struct Step {
    /// `/v1/…`
    pub target: String,
    /// JSON.
    pub body: Zeroizing<Vec<u8>>,
}

/// The login of `AppRole`.
pub fn approle(mount: &str, role_id: &str, secret_id: &str) -> Result<Step, Refusal> {
    let fields = [("role_id", role_id), ("secret_id", secret_id)];
    step(mount, "login", &fields)
}

/// The login with a signed token, at `kubernetes` and `jwt`.
pub fn signed(login: &Login, jwt: &str) -> Result<Step, Refusal> {
    let mut fields = vec![("jwt", jwt)];
    fields.extend(login.role.as_deref().map(|role| ("role", role)));
    step(login.mount(), "login", &fields)
}

/// The login with a password, at `userpass` and `ldap`.
pub fn password(login: &Login, username: &str, password: &str) -> Result<Step, Refusal> {
    let end = format!("login/{}", encoded("username", username)?);
    step(login.mount(), &end, &[("password", password)])
}

/// The login with the certificate of the connection.
pub fn certificate(login: &Login) -> Result<Step, Refusal> {
    let name = login.role.as_deref().map(|role| ("name", role));
    step(login.mount(), "login", name.as_slice())
}

/// Asks for the `RoleID` of the second login's role; a read.
pub fn role_id(login: &Login) -> Result<String, Refusal> {
    Ok(format!("/v1/{}/role-id", role(login)?))
}

/// Asks for a new `SecretID` of that role. It is good for one login.
pub fn secret_id(login: &Login) -> Result<Step, Refusal> {
    Ok(Step {
        target: format!("/v1/{}/secret-id", role(login)?),
        body: Zeroizing::new(br#"{"num_uses":1}"#.to_vec()),
    })
}

/// Where the second method of `kubernetes-approle` is mounted.
#[must_use]
pub fn app_role_mount(login: &Login) -> &str {
    let own = login.app_role_mount.as_deref();
    own.unwrap_or(Method::AppRole.mount())
}

/// The body that carries a wrapping token to `sys/wrapping/lookup`.
#[must_use]
pub fn wrapping(token: &str) -> Zeroizing<Vec<u8>> {
    body(&[("token", token)])
}

fn role(login: &Login) -> Result<String, Refusal> {
    let name = login.app_role.as_deref().or(login.role.as_deref());
    let mount = encoded("appRoleMount", app_role_mount(login))?;
    let name = encoded("appRole", name.unwrap_or_default())?;
    Ok(format!("auth/{mount}/role/{name}"))
}

fn step(mount: &str, end: &str, fields: &[(&str, &str)]) -> Result<Step, Refusal> {
    let mount = encoded("auth mount", mount)?;
    Ok(Step {
        target: format!("/v1/auth/{mount}/{end}"),
        body: body(fields),
    })
}

fn body(fields: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let fields: BTreeMap<&str, &str> = fields.iter().copied().collect();
    // texts under texts always become JSON
    Zeroizing::new(serde_json::to_vec(&fields).unwrap_or_default())
}
