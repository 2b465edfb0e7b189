//! The library's whole pipeline on texts, with a store that is a text as well: no process, no file.

#![allow(dead_code, reason = "each test binary renders its own inputs")]

use std::sync::LazyLock;

use countersign::Runner;
use countersign::diag::Report;
use countersign::stage::{Input, Request, Shape};
use countersign::vault::file_store::FileStore;

/// The managed secret that generated documents name.
pub const NAME: &str = "orders-db";

/// One managed secret, delivered by an operator.
pub const CONFIG: &str = "
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: orders}
spec:
  delivery: VaultStaticSecret
  lock: none
  vault: {mount: kvv2}
  operator: {vaultAuthRef: orders}
  secrets:
  - name: orders-db
    path: orders/db
    keys: {DB_PASSWORD: password}
";

const SECRETS: &str = "
apiVersion: countersign.dev/v1alpha1
kind: FileStore
mounts:
  kvv2:
    engine: kv-v2
    secrets:
      orders/db:
      - {created: 2026-11-01T09:00:00Z, data: {username: orders, password: s3cr3t-one}}
";

static STORE: LazyLock<FileStore> = LazyLock::new(|| {
    FileStore::parse("vault.yaml", SECRETS).unwrap_or_else(|refusal| panic!("{refusal:?}"))
});

/// Renders files of manifests with a config that stands in a file of its own.
pub fn render_files(files: &[&str], config: &str) -> Result<String, Report> {
    let input = |name: String, text: &str, only_configs| Input {
        file: name.into(),
        text: text.to_owned().into(),
        only_configs,
    };
    let mut inputs: Vec<Input> = files
        .iter()
        .enumerate()
        .map(|(at, text)| input(format!("{at}.yaml"), text, false))
        .collect();
    inputs.push(input("config.yaml".to_owned(), config, true));
    run(&Request::new(inputs, Shape::Stream))
}

/// Renders one stream with `CONFIG`.
pub fn render(stream: &str) -> Result<String, Report> {
    render_files(&[stream], CONFIG)
}

/// Runs the function on the text of a `ResourceList`.
pub fn render_resource_list(text: &str) -> Result<String, Report> {
    run(&countersign::door::krm::request(text.to_owned()))
}

fn run(request: &Request) -> Result<String, Report> {
    let rendered = countersign::render(request, Runner::unlocked(&*STORE))?;
    let mut bytes = Vec::new();
    rendered
        .write_to(&mut bytes)
        .expect("memory can be written to");
    Ok(String::from_utf8(bytes).expect("text in, text out"))
}
