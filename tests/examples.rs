//! Each example is an application to copy: whoever has its folder alone, and the programs that its README names, gets
//! what the README shows, command by command, and the files that are checked in below `rendered/`.
//!
//! Those files are removed before the first command, so the commands have to make them. `SNAPSHOTS=overwrite cargo
//! test --test examples` writes pages and files again; the diff is then reviewed like any other. Must not know what an
//! example is about.

#[path = "docs/alike.rs"]
mod alike;
#[allow(
    dead_code,
    reason = "what stands above a block is looked at by tests/docs.rs"
)]
#[path = "docs/markdown.rs"]
mod markdown;
#[path = "support/openbao.rs"]
mod openbao;
#[path = "docs/session.rs"]
mod session;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize as _;
use session::{Scratch, root};
use walkdir::WalkDir;

/// The examples whose README is followed here, each by a test of its own below.
const EXAMPLES: &[&str] = &[
    "argocd-app",
    "argocd-plain",
    "flux-ci",
    "flux-plain",
    "helm-plain",
    "helm-release",
    "kpt-package",
    "kustomize-app",
    "operator-app",
];
/// Two that stand beside others in their pages; `tests/docs.rs` follows them.
const ELSEWHERE: &[&str] = &["per-environment", "pull-requests"];

#[test]
fn the_app_of_argo_cd_is_what_its_readme_says() {
    follow("argocd-app");
}

#[test]
fn the_shop_with_helm_alone_is_what_its_readme_says() {
    follow("helm-plain");
}

#[test]
fn the_package_of_kpt_is_what_its_readme_says() {
    follow("kpt-package");
}

#[test]
fn the_app_of_kustomize_is_what_its_readme_says() {
    follow("kustomize-app");
}

#[test]
fn the_app_of_the_operator_is_what_its_readme_says() {
    follow("operator-app");
}

#[test]
fn what_ci_renders_for_flux_is_what_its_readme_says() {
    follow("flux-ci");
}

#[test]
fn the_release_of_helm_is_what_its_readme_says() {
    follow("helm-release");
}

#[test]
fn what_flux_builds_alone_is_what_its_readme_says() {
    follow("flux-plain");
}

#[test]
fn what_argo_cd_builds_alone_is_what_its_readme_says() {
    follow("argocd-plain");
}

#[test]
fn written_kustomizations_need_no_countersign() {
    for (folder, rendered) in [
        (
            "flux-plain/app/overlays/staging",
            "flux-plain/rendered/staging.yaml",
        ),
        (
            "flux-plain/app/overlays/prod",
            "flux-plain/rendered/prod.yaml",
        ),
        ("argocd-plain/app/prod", "argocd-plain/rendered/prod.yaml"),
    ] {
        let want = fs::read_to_string(root().join("examples").join(rendered)).expect("rendered");
        for (tool, verb) in [("KUSTOMIZE", "build"), ("KUBECTL", "kustomize")] {
            let program = std::env::var_os(format!("COUNTERSIGN_TEST_{tool}"));
            let output = Command::new(program.expect("run the tests with `make test`"))
                .args([verb, folder])
                .current_dir(root().join("examples"))
                .env_clear()
                .output()
                .expect("it starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{tool} {folder}: {said}");
            let built = String::from_utf8(output.stdout).expect("UTF-8");
            assert_eq!(built, want, "{tool} {folder}");
        }
    }
}

#[test]
fn every_readme_is_followed() {
    let entries = fs::read_dir(root().join("examples")).expect("there are examples");
    let with_page = entries
        .map(|entry| entry.expect("it can be read").path())
        .filter(|folder| folder.join("README.md").exists());
    for folder in with_page {
        let name = folder.file_name().and_then(|name| name.to_str());
        let name = name.expect("a plain name");
        assert!(
            EXAMPLES.contains(&name) || ELSEWHERE.contains(&name),
            "examples/{name}/README.md: nobody runs its commands"
        );
    }
}

#[test]
fn every_manifest_can_be_read() {
    for example in EXAMPLES {
        let files = WalkDir::new(root().join("examples").join(example)).into_iter();
        let manifests = files
            .map(|entry| entry.expect("it can be read").into_path())
            .filter(|file| {
                // what Helm fills in is YAML only afterwards
                let template = file
                    .components()
                    .any(|part| part.as_os_str() == "templates");
                let named = file.extension();
                !template && named.is_some_and(|end| end == "yaml" || end == "yml")
            });
        for file in manifests {
            let text = fs::read_to_string(&file).expect("UTF-8");
            for document in serde_yaml::Deserializer::from_str(&text) {
                if let Err(error) = serde_yaml::Value::deserialize(document) {
                    panic!("`{}`: {error}", file.display());
                }
            }
        }
    }
}

#[test]
fn nothing_of_our_own_is_a_variable_for_flux() {
    for example in ["kustomize-app", "operator-app"] {
        for (file, text) in made(&root().join("examples").join(example)) {
            assert!(text.contains("VaultStaticSecret"), "`{}`", file.display());
            for variable in ["${", "$$"] {
                assert!(!text.contains(variable), "`{}`: {variable}", file.display());
            }
        }
    }
}

/// Runs the commands of a README in a copy of its folder, and compares what they print and what they make.
#[track_caller]
fn follow(name: &str) {
    assert!(
        EXAMPLES.contains(&name),
        "`{name}` is not among the examples"
    );
    let folder = root().join("examples").join(name);
    let page = format!("examples/{name}/README.md");
    let text = fs::read_to_string(folder.join("README.md")).expect("it has a README");
    let scratch = Scratch::of(&format!("examples/{name}"), "");
    let copy = scratch.folder();
    for file in made(&copy).keys() {
        fs::remove_file(copy.join("rendered").join(file)).expect("it was copied");
    }
    let printed = session::replay(&scratch, &page, &text);
    let now = made(&copy);
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(folder.join("README.md"), &printed).expect("it is written");
        for (file, text) in &now {
            let file = folder.join("rendered").join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
            fs::write(file, text).expect("it is written");
        }
    }
    let text = fs::read_to_string(folder.join("README.md")).expect("it has a README");
    assert_eq!(text, printed, "{page} is not what its commands print");
    let checked_in = made(&folder);
    let names = |files: &BTreeMap<PathBuf, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&checked_in), names(&now), "{page}: what is made");
    for (file, text) in checked_in {
        assert_eq!(now[&file], text, "{page}: `rendered/{}`", file.display());
        holds_no_value(&file, &text);
    }
}

/// The files below `rendered/`.
fn made(example: &Path) -> BTreeMap<PathBuf, String> {
    let top = example.join("rendered");
    let files = WalkDir::new(&top)
        .into_iter()
        .map(|entry| entry.expect("it can be read"));
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry
                .path()
                .strip_prefix(&top)
                .expect("below it")
                .to_owned();
            (name, fs::read_to_string(entry.path()).expect("UTF-8"))
        })
        .collect()
}

/// Every value of an example begins with `s3cr3t-`: what it begins with in base64 depends on what stands before it.
const VALUES: [&str; 4] = ["s3cr3t-", "czNjcjN0L", "MzY3IzdC", "zM2NyM3Qt"];

/// What is checked in can be read by everybody who reads the repository.
#[track_caller]
fn holds_no_value(file: &Path, text: &str) {
    for value in VALUES {
        assert!(!text.contains(value), "`{}` holds a value", file.display());
    }
}
