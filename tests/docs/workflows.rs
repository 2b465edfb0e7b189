//! The workflows of `examples/pull-requests/` and `examples/flux-ci/`, as far as they can be tested without their hosts: they are
//! YAML, their shell can be read, what they call exists, and the rights of each job are the smallest.

use std::fs;
use std::process::Command;

use serde_yaml::Value;

use crate::run;
use crate::session::root;

fn text(file: &str) -> String {
    let path = root().join("examples").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("`{file}`: {error}"))
}

fn yaml(file: &str) -> Value {
    serde_yaml::from_str(&text(file)).unwrap_or_else(|error| panic!("`{file}`: {error}"))
}

const PROPOSE: &str = "pull-requests/github/propose.yaml";
const PLAN: &str = "pull-requests/github/plan.yaml";
const COMMENT: &str = "pull-requests/github/comment.yaml";
const PUSH: &str = "flux-ci/ci/github.yaml";
const GITHUB: [&str; 4] = [PROPOSE, PLAN, COMMENT, PUSH];
const GITLAB: &str = "pull-requests/gitlab/countersign.gitlab-ci.yml";
const COMMIT: &str = "flux-ci/ci/gitlab-ci.yml";
const SCRIPTS: [&str; 5] = [
    "pull-requests/propose.sh",
    "pull-requests/plan.sh",
    "pull-requests/comment.sh",
    "pull-requests/comment-gitlab.sh",
    "flux-ci/ci/render.sh",
];

/// The only job of a workflow.
fn job(file: &str) -> Value {
    let yaml = yaml(file);
    let jobs = yaml["jobs"].as_mapping().expect("it has jobs");
    assert_eq!(
        jobs.len(),
        1,
        "{file}: one job, so that its rights are its own"
    );
    jobs.values().next().expect("one").clone()
}

fn steps(file: &str) -> Vec<Value> {
    job(file)["steps"].as_sequence().expect("a list").clone()
}

/// Every piece of shell in the examples, with where it stands.
fn shell() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in GITHUB {
        for step in steps(file) {
            if let Some(run) = step["run"].as_str() {
                found.push((file.to_owned(), run.to_owned()));
            }
        }
    }
    for file in [GITLAB, COMMIT] {
        for (name, job) in yaml(file).as_mapping().expect("jobs") {
            for line in job["script"].as_sequence().into_iter().flatten() {
                let name = format!("{file}: {}", name.as_str().expect("a name"));
                found.push((name, line.as_str().expect("a line of shell").to_owned()));
            }
        }
    }
    found.extend(SCRIPTS.map(|file| (file.to_owned(), text(file))));
    found
}

#[test]
fn a_shell_can_read_every_step() {
    let shell = shell();
    assert!(shell.len() > 10, "{shell:?}");
    for (place, code) in shell {
        let output = Command::new("sh").args(["-n", "-c", &code]).output();
        let output = output.expect("there is a shell");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{place}: {said}\n{code}");
        assert!(
            !code.contains("${{"),
            "{place}: an expression becomes code:\n{code}"
        );
    }
}

#[test]
fn commands_flags_and_scripts_of_the_steps_exist() {
    for (place, code) in shell() {
        for line in code
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
        {
            if let Some((_, call)) = line.split_once("countersign ")
                && call.starts_with(|first: char| first.is_ascii_lowercase())
                && !["printf", "echo", "<!--"]
                    .iter()
                    .any(|text| line.contains(text))
            {
                let words: Vec<&str> = call.split([' ', ';']).collect();
                let help = run(&[format!("countersign {} --help", words[0])]).remove(0);
                assert_eq!(help.0, "0", "{place}: `{line}`");
                for flag in words.iter().filter(|word| word.starts_with("--")) {
                    assert!(help.1.contains(flag), "{place}: `{line}`: `{flag}`");
                }
            }
            for called in line.split("ci/").skip(1) {
                let script = called.split(' ').next().expect("a word");
                let known = SCRIPTS
                    .iter()
                    .any(|known| known.ends_with(&format!("/{script}")));
                assert!(known, "{place}: `ci/{script}`");
            }
        }
    }
}

#[test]
fn actions_are_pinned_to_a_whole_version() {
    let mut pinned = 0;
    for file in GITHUB {
        for step in steps(file) {
            let Some(action) = step["uses"].as_str() else {
                continue;
            };
            let version = action.split_once("@v").expect("a version").1;
            let numbers: Vec<&str> = version.split('.').collect();
            let digits = |part: &&str| part.parse::<u32>().is_ok();
            assert!(
                numbers.len() == 3 && numbers.iter().all(digits),
                "{file}: {action}"
            );
            pinned += 1;
        }
    }
    assert!(pinned > 4, "{pinned}");
}

#[test]
fn each_job_has_the_rights_that_it_needs_and_no_other() {
    let rights = |file: &str| {
        let none = yaml(file)["permissions"]
            .as_mapping()
            .map(serde_yaml::Mapping::len);
        assert_eq!(none, Some(0), "{file}: what no job asks for is not given");
        let job = job(file);
        let given = job["permissions"].as_mapping().expect("said for the job");
        let mut given: Vec<String> = given
            .iter()
            .map(|(right, level)| {
                format!("{} {}", right.as_str().unwrap(), level.as_str().unwrap())
            })
            .collect();
        given.sort();
        given.join(", ")
    };
    assert_eq!(rights(PLAN), "contents read");
    assert_eq!(rights(PUSH), "contents read");
    assert_eq!(
        rights(COMMENT),
        "actions read, contents read, pull-requests write"
    );
    assert_eq!(
        rights(PROPOSE),
        "contents write, id-token write, pull-requests write"
    );
}

#[test]
fn who_runs_files_of_a_pull_request_has_no_secret() {
    let plan = text(PLAN);
    for word in [
        "secrets.",
        "github.token",
        "VAULT",
        "BAO",
        "id-token",
        "pull_request_target",
    ] {
        let code = plan.lines().filter(|line| !line.starts_with('#'));
        assert!(code.into_iter().all(|line| !line.contains(word)), "{word}");
    }
    assert_eq!(
        steps(PLAN)[0]["with"]["persist-credentials"],
        Value::from(false)
    );
    let job = serde_yaml::to_string(&yaml(GITLAB)["countersign-plan"]).unwrap();
    for word in ["TOKEN", "VAULT", "BAO", "id_tokens"] {
        assert!(!job.contains(word), "{word}: {job}");
    }
}

#[test]
fn who_pushes_manifests_has_nothing_of_vault() {
    for file in [PUSH, COMMIT] {
        let text = text(file);
        for word in ["VAULT", "BAO", "COUNTERSIGN_AUTH", "id-token", "id_tokens"] {
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
}

#[test]
fn who_comments_runs_no_file_of_a_pull_request() {
    let steps = steps(COMMENT);
    let checkout = &steps[0];
    assert!(
        checkout["uses"]
            .as_str()
            .unwrap()
            .starts_with("actions/checkout@")
    );
    assert_eq!(checkout["with"]["ref"], Value::Null, "the default branch");
    let runs: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .collect();
    assert_eq!(runs.len(), 1);
    assert!(
        runs[0].starts_with("ci/comment.sh \"$RUNNER_TEMP/plan/plan.md\""),
        "{runs:?}"
    );
    let rules = serde_yaml::to_string(&yaml(GITLAB)["countersign-comment"]["rules"]).unwrap();
    assert!(
        rules.contains("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"),
        "{rules}"
    );
}
