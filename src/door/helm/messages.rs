//! EDGE: what we say reaches the person although Helm throws it away.
//!
//! Helm 4 drops stderr of a post-renderer whatever happens, Helm 3 that of one that succeeds. So it is
//! also appended to the file that the runner named, or else written where Helm itself writes its errors:
//! to its own stderr, which Linux shows to a child, or to the terminal. It knows nothing of diagnostics.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::process::getppid;

use crate::diag::{Code, Diagnostic};

/// The terminal of the session, if it has one.
const TERMINAL: &str = "/dev/tty";
/// Our own stderr.
const OWN: &str = "/proc/self/fd/2";
/// What Helm writes next into a file lands where it stopped, not at the end: on these spaces, which are
/// longer than its line about a plugin that failed.
const SPARE: usize = 400;

/// Appends a text to the file that the runner named.
///
/// # Errors
/// It cannot be written.
pub fn append(file: &Path, text: &str) -> Result<(), Diagnostic> {
    if text.is_empty() {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    let opened = options.append(true).create(true).mode(0o600).open(file);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        let message = format!("cannot write `{}`: {}", file.display(), error.kind());
        Diagnostic::error(Code::WriteFailed, message)
            .hint("`--messages` names a file that you may write.")
    })
}

/// Writes a text to the stderr of the Helm that runs us, or to the terminal.
pub fn tell(text: &str, plugin: bool) {
    if text.is_empty() || is_told(text, plugin).is_ok() {
        return;
    }
    let terminal = OpenOptions::new().write(true).open(TERMINAL);
    // nobody is left to tell
    let _ = terminal.and_then(|mut terminal| terminal.write_all(text.as_bytes()));
}

fn is_told(text: &str, plugin: bool) -> io::Result<()> {
    let parent = getppid().ok_or(io::ErrorKind::NotFound)?.as_raw_nonzero();
    let process = std::fs::read_to_string(format!("/proc/{parent}/comm"))?;
    // another program that runs us shows our stderr itself
    if !plugin && !process.starts_with("helm") {
        return Ok(());
    }
    let path = format!("/proc/{parent}/fd/2");
    let its = std::fs::metadata(&path)?;
    let own = std::fs::metadata(OWN)?;
    if (its.dev(), its.ino()) == (own.dev(), own.ino()) {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    // a pipe that nobody reads any more must not make us wait
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let mut file = options.append(true).custom_flags(flags).open(&path)?;
    waits(&file)?;
    if its.file_type().is_file() && !appends(parent.get()) {
        file.write_all(format!("{:SPARE$}\n", "").as_bytes())?;
    }
    file.write_all(text.as_bytes())
}

/// From here on a pipe that is full is waited for.
fn waits(file: &File) -> io::Result<()> {
    let kind = file.metadata()?.file_type();
    if kind.is_fifo() || kind.is_char_device() {
        let flags = rustix::fs::fcntl_getfl(file)?;
        rustix::fs::fcntl_setfl(file, flags - OFlags::NONBLOCK)?;
    }
    Ok(())
}

/// Whether a process writes its stderr at the end of the file, wherever that is.
fn appends(process: i32) -> bool {
    let info = std::fs::read_to_string(format!("/proc/{process}/fdinfo/2")).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & OFlags::APPEND.bits() != 0)
}
