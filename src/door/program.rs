//! EDGE: the programs that build manifests, kustomize and Helm: where they run, and what becomes of what they
//! say.
//!
//! One way for all doors, so that an error reads the same everywhere. It must not know what is built.

mod orphans;
pub mod private;
mod run;

use std::io;
use std::process::Command;
use std::time::Instant;

use self::private::Private;
use self::run::{End, run};
use crate::child;
use crate::diag::{Code, Diagnostic};

/// More manifests than this are not taken from a program, in MiB: neither Argo CD nor a cluster takes as much.
const MOST: usize = 100;

/// Where programs run, and how long.
#[derive(Clone, Copy, Default)]
pub struct Ground<'a> {
    /// Homes of their own; `None`: they see what the runner sees, but for credentials.
    pub private: Option<&'a Private>,
    /// When they have to be done, together with everything that they started.
    pub until: Option<Instant>,
}

impl Ground<'_> {
    /// A program in the current directory.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        match self.private {
            Some(private) => private.command(program),
            None => child::command(program),
        }
    }

    /// What a program prints; `None`: there is none of this name. `said` is how it was called, and `complaint`
    /// makes an error of what it said.
    ///
    /// # Errors
    /// It failed, printed what cannot be used, or took too long.
    pub fn text(
        &self,
        command: &mut Command,
        said: &str,
        complaint: impl FnOnce(&str) -> Diagnostic,
    ) -> Result<Option<String>, Diagnostic> {
        let failed = |message: String| Diagnostic::error(Code::ToolFailed, message);
        let output = match run(command, self.until, MOST << 20) {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let message = format!("`{said}` cannot be run: {}", error.kind());
                return Err(failed(message).hint("check that it is executable."));
            }
        };
        let text = || output.stderr.text();
        match output.end {
            End::Itself(status) if status.success() => String::from_utf8(output.stdout)
                .map(Some)
                .map_err(|_| failed(format!("the output of `{said}` is not UTF-8"))),
            End::Itself(_) if text().is_empty() => {
                let message = format!("`{said}` failed and said nothing");
                Err(failed(message)
                    .hint("run it alone; killed for its memory it says nothing either."))
            }
            End::Itself(_) => Err(complaint(&text())),
            End::Full => {
                let message = format!("`{said}` printed more than {MOST} MiB and was stopped");
                Err(Diagnostic::error(Code::TooLarge, message)
                    .hint("see what makes so much of it; split what really is that large."))
            }
            End::Late => {
                let mut message = format!("`{said}` took too long and was killed");
                if !text().is_empty() {
                    message += &format!("; until then it said:\n{}", text());
                }
                Err(failed(message).hint("see whether it waits for the network; `--timeout` gives more time, if the server's own time-outs are longer."))
            }
        }
    }
}
