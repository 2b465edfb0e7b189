//! A terminal of the tests' own, and the program at it.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{env, thread};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use tempfile::TempDir;

use crate::openbao::OpenBao;

/// Says to this binary that it leads a session, with a terminal or without.
const LEADS: &str = "COUNTERSIGN_TEST_LEADS";

/// Becomes the first process of a session and then the program, where that is what it was started for.
pub fn lead() {
    let Ok(with) = env::var(LEADS) else { return };
    rustix::process::setsid().unwrap();
    if with == "terminal" {
        rustix::process::ioctl_tiocsctty(std::io::stdin()).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    // the terminal is asked, whatever stdin is
    command
        .args(env::args_os().skip(1))
        .env_remove(LEADS)
        .stdin(Stdio::null());
    panic!("{}", command.exec());
}

/// The program at a terminal.
pub struct Session {
    child: Child,
    /// Where the person sits.
    person: File,
    /// Where the program sits; kept, so that what is shown can be read to its end.
    terminal: File,
    shown: Receiver<Vec<u8>>,
    transcript: String,
    seen: usize,
    _folder: TempDir,
}

/// What was to be seen.
#[derive(Debug)]
pub struct Ended {
    /// The exit code.
    pub code: Option<i32>,
    /// The terminal shows what is typed again.
    pub echoes: bool,
    /// What was typed and the program did not read: a shell would run it.
    pub left: String,
    /// On the terminal.
    pub shown: String,
    pub stdout: String,
    pub stderr: String,
}

impl Session {
    /// `countersign fill web` for a config.
    pub fn start(bao: &OpenBao, config: &str, with_terminal: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secrets.yaml"), config).unwrap();
        fs::write(folder.path().join("manifest.yaml"), "kind: ConfigMap\n").unwrap();
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap().into_string().unwrap();
        let terminal = OpenOptions::new()
            .read(true)
            .write(true)
            .open(name)
            .unwrap();
        let child = Command::new(env::current_exe().unwrap())
            .args(["fill", "web", "--config", "secrets.yaml", "manifest.yaml"])
            .current_dir(folder.path())
            .env_clear()
            .env(LEADS, if with_terminal { "terminal" } else { "nothing" })
            .env("HOME", folder.path())
            .env("VAULT_ADDR", &bao.addr)
            .env("VAULT_TOKEN", &bao.token)
            .stdin(terminal.try_clone().unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let person = File::from(person);
        let mut screen = person.try_clone().unwrap();
        let (send, shown) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length @ 1..) = screen.read(&mut bytes) {
                if send.send(bytes[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            person,
            terminal,
            shown,
            transcript: String::new(),
            seen: 0,
            _folder: folder,
        }
    }

    /// Waits until a text is shown after everything that was seen before.
    #[track_caller]
    pub fn sees(&mut self, text: &str) {
        loop {
            if let Some(at) = self.transcript[self.seen..].find(text) {
                self.seen += at + text.len();
                return;
            }
            if !self.more() {
                let shown = &self.transcript;
                panic!(
                    "`{text}` is not shown, but this:\n{shown}\n{:?}",
                    self.child.try_wait()
                );
            }
        }
    }

    /// Whether something more is shown.
    fn more(&mut self) -> bool {
        let Ok(bytes) = self.shown.recv_timeout(Duration::from_secs(30)) else {
            return false;
        };
        self.transcript.push_str(&String::from_utf8_lossy(&bytes));
        true
    }

    /// Keys that are pressed.
    pub fn types(&mut self, keys: &str) {
        self.person.write_all(keys.as_bytes()).unwrap();
    }

    /// Somebody else ends the program.
    pub fn terminate(&self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).unwrap();
    }

    /// Waits for the end.
    pub fn ends(mut self) -> Ended {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        let mut pipe = self.child.stdout.take().unwrap();
        pipe.read_to_string(&mut stdout).unwrap();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut stderr).unwrap();
        let status = self.child.wait().unwrap();
        let modes = tcgetattr(&self.terminal).unwrap().local_modes;
        // only a line that has an end can be read
        self.types("\n");
        let mut left = [0; 8192];
        let length = (&self.terminal).read(&mut left).unwrap();
        let left = String::from_utf8_lossy(&left[..length])
            .trim_end_matches('\n')
            .to_owned();
        // shown by the terminal after everything else
        (&self.terminal).write_all(b"[end]").unwrap();
        self.sees("[end]");
        Ended {
            code: status.code(),
            echoes: modes.contains(LocalModes::ECHO | LocalModes::ISIG),
            left,
            shown: self.transcript,
            stdout,
            stderr,
        }
    }
}
