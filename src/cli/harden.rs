//! EDGE: what the process promises before it reads anything: no core dump, no payload of a panic on
//! stderr, and a log that only says what was asked.

use std::io::Write;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use super::exit;
use crate::diag::codes::Fault;

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
        .with_writer(std::io::stderr)
        .without_time()
        .with_target(false)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(plain.with_filter(ours))
        .init();
}
