//! Ctrl-C and SIGTERM while a store hangs: the token is revoked, and nothing is printed.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::password::{env, user};
use crate::proxy::fault::{Fault, Trouble};
use crate::proxy::{Manner, Proxy};
use crate::server::{alive, shared};

const CONFIG: &str = "\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: shop}
spec:
  delivery: Secret
  lock: none
  vault: {mount: secret}
  secrets:
  - {name: one, path: a}
  - {name: two, path: b}
";

#[test]
fn a_signal_revokes_the_token_and_ends_the_run_without_output() {
    let bao = shared();
    user(&bao, "signals");
    for (signal, exit) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let trouble = Trouble {
            fault: Fault::HangBeforeHeaders,
            path: "secret/data/b",
            which: 0..9,
        };
        let proxy = Proxy::start(Manner::Faulty(bao.addr.clone(), trouble));
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["render", "-"])
            .env_clear()
            .env("VAULT_ADDR", &proxy.address)
            .envs(env("signals", "s3cr3t-password"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(CONFIG.as_bytes()).unwrap();
        drop(stdin);
        let mut asked = String::new();
        let start = Instant::now();
        while !asked.contains("GET secret/data/b") {
            assert!(start.elapsed() < Duration::from_mins(1), "{asked}");
            std::thread::sleep(Duration::from_millis(10));
            asked += &proxy.asked();
        }
        assert_eq!(alive(&bao, "signals"), 1);
        let id = i32::try_from(child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(exit));
        assert!(output.stdout.is_empty() && output.stderr.is_empty());
        assert_eq!(alive(&bao, "signals"), 0);
    }
}
