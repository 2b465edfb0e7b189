//! Why a login failed, as a sentence: address, auth path and a way out, never a credential.
//!
//! Servers answer 403 to a login at a mount that does not exist, because they do not tell strangers
//! what there is; wrong credentials are a 400. Both are said as what they can mean.

use super::request::app_role_mount;
use super::{Login, Method, echo};
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::kv::Answer;
use crate::vault::kv::refuse::of_the_server;
use crate::vault::kv::said::{Said, said};

/// The refusal for an answer to one step of a login that is not 200. `sent` is what the body held:
/// a server that repeats it is not quoted.
#[must_use]
pub fn refusal(login: &Login, address: &str, answer: &Answer, sent: &[&str]) -> Refusal {
    let method = login.method.word();
    let place = format!("`{address}` refuses the {method} login at {login}");
    match said(answer) {
        Said::Denied | Said::BadToken => Refusal::new(
            Code::LoginFailed,
            format!("{place}: permission denied"),
            match login.method {
                _ if login.mount().starts_with("auth/") => {
                    "name the mount of the login without `auth/`, as `vault auth list` shows it."
                }
                Method::Kubernetes | Method::KubernetesAppRole => {
                    "nothing is mounted there, or the role does not take this service account, namespace or audience: check mount, role and namespace of the login."
                }
                _ => {
                    "nothing is mounted there, in this namespace, or this client is not let in: check mount and namespace of the login."
                }
            },
        ),
        Said::NoNamespace => Refusal::new(
            Code::NamespaceAbsent,
            format!(
                "there is no namespace `{}` to log in",
                login.namespace.as_deref().unwrap_or_default()
            ),
            "check `namespace` of the login, `VAULT_NAMESPACE` and `BAO_NAMESPACE`, with `vault namespace list`.",
        ),
        Said::Failed { status, reason } if !matches!(status, 502..=504) => {
            let reason = match reason.as_str() {
                "" => String::new(),
                text if echo::shows(text, sent) => String::new(),
                text => format!(": `{text}`"),
            };
            Refusal::new(
                Code::LoginFailed,
                format!("{place} with {status}{reason}"),
                hint(login, status),
            )
        }
        other => of_the_server(&other, address),
    }
}

fn hint(login: &Login, status: u16) -> &'static str {
    if status >= 500 {
        return "the method may not be configured there yet, or what it asks does not answer: look in the server's log.";
    }
    match login.method {
        Method::AppRole => {
            "RoleID and SecretID do not fit, or the SecretID has expired, is used up, or is wrapped (`COUNTERSIGN_AUTH_SECRET_ID_WRAPPED=true`): have a new one made for this role."
        }
        Method::Userpass | Method::Ldap => "check user and password.",
        Method::Cert => {
            "the server has to know the authority of `VAULT_CLIENT_CERT`, and its role has to take this certificate."
        }
        _ => {
            "check `role` and `audience` of the login against the role on the server, and that the signed token is fresh."
        }
    }
}

/// A service account may not ask for what the second login needs.
#[must_use]
pub fn role(login: &Login, address: &str, answer: &Answer, field: &str) -> Refusal {
    let mount = app_role_mount(login);
    let role = login.app_role.as_deref().or(login.role.as_deref());
    let path = format!(
        "auth/{mount}/role/{}/{}",
        role.unwrap_or_default(),
        field.replace('_', "-")
    );
    match said(answer) {
        Said::Failed { .. } | Said::Sealed | Said::RateLimited | Said::Foreign { .. } => {
            refusal(login, address, answer, &[])
        }
        _ => Refusal::new(
            Code::LoginFailed,
            format!("`{address}` gives the service account nothing at `{path}`"),
            format!(
                "check `appRole` and `appRoleMount`, and grant the policy of {login} `read` on its `role-id` and `update` on its `secret-id`."
            ),
        ),
    }
}

/// An answer of 200 that gives no token.
#[must_use]
pub fn nothing(login: &Login, address: &str) -> Refusal {
    Refusal::new(
        Code::BadAnswer,
        format!("`{address}` answers the login at {login} without a token"),
        "check that the address is that of Vault or OpenBao, and `mount` of the login.",
    )
}

/// The server wants what nobody can give while a build runs.
#[must_use]
pub fn second_factor(login: &Login, address: &str) -> Refusal {
    Refusal::new(
        Code::LoginFailed,
        format!(
            "`{address}` wants a second factor for the login at {login}, which is not supported"
        ),
        "log in with `vault login` and give the token, or use a method for machines: `approle`, `jwt` or `kubernetes`.",
    )
}

/// The runner does not say what the login needs.
#[must_use]
pub fn lacking(login: &Login, variable: &str, way_out: &str) -> Refusal {
    Refusal::new(
        Code::LoginCredential,
        format!(
            "`{variable}` is not set, and the {} login at {login} needs it",
            login.method.word()
        ),
        way_out,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, body: &str) -> (Code, String) {
        let answer = Answer {
            status,
            body: zeroize::Zeroizing::new(body.as_bytes().to_vec()),
        };
        let mut login = Login::new(Method::Userpass);
        login.namespace = Some("team-a".into());
        let refusal = refusal(&login, "https://v", &answer, &["s3cr3t-password"]);
        (refusal.code, refusal.message)
    }

    #[test]
    fn each_way_to_fail_has_its_sentence() {
        let failed = |text: &str| (Code::LoginFailed, text.to_owned());
        assert_eq!(
            told(400, r#"{"errors":["invalid username or password"]}"#),
            failed(
                "`https://v` refuses the userpass login at `auth/userpass` in namespace `team-a` with 400: `invalid username or password`"
            )
        );
        assert_eq!(
            told(400, r#"{"errors":["no `s3cr3t-password` here"]}"#),
            failed(
                "`https://v` refuses the userpass login at `auth/userpass` in namespace `team-a` with 400"
            )
        );
        assert_eq!(
            told(403, r#"{"errors":["permission denied"]}"#),
            failed(
                "`https://v` refuses the userpass login at `auth/userpass` in namespace `team-a`: permission denied"
            )
        );
        assert_eq!(
            told(404, r#"{"errors":["namespace not found"]}"#),
            (
                Code::NamespaceAbsent,
                "there is no namespace `team-a` to log in".into()
            )
        );
        assert_eq!(
            told(503, r#"{"errors":["Vault is sealed"]}"#).0,
            Code::Sealed
        );
        assert_eq!(told(429, "{}").0, Code::RateLimited);
        assert_eq!(told(502, "<html>").0, Code::Unavailable);
    }
}
