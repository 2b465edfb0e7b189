//! The `console` blocks of a page, run as one shell session with the real programs.
//!
//! The session works in a scratch directory with a copy of `examples/`, or of one folder of it as somebody has it
//! who took that alone. It has an environment of its own and nothing but our programs before the system's on
//! PATH, `helm` being Helm 3 and `helm4` Helm 4, `kpt` what stands for it here. Two commands of a page are not run as
//! they stand: the one that starts OpenBao, which takes a free port here, and `make demo`, whose
//! script is run with the programs of the tests. What a reader has and a scratch directory lacks, a
//! repository for instance, is set up by comments above a block: `first: COMMAND`. The session does
//! not know what the page is about.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::alike::{Differ, Stand};
use crate::markdown::{Block, blocks};
use crate::openbao::OpenBao;

/// How pages start the server, and where it then is.
const SERVER: &str = "bao server -dev -dev-root-token-id=root";
const ADDRESS: &str = "http://127.0.0.1:8200";
/// Printed between two commands; no program of ours prints it.
const MARK: char = '\u{1e}';

/// Commits of a page have an author, and the machine's settings do not count.
const GIT: [(&str, &str); 6] = [
    ("GIT_AUTHOR_NAME", "Reader"),
    ("GIT_AUTHOR_EMAIL", "reader@example.com"),
    ("GIT_COMMITTER_NAME", "Reader"),
    ("GIT_COMMITTER_EMAIL", "reader@example.com"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_PAGER", "cat"),
];

/// Where the commands of a session run: what they find there, and what they leave.
pub struct Scratch {
    root: TempDir,
}

impl Scratch {
    /// `from` of the checkout, as `to` in the directory that the commands run in.
    pub fn of(from: &str, to: &str) -> Self {
        let root = TempDir::new().expect("a scratch directory");
        let bin = root.path().join("bin");
        fs::create_dir(&bin).expect("made");
        programs(&bin);
        let scratch = Self { root };
        copy(&self::root().join(from), &scratch.folder().join(to));
        scratch
    }

    /// The directory that the commands run in.
    pub fn folder(&self) -> PathBuf {
        self.root.path().join("here")
    }

    /// Runs commands in one shell; status and everything that was printed, for each of them.
    pub fn run(&self, commands: &[String]) -> Vec<(String, String)> {
        let script: Vec<String> = commands
            .iter()
            .map(|command| format!("{command}\nprintf '{MARK}%s{MARK}' $?\n"))
            .collect();
        let top = self.root.path();
        let file = top.join("session");
        fs::write(&file, format!("exec 2>&1\n{}", script.concat())).expect("written");
        let path = env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .arg(&file)
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", format!("{}:{path}", top.join("bin").display()))
            .env("HOME", top.join("bin"))
            .env("TMPDIR", top)
            .env("LC_ALL", "C")
            .envs(GIT)
            .stdin(Stdio::null())
            .output()
            .expect("sh starts");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let pieces: Vec<&str> = text.split(MARK).collect();
        assert_eq!(
            pieces.len(),
            2 * commands.len() + 1,
            "the session ended early:\n{text}"
        );
        pieces
            .chunks_exact(2)
            .map(|pair| (pair[1].to_owned(), pair[0].to_owned()))
            .collect()
    }
}

/// A command of a page and the lines that are shown after it, as indices into the page's lines.
struct Step {
    command: String,
    /// `None`: nothing is shown of a command that only sets the scene.
    shown: Option<std::ops::Range<usize>>,
    /// The line of the page that it stands on.
    line: usize,
}

/// The page as it would be if each command printed what it prints now.
pub fn replay(scratch: &Scratch, name: &str, page: &str) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let consoles = blocks(page).into_iter().filter(|b| b.language == "console");
    let steps: Vec<Step> = consoles.flat_map(|block| steps(&lines, &block)).collect();
    let starts = steps.iter().any(|step| step.command == SERVER);
    let server = starts.then(OpenBao::start);
    let commands: Vec<String> = steps
        .iter()
        .map(|step| here(&step.command, server.as_ref()))
        .collect();
    let outputs = scratch.run(&commands);
    let mut stand = Stand::new(if starts { Differ::Names } else { Differ::Clock });
    let mut new = String::new();
    let mut copied = 0;
    for (step, (status, output)) in steps.iter().zip(outputs) {
        let place = format!("{name}:{}: `{}`", step.line, step.command);
        assert_eq!(status, "0", "{place} fails:\n{output}");
        let Some(shown_at) = step.shown.clone() else {
            continue;
        };
        let output = match &server {
            Some(server) => output.replace(&server.addr, ADDRESS),
            None => output,
        };
        let shown = &lines[shown_at.clone()];
        let printed: Vec<&str> = output.lines().collect();
        if stand.alike(shown, &printed) {
            continue;
        }
        assert!(
            !shown.contains(&"…"),
            "{place} prints\n{output}\nand the page shows\n{}",
            shown.join("\n")
        );
        push(&mut new, &lines[copied..shown_at.start]);
        let printed: Vec<String> = printed.iter().map(|line| stand.in_page(line)).collect();
        push(&mut new, &printed);
        copied = shown_at.end;
    }
    push(&mut new, &lines[copied..]);
    new
}

fn push<S: AsRef<str>>(page: &mut String, lines: &[S]) {
    for line in lines {
        page.push_str(line.as_ref());
        page.push('\n');
    }
}

/// What a comment of the page says to do before the block below it.
fn first(line: &str) -> Option<&str> {
    line.trim()
        .strip_prefix("<!-- first: ")?
        .strip_suffix(" -->")
}

fn steps(lines: &[&str], block: &Block) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut at = block.lines.start;
    let above = lines[..at - 1].iter().rev();
    let scene: Vec<&str> = above.map_while(|line| first(line)).collect();
    steps.extend(scene.into_iter().rev().map(|command| Step {
        command: command.to_owned(),
        shown: None,
        line: at,
    }));
    while at < block.lines.end {
        let Some(first) = lines[at].strip_prefix("$ ") else {
            let step = steps.last_mut().and_then(|step| step.shown.as_mut());
            at += 1;
            step.expect("a console block starts with a command").end = at;
            continue;
        };
        let mut command = first.to_owned();
        while command.ends_with('\\') {
            at += 1;
            command = format!("{command}\n{}", lines[at]);
        }
        at += 1;
        steps.push(Step {
            command,
            shown: Some(at..at),
            line: at,
        });
    }
    steps
}

/// What is run here for a command of a page.
fn here(command: &str, server: Option<&OpenBao>) -> String {
    match (command, server) {
        (SERVER, _) => "true".to_owned(),
        ("make demo", _) => "examples/demo/run.sh".to_owned(),
        (_, Some(server)) => command.replace(ADDRESS, &server.addr),
        _ => command.to_owned(),
    }
}

/// The programs that pages call, under the names they have there.
fn programs(bin: &Path) {
    let place = |name: &str, program: PathBuf| {
        symlink(&program, bin.join(name)).expect("the scratch directory takes links");
    };
    place("countersign", env!("CARGO_BIN_EXE_countersign").into());
    for (name, variable) in [
        ("kustomize", "COUNTERSIGN_TEST_KUSTOMIZE"),
        ("kubectl", "COUNTERSIGN_TEST_KUBECTL"),
        ("bao", "COUNTERSIGN_TEST_BAO"),
        ("helm", "COUNTERSIGN_TEST_HELM"),
        ("helm4", "COUNTERSIGN_TEST_HELM4"),
        ("kpt", "COUNTERSIGN_TEST_KPTLIKE"),
    ] {
        let Some(program) = env::var_os(variable) else {
            panic!(
                "`{variable}` is not set: run the tests with `make test`, which installs `{name}`"
            );
        };
        place(name, program.into());
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("the checkout can be read");
        let target = to.join(entry.path().strip_prefix(from).expect("below it"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("made");
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
