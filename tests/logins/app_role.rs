//! `approle`: its two halves from wherever the runner has them, and a `SecretID` that travels wrapped.

use countersign::diag::Code;

use crate::openbao::OpenBao;
use crate::proxy::fault::{Fault, Trouble};
use crate::proxy::{Manner, Proxy};
use crate::server::{alive, comes_and_goes, fails, mount, read_all, shared, text, without_token};

/// Mounts the method with the role `orders`; its `RoleID`.
pub fn role(bao: &OpenBao, at: &str) -> String {
    mount(bao, at, "approle");
    let body = r#"{"token_policies":["reader"],"secret_id_num_uses":1}"#;
    bao.must("POST", &format!("auth/{at}/role/orders"), body);
    let answer = bao.must("GET", &format!("auth/{at}/role/orders/role-id"), "");
    text(&answer, "/data/role_id")
}

pub fn secret_id(bao: &OpenBao, at: &str) -> String {
    let answer = bao.must("POST", &format!("auth/{at}/role/orders/secret-id"), "{}");
    text(&answer, "/data/secret_id")
}

/// The variables of a login at a mount.
pub fn env<'e>(
    at: &'e str,
    role_id: &'e str,
    more: &[(&'e str, &'e str)],
) -> Vec<(&'e str, &'e str)> {
    let mut env = vec![
        ("COUNTERSIGN_AUTH_METHOD", "approle"),
        ("COUNTERSIGN_AUTH_MOUNT", at),
        ("COUNTERSIGN_AUTH_ROLE_ID", role_id),
    ];
    env.extend_from_slice(more);
    env
}

#[test]
fn both_halves_come_from_a_variable_a_file_or_a_program() {
    let bao = shared();
    let role_id = role(&bao, "halves");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret id").display().to_string();
    std::fs::write(&file, secret_id(&bao, "halves") + "\n").unwrap();
    let by_file = ("COUNTERSIGN_AUTH_SECRET_ID_FILE", file.as_str());
    comes_and_goes(&bao, "halves", &env("halves", &role_id, &[by_file]));

    let id = secret_id(&bao, "halves");
    let by_text = ("COUNTERSIGN_AUTH_SECRET_ID", id.as_str());
    comes_and_goes(&bao, "halves", &env("halves", &role_id, &[by_text]));

    std::fs::write(&file, secret_id(&bao, "halves")).unwrap();
    let command = format!("cat '{file}'");
    let by_command = ("COUNTERSIGN_AUTH_SECRET_ID_COMMAND", command.as_str());
    comes_and_goes(&bao, "halves", &env("halves", &role_id, &[by_command]));
}

#[test]
fn what_the_server_refuses_is_said_with_its_address_and_path() {
    let bao = shared();
    let role_id = role(&bao, "refusing");
    let wrong = ("COUNTERSIGN_AUTH_SECRET_ID", "s3cr3t-wrong");
    let refusal = fails(&bao, "refusing", &env("refusing", &role_id, &[wrong]));
    assert_eq!(refusal.code, Code::LoginFailed);
    assert_eq!(
        refusal.message,
        format!(
            "`{}` refuses the approle login at `auth/refusing` with 400: `invalid role or secret ID`",
            bao.addr
        )
    );
    let refusal = fails(&bao, "nowhere", &env("nowhere", &role_id, &[wrong]));
    assert_eq!(
        refusal.message,
        format!(
            "`{}` refuses the approle login at `auth/nowhere`: permission denied",
            bao.addr
        )
    );
    assert!(
        refusal.hint.starts_with("nothing is mounted there"),
        "{}",
        refusal.hint
    );
    let elsewhere = [wrong, ("COUNTERSIGN_AUTH_NAMESPACE", "absent")];
    let refusal = fails(&bao, "refusing", &env("refusing", &role_id, &elsewhere));
    assert_eq!(refusal.code, Code::NamespaceAbsent);
    let refusal = fails(&bao, "refusing", &env("refusing", &role_id, &[]));
    assert_eq!(refusal.code, Code::LoginCredential);
    assert_eq!(
        refusal.message,
        "`COUNTERSIGN_AUTH_SECRET_ID` is not set, and the approle login at `auth/refusing` needs it"
    );
}

#[test]
fn a_wrapped_secret_id_is_opened_once_and_whoever_comes_second_is_told() {
    let bao = shared();
    let role_id = role(&bao, "wrapping");
    let token = bao.wrapped("", "auth/wrapping/role/orders/secret-id");
    let env = env(
        "wrapping",
        &role_id,
        &[
            ("COUNTERSIGN_AUTH_ROLE", "orders"),
            ("COUNTERSIGN_AUTH_SECRET_ID", &token),
            ("COUNTERSIGN_AUTH_SECRET_ID_WRAPPED", "true"),
        ],
    );
    comes_and_goes(&bao, "wrapping", &env);
    let second = fails(&bao, "wrapping", &env);
    assert_eq!(second.code, Code::WrappedSecretOpened);
    assert!(
        second
            .message
            .starts_with("somebody opened the wrapped SecretID")
    );
    assert!(!format!("{second:?}").contains(&token));
}

#[test]
fn a_wrapping_token_from_elsewhere_is_not_opened() {
    let bao = shared();
    let role_id = role(&bao, "exchanged");
    bao.must(
        "POST",
        "auth/exchanged/role/other",
        r#"{"token_policies":["root"]}"#,
    );
    let token = bao.wrapped("", "auth/exchanged/role/other/secret-id");
    let all = [
        ("COUNTERSIGN_AUTH_ROLE", "orders"),
        ("COUNTERSIGN_AUTH_SECRET_ID", token.as_str()),
        ("COUNTERSIGN_AUTH_SECRET_ID_WRAPPED", "true"),
    ];
    let refusal = fails(&bao, "exchanged", &env("exchanged", &role_id, &all));
    assert_eq!(refusal.code, Code::WrappedSecretForeign);
    assert_eq!(
        refusal.message,
        "the wrapping token comes from `auth/exchanged/role/other/secret-id`, not from `auth/exchanged/role/orders/secret-id`"
    );
    // it is still closed
    let body = format!(r#"{{"token":"{token}"}}"#);
    assert_eq!(bao.api("POST", "sys/wrapping/lookup", &body).0, 200);
}

#[test]
fn what_could_use_up_a_credential_is_asked_once() {
    let bao = shared();
    let role_id = role(&bao, "fragile");
    let token = bao.wrapped("", "auth/fragile/role/orders/secret-id");
    let id = secret_id(&bao, "fragile");
    for (path, secret_id, is_wrapped) in [
        ("auth/fragile/login", &id, "false"),
        ("sys/wrapping/unwrap", &token, "true"),
    ] {
        let trouble = Trouble {
            fault: Fault::Cut,
            path,
            which: 0..9,
        };
        let proxy = Proxy::start(Manner::Faulty(bao.addr.clone(), trouble));
        let all = [
            ("VAULT_MAX_RETRIES", "5"),
            ("COUNTERSIGN_AUTH_SECRET_ID", secret_id),
            ("COUNTERSIGN_AUTH_SECRET_ID_WRAPPED", is_wrapped),
        ];
        let mut env = env("fragile", &role_id, &all);
        env.insert(0, ("VAULT_ADDR", &proxy.address));
        let refusal = read_all(&crate::asking::store(&env)).unwrap_err();
        assert_eq!(refusal.code, Code::Unreachable);
        let asked = proxy.asked();
        assert_eq!(asked.matches(&format!("POST {path}")).count(), 1, "{asked}");
    }
}

#[test]
fn a_batch_token_ends_by_itself() {
    let bao = shared();
    let role_id = role(&bao, "batches");
    let body = r#"{"token_policies":["reader"],"token_type":"batch","token_ttl":"5m"}"#;
    bao.must("POST", "auth/batches/role/orders", body);
    let id = secret_id(&bao, "batches");
    let proxy = Proxy::start(Manner::Forward(bao.addr.clone()));
    let by_text = ("COUNTERSIGN_AUTH_SECRET_ID", id.as_str());
    let store = without_token(&proxy.address, &env("batches", &role_id, &[by_text]));
    read_all(&store).unwrap();
    drop(store);
    assert_eq!(alive(&bao, "batches"), 0);
    assert!(!proxy.asked().contains("revoke"));
}
