//! `cert`: the certificate of the connection, signed by an authority that the server knows.

use countersign::diag::Code;

use crate::openbao::OpenBao;
use crate::server::{alive, authority, mount, prepare, read_all, text, without_token};

#[test]
fn a_client_certificate_is_a_login() {
    let bao = OpenBao::start_tls();
    prepare(&bao);
    let at = |name: &str| bao.home.path().join(name).display().to_string();
    let authority = authority(&bao, "pki");
    let clients = r#"{"allow_any_name":true,"enforce_hostnames":false,"key_type":"ec","ttl":"1h"}"#;
    bao.must("POST", "pki/roles/clients", clients);
    let issued = bao.must("POST", "pki/issue/clients", r#"{"common_name":"build 7"}"#);
    let (pem, key) = (at("client.pem"), at("client-key.pem"));
    std::fs::write(&pem, text(&issued, "/data/certificate")).unwrap();
    std::fs::write(&key, text(&issued, "/data/private_key")).unwrap();
    mount(&bao, "cert", "cert");
    let body = serde_json::json!({"certificate": authority, "token_policies": ["reader"]});
    bao.must("POST", "auth/cert/certs/builds", &body.to_string());

    let authority = at("vault-ca.pem");
    let mut env = vec![
        ("COUNTERSIGN_AUTH_METHOD", "cert"),
        ("VAULT_CACERT", &authority),
    ];
    let refusal = read_all(&without_token(&bao.addr, &env)).unwrap_err();
    assert_eq!(refusal.code, Code::LoginCredential);
    assert!(
        refusal
            .message
            .starts_with("`VAULT_CLIENT_CERT` is not set")
    );

    env.extend([
        ("VAULT_CLIENT_CERT", pem.as_str()),
        ("VAULT_CLIENT_KEY", &key),
    ]);
    for role in ["", "builds"] {
        env.push(("COUNTERSIGN_AUTH_ROLE", role));
        let store = without_token(&bao.addr, &env);
        read_all(&store).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        assert_eq!(alive(&bao, "cert"), 1);
        drop(store);
        assert_eq!(alive(&bao, "cert"), 0);
        env.pop();
    }
    env.push(("COUNTERSIGN_AUTH_ROLE", "others"));
    let refusal = read_all(&without_token(&bao.addr, &env)).unwrap_err();
    assert_eq!(refusal.code, Code::LoginFailed);
    assert!(
        refusal.hint.contains("`VAULT_CLIENT_CERT`"),
        "{}",
        refusal.hint
    );
}
