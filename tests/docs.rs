//! Documents that are made from the code say what the code says, and what they show was printed.
//!
//! Every `console` block of a page is run with the real programs and compared. `SNAPSHOTS=overwrite
//! cargo test --test docs` writes what differs; the diff is then reviewed like any other.

#[path = "docs/alike.rs"]
mod alike;
#[path = "docs/code_map.rs"]
mod code_map;
#[path = "docs/markdown.rs"]
mod markdown;
#[path = "support/openbao.rs"]
mod openbao;
#[path = "docs/scripts.rs"]
mod scripts;
#[path = "docs/session.rs"]
mod session;
#[path = "docs/shown.rs"]
mod shown;
#[path = "docs/workflows.rs"]
mod workflows;

use std::fs;

use countersign::cli::errors_md::errors_md;
use countersign::cli::exit;
use markdown::blocks;
use session::{Scratch, root};

/// The pages whose blocks are held to the truth.
const PAGES: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/argocd.md",
    "docs/audit.md",
    "docs/ci.md",
    "docs/disaster-recovery.md",
    "docs/emergency.md",
    "docs/helm.md",
    "docs/install.md",
    "docs/least-privilege.md",
    "docs/policy.md",
    "docs/reference.md",
    "docs/rollouts.md",
    "docs/security.md",
    "docs/values.md",
    "docs/written-files.md",
    "examples/per-environment/README.md",
    "examples/pull-requests/README.md",
];

/// Those that show what commands print; each has its test in `tests/docs/shown.rs`.
const SESSIONS: &[&str] = &[
    "README.md",
    "docs/argocd.md",
    "docs/audit.md",
    "docs/ci.md",
    "docs/disaster-recovery.md",
    "docs/emergency.md",
    "docs/helm.md",
    "docs/install.md",
    "docs/least-privilege.md",
    "docs/policy.md",
    "docs/reference.md",
    "docs/rollouts.md",
    "docs/values.md",
    "docs/written-files.md",
    "examples/per-environment/README.md",
    "examples/pull-requests/README.md",
];

/// Programs that need a cluster, a deployment tool or a host of repositories: nobody can run them here.
const ELSEWHERE: &[&str] = &["argocd", "flux", "gh", "git", "helm", "kubectl"];

/// The pages, with those of the examples that stand alone: `tests/examples.rs` runs their commands.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = PAGES.iter().map(|page| (*page).to_owned()).collect();
    let folders = fs::read_dir(root().join("examples")).expect("there are examples");
    for folder in folders {
        let name = folder.expect("it can be read").file_name();
        let page = format!("examples/{}/README.md", name.display());
        if root().join(&page).exists() && !pages.contains(&page) {
            pages.push(page);
        }
    }
    pages
}

/// A directory that holds all examples.
fn beside_examples() -> Scratch {
    Scratch::of("examples", "examples")
}

/// Runs commands in one shell beside all examples; status and output of each.
fn run(commands: &[String]) -> Vec<(String, String)> {
    beside_examples().run(commands)
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("`{file}`: {error}"))
}

/// Compares a checked-in file with `want`, or writes it where that was asked for.
#[track_caller]
fn holds(file: &str, want: &str) {
    let path = root().join(file);
    if std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite") {
        fs::write(&path, want).expect("the checkout can be written to");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let differs = || {
        found
            .lines()
            .zip(want.lines())
            .find(|(found, want)| found != want)
    };
    assert!(
        found == want,
        "`{file}` is not what the code says; run `SNAPSHOTS=overwrite cargo test --test docs` and review the diff\n{:#?}",
        differs()
    );
}

#[test]
fn the_page_of_errors_is_made_from_the_table_of_codes() {
    holds("docs/errors.md", &errors_md());
}

#[test]
fn the_code_map_says_what_each_file_says_of_itself() {
    holds(
        "docs/architecture.md",
        &code_map::with_map(&read("docs/architecture.md")),
    );
}

#[test]
fn the_other_pages_show_no_session() {
    let others = PAGES.iter().filter(|page| !SESSIONS.contains(page));
    for page in others {
        let text = read(page);
        assert!(
            blocks(&text).iter().all(|b| b.language != "console"),
            "{page}: nobody runs its blocks"
        );
    }
}

#[test]
fn the_picture_of_a_change_is_out_of_a_page_that_is_run() {
    let readme = read("README.md");
    let lines: Vec<&str> = readme.lines().collect();
    let mut pictures = 0;
    for block in blocks(&readme) {
        let comment = block.comment.as_deref();
        let Some(page) = comment.and_then(|c| c.strip_prefix("out of: ")) else {
            continue;
        };
        assert!(SESSIONS.contains(&page), "nobody runs `{page}`");
        let from = read(page);
        let from: Vec<&str> = from.lines().collect();
        let mut shown = vec!["…"];
        shown.extend(&lines[block.lines]);
        shown.push("…");
        let mut stand = alike::Stand::new(alike::Differ::Clock);
        assert!(
            stand.alike(&shown, &from),
            "{page} does not show\n{shown:#?}"
        );
        pictures += 1;
    }
    assert!(pictures > 0, "the README has a picture");
}

#[test]
fn the_demo_shows_what_one_change_moves() {
    let outputs = run(&["examples/demo/run.sh".to_owned()]);
    let (status, output) = &outputs[0];
    assert_eq!(status, "0", "{output}");
    let page = [
        "…",
        "+    spec.version                 2",
        "…",
        "    changed    Deployment/api",
        "…",
        "    unchanged  StatefulSet/worker",
        "…",
    ];
    let printed: Vec<&str> = output.lines().collect();
    let mut stand = alike::Stand::new(alike::Differ::Clock);
    assert!(stand.alike(&page, &printed), "the demo shows\n{output}");
}

#[test]
fn files_in_pages_are_files_of_the_examples() {
    for page in &pages() {
        let text = read(page);
        let lines: Vec<&str> = text.lines().collect();
        for block in blocks(&text).into_iter().filter(|b| b.language == "yaml") {
            let place = format!("{page}:{}", block.lines.start);
            let comment = block
                .comment
                .as_deref()
                .and_then(|c| c.strip_prefix("file: "));
            let file = comment.unwrap_or_else(|| panic!("{place}: of which file is this?"));
            let shown = lines[block.lines].join("\n");
            assert!(
                read(file).contains(&shown),
                "{place} is not what `{file}` says"
            );
        }
    }
}

#[test]
fn every_other_block_is_a_verb_of_the_makefile_or_no_command() {
    let makefile = read("Makefile");
    for page in &pages() {
        let text = read(page);
        let lines: Vec<&str> = text.lines().collect();
        for block in blocks(&text) {
            let place = format!("{page}:{}", block.lines.start);
            match block.language.as_str() {
                "console" | "yaml" | "text" | "diff" | "rust" => {}
                "sh" if block.comment.as_deref() == Some("not run here: it needs a cluster") => {
                    for line in &lines[block.lines] {
                        elsewhere(&place, line);
                    }
                }
                "sh" => {
                    for line in &lines[block.lines] {
                        let verb = line
                            .strip_prefix("make ")
                            .and_then(|rest| rest.split(' ').next());
                        let verb = verb.unwrap_or_else(|| panic!("{place}: nobody runs `{line}`"));
                        assert!(
                            makefile.contains(&format!("\n{verb}: ")),
                            "{place}: `make {verb}`"
                        );
                    }
                }
                other => panic!("{place}: nobody checks a block of `{other}`"),
            }
        }
    }
}

/// A command that needs a cluster: the shell can read it, it calls nothing of ours whose printing
/// could be shown, and kubectl knows its verb.
#[track_caller]
fn elsewhere(place: &str, line: &str) {
    let part = line.split('|').next_back().unwrap_or(line);
    let mut words = part.split_whitespace();
    let program = words.next().unwrap_or_default();
    assert!(ELSEWHERE.contains(&program), "{place}: who runs `{line}`?");
    let mut verb = words.next().unwrap_or_default();
    if verb == "-n" {
        verb = words.nth(1).unwrap_or_default();
    }
    let help = match program {
        "kubectl" => format!("kubectl {verb} --help > help && grep -q 'kubectl {verb}' help"),
        _ => "true".to_owned(),
    };
    for (status, output) in run(&[format!("sh -n <<'END'\n{line}\nEND"), help]) {
        assert_eq!(status, "0", "{place}: `{line}`\n{output}");
    }
}

#[test]
fn the_exit_codes_of_the_readme_are_those_of_the_program() {
    let readme = read("README.md");
    for fault in exit::FAULTS.into_iter().skip(1) {
        let row = format!("| {} | {} |", exit::code(fault), exit::whose(fault));
        assert!(readme.contains(&row), "the README lacks `{row}`");
    }
}

#[test]
fn tests_that_pages_name_exist() {
    for page in &pages() {
        for named in read(page).split('`').filter(|part| part.contains(".rs::")) {
            let (file, test) = named.split_once("::").expect("it was looked for");
            let found = read(file).contains(&format!("fn {test}("));
            assert!(found, "{page} names `{named}`");
        }
    }
}

#[test]
fn the_reference_has_every_field_of_a_config() {
    let wrong = "apiVersion: countersign.dev/v1alpha1\nkind: VaultSecrets\nmetadata: {name: a}\nspec:\n  \
        absent: 1\n  vault: {absent: 1, auth: {absent: 1}}\n  operator: {absent: 1}\n  stamp: {absent: 1}\n  \
        secrets: [{absent: 1, data: {key: {absent: 1}}}]\n";
    let command = format!("countersign render - <<'END' || true\n{wrong}END");
    let (_, output) = run(&[command]).remove(0);
    let hints: Vec<&str> = output
        .lines()
        .filter(|line| line.starts_with("hint: use one of "))
        .collect();
    assert_eq!(hints.len(), 7, "{output}");
    let reference = read("docs/reference.md");
    for field in hints
        .iter()
        .flat_map(|hint| hint.split('`').skip(1).step_by(2))
    {
        assert!(
            reference.contains(&format!("`{field}`")),
            "docs/reference.md lacks `{field}`"
        );
    }
}
