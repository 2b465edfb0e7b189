//! `kubernetes`, and `kubernetes-approle` behind it, with a cluster that reviews tokens.

use countersign::diag::Code;
use serde_json::json;

use crate::cluster::cluster;
use crate::openbao::OpenBao;
use crate::server::{
    alive, authority, comes_and_goes, fails, mount, policy, read_all, shared, without_token,
};
use crate::signer::Signer;

/// The token of the service account `builds` in `shop`.
fn account(audience: &str) -> String {
    Signer::new().sign(&json!({
        "iss": "https://kubernetes.default.svc", "aud": [audience], "iat": 1, "nbf": 1, "exp": 4_000_000_000_u32,
        "sub": "system:serviceaccount:shop:builds",
        "kubernetes.io": {"namespace": "shop", "serviceaccount": {"name": "builds", "uid": "7"}},
    }))
}

/// Mounts the method for that account, with the role `builds` and a policy.
fn role(bao: &OpenBao, at: &str, jwt: &str, policy: &str) {
    let cluster = cluster(jwt);
    mount(bao, at, "kubernetes");
    // the cluster speaks plain HTTP, but an authority has to be named
    let authority = authority(bao, &format!("pki-{at}"));
    let body = json!({
        "kubernetes_host": cluster.address, "token_reviewer_jwt": account("reviews"),
        "disable_local_ca_jwt": true, "kubernetes_ca_cert": authority,
    });
    bao.must("POST", &format!("auth/{at}/config"), &body.to_string());
    let body = json!({
        "bound_service_account_names": ["builds"], "bound_service_account_namespaces": ["shop"],
        "audience": "vault", "token_policies": [policy],
    });
    bao.must("POST", &format!("auth/{at}/role/builds"), &body.to_string());
}

fn env<'e>(method: &'e str, at: &'e str, file: &'e str) -> Vec<(&'e str, &'e str)> {
    vec![
        ("COUNTERSIGN_AUTH_METHOD", method),
        ("COUNTERSIGN_AUTH_MOUNT", at),
        ("COUNTERSIGN_AUTH_ROLE", "builds"),
        ("COUNTERSIGN_AUTH_JWT_FILE", file),
    ]
}

#[test]
fn a_pod_comes_in_as_its_service_account() {
    let bao = shared();
    let jwt = account("vault");
    role(&bao, "cluster", &jwt, "reader");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token").display().to_string();
    std::fs::write(&file, &jwt).unwrap();
    let mut env = env("kubernetes", "cluster", &file);
    comes_and_goes(&bao, "cluster", &env);

    env.push(("COUNTERSIGN_AUTH_AUDIENCE", "us"));
    let refusal = fails(&bao, "cluster", &env);
    assert_eq!(refusal.code, Code::LoginCredential);
    env.pop();

    std::fs::write(&file, account("vault")).unwrap();
    let refusal = fails(&bao, "cluster", &env);
    assert_eq!(refusal.code, Code::LoginFailed);
    let message = format!(
        "`{}` refuses the kubernetes login at `auth/cluster`",
        bao.addr
    );
    assert!(refusal.message.starts_with(&message), "{}", refusal.message);
}

#[test]
fn a_service_account_asks_for_the_secret_id_of_a_role_and_comes_in_as_that_role() {
    let bao = shared();
    let jwt = account("vault");
    role(&bao, "two-steps", &jwt, "asks");
    mount(&bao, "second", "approle");
    let body = r#"{"token_policies":["reader"]}"#;
    bao.must("POST", "auth/second/role/orders", body);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token").display().to_string();
    std::fs::write(&file, &jwt).unwrap();
    let mut env = env("kubernetes-approle", "two-steps", &file);
    env.push(("COUNTERSIGN_AUTH_APP_ROLE", "orders"));
    env.push(("COUNTERSIGN_AUTH_APP_ROLE_MOUNT", "second"));

    let refusal = fails(&bao, "two-steps", &env);
    assert_eq!(
        (refusal.code, refusal.message),
        (
            Code::LoginFailed,
            format!(
                "`{}` gives the service account nothing at `auth/second/role/orders/role-id`",
                bao.addr
            )
        )
    );
    policy(
        &bao,
        "asks",
        r#"path "auth/second/role/orders/role-id" { capabilities = ["read"] }
           path "auth/second/role/orders/secret-id" { capabilities = ["update"] }"#,
    );
    let store = without_token(&bao.addr, &env);
    read_all(&store).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!((alive(&bao, "two-steps"), alive(&bao, "second")), (0, 1));
    drop(store);
    assert_eq!(alive(&bao, "second"), 0);
    // the SecretID was good for this one login
    let left = bao.api("LIST", "auth/second/role/orders/secret-id", "");
    assert_eq!(left.0, 404, "{}", left.1);
}
