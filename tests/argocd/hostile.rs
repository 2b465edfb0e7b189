//! Repositories that mean harm: whatever they hold, they reach no file of the sidecar, no program and no time
//! that is not theirs.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;
use tempfile::TempDir;

use crate::server::Server;

fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }
    folder
}

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const CHART: &str = "apiVersion: v2\nname: orders\nversion: 1.0.0\n";
const SECRET: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s3cr3t-of-the-sidecar}\n";

#[test]
fn links_out_of_the_repository_lead_nowhere() {
    let server = Server::with_kustomize();
    let outside = server.file("outside.yaml", SECRET);
    let folder = repository(&[("a.yaml", OBJECT)]);
    symlink(&outside, folder.path().join("b.yaml")).expect("it is new");
    let objects = server.generate(folder.path()).objects();
    assert_eq!(objects.len(), 1, "links are not followed");

    let built = repository(&[("kustomization.yaml", "resources: [b.yaml]\n")]);
    symlink(&outside, built.path().join("b.yaml")).expect("it is new");
    let answer = server.generate(built.path());
    assert!(answer.failure().contains("security"), "{}", answer.stderr);

    let chart = repository(&[("Chart.yaml", CHART), ("templates/a.yaml", OBJECT)]);
    symlink(&outside, chart.path().join("values-prod.yaml")).expect("it is new");
    let server = Server::with_helm();
    let parameters = json!([{"name": "values-files", "array": ["values-prod.yaml"]}]);
    let answer = server.parameters(&parameters).generate(chart.path());
    let begin = "error[bad-value]: the parameter `values-files` names what is no file";
    assert!(answer.failure().starts_with(begin), "{}", answer.stderr);
}

#[test]
fn a_kustomization_runs_nothing() {
    let server = Server::with_kustomize();
    let ran = server.file("ran", "");
    let script = server.file("program", &format!("#!/bin/sh\necho ran > {ran}\n"));
    let function = format!(
        "apiVersion: x/v1\nkind: X\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {{path: {script}}}\n"
    );
    for (kustomization, said) in [
        ("transformers: [x.yaml]\n", "external plugins disabled"),
        ("generators: [x.yaml]\n", "external plugins disabled"),
        (
            "helmCharts: [{name: a, repo: 'https://charts.invalid', releaseName: a}]\n",
            "must specify --enable-helm",
        ),
    ] {
        let folder = repository(&[("kustomization.yaml", kustomization), ("x.yaml", &function)]);
        let answer = server.generate(folder.path());
        assert!(answer.failure().contains(said), "{}", answer.stderr);
    }
    assert_eq!(fs::read_to_string(ran).expect("it is there"), "");
}

#[test]
fn git_is_asked_for_a_remote_base_without_a_credential_of_the_sidecar() {
    let server = Server::with_kustomize();
    let told = server.file("told", "");
    let script = format!(
        "{{ echo \"$@\"; /usr/bin/env; }} >> {told}\n[ \"$1\" = fetch ] || exit 0\necho 'fatal: unable to access: no network' >&2\nexit 128\n"
    );
    server.program("git", &script);
    let server = server
        .set("VAULT_TOKEN", "s3cr3t-token")
        .set("COUNTERSIGN_AUTH_SECRET_ID", "s3cr3t-id")
        .set("ARGOCD_ENV_ANY", "s3cr3t-env");
    let base = "resources: ['https://git.invalid/shop/base.git?ref=main']\n";
    let folder = repository(&[("kustomization.yaml", base)]);
    let answer = server.generate(folder.path());
    assert!(
        answer.failure().contains("git.invalid"),
        "{}",
        answer.stderr
    );
    let told = fs::read_to_string(told).expect("it is there");
    assert!(told.contains("fetch"), "{told}");
    assert!(!told.contains("s3cr3t-"), "{told}");
}

#[test]
fn a_template_without_end_is_stopped_in_time() {
    let bomb = "{{ range until 10000000 }}{{ range until 10000000 }}{{ end }}{{ end }}";
    let folder = repository(&[("Chart.yaml", CHART), ("templates/a.yaml", bomb)]);
    let server = Server::with_helm().set("COUNTERSIGN_TIMEOUT", "1s");
    let answer = server.generate(folder.path());
    let begin = "error[tool-failed]: `helm template .` took too long and was killed";
    assert!(answer.failure().starts_with(begin), "{}", answer.stderr);
    let recursion = "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}";
    let folder = repository(&[("Chart.yaml", CHART), ("templates/a.yaml", recursion)]);
    let answer = Server::with_helm().generate(folder.path());
    let said = "rendering template has a nested reference name";
    assert!(answer.failure().contains(said), "{}", answer.stderr);
}

#[test]
fn names_of_files_are_never_flags() {
    let names = ["-f.yaml", "--post-renderer=sh.yaml", "-.yaml", "$(id).yaml"];
    let files = names.map(|name| {
        (
            name,
            OBJECT.replace("{name: a}", &format!("{{name: '{name}'}}")),
        )
    });
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    assert_eq!(
        Server::new()
            .generate(repository(&files).path())
            .objects()
            .len(),
        4
    );
    let list = format!("resources: {}\n", json!(names));
    let folder = repository(&[&files[..], &[("kustomization.yaml", &list)]].concat());
    assert_eq!(
        Server::with_kustomize()
            .generate(folder.path())
            .objects()
            .len(),
        4
    );
}
