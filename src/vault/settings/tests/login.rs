//! Who decides as whom the store is asked: the runner's method, its token, an agent, the config.

use super::{refused, settings};
use crate::diag::Code;
use crate::vault::login::{Login, Method};

/// The login that counts beside a config's `jwt` login as `orders` at `gitlab` in `team-a`.
fn counts(env: &[(&str, &str)], is_token: bool) -> Option<Login> {
    let said = Login {
        mount: Some("gitlab".into()),
        role: Some("orders".into()),
        namespace: Some("team-a".into()),
        ..Login::new(Method::Jwt)
    };
    settings(env, &[])
        .ok()
        .unwrap()
        .login(Some(&said), || is_token)
}

#[test]
fn a_config_decides_where_the_runner_has_neither_method_nor_token_nor_agent() {
    let login = counts(&[], false).unwrap();
    assert_eq!(login.to_string(), "`auth/gitlab` in namespace `team-a`");
    assert_eq!(counts(&[], true), None);
    let agent = ("VAULT_AGENT_ADDR", "http://127.0.0.1:8100");
    assert_eq!(counts(&[agent], false), None);
    let nothing_said = settings(&[], &[]).ok().unwrap();
    assert_eq!(nothing_said.login(None, || false), None);
}

#[test]
fn the_runner_s_method_wins_over_its_token_and_over_all_of_the_config() {
    let method = ("COUNTERSIGN_AUTH_METHOD", "kubernetes-approle");
    let env = [
        method,
        ("VAULT_NAMESPACE", "builds"),
        ("VAULT_AGENT_ADDR", "http://[::1]:1"),
    ];
    let login = counts(&env, true).unwrap();
    assert_eq!(login.method, Method::KubernetesAppRole);
    assert_eq!(login.to_string(), "`auth/kubernetes` in namespace `builds`");
    assert_eq!(login.role, None);
    assert_eq!(counts(&[("COUNTERSIGN_AUTH_METHOD", "token")], false), None);
}

#[test]
fn single_fields_of_the_runner_win_over_those_of_the_config() {
    let env = [
        ("COUNTERSIGN_AUTH_MOUNT", "ci"),
        ("COUNTERSIGN_AUTH_ROLE", "builds"),
        ("COUNTERSIGN_AUTH_NAMESPACE", "/"),
        ("COUNTERSIGN_AUTH_AUDIENCE", "us"),
    ];
    let login = counts(&env, false).unwrap();
    assert_eq!(login.method, Method::Jwt);
    assert_eq!(login.to_string(), "`auth/ci`");
    assert_eq!(
        (login.role.unwrap(), login.audience.unwrap()),
        ("builds".into(), "us".into())
    );
}

#[test]
fn a_login_has_one_form_however_much_of_it_is_spelt_out() {
    let runner = settings(&[("VAULT_NAMESPACE", "team-a")], &[])
        .ok()
        .unwrap();
    let short = Login::new(Method::Ldap);
    let long = Login {
        mount: Some("ldap".into()),
        namespace: Some("team-a".into()),
        ..short.clone()
    };
    let login = |said: &Login| runner.login(Some(said), || false);
    assert_eq!(login(&short), login(&long));
}

#[test]
fn a_credential_comes_from_one_place() {
    let both = [
        ("COUNTERSIGN_AUTH_SECRET_ID", "s3cr3t-id"),
        ("COUNTERSIGN_AUTH_SECRET_ID_FILE", "/run/id"),
    ];
    assert_eq!(
        refused(&both),
        "`COUNTERSIGN_AUTH_SECRET_ID` and `COUNTERSIGN_AUTH_SECRET_ID_FILE` are both set"
    );
    let github = |url: &str| {
        refused(&[
            ("ACTIONS_ID_TOKEN_REQUEST_URL", url),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "s3cr3t-bearer"),
        ])
    };
    for url in ["http://pipelines.example.com/token", "token"] {
        assert_eq!(
            github(url),
            "`ACTIONS_ID_TOKEN_REQUEST_URL` is no `https://` address"
        );
    }
}

#[test]
fn plain_http_to_another_machine_needs_the_runner_s_word() {
    let code = |env: &[(&str, &str)]| settings(env, &[]).err().map(|refusal| refusal.code);
    for address in [
        "http://vault:8200",
        "http://10.0.0.1",
        "http://localhost.example.com",
    ] {
        for variable in ["VAULT_ADDR", "BAO_AGENT_ADDR"] {
            let plain = (variable, address);
            assert_eq!(code(&[plain]), Some(Code::PlainHttp), "{address}");
            assert_eq!(code(&[plain, ("COUNTERSIGN_ALLOW_HTTP", "true")]), None);
        }
    }
    for address in [
        "http://127.0.0.1:8200",
        "http://localhost",
        "http://[::1]:8200",
        "https://vault",
    ] {
        assert_eq!(code(&[("VAULT_ADDR", address)]), None, "{address}");
    }
}

#[cfg(unix)]
#[test]
fn an_address_may_be_a_socket() {
    let socket = ("VAULT_AGENT_ADDR", "unix:///run/vault/agent.sock");
    let settings = settings(&[socket, ("HTTP_PROXY", "http://p:1")], &[])
        .ok()
        .unwrap();
    assert_eq!(
        settings.socket.unwrap().to_str(),
        Some("/run/vault/agent.sock")
    );
    assert!(settings.is_agent && settings.proxy.is_none());
}
