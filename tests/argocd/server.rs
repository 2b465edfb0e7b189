//! What Argo CD's config management server does with a plugin, and what the repo server makes of it.
//!
//! A private copy of the working tree without exec bits, nothing on stdin, a process group of its own, and at
//! the end TERM for that group, then KILL. It must not know what an application holds.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::go_yaml;

/// A sidecar: its programs and its environment.
pub struct Server {
    root: TempDir,
    env: BTreeMap<String, String>,
}

/// What became of one call.
pub struct Answer {
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Answer {
    /// The objects that reach the repo server; stdout without its last line break is all it gets.
    pub fn objects(&self) -> Vec<Value> {
        assert_eq!(self.exit, Some(0), "{}", self.stderr);
        let text = self.stdout.strip_suffix('\n').unwrap_or(&self.stdout);
        go_yaml::argocd(text).expect("both servers read it")
    }

    /// What everybody sees of a failure, after which nothing is printed.
    pub fn failure(&self) -> &str {
        assert_ne!(self.exit, Some(0), "{}", self.stdout);
        assert_eq!(self.stdout, "");
        assert!(self.stderr.len() <= 8200, "{} bytes", self.stderr.len());
        assert!(!self.stderr.contains('\u{1b}'), "{}", self.stderr);
        assert!(!self.stderr.contains("s3cr3t-"), "{}", self.stderr);
        &self.stderr
    }
}

impl Server {
    /// Without any tool.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("a scratch folder");
        for folder in ["bin", "tmp", "work"] {
            fs::create_dir(root.path().join(folder)).expect("it is new");
        }
        let at = |name: &str| root.path().join(name).display().to_string();
        let env = [
            ("PATH", at("bin")),
            ("TMPDIR", at("tmp")),
            ("HOME", "/nonexistent".to_owned()),
            ("ARGOCD_APP_NAME", "orders".to_owned()),
            ("ARGOCD_APP_NAMESPACE", "shop".to_owned()),
            ("ARGOCD_APP_PROJECT_NAME", "shop".to_owned()),
            ("KUBE_VERSION", "1.34".to_owned()),
            ("KUBE_API_VERSIONS", "v1,apps/v1".to_owned()),
            ("ARGOCD_APP_PARAMETERS", "null".to_owned()),
        ];
        let env = env.map(|(name, text)| (name.to_owned(), text)).into();
        Self { root, env }
    }

    /// With the real kustomize.
    pub fn with_kustomize() -> Self {
        Self::with_tool("kustomize", "COUNTERSIGN_TEST_KUSTOMIZE")
    }

    /// With the real Helm.
    pub fn with_helm() -> Self {
        Self::with_tool("helm", "COUNTERSIGN_TEST_HELM")
    }

    fn with_tool(tool: &str, variable: &str) -> Self {
        let server = Self::new();
        let real = std::env::var_os(variable).expect("run `make test`");
        symlink(real, server.at("bin").join(tool)).expect("it is new");
        server
    }

    /// With a kustomize that does as a script says.
    pub fn with_script(script: &str) -> Self {
        let server = Self::new();
        server.program("kustomize", script);
        server
    }

    /// One more program, which does as a script says.
    pub fn program(&self, name: &str, script: &str) {
        let path = self.at("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}")).expect("it is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is a program");
    }

    /// One more variable.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What an Application says in `parameters`.
    pub fn parameters(self, parameters: &Value) -> Self {
        self.set("ARGOCD_APP_PARAMETERS", &parameters.to_string())
    }

    /// A file of the sidecar itself.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.at(name);
        fs::write(&path, text).expect("it is written");
        path.display().to_string()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Calls the plugin for an application that is a whole repository.
    pub fn call(&self, app: &Path, args: &[&str]) -> Answer {
        self.call_below(app, "", args)
    }

    /// Calls it for an application somewhere in a repository.
    fn call_below(&self, repository: &Path, inner: &str, args: &[&str]) -> Answer {
        let work = tempfile::tempdir_in(self.at("work")).expect("a scratch folder");
        copy(repository, work.path());
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .arg("argocd")
            .args(args)
            .current_dir(work.path().join(inner))
            .env_clear()
            .envs(&self.env)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("it starts");
        let group = Pid::from_child(&child);
        let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
        let (stdout, stderr) = std::thread::scope(|scope| {
            let err = scope.spawn(|| text_of(err.as_mut()));
            (text_of(out.as_mut()), err.join().expect("it is read"))
        });
        let exit = child.wait().expect("it ends").code();
        let left = self.left_behind();
        let in_group = test_kill_process_group(group).is_ok();
        // what the server does at the end of every call
        let _ = kill_process_group(group, Signal::TERM);
        let _ = kill_process_group(group, Signal::KILL);
        assert_eq!(left, Vec::<String>::new(), "processes are left behind");
        assert!(!in_group, "the process group is not empty");
        let rest = fs::read_dir(self.at("tmp")).expect("it is there").count();
        assert_eq!(rest, 0, "the private folder is left behind");
        Answer {
            exit,
            stdout,
            stderr,
        }
    }

    /// `generate`.
    pub fn generate(&self, app: &Path) -> Answer {
        self.call(app, &["generate"])
    }

    /// `generate` of an application somewhere in a repository.
    pub fn generate_below(&self, repository: &Path, inner: &str) -> Answer {
        self.call_below(repository, inner, &["generate"])
    }

    /// Another command, as somebody runs it who has the same programs.
    pub fn runs(&self, folder: &Path, args: &[&str]) {
        let ended = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("PATH", self.at("bin"))
            .output()
            .expect("it starts");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{said}");
    }

    /// Whatever runs on this machine and has this server's PATH.
    fn left_behind(&self) -> Vec<String> {
        let path = format!("PATH={}", self.at("bin").display());
        let processes = fs::read_dir("/proc").expect("Linux").filter_map(Result::ok);
        let ours = processes.filter(|process| {
            let env = fs::read(process.path().join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&env).contains(&path)
        });
        ours.map(|process| fs::read_to_string(process.path().join("cmdline")).unwrap_or_default())
            .collect()
    }
}

fn text_of(pipe: Option<&mut impl std::io::Read>) -> String {
    let mut text = String::new();
    pipe.expect("it was asked for")
        .read_to_string(&mut text)
        .expect("UTF-8");
    text
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.expect("it can be read");
        let inner = entry.path().strip_prefix(from).expect("below it");
        let target = to.join(inner);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("it is made");
        } else if entry.file_type().is_symlink() {
            let to = fs::read_link(entry.path()).expect("it is a link");
            symlink(to, target).expect("it is made");
        } else {
            fs::write(&target, fs::read(entry.path()).expect("it is read")).expect("it is written");
            fs::set_permissions(&target, fs::Permissions::from_mode(0o644)).expect("no exec bit");
        }
    }
}
