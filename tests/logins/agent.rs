//! A Vault Agent or Proxy as the address: it adds its own token, also through a socket.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::openbao::OpenBao;
use crate::server::{mount, read_all, shared, text};

/// A running `bao agent` or `bao proxy`.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts one that logs in by itself and listens on a socket in `folder`.
fn start(bao: &OpenBao, kind: &str, at: &str, folder: &std::path::Path) -> Running {
    mount(bao, at, "approle");
    bao.must(
        "POST",
        &format!("auth/{at}/role/agents"),
        r#"{"token_policies":["reader"]}"#,
    );
    for (name, verb) in [("role-id", "GET"), ("secret-id", "POST")] {
        let answer = bao.must(verb, &format!("auth/{at}/role/agents/{name}"), "{}");
        let id = text(&answer, &format!("/data/{}", name.replace('-', "_")));
        std::fs::write(folder.join(name), id).unwrap();
    }
    let place = folder.display();
    let through = match kind {
        "agent" => "cache { use_auto_auth_token = true }",
        _ => "api_proxy { use_auto_auth_token = true }",
    };
    let config = format!(
        r#"vault {{ address = "{}" }}
        auto_auth {{ method "approle" {{
          mount_path = "auth/{at}"
          config = {{ role_id_file_path = "{place}/role-id"
            secret_id_file_path = "{place}/secret-id" }} }} }}
        {through}
        listener "unix" {{ address = "{place}/socket"
          tls_disable = true
          require_request_header = true }}"#,
        bao.addr
    );
    std::fs::write(folder.join("config.hcl"), config).unwrap();
    let child = Command::new(std::env::var_os("COUNTERSIGN_TEST_BAO").unwrap())
        .arg(kind)
        .arg(format!("-config={place}/config.hcl"))
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Running(child.unwrap())
}

#[test]
fn an_agent_and_a_proxy_add_their_own_token_behind_a_socket() {
    let bao = shared();
    for kind in ["agent", "proxy"] {
        let folder = tempfile::tempdir().unwrap();
        let _running = start(&bao, kind, &format!("for-{kind}"), folder.path());
        let address = format!("unix://{}/socket", folder.path().display());
        let store = crate::asking::store(&[("VAULT_AGENT_ADDR", &address)]);
        let start = Instant::now();
        // it listens before it has logged in
        while let Err(refusal) = read_all(&crate::asking::store(&[
            ("VAULT_AGENT_ADDR", &address),
            ("VAULT_MAX_RETRIES", "0"),
        ])) {
            assert!(
                start.elapsed() < Duration::from_mins(1),
                "{kind}: {refusal:?}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        read_all(&store).unwrap_or_else(|refusal| panic!("{kind}: {refusal:?}"));
    }
}

#[test]
fn a_socket_that_is_not_there_is_named() {
    let store = crate::asking::store(&[
        ("VAULT_AGENT_ADDR", "unix:///absent/agent.sock"),
        ("VAULT_MAX_RETRIES", "0"),
    ]);
    assert_eq!(
        read_all(&store).unwrap_err().message,
        "`unix:///absent/agent.sock` cannot be reached"
    );
}
