//! `userpass`; `ldap` is the same request at another mount.

use countersign::diag::Code;

use crate::openbao::OpenBao;
use crate::proxy::fault::{Fault, Trouble};
use crate::proxy::{Manner, Proxy};
use crate::server::{alive, comes_and_goes, fails, mount, read_all, shared, without_token};

/// Mounts the method with the user `ci`.
pub fn user(bao: &OpenBao, at: &str) {
    mount(bao, at, "userpass");
    let body = r#"{"password":"s3cr3t-password","token_policies":["reader"]}"#;
    bao.must("POST", &format!("auth/{at}/users/ci"), body);
}

/// The variables of a login at a mount.
pub fn env<'e>(at: &'e str, password: &'e str) -> [(&'e str, &'e str); 4] {
    [
        ("COUNTERSIGN_AUTH_METHOD", "userpass"),
        ("COUNTERSIGN_AUTH_MOUNT", at),
        ("COUNTERSIGN_AUTH_USERNAME", "ci"),
        ("COUNTERSIGN_AUTH_PASSWORD", password),
    ]
}

#[test]
fn a_user_comes_in_by_password() {
    let bao = shared();
    user(&bao, "people/ci");
    comes_and_goes(&bao, "people/ci", &env("people/ci", "s3cr3t-password"));
    let refusal = fails(&bao, "people/ci", &env("people/ci", "s3cr3t-other"));
    assert_eq!(
        refusal.message,
        format!(
            "`{}` refuses the userpass login at `auth/people/ci` with 400: `invalid username or password`",
            bao.addr
        )
    );
}

#[test]
fn ldap_asks_the_same_at_its_own_mount() {
    let bao = shared();
    let proxy = Proxy::start(Manner::Forward(bao.addr.clone()));
    let mut env = env("ldap", "s3cr3t-password").to_vec();
    env[0].1 = "ldap";
    env.remove(1);
    let refusal = read_all(&without_token(&proxy.address, &env)).unwrap_err();
    assert_eq!(refusal.code, Code::LoginFailed);
    assert_eq!(proxy.asked(), "POST auth/ldap/login/ci\n");
}

#[test]
fn a_second_factor_is_not_supported_and_said() {
    let bao = shared();
    user(&bao, "factors");
    let trouble = Trouble {
        fault: Fault::Altered(
            r#""mfa_requirement":null"#,
            r#""mfa_requirement":{"mfa_request_id":"1","mfa_constraints":{}}"#,
        ),
        path: "auth/factors/login",
        which: 0..1,
    };
    let proxy = Proxy::start(Manner::Faulty(bao.addr.clone(), trouble));
    let store = without_token(&proxy.address, &env("factors", "s3cr3t-password"));
    let refusal = read_all(&store).unwrap_err();
    assert!(
        refusal.message.contains("wants a second factor"),
        "{refusal:?}"
    );
}

#[test]
fn a_login_of_the_runner_s_namespace_reads_in_those_below() {
    let bao = shared();
    bao.must("POST", "sys/namespaces/people", "{}");
    let made = bao.api_in(
        "people",
        "POST",
        "sys/auth/userpass",
        r#"{"type":"userpass"}"#,
    );
    assert_eq!(made.0, 204, "{}", made.1);
    let body = r#"{"password":"s3cr3t-password"}"#;
    bao.api_in("people", "POST", "auth/userpass/users/ci", body);
    let mut env = env("userpass", "s3cr3t-password").to_vec();
    env.push(("VAULT_NAMESPACE", "people"));
    let proxy = Proxy::start(Manner::Forward(bao.addr.clone()));
    let refusal = read_all(&without_token(&proxy.address, &env)).unwrap_err();
    // logged in, and allowed nothing
    assert_eq!(refusal.code, Code::Denied, "{refusal:?}");
    let asked = proxy.asked();
    assert!(asked.contains("POST auth/token/revoke-self"), "{asked}");
    let list = bao.api_in("people", "LIST", "auth/token/accessors", "").1;
    assert!(!list.contains("keys"), "{list}");
    assert_eq!(alive(&bao, "userpass"), 0);
}
