//! What `doctor` asks: as whom it came in, and what that one may do. A login that it makes is revoked.

use std::fs;
use std::process::Command;

use countersign::vault::Store;
use countersign::vault::inspect::Asker;

use crate::password::{env, user};
use crate::proxy::{Manner, Proxy};
use crate::server::{alive, shared, without_token};

/// A config whose one secret is read as its own login.
fn config(name: &str, mount: &str) -> String {
    format!(
        "\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {{name: {name}, namespace: shop}}
spec:
  delivery: Secret
  lock: none
  vault: {{mount: secret, auth: {{method: userpass, mount: {mount}}}}}
  secrets:
  - {{name: {name}-db, path: a, keys: {{PASSWORD: k}}}}
"
    )
}

#[test]
fn each_login_of_the_configs_is_told_with_what_it_may_not_do() {
    let bao = shared();
    for mount in ["ours", "theirs"] {
        user(&bao, mount);
    }
    let body = r#"{"password":"s3cr3t-password","token_policies":["empty"]}"#;
    bao.must("POST", "auth/theirs/users/ci", body);
    let folder = tempfile::tempdir().unwrap();
    let text = [config("orders", "ours"), config("mail", "theirs")].join("---\n");
    fs::write(folder.path().join("secrets.yaml"), text).unwrap();
    let proxy = Proxy::start(Manner::Forward(bao.addr.clone()));
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["doctor", "secrets.yaml"])
        .current_dir(folder.path())
        .env_clear()
        .env("VAULT_ADDR", &proxy.address)
        .env("COUNTERSIGN_AUTH_USERNAME", "ci")
        .env("COUNTERSIGN_AUTH_PASSWORD", "s3cr3t-password")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let told = String::from_utf8(output.stdout).unwrap();
    for line in [
        "ok       the runner names neither a token nor a login: that is left to configs",
        "ok       the token of the `userpass` login at `auth/ours` is that of `ours-ci` with the policies `default`, `reader`, and ends in 32 days",
        "ok       the token of the `userpass` login at `auth/theirs` is that of `theirs-ci` with the policies `default`, `empty`, and ends in 32 days",
        "error    `render` may not read `secret/data/a`, as the `userpass` login at `auth/theirs`",
        "ok       every secret that may be looked at is there, with every key that is asked for",
    ] {
        assert!(told.lines().any(|one| one.trim_start() == line), "{told}");
    }
    assert_eq!(told.matches("error").count(), 2, "{told}");
    assert_eq!(output.status.code(), Some(14));
    let asked = proxy.asked();
    assert_eq!(asked.matches("login/ci").count(), 2, "{asked}");
    assert_eq!(asked.matches("revoke-self").count(), 2, "{asked}");
    assert_eq!(alive(&bao, "ours") + alive(&bao, "theirs"), 0);
}

#[test]
fn a_login_tells_who_it_is_and_what_it_may_do_and_is_revoked() {
    let bao = shared();
    user(&bao, "looked");
    let store = without_token(&bao.addr, &env("looked", "s3cr3t-password"));
    let inspector = store.inspector().unwrap();
    let asker = Asker {
        login: inspector.counts(None),
        namespace: None,
    };
    assert!(asker.login.is_some());
    let holder = inspector.holder(&asker).unwrap().unwrap();
    assert_eq!(holder.name, "looked-ci");
    assert!(holder.policies.contains(&"reader".to_owned()), "{holder:?}");
    assert!(holder.ttl.is_some_and(|ttl| ttl > 60), "{holder:?}");
    assert_eq!(holder.uses, None);
    let paths = ["secret/data/a", "secret/metadata/a"].map(str::to_owned);
    let can = inspector.capabilities(&asker, &paths).unwrap().unwrap();
    assert_eq!(can["secret/data/a"], ["read"]);
    assert_eq!(can["secret/metadata/a"], ["deny"]);
    assert_eq!(alive(&bao, "looked"), 1);
    drop(store);
    assert_eq!(alive(&bao, "looked"), 0);
}

#[test]
fn a_token_whose_requests_are_counted_says_how_many_are_left() {
    let bao = shared();
    let body = r#"{"policies":["reader"],"num_uses":3}"#;
    let token = crate::server::text(
        &bao.must("POST", "auth/token/create", body),
        "/auth/client_token",
    );
    let store = without_token(&bao.addr, &[("VAULT_TOKEN", &token)]);
    let inspector = store.inspector().unwrap();
    let asked = || inspector.holder(&Asker::default()).unwrap().unwrap().uses;
    assert_eq!([asked(), asked(), asked()], [Some(2), Some(1), Some(0)]);
    assert!(inspector.holder(&Asker::default()).is_err());
}

#[test]
fn a_namespace_that_is_not_there_is_named() {
    let bao = shared();
    let env = [("VAULT_TOKEN", "root"), ("VAULT_NAMESPACE", "nowhere")];
    let store = without_token(&bao.addr, &env);
    let asker = Asker {
        login: None,
        namespace: Some("nowhere".into()),
    };
    let refusal = store.inspector().unwrap().holder(&asker).unwrap_err();
    assert_eq!(refusal.message, "there is no namespace `nowhere`");
    let health = store.inspector().unwrap().health().unwrap();
    assert_eq!(health.product, Some("OpenBao"));
}
