//! A question as the path and query of a GET.
//!
//! What would make the server read another path than the one that is written (`..`, empty segments,
//! control characters) is refused here, before any request. This must not know hosts or headers.

use crate::diag::Code;
use crate::vault::kv::Endpoint;
use crate::vault::{Ask, Refusal, SecretPath};

/// First segments of paths that belong to the server itself; a read there can return a token.
const RESERVED: [&str; 4] = ["auth", "cubbyhole", "identity", "sys"];

/// Path and query for a question at one of its endpoints.
pub fn target(ask: &Ask, endpoint: Endpoint) -> Result<String, Refusal> {
    let (mount, path) = checked(&ask.secret)?;
    let target = format!("/v1/{mount}/{}{path}", endpoint.segment());
    match (endpoint, ask.version) {
        (Endpoint::Data | Endpoint::Subkeys, Some(version)) => {
            Ok(format!("{target}?version={version}"))
        }
        _ => Ok(target),
    }
}

/// Path that lists all versions of a secret, for a better hint.
pub fn versions_target(secret: &SecretPath) -> Result<String, Refusal> {
    let (mount, path) = checked(secret)?;
    Ok(format!(
        "/v1/{mount}/{}{path}",
        Endpoint::Metadata.segment()
    ))
}

/// Path that takes new versions of a secret.
pub fn data_target(secret: &SecretPath) -> Result<String, Refusal> {
    let (mount, path) = checked(secret)?;
    Ok(format!("/v1/{mount}/{}{path}", Endpoint::Data.segment()))
}

/// Path that says which engine is mounted; any right below the mount is enough to read it.
pub fn mount_target(secret: &SecretPath) -> Result<String, Refusal> {
    let (mount, path) = checked(secret)?;
    Ok(format!("/v1/sys/internal/ui/mounts/{mount}/{path}"))
}

/// Path that says how many versions a mount keeps.
pub fn config_target(mount: &str) -> Result<String, Refusal> {
    Ok(format!("/v1/{}/config", encoded("mount", mount)?))
}

/// A namespace as the header wants it, without slashes at its ends; `None` for the root namespace.
pub fn namespace_header(namespace: &str) -> Result<Option<String>, Refusal> {
    let trimmed = namespace.trim_matches('/');
    if trimmed.is_empty() {
        return Ok(None);
    }
    let printable = trimmed.bytes().all(|b| b.is_ascii_graphic());
    if !printable || trimmed.split('/').any(is_no_name) {
        return Err(Refusal::new(
            Code::BadValue,
            format!(
                "`{}` is not the name of a namespace",
                trimmed.escape_debug()
            ),
            "write namespaces as `team-a` or `team-a/sub`.",
        ));
    }
    Ok(Some(trimmed.to_owned()))
}

/// Mount and path, percent-encoded.
fn checked(secret: &SecretPath) -> Result<(String, String), Refusal> {
    let mount = encoded("mount", &secret.mount)?;
    let path = encoded("path", &secret.path)?;
    let first = secret.mount.split('/').next().unwrap_or_default();
    if RESERVED.contains(&first) {
        return Err(Refusal::new(
            Code::WrongEngine,
            format!(
                "`{}` belongs to the server itself and holds no secrets",
                secret.mount
            ),
            "set `mount` to the path where a KV engine is mounted.",
        ));
    }
    Ok((mount, path))
}

/// All but unreserved characters of each segment as `%XX`.
pub fn encoded(field: &str, text: &str) -> Result<String, Refusal> {
    let refused = |why: &str| {
        Refusal::new(
            Code::BadValue,
            format!("{field} `{}` {why}", text.escape_debug()),
            format!("write `{field}` as names with single slashes between them."),
        )
    };
    if text.chars().any(char::is_control) {
        return Err(refused("contains a control character"));
    }
    if text.split('/').any(str::is_empty) {
        return Err(refused("has an empty segment"));
    }
    if text.split('/').any(is_no_name) {
        return Err(refused("has a segment `.` or `..`"));
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half)]);
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    Ok(out)
}

fn is_no_name(segment: &str) -> bool {
    matches!(segment, "" | "." | "..")
}
