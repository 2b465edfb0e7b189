//! The ways in that ask a store, and one run through one of them.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::ground::{Ground, SECRETS};
use crate::proxy::{Manner, Proxy};
use crate::rows::{Front, Row};

/// A run that takes longer hangs, whatever the machine has to do besides.
const HANGS: Duration = Duration::from_mins(2);

/// How a run logs in, and what the server knows of that.
pub const LOGIN: [(&str, &str); 3] = [
    ("COUNTERSIGN_AUTH_METHOD", "userpass"),
    ("COUNTERSIGN_AUTH_USERNAME", "shop"),
    ("COUNTERSIGN_AUTH_PASSWORD", "s3cr3t-of-the-login"),
];

/// A way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// `countersign render -`.
    Render,
    /// A `ResourceList` on stdin.
    Function,
    /// `countersign lock -`.
    Lock,
    /// `countersign outdated`.
    Outdated,
    /// `countersign render -` that has no token and logs in.
    Login,
}

impl Door {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Render,
        Self::Function,
        Self::Lock,
        Self::Outdated,
        Self::Login,
    ];
    /// Those that have a token.
    pub const WITH_TOKEN: [Self; 4] = [Self::Render, Self::Function, Self::Lock, Self::Outdated];

    /// As the table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Render => "render",
            Self::Function => "function",
            Self::Lock => "lock",
            Self::Outdated => "outdated",
            Self::Login => "render that logs in",
        }
    }

    fn args(self) -> &'static [&'static str] {
        match self {
            Self::Render | Self::Login => &["render", "-"],
            Self::Function => &[],
            Self::Lock => &["lock", "-"],
            Self::Outdated => &["outdated"],
        }
    }

    fn stdin(self, secrets: usize) -> String {
        let spec = match self {
            Self::Render | Self::Function | Self::Login => "delivery: Secret, lock: none",
            Self::Lock | Self::Outdated => "delivery: VaultStaticSecret",
        };
        let entries: Vec<String> = SECRETS[..secrets]
            .iter()
            .map(|name| format!("{{name: {name}, path: shop/{name}}}"))
            .collect();
        let entries = entries.join(", ");
        let config = format!(
            "{{apiVersion: countersign.dev/v1alpha1, kind: VaultSecrets, metadata: {{name: shop}}, \
             spec: {{{spec}, vault: {{mount: faults}}, secrets: [{entries}]}}}}"
        );
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: shop}, \
                   spec: {containers: [{name: shop, image: shop, envFrom: [{secretRef: {name: api}}]}]}}";
        match self {
            Self::Function => format!(
                "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {config}\n- {pod}\n"
            ),
            _ => format!("{config}\n---\n{pod}\n"),
        }
    }
}

/// What was seen of a run.
pub struct Outcome {
    /// The address that it was given.
    pub address: String,
    /// The token or the password that it was given.
    pub credential: String,
    /// `None`: it had to be killed.
    pub exit: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
    /// Whether a lock was written.
    pub wrote: bool,
    /// What it asked.
    pub asked: String,
}

impl Outcome {
    /// For a person who has to find out why.
    pub fn told(&self, why: &str) -> String {
        let Self {
            exit,
            stdout,
            stderr,
            asked,
            ..
        } = self;
        format!(
            "{why}\nexit {exit:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n--- asked\n{asked}"
        )
    }
}

/// Goes through a door while something is wrong.
pub fn run(ground: &Ground, row: &Row, door: Door) -> Outcome {
    let forward = || Manner::Forward(ground.bao.addr.clone());
    let (proxy, address) = match &row.front {
        Front::Faulty(trouble) => {
            let manner = Manner::Faulty(ground.bao.addr.clone(), trouble.clone());
            let proxy = Proxy::start(manner);
            let address = proxy.address.clone();
            (Some(proxy), address)
        }
        Front::Tls(certificate) => {
            let proxy = Proxy::start_tls(forward(), ground.identity(*certificate));
            let address = proxy.address.clone();
            (Some(proxy), address)
        }
        Front::Mistaken(certificate) => {
            let (proxy, right, wrong) = match certificate {
                Some(certificate) => {
                    let identity = ground.identity(*certificate);
                    (Proxy::start_tls(forward(), identity), "https:", "http:")
                }
                None => (Proxy::start(forward()), "http:", "https:"),
            };
            let address = proxy.address.replace(right, wrong);
            (Some(proxy), address)
        }
        Front::Address(address) => (None, (*address).to_owned()),
    };
    let (token, trusted) = (ground.token(row.token), ground.trusted());
    let mut env = vec![
        ("VAULT_ADDR", address.as_str()),
        ("VAULT_CACERT", trusted.as_str()),
        // some of the addresses are no address of this machine, and nobody is behind them
        ("COUNTERSIGN_ALLOW_HTTP", "true"),
    ];
    if door == Door::Login {
        env.extend(LOGIN);
    } else {
        env.push(("VAULT_TOKEN", &token));
    }
    env.extend(&row.env);
    let folder = tempfile::tempdir().unwrap();
    if door == Door::Outdated {
        let lock = folder.path().join("countersign.lock");
        std::fs::write(lock, ground.lock(row.secrets)).unwrap();
    }
    let outcome = call(folder.path(), door, row.secrets, &env, &row.args);
    let asked = proxy.map(|proxy| proxy.asked()).unwrap_or_default();
    Outcome { asked, ..outcome }
}

/// One run of the program, which ends by itself.
pub fn call(
    folder: &Path,
    door: Door,
    secrets: usize,
    env: &[(&str, &str)],
    args: &[&str],
) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(door.args())
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = door.stdin(secrets);
    thread::spawn(move || stdin.write_all(text.as_bytes()));
    let stdout = all_of(child.stdout.take().unwrap());
    let stderr = all_of(child.stderr.take().unwrap());
    let (stdout, stderr) = (stdout.recv_timeout(HANGS), stderr.recv_timeout(HANGS));
    if stdout.is_err() || stderr.is_err() {
        child.kill().unwrap();
    }
    let exit = child.wait().unwrap().code();
    let given = |name: &str| env.iter().find(|(own, _)| *own == name);
    let given = |name: &str| given(name).map_or_else(String::new, |(_, text)| (*text).to_owned());
    Outcome {
        address: given("VAULT_ADDR"),
        credential: given("VAULT_TOKEN") + &given(LOGIN[2].0),
        exit,
        stdout: stdout.unwrap_or_default(),
        stderr: stderr.unwrap_or_default(),
        wrote: door == Door::Lock && folder.join("countersign.lock").exists(),
        asked: String::new(),
    }
}

/// Everything that comes out of a pipe, as soon as that is all.
fn all_of(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}
