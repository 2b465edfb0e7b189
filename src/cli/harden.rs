//! EDGE: what the process promises before it reads anything: no core dump, no payload of a panic on
//! stderr, and a log that only says what was asked.

use std::io::{self, Write};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use super::exit;
use crate::diag::codes::Fault;
use crate::diag::safe;

/// Turns off core dumps and replaces the panic message, which could quote a value.
pub fn harden() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // failing to lower a limit leaves what the platform gives; `docs/security.md` says so
        let _ = setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum: Some(0),
            },
        );
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    std::panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        let text = format!(
            "error[internal-error]: countersign stopped{place}; nothing was written\nhint: please report it with the command and, if you can, the input.\n"
        );
        let _ = std::io::stderr().write_all(text.as_bytes());
        std::process::exit(exit::code(Fault::Internal).into());
    }));
}

/// Shows events of our own on stderr: `-v` what was asked, `-vv` also why. Those of libraries stay
/// silent: an HTTP client's could quote what it sends.
pub fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let ours = Targets::new().with_target("countersign", level);
    let plain = fmt::layer()
        .with_writer(|| Harmless(std::io::stderr()))
        .without_time()
        .with_target(false)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(plain.with_filter(ours))
        .init();
}

/// One line for each event, whatever the names in it are made of.
struct Harmless<W>(W);

impl<W: Write> Write for Harmless<W> {
    /// Takes a whole event at once, as they come.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = safe::word(text.strip_suffix('\n').unwrap_or(&text));
        self.0.write_all(format!("{line}\n").as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_that_hides_nothing() {
        let mut log = Harmless(Vec::new());
        let event = " INFO `kvv2/a\u{202e}b\n INFO `kvv2/c\u{1b}[2K` ##[error]\n".as_bytes();
        log.write_all(event).expect("memory takes it");
        assert_eq!(
            String::from_utf8_lossy(&log.0),
            " INFO `kvv2/a\\u{202e}b\\n INFO `kvv2/c\\u{1b}[2K` #\\u{23}[error]\n"
        );
    }
}
