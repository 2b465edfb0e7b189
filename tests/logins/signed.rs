//! `jwt`: signed tokens from a variable, a file, GitLab and GitHub Actions, for their audience.

use std::time::{SystemTime, UNIX_EPOCH};

use countersign::diag::Code;
use serde_json::json;

use crate::cluster::Responder;
use crate::openbao::OpenBao;
use crate::server::{comes_and_goes, fails, mount, shared};
use crate::signer::Signer;

const AUDIENCE: &str = "https://vault.example.com";

/// Mounts the method with the role `orders`, and signs a token that it takes.
fn role(bao: &OpenBao, at: &str) -> String {
    let signer = Signer::new();
    mount(bao, at, "jwt");
    let body = json!({ "jwt_validation_pubkeys": [signer.public()] }).to_string();
    bao.must("POST", &format!("auth/{at}/config"), &body);
    let body = json!({
        "role_type": "jwt", "user_claim": "sub", "bound_audiences": [AUDIENCE],
        "token_policies": ["reader"],
    });
    bao.must("POST", &format!("auth/{at}/role/orders"), &body.to_string());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    signer.sign(&json!({"sub": "build 7", "aud": AUDIENCE, "iat": now, "exp": now + 300}))
}

fn env<'e>(at: &'e str, more: &[(&'e str, &'e str)]) -> Vec<(&'e str, &'e str)> {
    let mut env = vec![
        ("COUNTERSIGN_AUTH_METHOD", "jwt"),
        ("COUNTERSIGN_AUTH_MOUNT", at),
        ("COUNTERSIGN_AUTH_ROLE", "orders"),
        ("COUNTERSIGN_AUTH_AUDIENCE", AUDIENCE),
    ];
    env.extend_from_slice(more);
    env
}

#[test]
fn a_signed_token_comes_from_where_the_ci_system_puts_it() {
    let bao = shared();
    let jwt = role(&bao, "pipelines");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwt").display().to_string();
    std::fs::write(&file, format!("{jwt}\n")).unwrap();
    for from in [
        &[("COUNTERSIGN_AUTH_JWT", jwt.as_str())][..],
        &[("COUNTERSIGN_AUTH_JWT_FILE", &file)],
        &[("VAULT_ID_TOKEN", &jwt)],
        &[
            ("COUNTERSIGN_AUTH_JWT_VARIABLE", "OUR_TOKEN"),
            ("OUR_TOKEN", &jwt),
        ],
    ] {
        comes_and_goes(&bao, "pipelines", &env("pipelines", from));
    }
}

#[test]
fn github_actions_is_asked_for_a_token_of_the_audience() {
    let bao = shared();
    let jwt = role(&bao, "actions");
    let answer = json!({ "value": jwt }).to_string();
    let github = Responder::start(move |_, _| (200, answer.clone()));
    let url = format!("{}/token?api-version=2.0", github.address);
    let from = [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", url.as_str()),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "s3cr3t-bearer"),
    ];
    comes_and_goes(&bao, "actions", &env("actions", &from));
    let asked = github.asked();
    assert!(
        asked[0]
            .starts_with("GET /token?api-version=2.0&audience=https%3A%2F%2Fvault.example.com "),
        "{asked:?}"
    );
    assert!(
        asked[0].contains("authorization: Bearer s3cr3t-bearer\r\n"),
        "{asked:?}"
    );
    assert_eq!(asked.len(), 1);

    let refusing = Responder::start(|_, _| (401, "s3cr3t-answer".into()));
    let from = [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", refusing.address.as_str()),
        from[1],
    ];
    let refusal = fails(&bao, "actions", &env("actions", &from));
    assert_eq!(
        (refusal.code, refusal.message),
        (
            Code::LoginCredential,
            "GitHub Actions gives no signed token: 401".into()
        )
    );
}

#[test]
fn a_token_for_somebody_else_or_of_somebody_else_is_refused() {
    let bao = shared();
    let jwt = role(&bao, "strict");
    let from = [
        ("COUNTERSIGN_AUTH_JWT", jwt.as_str()),
        ("COUNTERSIGN_AUTH_AUDIENCE", "us"),
    ];
    // the first of two variables with one name counts
    let mut wrong = env("strict", &[]);
    wrong.retain(|(name, _)| *name != "COUNTERSIGN_AUTH_AUDIENCE");
    wrong.extend(from);
    let refusal = fails(&bao, "strict", &wrong);
    assert_eq!(
        (refusal.code, refusal.message),
        (
            Code::LoginCredential,
            "the signed token of `COUNTERSIGN_AUTH_JWT` is not for the audience `us`".into()
        )
    );
    let forged = Signer::new().sign(&json!({"sub": "build 7", "aud": AUDIENCE}));
    let refusal = fails(
        &bao,
        "strict",
        &env("strict", &[("COUNTERSIGN_AUTH_JWT", &forged)]),
    );
    assert_eq!(refusal.code, Code::LoginFailed);
    assert!(!format!("{refusal:?}").contains(&forged));
    let refusal = fails(&bao, "strict", &env("strict", &[]));
    assert_eq!(refusal.code, Code::LoginCredential);
    assert!(
        refusal.message.starts_with("`VAULT_ID_TOKEN` is not set"),
        "{}",
        refusal.message
    );
}
