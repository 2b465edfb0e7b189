//! EDGE: one program to its end, of whose output no more is kept than somebody reads.
//!
//! With a time by which it has ended, everything that it started ends with it. Knows nothing of what the
//! program does.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use super::orphans;

/// What is left in the pipes of a program that was killed is read within this.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// What a program printed.
pub(super) struct Output {
    pub(super) end: End,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Ends,
}

/// How a program ended.
pub(super) enum End {
    /// By itself.
    Itself(ExitStatus),
    /// It was killed, because its time was over.
    Late,
    /// It was killed, because it printed more than anybody reads.
    Full,
}

enum Event {
    Ended,
    Stdout(Vec<u8>),
    Stderr(Ends),
    Full,
}

/// Runs a program to its end; no more than `most` bytes of its stdout are read.
pub(super) fn run(
    command: &mut Command,
    until: Option<Instant>,
    most: usize,
) -> io::Result<Output> {
    if until.is_some() {
        orphans::adopt();
    }
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let (tell, events) = channel();
    watch(&child, &tell);
    if let Some(pipe) = child.stdout.take() {
        read(pipe, tell.clone(), move |pipe, tell| {
            all_of(pipe, most, tell);
        });
    }
    if let Some(pipe) = child.stderr.take() {
        read(pipe, tell, |pipe, tell| {
            let _ = tell.send(Event::Stderr(Ends::of(pipe)));
        });
    }
    let mut pipes = Pipes::default();
    let ended = gather(&events, until, &mut pipes);
    if !ended {
        child.kill()?;
    }
    let status = child.wait()?;
    let mut last = until.map(|until| until.max(Instant::now() + AFTERWARDS));
    if until.is_some() {
        // whoever it left behind may hold the pipes
        orphans::end();
    } else if !ended {
        last = Some(Instant::now() + AFTERWARDS);
    }
    while !pipes.full && gather(&events, last, &mut pipes) {}
    let end = match &pipes {
        Pipes { full: true, .. } => End::Full,
        Pipes {
            stdout: Some(_),
            stderr: Some(_),
            ..
        } if ended => End::Itself(status),
        _ => End::Late,
    };
    Ok(Output {
        end,
        stdout: pipes.stdout.unwrap_or_default(),
        stderr: pipes.stderr.unwrap_or_default(),
    })
}

/// What was read; `None`: its pipe is not closed yet.
#[derive(Default)]
struct Pipes {
    stdout: Option<Vec<u8>>,
    stderr: Option<Ends>,
    full: bool,
}

/// Takes what comes: until the program has ended, or until nothing more can come or it is time.
fn gather(events: &Receiver<Event>, until: Option<Instant>, pipes: &mut Pipes) -> bool {
    loop {
        let event = match until {
            Some(until) => {
                let left = until.saturating_duration_since(Instant::now());
                events.recv_timeout(left).ok()
            }
            None => events.recv().ok(),
        };
        match event {
            Some(Event::Ended) => return true,
            Some(Event::Stdout(bytes)) => pipes.stdout = Some(bytes),
            Some(Event::Stderr(ends)) => pipes.stderr = Some(ends),
            Some(Event::Full) => {
                pipes.full = true;
                return false;
            }
            None => return false,
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

/// Reads a pipe beside everything else.
fn read<P: Read + Send + 'static>(
    mut pipe: P,
    tell: Sender<Event>,
    reads: impl FnOnce(&mut P, &Sender<Event>) + Send + 'static,
) {
    std::thread::spawn(move || reads(&mut pipe, &tell));
}

/// Reads a pipe to its end, unless that is too far away.
fn all_of(pipe: &mut impl Read, most: usize, tell: &Sender<Event>) {
    let mut kept = Vec::new();
    // what was read before a failure is all there is
    let _ = pipe.take(most as u64 + 1).read_to_end(&mut kept);
    let event = if kept.len() > most {
        Event::Full
    } else {
        Event::Stdout(kept)
    };
    let _ = tell.send(event);
}

/// The beginning and the end of a text, where programs name the cause: as much as is shown where a person
/// cannot leaf through it.
#[derive(Default)]
pub(super) struct Ends {
    head: Vec<u8>,
    tail: Vec<u8>,
    /// Whether there was something between them.
    cut: bool,
}

impl Ends {
    /// So much is kept of the beginning.
    const HEAD: usize = 5 * 1024;
    /// So much is kept of the end.
    const TAIL: usize = 2 * 1024;
    /// Of a line that is cut no more is dropped: the cause may stand at the end of a very long one.
    const LINE: usize = 256;

    fn of(pipe: &mut impl Read) -> Self {
        let mut ends = Self::default();
        // what was read before a failure is all there is
        let _ = pipe.take(Self::HEAD as u64).read_to_end(&mut ends.head);
        let mut part = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = pipe.read(&mut part) {
            ends.tail.extend_from_slice(&part[..read]);
            let more = ends.tail.len().saturating_sub(Self::TAIL);
            ends.cut |= more > 0;
            ends.tail.drain(..more);
        }
        ends
    }

    /// As a person reads it: whole lines, where they are short.
    pub(super) fn text(&self) -> String {
        let (mut head, mut tail) = (&self.head[..], &self.tail[..]);
        let between: &[u8] = if self.cut { b"\n[...]\n" } else { b"" };
        if self.cut {
            let last = head.iter().rev().take(Self::LINE);
            let last = last.into_iter().position(|byte| *byte == b'\n');
            head = &head[..head.len() - last.map_or(0, |last| last + 1)];
            let first = tail.iter().take(Self::LINE);
            let first = first.into_iter().position(|byte| *byte == b'\n');
            tail = &tail[first.map_or(0, |first| first + 1)..];
        }
        let all = [head, between, tail].concat();
        String::from_utf8_lossy(&all).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Ends;

    fn shown(text: &str) -> String {
        Ends::of(&mut text.as_bytes()).text()
    }

    #[test]
    fn of_a_long_text_whole_lines_of_both_ends_are_kept() {
        let short = "Error: the cause\n".repeat(400);
        assert_eq!(shown(&short), short.trim());
        let text = shown(&format!(
            "begin\n{}the end\n",
            "a warning\n".repeat(100_000)
        ));
        assert!(text.starts_with("begin\na warning\n"));
        assert!(text.contains("\na warning\n[...]\na warning\n"));
        assert!(text.ends_with("a warning\nthe end"));
        assert!(text.len() < 8000);
    }

    #[test]
    fn a_line_without_end_is_cut_where_it_must() {
        let text = shown(&("\u{e4}".repeat(100_000) + " the cause\n\nUse --debug\n"));
        assert!(text.contains("\n[...]\n"));
        assert!(text.ends_with("\u{e4} the cause\n\nUse --debug"));
        assert!((7000..8000).contains(&text.len()), "{}", text.len());
    }
}
