//! A `SecretID` that travels in a wrapping token, which can be opened once.
//!
//! Whoever opened it before us has the `SecretID`; whoever made another one put their own in. So
//! where it was made is checked before it is opened, and both cases are said as what they are.

use super::Login;
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::kv::said::printable;

/// Refuses a wrapping token that was not made where `SecretID`s of this login are made.
pub fn check_origin(login: &Login, creation_path: &str) -> Result<(), Refusal> {
    let start = format!("auth/{}/role/", login.mount());
    let made = creation_path.strip_prefix(&start);
    let role = made.and_then(|rest| rest.strip_suffix("/secret-id"));
    let fits = role.is_some_and(|role| match &login.role {
        Some(wanted) => role == wanted,
        None => !role.is_empty() && !role.contains('/'),
    });
    if fits {
        return Ok(());
    }
    let role = login.role.as_deref().unwrap_or("ROLE");
    Err(Refusal::new(
        Code::WrappedSecretForeign,
        format!(
            "the wrapping token comes from `{}`, not from `{start}{role}/secret-id`",
            printable(creation_path)
        ),
        "it was not opened. Check mount and role of the login; if they are right, somebody exchanged the token: treat it as an incident.",
    ))
}

/// The wrapping token is gone.
#[must_use]
pub fn opened(login: &Login, address: &str) -> Refusal {
    Refusal::new(
        Code::WrappedSecretOpened,
        format!(
            "somebody opened the wrapped SecretID for {login} at `{address}` before us, its time was over, or it is no wrapping token"
        ),
        "if it was still fresh, treat it as an incident: destroy the SecretIDs of the role, and look in the audit log for `sys/wrapping/unwrap`. Then deliver a new one. For a SecretID that is not wrapped unset `COUNTERSIGN_AUTH_SECRET_ID_WRAPPED`.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::login::Method;

    #[test]
    fn only_the_secret_id_of_this_login_is_opened() {
        let mut login = Login::new(Method::AppRole);
        let code = |login: &Login, path: &str| check_origin(login, path).err().map(|r| r.code);
        let foreign = Some(Code::WrappedSecretForeign);
        assert_eq!(code(&login, "auth/approle/role/any/secret-id"), None);
        for path in [
            "auth/approle/role/a/b/secret-id",
            "auth/approle/role//secret-id",
            "auth/approle/role/any/role-id",
            "auth/other/role/any/secret-id",
            "sys/wrapping/wrap",
        ] {
            assert_eq!(code(&login, path), foreign, "{path}");
        }
        login.role = Some("orders".into());
        assert_eq!(code(&login, "auth/approle/role/orders/secret-id"), None);
        assert_eq!(code(&login, "auth/approle/role/any/secret-id"), foreign);
        login.mount = Some("ci/approle".into());
        assert_eq!(code(&login, "auth/ci/approle/role/orders/secret-id"), None);
    }
}
