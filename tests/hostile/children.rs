//! What programs of others are told: arguments and an environment without a credential of the runner.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::attack::{CONFIG, Folder};

/// Variables with credentials, as a runner may have them all at once.
const CREDENTIALS: &[&str] = &[
    "VAULT_TOKEN",
    "BAO_TOKEN",
    "VAULT_CLIENT_KEY_BYTES",
    "BAO_CLIENT_KEY_BYTES",
    "VAULT_WRAPPED_TOKEN",
    "VAULT_HTTP_PROXY",
    "VAULT_PROXY_ADDR",
    "VAULT_ID_TOKEN",
    "CI_JOB_JWT",
    "CI_JOB_JWT_V2",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "COUNTERSIGN_AUTH_SECRET_ID",
    "COUNTERSIGN_AUTH_ROLE_ID",
    "COUNTERSIGN_AUTH_JWT",
    "COUNTERSIGN_AUTH_PASSWORD",
    "MY_OWN_JWT",
];

/// Puts a script on PATH.
pub fn program(folder: &Folder, name: &str, script: &str) {
    let path = format!("bin/{name}");
    folder.file(&path, format!("#!/bin/sh\n{script}\n").as_bytes());
    let path = folder.path().join(path);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn no_program_of_the_repository_runs_where_the_runner_s_path_begins_in_its_folder() {
    for path in ["", ":", ".", "bin", "/nowhere:", "::/nowhere"] {
        let folder = Folder::with(&[("kustomization.yaml", b"resources: []\n")]);
        let folder = folder.variable("PATH", path);
        for name in ["kustomize", "kubectl"] {
            program(&folder, name, "echo it ran >ran");
            let path = folder.path().join(name);
            fs::copy(folder.path().join("bin").join(name), path).unwrap();
        }
        // the folders of the system may have one
        folder.run(&["render", "."]).refused_or_fine();
        folder.run(&["argocd", "generate"]).refused_or_fine();
        assert!(!folder.path().join("ran").exists(), "PATH is `{path}`");
    }
}

/// A runner with every credential there is, and programs that write down what they are told.
fn runner() -> Folder {
    let folder = Folder::with(&[
        ("app/kustomization.yaml", b"resources: []\n"),
        ("config.yaml", CONFIG.as_bytes()),
    ]);
    for name in ["kustomize", "git", "helper"] {
        let note = format!(
            "{{ echo \"$@\"; export; }} > {}/told-{name}",
            folder.path().display()
        );
        program(&folder, name, &format!("{note}; echo 'kind: List'; exit 3"));
    }
    let helper = folder.path().join("bin/helper");
    folder.file(
        ".vault",
        format!("token_helper = \"{}\"\n", helper.display()).as_bytes(),
    );
    let each = CREDENTIALS.iter().enumerate();
    let named = folder.variable("COUNTERSIGN_AUTH_JWT_VARIABLE", "MY_OWN_JWT");
    let named = named
        .variable("VAULT_ADDR", "https://127.0.0.1:1")
        .variable("OTHER", "stays");
    each.fold(named, |folder, (n, name)| {
        folder.variable(name, &format!("s3cr3t-variable-{n}"))
    })
}

#[track_caller]
fn told(folder: &Folder, name: &str) {
    let told = fs::read_to_string(folder.path().join(format!("told-{name}"))).unwrap();
    assert!(
        told.contains("OTHER='stays'") || told.contains("OTHER=\"stays\""),
        "{told}"
    );
    assert!(!told.contains("s3cr3t"), "{told}");
    for name in CREDENTIALS {
        assert!(!told.contains(&format!(" {name}=")), "{name}: {told}");
    }
}

#[test]
fn kustomize_is_told_no_credential() {
    let folder = runner();
    folder
        .run(&["render", "app"])
        .refused(5, "error[tool-failed]");
    told(&folder, "kustomize");
    fs::remove_file(folder.path().join("told-kustomize")).unwrap();
    // functions that the user allowed run with the environment of kustomize
    let ended = folder.run(&["lock", "app", "--enable-exec"]);
    assert!(ended.code.is_some_and(|code| code != 0), "{ended:?}");
    told(&folder, "kustomize");
}

#[test]
fn git_is_told_no_credential() {
    let folder = runner();
    let ended = folder.run(&["plan", "app", "--against", "HEAD"]);
    assert!(ended.code.is_some_and(|code| code != 0), "{ended:?}");
    told(&folder, "git");
}

#[test]
fn a_token_helper_is_told_no_other_credential() {
    // where a token is given nobody asks a helper
    let mut folder = runner();
    for name in [
        "VAULT_TOKEN",
        "BAO_TOKEN",
        "VAULT_CLIENT_KEY_BYTES",
        "BAO_CLIENT_KEY_BYTES",
    ] {
        folder.forget(name);
    }
    let folder = folder.variable("COUNTERSIGN_STORE", "vault");
    let ended = folder.run(&["render", "config.yaml"]);
    assert!(ended.code.is_some_and(|code| code != 0), "{ended:?}");
    told(&folder, "helper");
}

#[test]
fn what_prints_without_end_is_stopped() {
    let folder = Folder::with(&[("app/kustomization.yaml", b""), ("chart/Chart.yaml", b"")]);
    for (name, built) in [
        ("kustomize", "kustomize build app"),
        ("helm", "helm template chart"),
    ] {
        program(&folder, name, "exec /bin/cat /dev/zero");
        let app = built.rsplit(' ').next().unwrap();
        let said =
            format!("error[too-large]: `{built}` printed more than 100 MiB and was stopped\n");
        folder.run(&["render", app]).refused(1, &said);
    }
}

#[test]
fn of_a_long_error_the_cause_at_its_end_is_shown() {
    let folder = Folder::with(&[("app/kustomization.yaml", b"")]);
    let script = "echo 'the beginning' >&2\ni=0; while [ $i -lt 30000 ]; do echo warning $i; i=$((i+1)); done >&2\necho 'Error: the cause' >&2\nexit 1";
    program(&folder, "kustomize", script);
    let ended = folder.run(&["render", "app"]);
    ended.refused(
        5,
        "error[tool-failed]: `kustomize build app` failed:\n  the beginning\n  warning 0\n",
    );
    ended.refused(5, "\n  [...]\n");
    ended.refused(5, "\n  warning 29999\n  Error: the cause\nhint: ");
    assert!(ended.stderr.len() < 10_000, "{}", ended.stderr.len());
}
