//! A folder with a user's kustomizations, and the real programs that are run in it.
//!
//! Files come from one compact text, so that a test shows everything it is about on one screen.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use walkdir::WalkDir;

use crate::built::Built;

/// What switches functions on in kustomize.
const FUNCTIONS: [&str; 2] = ["--enable-alpha-plugins", "--enable-exec"];

/// Scratch files of one test; gone when it ends.
pub struct Folder(TempDir);

impl Folder {
    /// Lays out files: each begins with a line `=== path`. A later text may replace a file.
    pub fn with(texts: &[&str]) -> Self {
        let folder = Self(TempDir::new().expect("a scratch directory"));
        folder.add(texts);
        folder
    }

    /// More files, or others in their place.
    pub fn add(&self, texts: &[&str]) {
        for file in texts.iter().flat_map(|text| text.split("=== ").skip(1)) {
            let (path, contents) = file.split_once('\n').expect("a path and a line break");
            self.write(path.trim(), contents);
        }
    }

    pub fn write(&self, path: &str, contents: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a parent")).expect("it can be made");
        fs::write(path, contents).expect("it can be written");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).expect("it is there")
    }

    pub fn make_executable(&self, path: &str) {
        let all = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.0.path().join(path), all).expect("it is there");
    }

    /// `kustomize build` of a layer, with countersign as the function it lists.
    pub fn build(&self, layer: &str) -> Built {
        Built::of(self.try_build(layer))
    }

    /// The same where a layer lists single files of another.
    pub fn build_unrestricted(&self, layer: &str) -> Built {
        let everywhere = "--load-restrictor=LoadRestrictionsNone";
        let arguments = ["build", FUNCTIONS[0], FUNCTIONS[1], everywhere, layer];
        Built::of(self.kustomize(&arguments))
    }

    /// The same, and it is expected to fail.
    pub fn fail(&self, layer: &str) -> String {
        failure(self.try_build(layer))
    }

    pub fn try_build(&self, layer: &str) -> Output {
        self.kustomize(&["build", FUNCTIONS[0], FUNCTIONS[1], layer])
    }

    pub fn kustomize(&self, arguments: &[&str]) -> Output {
        self.run(&tool("KUSTOMIZE"), arguments, "")
    }

    /// `kustomize build LAYER | countersign render -`, no plugin flag.
    pub fn pipe(&self, layer: &str) -> Built {
        self.render(&self.plain(layer))
    }

    /// `kubectl kustomize LAYER | countersign render -`.
    pub fn pipe_from_kubectl(&self, layer: &str) -> Built {
        let output = self.run(&tool("KUBECTL"), &["kustomize", layer], "");
        self.render(&stdout(&output))
    }

    /// `kubectl kustomize LAYER`, plugins on: it has no flag for exec functions.
    pub fn kubectl(&self, layer: &str) -> String {
        stdout(&self.try_kubectl(layer))
    }

    pub fn try_kubectl(&self, layer: &str) -> Output {
        self.run(&tool("KUBECTL"), &["kustomize", FUNCTIONS[0], layer], "")
    }

    /// `kustomize build` alone.
    pub fn plain(&self, layer: &str) -> String {
        stdout(&self.kustomize(&["build", layer]))
    }

    /// `countersign render -`.
    pub fn render(&self, manifests: &str) -> Built {
        Built::of(self.countersign(&["render", "-"], manifests))
    }

    /// countersign as a KRM function that is fed by hand.
    pub fn function(&self, resource_list: &str) -> Output {
        self.countersign(&[], resource_list)
    }

    pub fn countersign(&self, arguments: &[&str], stdin: &str) -> Output {
        let program = OsString::from(env!("CARGO_BIN_EXE_countersign"));
        self.run(&program, arguments, stdin)
    }

    /// Runs lines of a document with `sh`; kustomize, kubectl and countersign are on its PATH.
    pub fn shell(&self, line: &str) -> Output {
        let bin = self.0.path().join(".bin");
        fs::create_dir_all(&bin).expect("it can be made");
        for name in ["kustomize", "kubectl"] {
            let place = bin.join(name);
            if !place.exists() {
                let program = tool(&name.to_uppercase());
                std::os::unix::fs::symlink(program, place).expect("a link can be made");
            }
        }
        self.run(OsStr::new("/bin/sh"), &["-euc", line], "")
    }

    /// What kpt does, in the folder `package/`.
    pub fn kpt(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        self.run_in("package", &tool("KPTLIKE"), arguments, variables, "")
    }

    /// Every file of a folder, as a text that would lay it out.
    pub fn texts(&self, folder: &str) -> String {
        let folder = self.0.path().join(folder);
        let walk = WalkDir::new(&folder).sort_by_file_name();
        let files = walk
            .into_iter()
            .map(|entry| entry.expect("it can be listed"));
        let mut text = String::new();
        for file in files.filter(|entry| entry.file_type().is_file()) {
            let path = file.path().strip_prefix(&folder).expect("it lies there");
            let contents = fs::read_to_string(file.path()).expect("it is text");
            text.push_str(&format!("=== {}\n{contents}", path.display()));
        }
        text
    }

    fn run(&self, program: &OsStr, arguments: &[&str], stdin: &str) -> Output {
        self.run_in("", program, arguments, &[], stdin)
    }

    fn run_in(
        &self,
        folder: &str,
        program: &OsStr,
        arguments: &[&str],
        variables: &[(&str, &str)],
        stdin: &str,
    ) -> Output {
        let countersign = Path::new(env!("CARGO_BIN_EXE_countersign"));
        let paths = [
            countersign.parent().expect("a folder").to_owned(),
            self.0.path().join(".bin"),
            PathBuf::from("/usr/bin"),
            PathBuf::from("/bin"),
        ];
        let store = self.0.path().join("vault.yaml");
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(self.0.path().join(folder))
            .env_clear()
            .env("PATH", env::join_paths(paths).expect("no colons in paths"))
            .env("HOME", self.0.path())
            .env("COUNTERSIGN_STORE", format!("file:{}", store.display()))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut pipe = child.stdin.take().expect("it is piped");
        // a program that needs no input may be gone already
        let _ = pipe.write_all(stdin.as_bytes());
        drop(pipe);
        child.wait_with_output().expect("it ends")
    }
}

/// A program that `make test` brings.
fn tool(name: &str) -> OsString {
    let variable = format!("COUNTERSIGN_TEST_{name}");
    env::var_os(&variable).unwrap_or_else(|| panic!("{variable} names no program: run `make test`"))
}

/// Whether the kustomize of this run is older than another: `make matrix` tries several.
pub fn kustomize_is_older_than(other: (u32, u32)) -> bool {
    let said = Command::new(tool("KUSTOMIZE"))
        .arg("version")
        .output()
        .expect("it runs");
    let said = stdout(&said);
    let numbers: Vec<u32> = said
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map_while(|number| number.parse().ok())
        .collect();
    assert!(numbers.len() > 1, "no version: {said}");
    (numbers[0], numbers[1]) < other
}

/// A folder of `plugin/kustomize` as a text that lays it out as `name/`.
pub fn shipped(folder: &str, name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("plugin/kustomize")
        .join(folder);
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("it is checked in") {
        let path = entry.expect("it can be listed").path();
        let file = path.file_name().expect("a name").to_string_lossy();
        let contents = fs::read_to_string(&path).expect("it can be read");
        text.push_str(&format!("=== {name}/{file}\n{contents}"));
    }
    text
}

/// stdout of a run that must succeed.
pub fn stdout(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "it failed:\n{stderr}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// stderr of a build that must fail, with exit code 1 and without a single manifest.
pub fn failure(output: Output) -> String {
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{stderr}\n{stdout}");
    assert_eq!(stdout, "", "something was emitted");
    assert!(!stderr.contains("s3cr3t-"), "a value is told:\n{stderr}");
    stderr
}
