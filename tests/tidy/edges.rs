//! Where the program touches files, the environment, the network, other programs and clocks.

use crate::project::{none, program};

/// What touches the world, and the files that may; a folder ends in `/`.
#[rustfmt::skip]
const EDGES: &[(&str, &[&str])] = &[
    ("std::fs", &["door/program/orphans.rs", "door/program/private.rs", "cli/settings.rs", "cli/settings/runner.rs", "door/created.rs", "door/files.rs", "door/files/stdin.rs", "door/helm/chart/written.rs", "door/helm/messages.rs", "door/journal.rs", "door/kustomize.rs", "door/locks.rs", "door/recorder.rs", "door/scratch.rs", "door/terminal.rs", "door/unwritten.rs", "vault/http/connection.rs", "vault/http/proof.rs"]),
    ("std::env", &["child.rs", "door/program/private.rs", "cli/settings.rs", "cli/settings/runner.rs", "cli/settings/runner_policy.rs", "door/kustomize.rs", "door/legacy.rs", "door/plugin_homes.rs", "door/tools.rs"]),
    ("std::net", &["vault/http/connection.rs"]),
    ("reqwest::blocking", &["vault/http/"]),
    ("std::process", &["child.rs", "door/program.rs", "door/program/private.rs", "door/program/run.rs", "main.rs", "cli/harden.rs", "door/helm/chart.rs", "door/revision/git.rs", "door/tools.rs", "interrupt.rs", "vault/http/proof.rs"]),
    // whose work is to make a credential may need another
    ("Command::new", &["child.rs", "vault/http/proof.rs"]),
    ("Instant::now", &["command/argocd.rs", "door/program/run.rs", "vault/http/exchange.rs", "vault/http/keyring.rs", "vault/http/login.rs", "vault/http/session.rs"]),
    ("SystemTime::now", &["cli/settings.rs", "vault/http.rs"]),
    ("sleep", &["vault/http/exchange.rs"]),
    ("io::stdin", &["main.rs", "door/files/stdin.rs"]),
    ("io::stdout", &["main.rs"]),
    ("io::stderr", &["main.rs", "cli/harden.rs", "door/journal.rs"]),
    ("secure_random", &["door/random.rs"]),
    ("rustix::termios", &["door/terminal.rs"]),
    ("walkdir", &["door/below.rs", "door/builds.rs", "door/files.rs", "door/helm/chart/written.rs", "door/written.rs"]),
];

/// Who writes files: locks, and what belongs to one run in a private folder.
const WRITERS: &[&str] = &[
    // what Helm would throw away, where the runner or Helm itself writes it
    "door/helm/messages.rs",
    // a copy of a chart, in a private folder
    "door/helm/chart/written.rs",
    // the audit log, which only grows
    "door/journal.rs",
    // a first config, pages of the manual, plugins: where nothing else stands
    "door/created.rs",
    "door/program/private.rs",
    "door/kustomize.rs",
    "door/locks.rs",
    "door/recorder.rs",
    "door/revision.rs",
    "door/scratch.rs",
    // a layer above a kustomization, in a private folder
    "door/unwritten.rs",
    // the terminal, where somebody is asked
    "door/terminal.rs",
];

/// What would write a file.
const WRITES: &[&str] = &[
    "fs::write",
    "fs::copy",
    "fs::rename",
    "create_dir",
    "File::create",
    "OpenOptions",
    "tempfile",
];

fn is_edge(name: &str, edge: &str) -> bool {
    name == edge || (edge.ends_with('/') && name.starts_with(edge))
}

/// Whether code, not a comment, names something. An address as data is not the network.
fn touches(code: &str, what: &str) -> bool {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines
        .into_iter()
        .any(|line| line.replace("std::net::IpAddr", "").contains(what))
}

/// Who opens the store for what it says of itself alone, and asks it nothing.
const ASKS_NOTHING: &[&str] = &["src/command/policy/generate.rs"];

#[test]
fn whoever_opens_the_store_looks_at_the_policy() {
    let files = program();
    let opening = files
        .iter()
        .filter(|file| touches(file.code(), "settings::store("));
    let (mut seen, mut problems) = (0, Vec::new());
    for file in opening {
        seen += 1;
        let exempt = ASKS_NOTHING.contains(&file.path.as_str());
        if touches(file.code(), ".policy") == exempt {
            problems.push(format!("{}: what of the policy?", file.path));
        }
    }
    assert!(seen > 3, "the store is opened somewhere");
    none(&problems);
}

/// Who opens the store and asks it nothing.
const UNWATCHED: &[&str] = &[
    "src/command/plan.rs",
    "src/command/policy/check.rs",
    "src/command/policy/generate.rs",
];

#[test]
fn whoever_asks_the_store_is_taken_down() {
    let mut problems = Vec::new();
    for file in program() {
        let code = file.code();
        let unwatched = UNWATCHED.contains(&file.path.as_str());
        if touches(code, "settings::store(") && touches(code, "audit.watch(") == unwatched {
            problems.push(format!("{}: what of the audit log?", file.path));
        }
    }
    none(&problems);
}

#[test]
fn the_world_is_touched_at_the_edges_only() {
    let mut problems = Vec::new();
    let files = program();
    for (what, edges) in EDGES {
        let touching = files.iter().filter(|file| touches(file.code(), what));
        let names: Vec<&str> = touching.map(|file| &file.path["src/".len()..]).collect();
        for name in &names {
            if !edges.iter().any(|edge| is_edge(name, edge)) {
                problems.push(format!("src/{name} touches `{what}`"));
            }
        }
        for edge in *edges {
            if !names.iter().any(|name| is_edge(name, edge)) {
                problems.push(format!(
                    "`{edge}` does not touch `{what}`: take it out of the table"
                ));
            }
        }
    }
    none(&problems);
}

#[test]
fn files_are_written_by_the_lock_and_the_private_folders_of_a_build_alone() {
    let mut problems = Vec::new();
    for file in program() {
        if WRITERS.contains(&&file.path["src/".len()..]) {
            continue;
        }
        let found = WRITES.iter().filter(|what| touches(file.code(), what));
        problems.extend(found.map(|what| format!("{}: `{what}`", file.path)));
    }
    none(&problems);
}
