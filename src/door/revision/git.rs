//! EDGE: `git`, called so that it runs no program of the repository and changes nothing of the user.
//!
//! Never a shell. Says what a revision laid out elsewhere lacks. Knows no folder to lay it out in.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use crate::child;
use crate::diag::{Code, Diagnostic};

/// More than this of a tool's complaint is not passed on.
const COMPLAINT: usize = 8 * 1024;
/// So many names of a list are said.
const NAMED: usize = 3;

/// What git must not do here: run hooks or monitors, share the index, leave files out.
const OFF: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.splitIndex=false",
    "core.sparseCheckout=false",
    "index.sparse=false",
    "submodule.recurse=false",
    // a folder of the checkout that looks like a repository brings no configuration
    "safe.bareRepository=explicit",
];
/// What a caller's git may have set to mean another repository or index.
const FOREIGN: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_LITERAL_PATHSPECS",
];
/// An empty variable, for settings that are switched off by an empty value.
const EMPTY: &str = "COUNTERSIGN_NOTHING";

/// How git is called.
pub struct Git<'p> {
    program: &'p str,
    /// Where it runs.
    pub folder: PathBuf,
    /// `None`: the user's own, which is only read.
    pub index: Option<PathBuf>,
    /// Names of filters that are switched off.
    pub filters: Vec<String>,
}

impl<'p> Git<'p> {
    /// Git, run in this folder.
    pub fn around(program: &'p str, folder: &Path) -> Self {
        Self {
            program,
            folder: folder.to_owned(),
            index: None,
            filters: Vec::new(),
        }
    }

    fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Output, Diagnostic> {
        let mut command = child::command(self.program);
        command.arg("-C").arg(&self.folder);
        for setting in OFF {
            command.args(["-c", setting]);
        }
        for filter in &self.filters {
            for setting in ["smudge", "process", "required"] {
                command.arg(format!("--config-env=filter.{filter}.{setting}={EMPTY}"));
            }
        }
        for variable in FOREIGN {
            command.env_remove(variable);
        }
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        command
            .env(EMPTY, "")
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .args(arguments)
            .stdin(Stdio::null());
        command.output().map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                let message = format!("`{}` is not on PATH", self.program);
                Diagnostic::error(Code::ToolMissing, message)
                    .hint("install Git, or render the other side yourself and give `--against` its folder or file.")
            } else {
                let message = format!("`{}` cannot be run: {}", self.program, error.kind());
                Diagnostic::error(Code::ToolFailed, message).hint("check that it is executable.")
            }
        })
    }

    /// The output of a command that must not fail.
    pub fn done<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Vec<u8>, Diagnostic> {
        let output = self.run(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let verb = arguments.first().map(|a| a.as_ref().to_string_lossy());
        Err(complaint(&verb.unwrap_or_default(), &output.stderr))
    }

    /// The root of the checkout.
    pub fn top(&self, path: &Path) -> Result<PathBuf, Diagnostic> {
        let arguments = ["rev-parse", "--show-toplevel"];
        let output = self.run(&arguments)?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            if !said.contains("not a git repository") {
                return Err(complaint(arguments[0], &output.stderr));
            }
            let message = format!("`{}` is in no Git repository", path.display());
            return Err(Diagnostic::error(Code::ReadFailed, message)
                .hint("give `--against` a folder or a rendered file instead of a revision."));
        }
        let top = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        let top = Path::new(&*String::from_utf8_lossy(top)).to_owned();
        Ok(top.canonicalize().unwrap_or(top))
    }

    /// The commit that a revision means.
    pub fn commit(&self, revision: &str) -> Result<String, Diagnostic> {
        let wanted = format!("{revision}^{{commit}}");
        let absent = || {
            let any = self.run(&["rev-list", "--all", "--max-count=1"]);
            let is_new = any.is_ok_and(|any| any.status.success() && any.stdout.is_empty());
            let (message, hint) = if is_new {
                (
                    "there is no commit in this repository yet".to_owned(),
                    "commit first, or give `--against` a folder or a rendered file instead of a revision.",
                )
            } else {
                (
                    format!("there is no revision `{revision}` in this repository"),
                    "check its name, or fetch it: a shallow clone holds only its newest commit (GitHub: `fetch-depth: 0`, GitLab: `GIT_DEPTH: 0`).",
                )
            };
            Diagnostic::error(Code::ReadFailed, message).hint(hint)
        };
        if wanted.contains('\0') {
            return Err(absent());
        }
        let output = self.run(&["rev-parse", "--verify", "--quiet", &wanted])?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let is_hash = !commit.is_empty() && commit.chars().all(|c| c.is_ascii_hexdigit());
        if output.status.success() && is_hash {
            Ok(commit)
        } else {
            Err(absent())
        }
    }

    /// Names of the filters that the configuration knows.
    pub fn filters(&self) -> Result<Vec<String>, Diagnostic> {
        let regexp = r"^filter\..*\.(smudge|process|required)$";
        let output = self.run(&["config", "--null", "--name-only", "--get-regexp", regexp])?;
        // 1: there are none
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(complaint("config", &output.stderr));
        }
        let mut names: Vec<String> = entries(&output.stdout)
            .filter_map(|name| {
                let (name, _) = name.strip_prefix("filter.")?.rsplit_once('.')?;
                Some(name.to_owned())
            })
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// What is another repository.
    pub fn submodules(&self) -> Result<Option<String>, Diagnostic> {
        let staged = self.done(&["ls-files", "--stage", "-z"])?;
        let modules = entries(&staged).filter(|entry| entry.starts_with("160000 "));
        let modules = modules.filter_map(|entry| Some(entry.split_once('\t')?.1.to_owned()));
        Ok(said(
            &modules.collect::<Vec<_>>(),
            "submodules are not laid out",
        ))
    }

    /// Files that a filter would have changed.
    pub fn filtered(&self) -> Result<Option<String>, Diagnostic> {
        let mut found = Vec::new();
        for filter in &self.filters {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            // git takes no other sign in a pattern of attributes
            if !filter.chars().all(plain) {
                continue;
            }
            let pattern = format!(":(top,attr:filter={filter})");
            let output = self.done(&["ls-files", "-z", "--", &pattern])?;
            found.extend(entries(&output).map(Cow::into_owned));
        }
        Ok(said(
            &found,
            "files are as Git stores them, because filters (LFS, encryption) do not run here",
        ))
    }

    /// What only the user's folder has.
    pub fn untracked(&self, inside: &Path) -> Result<Option<String>, Diagnostic> {
        let all = [
            "ls-files",
            "--others",
            "--directory",
            "--no-empty-directory",
            "-z",
            "--",
        ];
        let mut below = OsString::from(":(top,literal)");
        below.push(inside);
        let arguments = [all.map(OsString::from).as_slice(), &[below]].concat();
        let output = self.done(&arguments)?;
        let names: Vec<String> = entries(&output).map(Cow::into_owned).collect();
        Ok(said(
            &names,
            "files are not in Git, and missing on this side",
        ))
    }
}

/// Texts that end in a zero byte.
fn entries(output: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    let entries = output.split(|byte| *byte == 0);
    entries
        .filter(|entry| !entry.is_empty())
        .map(String::from_utf8_lossy)
}

/// `2 submodules are …: a, b`; nothing where there are none.
fn said(names: &[String], what: &str) -> Option<String> {
    let more = names.len().saturating_sub(NAMED);
    let first = names.iter().take(NAMED).map(|name| format!("`{name}`"));
    let first = first.collect::<Vec<_>>().join(", ");
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    (!names.is_empty()).then(|| format!("{what}: {first}{more}"))
}

fn complaint(verb: &str, stderr: &[u8]) -> Diagnostic {
    let text = String::from_utf8_lossy(&stderr[..stderr.len().min(COMPLAINT)]);
    let message = format!("`git {verb}` failed:\n{}", text.trim());
    Diagnostic::error(Code::ToolFailed, message)
        .hint("correct what it names; `countersign` only passes on what was said.")
}
