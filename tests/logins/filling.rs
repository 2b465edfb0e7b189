//! `countersign fill` looks and writes in the name of one login, and leaves no token.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::app_role::{env, role, secret_id};
use crate::proxy::{Manner, Proxy};
use crate::server::{alive, policy, shared};

const CONFIG: &str = "\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: shop, namespace: shop}
spec:
  delivery: Secret
  vault: {mount: secret}
  secrets:
  - {name: web, path: filled/web, keys: {PASSWORD: password}}
";

#[test]
fn a_secret_id_of_one_use_is_enough_to_look_and_to_write() {
    let bao = shared();
    let role_id = role(&bao, "filling");
    policy(
        &bao,
        "filler",
        r#"path "secret/subkeys/filled/*" { capabilities = ["read"] } path "secret/data/filled/*" { capabilities = ["create"] }"#,
    );
    let filler = r#"{"token_policies":["filler"],"secret_id_num_uses":1}"#;
    bao.must("POST", "auth/filling/role/orders", filler);
    let id = secret_id(&bao, "filling");
    let proxy = Proxy::start(Manner::Forward(bao.addr.clone()));
    let id = ("COUNTERSIGN_AUTH_SECRET_ID", id.as_str());
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["fill", "web", "-", "--generate", "password"])
        .env_clear()
        .env("VAULT_ADDR", &proxy.address)
        .envs(env("filling", &role_id, &[id]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(CONFIG.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "`secret/filled/web` stands at version 1, with `password`\nnext: countersign lock -\n"
    );
    let asked = proxy.asked();
    assert_eq!(asked.matches("auth/filling/login").count(), 1, "{asked}");
    assert_eq!(alive(&bao, "filling"), 0);
}
