//! countersign and the real Helm, where what a story shows is not enough: releases, files that Helm
//! writes itself, and the ways that messages take past it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

use std::ffi::OsString;
#[path = "helm/charts.rs"]
mod charts;
#[path = "helm/written.rs"]
mod written;

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A chart with a lock, and a Helm that knows nothing of this machine.
struct Shop {
    folder: TempDir,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["bin", "plugins", "home"] {
            fs::create_dir(at(name)).unwrap();
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        symlink(env!("CARGO_BIN_EXE_countersign"), at("bin/countersign")).unwrap();
        symlink(root.join("plugin/helm"), at("plugins/countersign")).unwrap();
        let story = "fixtures/stories/a-hook-of-helm-4-gets-its-secret-before-the-release/in/chart";
        symlink(root.join(story), at("chart")).unwrap();
        Self { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Helm 3 or 4 with our post-renderer and the lock of the chart.
    fn helm(&self, version: u8, args: &[&str]) -> Command {
        let mut command = Command::new(program(version));
        command.env_clear().current_dir(self.folder.path());
        command
            .env("HOME", self.at("home"))
            .env("PATH", self.at("bin"));
        command.args(args).arg("--post-renderer=countersign");
        if version == 3 {
            command.arg("--post-renderer-args=helm");
        } else {
            command.env("HELM_PLUGINS", self.at("plugins"));
        }
        command
    }

    fn run(&self, version: u8, args: &[&str]) -> Output {
        let lock = ["--post-renderer-args=--lock=chart"];
        self.helm(version, args).args(lock).output().unwrap()
    }
}

/// Helm 3 or 4.
fn program(version: u8) -> OsString {
    let variable = match version {
        3 => "COUNTERSIGN_TEST_HELM",
        _ => "COUNTERSIGN_TEST_HELM4",
    };
    std::env::var_os(variable).unwrap_or_else(|| {
        panic!("`{variable}` is not set: run the tests with `make test`, which installs Helm")
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_release_holds_the_generation_and_its_hooks_a_copy_each() {
    let shop = Shop::new();
    let args = ["install", "shop", "chart", "--dry-run=client"];
    let output = shop.run(4, &args);
    let (shown, said) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}");
    let (hooks, manifest) = shown.split_once("\nMANIFEST:\n").unwrap();
    for generation in ["shop-db-m949bcmh47", "shop-owner-gd4gm5bm9f"] {
        let object = format!("  name: \"{generation}\"\n  labels:");
        assert_eq!(manifest.matches(&object).count(), 1, "{manifest}");
        assert_eq!(hooks.matches(&object).count(), 1, "{hooks}");
    }
    assert!(!shown.contains("VaultSecrets"), "{shown}");
    assert!(!manifest.contains("helm.sh/hook"), "{manifest}");
}

#[test]
fn one_template_is_shown_with_what_its_config_became() {
    let shop = Shop::new();
    let only = "--show-only=templates/secrets.yaml";
    let output = shop.run(3, &["template", "shop", "chart", only]);
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(shown.matches("kind:").count(), 3, "{shown}");
    let lines = shown.matches("kind: \"VaultStaticSecret\"\n");
    assert_eq!(lines.count(), 3, "{shown}");
}

#[test]
fn an_output_folder_of_helm_3_is_refused_with_the_reason_and_of_helm_4_filled() {
    let shop = Shop::new();
    let output = shop.run(3, &["template", "shop", "chart", "--output-dir=three"]);
    assert!(!output.status.success());
    let said = text(&output.stderr);
    assert!(said.contains("error[empty-release]"), "{said}");
    assert_eq!(said.matches("empty-release").count(), 1, "{said}");
    let output = shop.run(4, &["template", "shop", "chart", "--output-dir=four"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let made = fs::read_to_string(shop.at("four/generated-by-postrender-0.yaml")).unwrap();
    assert!(made.contains("shop-db-m949bcmh47"), "{made}");
    let own = fs::read_to_string(shop.at("four/shop/templates/objects.yaml")).unwrap();
    assert!(own.contains("shop-db-m949bcmh47"), "{own}");
}

#[test]
fn a_failure_under_helm_4_is_readable_in_a_file_that_takes_its_stderr() {
    let shop = Shop::new();
    for append in [false, true] {
        let errors = shop.at(if append { "appended" } else { "written" });
        let file = if append {
            File::options().append(true).create(true).open(&errors)
        } else {
            File::create(&errors)
        };
        let mut helm = shop.helm(4, &["template", "shop", "chart"]);
        let status = helm.stderr(file.unwrap()).status().unwrap();
        assert!(!status.success());
        let said = fs::read_to_string(&errors).unwrap();
        assert!(said.contains("\nerror[lock-missing]: ") != append, "{said}");
        assert!(
            said.contains("error[lock-missing]: `shop` needs a lock"),
            "{said}"
        );
        assert!(said.contains("exited with error"), "{said}");
        assert!(said.contains("countersign lock CHART"), "{said}");
    }
}

#[test]
fn what_is_said_is_appended_to_the_file_that_was_named_and_shown_nowhere_else() {
    let shop = Shop::new();
    for version in [3, 4] {
        let mut helm = shop.helm(version, &["template", "shop", "chart"]);
        let helm = helm.arg("--post-renderer-args=--messages=said.txt");
        let output = helm.output().unwrap();
        assert!(!output.status.success());
        let own = text(&output.stderr).matches("error[lock-missing]").count();
        // Helm 3 shows it as well, because we failed
        assert_eq!(own, usize::from(version == 3), "{}", text(&output.stderr));
    }
    let said = fs::read_to_string(shop.at("said.txt")).unwrap();
    assert_eq!(said.matches("error[lock-missing]").count(), 2, "{said}");
}

#[test]
fn doctor_says_which_hooks_helm_3_will_not_show_before_a_release_misses_them() {
    for version in [3, 4] {
        let shop = Shop::new();
        symlink(program(version), shop.at("bin/helm")).unwrap();
        let mut doctor = Command::new(shop.at("bin/countersign"));
        doctor.env_clear().current_dir(shop.folder.path());
        doctor
            .env("HOME", shop.at("home"))
            .env("PATH", shop.at("bin"));
        // the file is not there: what is locked needs no store
        let args = ["doctor", "chart", "--release=shop", "--store=file:absent"];
        let output = doctor.args(args).output().unwrap();
        let said = text(&output.stdout);
        for secret in ["shop-db", "shop-owner"] {
            let note = format!("`Job/shop-migrate` is a hook and uses `{secret}`: Helm 3");
            assert_eq!(said.contains(&note), version == 3, "{said}");
        }
    }
}

#[test]
fn the_plugin_has_the_version_of_the_program() {
    let shop = Shop::new();
    let plugin = fs::read_to_string(shop.at("plugins/countersign/plugin.yaml")).unwrap();
    let version = concat!("\nversion: ", env!("CARGO_PKG_VERSION"), "\n");
    assert!(plugin.contains(version), "{plugin}");
}
