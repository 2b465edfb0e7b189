//! A log that fails in the middle of a run: nothing more is asked, and nothing is printed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc;

const MANIFESTS: &str = "
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: orders}
spec:
  delivery: Secret
  lock: none
  vault: {mount: kvv2}
  secrets:
  - {name: orders-db, path: orders/db}
";

fn countersign(address: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .args(["render", "-", "--audit-log=stderr"])
        .env_clear()
        .env("VAULT_ADDR", address)
        .env("VAULT_TOKEN", "root")
        .env("VAULT_MAX_RETRIES", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

#[test]
fn nothing_is_asked_that_cannot_be_taken_down() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (closed, when_closed) = mpsc::channel::<()>();
    let (asked, all_asked) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut lines = (&mut reader).lines().map_while(Result::ok);
            let Some(line) = lines.next() else { continue };
            let _ = lines.find(String::is_empty);
            asked.send(line).unwrap();
            // nobody reads the log any more when the first answer comes
            let _ = when_closed.recv();
            let body = r#"{"data":{"display_name":"root","policies":["root"]}}"#;
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
        }
    });
    let mut child = countersign(&address)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(MANIFESTS.as_bytes())
        .unwrap();
    let mut first = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut first).unwrap();
    assert!(first.contains("\"event\":\"start\""), "{first}");
    let asking = all_asked.recv().unwrap();
    drop(stderr);
    drop(closed);
    let mut stdout = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(stdout, "");
    assert_eq!(asking, "GET /v1/auth/token/lookup-self HTTP/1.1");
    assert_eq!(all_asked.try_iter().collect::<Vec<_>>(), [""; 0]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_log_that_cannot_be_begun_ends_the_run_before_it_does_anything() {
    // nobody listens there, and nobody has to
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut child = countersign("http://127.0.0.1:0")
        .stderr(full)
        .spawn()
        .unwrap();
    // it need not read what it was given
    let _ = child.stdin.take().unwrap().write_all(MANIFESTS.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}
