//! Charts that name secrets, for whoever tests what Helm alone makes of them.
//!
//! No Helm here finds a countersign: its PATH is an empty folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::text;

/// Both of them.
pub const HELMS: [&str; 2] = ["COUNTERSIGN_TEST_HELM", "COUNTERSIGN_TEST_HELM4"];

/// Charts in a folder, and a store.
pub struct Charts {
    folder: TempDir,
}

impl Charts {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let charts = Self { folder };
        for name in ["bin", "none", "home"] {
            fs::create_dir(charts.at(name)).unwrap();
        }
        symlink(tool(HELMS[0]), charts.at("bin/helm")).unwrap();
        let versions = [1, 2].map(|n| {
            format!("      - {{created: 2026-10-0{n}T09:00:00Z, data: {{password: s3cr3t-{n}}}}}\n")
        });
        let store = format!(
            "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts:\n  kvv2:\n    engine: kv-v2\n    secrets:\n      shop/db:\n{}",
            versions.concat()
        );
        charts.write("vault.yaml", &store);
        charts
    }

    pub fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap()
    }

    /// A chart with a secret and what uses it; it names its locks by a value.
    pub fn chart(&self, folder: &str, name: &str) {
        let at = |file: &str| format!("{folder}/{file}");
        self.write(
            &at("Chart.yaml"),
            &format!(
                "apiVersion: v2\nname: {name}\nversion: 1.0.0\nicon: https://example.com/i.svg\n"
            ),
        );
        self.write(
            &at("templates/secrets.yaml"),
            "{{- if include \"countersign.locking\" . }}
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata:
  name: shop
spec:
  delivery: VaultStaticSecret
  lock: {file: {{ include \"countersign.lock\" . }}}
  write: helm
  vault: {mount: kvv2}
  operator: {vaultAuthRef: shop}
  secrets:
  - {name: db, path: shop/db}
{{- end }}
",
        );
        self.write(
            &at("templates/pod.yaml"),
            "apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Name }}
  annotations:
    checksum/secrets: {{ include \"countersign.hash\" (list . \"db\") }}
spec:
  containers:
  - name: shop
    image: shop:1
    envFrom:
    - secretRef: {name: {{ include \"countersign.name\" (list . \"db\") }}}
",
        );
    }

    /// countersign, with a Helm.
    pub fn countersign(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        let command = command.env_clear().current_dir(self.folder.path());
        let command = command
            .env("PATH", self.at("bin"))
            .env("HOME", self.at("home"))
            .env("COUNTERSIGN_STORE", "file:vault.yaml");
        command.args(args).output().unwrap()
    }

    #[track_caller]
    pub fn lock(&self, args: &[&str]) {
        let output = self.countersign(&[&["lock"], args].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
    }

    /// A Helm without countersign.
    pub fn helm(&self, helm: &str, args: &[&str]) -> Output {
        let mut command = Command::new(tool(helm));
        let command = command.env_clear().current_dir(self.folder.path());
        let command = command
            .env("PATH", self.at("none"))
            .env("HOME", self.at("home"));
        command.args(args).output().unwrap()
    }

    /// What both Helms render.
    #[track_caller]
    pub fn rendered(&self, args: &[&str]) -> String {
        let [three, four] = HELMS.map(|helm| {
            let output = self.helm(helm, &[&["template", "shop"], args].concat());
            assert!(output.status.success(), "{}", text(&output.stderr));
            without_blanks(&text(&output.stdout))
        });
        assert_eq!(three, four);
        three
    }

    /// What both say to a template.
    #[track_caller]
    pub fn refused(&self, template: &str, args: &[&str]) -> String {
        self.write("shop/templates/tried.yaml", template);
        let said = HELMS.map(|helm| {
            let output = self.helm(helm, &[&["template", "shop", "shop"], args].concat());
            assert!(!output.status.success(), "{}", text(&output.stdout));
            text(&output.stderr)
        });
        fs::remove_file(self.at("shop/templates/tried.yaml")).unwrap();
        said.concat()
    }
}

fn tool(variable: &str) -> PathBuf {
    let program = std::env::var_os(variable);
    PathBuf::from(program.unwrap_or_else(|| {
        panic!("`{variable}` is not set: run the tests with `make test`, which installs Helm")
    }))
}

/// Versions of Helm part documents in different ways.
pub fn without_blanks(stream: &str) -> String {
    let lines = stream.split_inclusive('\n');
    lines.filter(|line| *line != "\n").collect()
}
