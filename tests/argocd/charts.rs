//! Charts in the sidecar: what their author can choose, and where the charts come from that they depend on.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Answer, Server};

const CHART: &str = "apiVersion: v2\nname: orders\nversion: 1.0.0\n";
const TEMPLATE: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  size: {{ .Values.size }}
  list: {{ toYaml .Values.list }}
  kube: {{ .Capabilities.KubeVersion.Minor | quote }}
";

/// A repository with these files.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }
    folder
}

fn chart() -> TempDir {
    repository(&[
        ("Chart.yaml", CHART),
        ("prod.yaml", "size: large\n"),
        ("a,b.yaml", "size: medium\n"),
        ("a", "size: s3cr3t-other\n"),
        ("b.yaml", "size: s3cr3t-other\n"),
        ("values.yaml", "size: small\nlist: none\n"),
        ("templates/a.yaml", TEMPLATE),
    ])
}

fn generated(chart: &TempDir, parameters: &Value) -> Answer {
    Server::with_helm()
        .parameters(parameters)
        .generate(chart.path())
}

#[test]
fn a_chart_gets_what_its_author_chose() {
    let chart = chart();
    let parameters = json!([
        {"name": "values-files", "array": ["prod.yaml"]},
        {"name": "helm-parameters", "map": {"list": "a,b=c\\d"}},
    ]);
    let objects = generated(&chart, &parameters).objects();
    let data = json!({"size": "large", "list": "a,b=c\\d", "kube": "34"});
    assert_eq!(objects[0]["data"], data);
    assert_eq!(
        objects[0]["metadata"],
        json!({"name": "orders", "namespace": "shop"})
    );
}

#[test]
fn a_value_is_a_text_and_a_file_is_one_file_whatever_is_in_their_names() {
    let chart = chart();
    let parameters = json!([
        {"name": "values-files", "array": ["a,b.yaml"]},
        {"name": "helm-parameters", "map": {"list": "{a,b}"}},
    ]);
    let objects = generated(&chart, &parameters).objects();
    assert_eq!(objects[0]["data"]["size"], "medium");
    assert_eq!(objects[0]["data"]["list"], "{a,b}");
}

#[test]
fn files_of_the_sidecar_and_of_others_are_no_values() {
    let chart = chart();
    for other in [
        "/etc/hostname",
        "../prod.yaml",
        "https://example.com/values.yaml",
        // two files to Helm, of which the second is not the chart's
        "prod.yaml,/etc/hostname",
    ] {
        let parameters = json!([{"name": "values-files", "array": [other]}]);
        let said = generated(&chart, &parameters);
        let begin = "error[bad-value]: the parameter `values-files` ";
        assert!(said.failure().starts_with(begin), "{}", said.stderr);
    }
}

#[test]
fn the_name_of_a_release_is_no_template_and_no_flag() {
    let chart = chart();
    for name in ["{{ env \"PATH\" }}", "--post-renderer=/bin/sh", "-f"] {
        let parameters = json!([{"name": "release-name", "string": name}]);
        let said = generated(&chart, &parameters);
        assert!(
            said.failure().contains("invalid release name"),
            "{}",
            said.stderr
        );
    }
}

/// A repository whose chart depends on another, which only its lock knows.
fn depending(on: &str) -> TempDir {
    let chart =
        format!("{CHART}dependencies:\n- {{name: lib, version: 1.2.3, repository: '{on}'}}\n");
    let object =
        |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n");
    repository(&[
        ("app/Chart.yaml", &chart),
        ("app/templates/a.yaml", &object("app")),
        (
            "lib/Chart.yaml",
            "apiVersion: v2\nname: lib\nversion: 1.2.3\n",
        ),
        ("lib/templates/a.yaml", &object("lib")),
    ])
}

/// Helm as the author of a chart runs it, on a machine of her own.
fn helm(folder: &Path, args: &[&str]) {
    let helm = std::env::var_os("COUNTERSIGN_TEST_HELM").expect("run `make test`");
    let home = tempfile::tempdir().expect("a scratch folder");
    let mut command = Command::new(helm);
    command.args(args).current_dir(folder).env_clear();
    for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
        command.env(name, home.path().join(name));
    }
    let ended = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
}

fn names(answer: &Answer) -> Vec<Value> {
    let objects = answer.objects();
    let names = objects.iter().map(|one| one["metadata"]["name"].clone());
    names.collect()
}

#[test]
fn a_chart_beside_it_is_fetched_as_the_lock_says() {
    let repository = depending("file://../lib");
    let app = repository.path().join("app");
    helm(&app, &["dependency", "update"]);
    // committed is the lock alone
    fs::remove_dir_all(app.join("charts")).expect("it was made");
    let server = Server::with_helm();
    let answer = server.generate_below(repository.path(), "app");
    assert_eq!(names(&answer), ["lib", "app"]);
    assert!(!app.join("charts").exists(), "only the copy was changed");
}

#[test]
fn charts_that_are_committed_need_no_lock_and_no_network() {
    let repository = depending("https://charts.invalid");
    let app = repository.path().join("app");
    fs::create_dir(app.join("charts")).expect("it is new");
    let lib = repository.path().join("lib");
    fs::rename(lib, app.join("charts/lib")).expect("it is there");
    assert_eq!(names(&Server::with_helm().generate(&app)), ["lib", "app"]);
}

#[test]
fn without_a_lock_nothing_is_fetched_and_the_way_out_is_named() {
    let repository = depending("file://../lib");
    let answer = Server::with_helm().generate_below(repository.path(), "app");
    assert_eq!(
        answer.failure(),
        "error[tool-failed]: the chart depends on charts that its folder lacks, and no `Chart.lock` says which versions to fetch\nhint: run `helm dependency update` there and commit `Chart.lock`; with `charts/` committed as well, nothing is fetched.\n"
    );
}

#[test]
fn a_repository_of_charts_is_asked_although_nobody_added_it() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it has one"));
    let repository = depending(&url);
    helm(repository.path(), &["package", "lib"]);
    helm(repository.path(), &["repo", "index", "."]);
    let root = repository.path().to_owned();
    let read = move |name: &str| fs::read(root.join(name)).unwrap_or_default();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).expect("a request");
            let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
            let path = asked.split(' ').nth(1).unwrap_or_default();
            let body = read(path.trim_start_matches('/'));
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            // whoever asked may be gone
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    let app = repository.path().join("app");
    helm(&app, &["dependency", "update"]);
    fs::remove_dir_all(app.join("charts")).expect("it was made");
    assert_eq!(names(&Server::with_helm().generate(&app)), ["lib", "app"]);
}

#[test]
fn what_is_locked_with_an_application_is_what_argo_cd_renders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stories");
    let story = root.join("an-application-is-locked-as-argo-cd-renders-it");
    let work = tempfile::tempdir().expect("a scratch folder");
    for entry in walkdir::WalkDir::new(story.join("in")).min_depth(1) {
        let entry = entry.expect("it can be read");
        let inner = entry.path().strip_prefix(story.join("in"));
        let target = work.path().join(inner.expect("below it"));
        if entry.file_type().is_dir() {
            fs::create_dir(target).expect("it is new");
        } else {
            fs::copy(entry.path(), target).expect("it is copied");
        }
    }
    let server = Server::with_helm();
    let vault = format!("--store=file:{}", story.join("vault.yaml").display());
    let args = ["lock", "orders", "--application=prod.yaml", &vault];
    server.runs(work.path(), &args);
    let application = fs::read_to_string(work.path().join("prod.yaml")).expect("it is there");
    let application: Value = serde_yaml::from_str(&application).expect("it is YAML");
    let plugin = &application["spec"]["source"]["plugin"];
    let server = server
        .set("ARGOCD_APP_NAME", "orders-prod")
        .set("ARGOCD_APP_SOURCE_PATH", "orders")
        .set("ARGOCD_ENV_COUNTERSIGN_RELEASE_NAME", "orders")
        .parameters(&plugin["parameters"]);
    let objects = server.generate_below(work.path(), "orders").objects();
    assert_eq!(objects[0]["metadata"]["name"], "orders-db-72f5d27m7b");
    assert_eq!(objects[0]["spec"]["path"], "shop/prod/db");
    assert_eq!(objects[1]["spec"]["replicas"], 3);

    fs::remove_file(work.path().join("orders/prod.lock")).expect("it was written");
    let answer = server.generate_below(work.path(), "orders");
    let way = "run `countersign lock orders --application=FILE` and commit what it writes";
    assert!(answer.failure().contains(way), "{}", answer.stderr);
}
