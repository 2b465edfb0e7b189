//! What is left in memory after a run: no value, neither plain nor encoded, and no token.
//!
//! A test binary of its own, with the allocator of the program, so that nothing else that is tested
//! leaves something behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/openbao.rs"]
mod openbao;
#[path = "memory/own.rs"]
mod own;

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::Runner;
use countersign::stage::{Input, Request, Shape};
use countersign::vault::Store;
use countersign::vault::file_store::FileStore;
use countersign::vault::http::HttpStore;
use countersign::vault::settings::Settings;
use openbao::OpenBao;
use own::{Needle, search};
use zeroize::Zeroizing;

#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const CONFIG: &str = "\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: orders, namespace: shop}
spec:
  delivery: Secret
  lock: none
  vault: {mount: secret}
  secrets:
  - {name: orders-db, path: orders/db}
---
kind: Pod
metadata: {name: orders, namespace: shop}
spec: {containers: [{name: c, envFrom: [{secretRef: {name: orders-db}}]}]}
";

/// A text that stands nowhere in this program: each call makes the same for the same number.
fn composed(number: u32) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(64));
    text.push_str("s3cr3t-");
    let mut state = number.wrapping_mul(2_654_435_761).wrapping_add(97);
    while text.len() < 48 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push(char::from(b'a' + (state >> 24) as u8 % 26));
    }
    text
}

fn value() -> Zeroizing<String> {
    composed(1)
}

fn token() -> Zeroizing<String> {
    composed(2)
}

fn needles() -> Vec<Needle> {
    let encoded = Zeroizing::new(STANDARD.encode(value().as_bytes()));
    vec![
        Needle::of("the value", value().as_bytes()),
        Needle::of("the value in base64", encoded.as_bytes()),
        Needle::of("the token", token().as_bytes()),
    ]
}

/// Renders, looks while everything is there, and drops all that it made.
fn render(store: &dyn Store) {
    let input = Input {
        file: "config.yaml".into(),
        text: CONFIG.into(),
        only_configs: false,
    };
    let request = Request::new(vec![input], Shape::Stream);
    let rendered = countersign::render(&request, Runner::unlocked(store));
    let rendered = rendered.unwrap_or_else(|report| panic!("{report:?}"));
    let mut out = Count(0);
    rendered.write_to(&mut out).unwrap();
    assert!(out.0 > CONFIG.len());
    assert!(is_left("the value in base64"));
}

/// Takes all and keeps nothing.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_left(what: &str) -> bool {
    search(&needles()).iter().any(|found| found.what == what)
}

#[track_caller]
fn nothing_is_left() {
    let found: Vec<String> = search(&needles()).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_of_a_run_with_a_file_is_left_in_memory() {
    let _alone = alone();
    let held = value();
    assert!(is_left("the value"), "the search finds what is there");
    drop(held);
    nothing_is_left();
    {
        let text = Zeroizing::new(format!(
            "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts:\n  secret:\n    engine: kv-v2\n    secrets:\n      orders/db:\n      - {{created: 2026-11-01T09:00:00Z, data: {{password: {}}}}}\n",
            *value()
        ));
        let store = FileStore::parse("vault.yaml", &text).ok().unwrap();
        render(&store);
        assert!(is_left("the value"));
    }
    nothing_is_left();
}

#[test]
fn nothing_of_a_run_over_tls_is_left_in_memory() {
    let _alone = alone();
    let bao = server();
    nothing_is_left();
    {
        let authority = bao.home.path().join("vault-ca.pem").display().to_string();
        let variable = |name: &str| match name {
            "BAO_ADDR" => Some(bao.addr.clone()),
            "BAO_TOKEN" => Some(token().to_string()),
            "BAO_CACERT" => Some(authority.clone()),
            _ => None,
        };
        let settings = Settings::from_environment(&variable, &|path| fs::read_to_string(path));
        let store = HttpStore::new(settings.ok().unwrap());
        render(&store);
        assert!(is_left("the token"));
    }
    nothing_is_left();
}

/// A server that holds the value and knows the token; both were told by another process.
fn server() -> OpenBao {
    let bao = OpenBao::start_tls();
    let file = bao.home.path().join("value");
    fs::write(&file, value().as_bytes()).unwrap();
    let data = format!("password=@{}", file.display());
    let id = Zeroizing::new(format!("-id={}", *token()));
    for arguments in [
        &["kv", "put", "-mount=secret", "orders/db", &data][..],
        &["token", "create", &*id],
    ] {
        let mut command = Command::new(std::env::var_os("COUNTERSIGN_TEST_BAO").unwrap());
        command
            .args(arguments)
            .env("BAO_ADDR", &bao.addr)
            .env("BAO_TOKEN", &bao.token)
            .env("BAO_CACERT", bao.home.path().join("vault-ca.pem"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        assert!(command.status().unwrap().success());
    }
    bao
}

/// These tests see the whole process, so only one runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_run_that_a_fault_ends_leaves_no_core_and_shows_its_memory_to_no_other_user() {
    let folder = tempfile::tempdir().unwrap();
    let rest = "---\nkind: ConfigMap\n".repeat(1 << 20);
    fs::write(folder.path().join("config.yaml"), format!("{CONFIG}{rest}")).unwrap();
    let store = "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts:\n  secret:\n    engine: kv-v2\n    secrets:\n      orders/db:\n      - {created: 2026-11-01T09:00:00Z, data: {password: s3cr3t-core}}\n";
    fs::write(folder.path().join("vault.yaml"), store).unwrap();
    let mut run = Command::new("/bin/sh")
        .args([
            "-c",
            "ulimit -c \"$(ulimit -Hc)\"; exec \"$0\" render config.yaml",
        ])
        .arg(env!("CARGO_BIN_EXE_countersign"))
        .current_dir(folder.path())
        .env("COUNTERSIGN_STORE", "file:vault.yaml")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // from its first byte on it holds the value, and waits for somebody to read the rest
    let mut stdout = run.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    let process = Path::new("/proc").join(run.id().to_string());
    let limits = fs::read_to_string(process.join("limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let core: Vec<&str> = core.unwrap().split_whitespace().skip(4).collect();
    assert_eq!(core, ["0", "0", "bytes"]);
    let memory = fs::metadata(process.join("mem")).unwrap();
    assert_eq!(
        memory.uid(),
        0,
        "it belongs to root, whoever runs the program"
    );
    let kill = Command::new("kill")
        .args(["-ABRT", &run.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let ended = run.wait().unwrap();
    assert_eq!(ended.signal(), Some(6));
    assert!(!ended.core_dumped());
}
