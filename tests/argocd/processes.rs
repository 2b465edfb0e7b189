//! Programs that build an application: what they are given, and what becomes of them.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::server::Server;

/// A folder that kustomize is called for.
fn app() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    fs::write(folder.path().join("kustomization.yaml"), "resources: []\n").expect("it is written");
    let path = folder.path().to_owned();
    (folder, path)
}

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

#[test]
fn a_program_that_never_ends_is_killed_with_all_that_it_started() {
    let script = "trap '' TERM\n(trap '' TERM; /usr/bin/setsid /bin/sleep 1000 & /bin/sleep 1000) &\necho 'fetching a base' >&2\n/bin/sleep 1000\n";
    let (_folder, app) = app();
    let answer = Server::with_script(script)
        .set("COUNTERSIGN_TIMEOUT", "2s")
        .generate(&app);
    let said = answer.failure();
    let begin = "error[tool-failed]: `kustomize build .` took too long and was killed; until then it said:\n  fetching a base\n";
    assert!(said.starts_with(begin), "{said}");
}

#[test]
fn what_a_program_leaves_behind_ends_with_it() {
    let script = format!("(trap '' TERM; /bin/sleep 1000) &\nprintf '{OBJECT}'\n");
    let (_folder, app) = app();
    let answer = Server::with_script(&script).generate(&app);
    assert_eq!(answer.objects().len(), 1);
}

#[test]
fn an_error_is_passed_on_from_its_beginning_to_its_end() {
    let script = "printf 'Error: \\033[31mthe beginning\\033[0m\\n' >&2\ni=0; while [ $i -lt 30000 ]; do echo line $i >&2; i=$((i+1)); done\necho 'the end' >&2\nexit 1\n";
    let (_folder, app) = app();
    let answer = Server::with_script(script).generate(&app);
    let said = answer.failure();
    for part in [
        "`kustomize build .` failed",
        "the beginning",
        "[...]",
        "the end",
        "hint: ",
    ] {
        assert!(said.contains(part), "`{part}` in {said}");
    }
}

#[test]
fn a_program_gets_private_homes_and_no_credentials() {
    let script = "{ echo 'apiVersion: v1'; echo 'kind: ConfigMap'; echo 'metadata: {name: a}'; echo 'data:'; /usr/bin/env | /bin/sed 's/^\\([^=]*\\)=\\(.*\\)$/  \\1: \"\\2\"/'; }\n";
    let (_folder, app) = app();
    let server = Server::with_script(script)
        .set("VAULT_TOKEN", "s3cr3t-token")
        .set("ARGOCD_ENV_ANY", "s3cr3t-env")
        .set("GIT_ASKPASS", "git-ask-pass.sh");
    let objects = server.generate(&app).objects();
    let data = objects[0]["data"].as_object().expect("data");
    for (name, text) in data {
        assert!(!text.to_string().contains("s3cr3t-"), "{name}");
    }
    assert_eq!(data["GIT_ASKPASS"], "git-ask-pass.sh");
    for home in [
        "HOME",
        "XDG_CONFIG_HOME",
        "HELM_PLUGINS",
        "HELM_DATA_HOME",
        "TMPDIR",
    ] {
        let text = data[home].as_str().unwrap_or_default();
        assert!(text.ends_with(&format!("/{home}")), "{home} is {text}");
    }
}

#[test]
fn without_a_program_the_image_lacks_one() {
    let (_folder, app) = app();
    let answer = Server::new().generate(&app);
    assert_eq!(
        answer.failure(),
        "error[tool-missing]: neither `kustomize` nor `kubectl` is on PATH\nhint: put it into the image of the sidecar.\n"
    );
}
