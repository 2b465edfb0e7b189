//! A folder that somebody else filled, and a run in it with little memory and a watchdog. Knows no
//! attack.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// Longer than any of these runs takes on the slowest machine: who is still running then hangs.
const WATCHDOG: Duration = Duration::from_mins(20);
/// What a run may have of address space, in MiB, beside what its input takes: libraries and stacks of
/// threads.
const MEMORY: usize = 768;
/// What is set aside for stdin before it is known how long that is.
const STDIN: usize = 1024 + 8;
/// How many times the size of its input a run may take besides.
const TIMES: usize = 12;

/// One managed secret, and no lock.
pub const CONFIG: &str = "\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: shop, namespace: shop}
spec:
  delivery: Secret
  lock: none
  vault: {mount: kvv2}
  secrets:
  - {name: orders-db, path: shop/db}
";
/// The same for the operator, with a lock.
pub const LOCKED: &str = "\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: shop, namespace: shop}
spec:
  delivery: VaultStaticSecret
  vault: {mount: kvv2}
  secrets:
  - {name: orders-db, path: shop/db}
";
/// What the configs read.
pub const STORE: &str = "\
apiVersion: countersign.dev/v1alpha1
kind: FileStore
mounts:
  kvv2:
    engine: kv-v2
    secrets:
      shop/db:
      - {created: 2026-11-01T09:00:00Z, data: {password: s3cr3t-hostile}}
";

/// A folder with a store.
pub struct Folder {
    root: TempDir,
    stdin: Option<&'static str>,
    variables: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// `None`: by a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    /// A folder with these files.
    pub fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self {
            root: tempfile::tempdir().unwrap(),
            stdin: None,
            variables: Vec::new(),
        };
        folder.file("vault.yaml", STORE.as_bytes());
        for (name, bytes) in files {
            folder.file(name, bytes);
        }
        folder
    }

    /// A stream in which something stands before a config.
    pub fn stream(before: &[u8]) -> Self {
        Self::with(&[(
            "stream.yaml",
            &[before, b"\n---\n", CONFIG.as_bytes()].concat(),
        )])
        .stdin("stream.yaml")
    }

    pub fn path(&self) -> &Path {
        self.root.path()
    }

    pub fn file(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Reads stdin from one of the files.
    pub fn stdin(self, name: &'static str) -> Self {
        Self {
            stdin: Some(name),
            ..self
        }
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    pub fn forget(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// Runs the program here; it may take memory in proportion to what lies here.
    pub fn run(&self, args: &[&str]) -> Ended {
        let aside = if self.stdin.is_some() { STDIN } else { 0 };
        let memory = MEMORY + aside + TIMES * size(self.path()) / (1 << 20);
        let mut command = Command::new("/bin/sh");
        command
            .args([
                "-c",
                &format!("ulimit -v {}; exec \"$@\"", memory << 10),
                "sh",
            ])
            .arg(env!("CARGO_BIN_EXE_countersign"))
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", self.path().join("bin"))
            .env("HOME", self.path())
            .env("COUNTERSIGN_STORE", "file:vault.yaml")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(match self.stdin {
                Some(name) => fs::File::open(self.path().join(name)).unwrap().into(),
                None => Stdio::null(),
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        watched(command.spawn().unwrap())
    }
}

impl Ended {
    /// It ended with this code and said this, and printed nothing.
    #[track_caller]
    pub fn refused(&self, code: i32, said: &str) {
        let stderr = &self.stderr[..self.stderr.floor_char_boundary(2000)];
        assert_eq!(self.code, Some(code), "{stderr}");
        assert!(self.stdout.is_empty(), "{stderr}");
        assert!(self.stderr.contains(said), "{stderr}");
    }

    /// It ended by itself, and printed nothing unless it succeeded.
    #[track_caller]
    pub fn refused_or_fine(&self) {
        assert!(self.code == Some(0) || self.code.is_some() && self.stdout.is_empty());
    }

    /// It succeeded.
    #[track_caller]
    pub fn fine(&self) {
        let stderr = &self.stderr[..self.stderr.floor_char_boundary(2000)];
        assert_eq!(self.code, Some(0), "{stderr}");
    }
}

/// Bytes of the files in a folder.
fn size(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files
        .map(|file| usize::try_from(file.metadata().unwrap().len()).unwrap())
        .sum()
}

/// Waits for the end of a run, and ends it where it does not come.
fn watched(mut child: Child) -> Ended {
    let (ended, wait) = mpsc::channel();
    let read = |mut pipe: Box<dyn Read + Send>| {
        let ended = ended.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).unwrap();
            ended.send(()).unwrap_or(());
            String::from_utf8(bytes).unwrap()
        })
    };
    let stdout = read(Box::new(child.stdout.take().unwrap()));
    let stderr = read(Box::new(child.stderr.take().unwrap()));
    for _ in 0..2 {
        if wait.recv_timeout(WATCHDOG).is_err() {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it hangs");
        }
    }
    Ended {
        code: child.wait().unwrap().code(),
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
    }
}
