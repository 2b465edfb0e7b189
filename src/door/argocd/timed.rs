//! EDGE: one program, with a time by which it has ended, together with all that it started.
//!
//! Its stdout is kept whole. What it says on stderr is kept as far as somebody reads it. Knows nothing of
//! what the program does.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use super::orphans;

/// More than this is not kept of a program's stderr.
const COMPLAINT: usize = 64 * 1024;
/// What is left in the pipes of a program that was killed is read within this.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// What a program printed.
pub(super) struct Output {
    /// How it ended; `None`: it was killed, because its time was over.
    pub(super) status: Option<ExitStatus>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

enum Event {
    Ended,
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
}

/// Runs a program to its end.
pub(super) fn run(command: &mut Command, deadline: Instant) -> io::Result<Output> {
    orphans::adopt();
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let (tell, events) = channel();
    watch(&child, &tell);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    read(stdout, usize::MAX, tell.clone(), Event::Stdout);
    read(stderr, COMPLAINT, tell, Event::Stderr);
    let mut pipes = Pipes::default();
    let ended = gather(&events, deadline, &mut pipes);
    if !ended {
        child.kill()?;
    }
    let status = child.wait()?;
    // whoever it left behind may hold the pipes
    orphans::end();
    let until = deadline.max(Instant::now() + AFTERWARDS);
    while gather(&events, until, &mut pipes) {}
    let whole = ended && pipes.stdout.is_some() && pipes.stderr.is_some();
    Ok(Output {
        status: whole.then_some(status),
        stdout: pipes.stdout.unwrap_or_default(),
        stderr: pipes.stderr.unwrap_or_default(),
    })
}

/// What was read; `None`: its pipe is not closed yet.
#[derive(Default)]
struct Pipes {
    stdout: Option<Vec<u8>>,
    stderr: Option<Vec<u8>>,
}

/// Takes what comes: until the program has ended, or until nothing more can come or it is time.
fn gather(events: &Receiver<Event>, until: Instant, pipes: &mut Pipes) -> bool {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(Event::Ended) => return true,
            Ok(Event::Stdout(bytes)) => pipes.stdout = Some(bytes),
            Ok(Event::Stderr(bytes)) => pipes.stderr = Some(bytes),
            Err(_) => return false,
        }
    }
}

/// Tells when the program has ended, and leaves it to be waited for: until then its number is its own.
fn watch(child: &Child, tell: &Sender<Event>) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let pid = Pid::from_child(child);
    let tell = tell.clone();
    std::thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(
            waitid(WaitId::Pid(pid), options),
            Err(rustix::io::Errno::INTR)
        ) {}
        // whoever listens may have gone
        let _ = tell.send(Event::Ended);
    });
}

/// Reads a pipe to its end, of which no more than `most` bytes are kept.
fn read(
    pipe: Option<impl Read + Send + 'static>,
    most: usize,
    tell: Sender<Event>,
    event: fn(Vec<u8>) -> Event,
) {
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut pipe) = pipe {
            // what was read before a failure is all there is
            let _ = (&mut pipe).take(most as u64).read_to_end(&mut kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        let _ = tell.send(event(kept));
    });
}
