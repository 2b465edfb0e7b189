//! EDGE: the terminal itself, where somebody is asked for values that nobody shall see.
//!
//! Nothing that is typed is echoed, from the first question to the last, so that several lines may be
//! pasted at once. Ctrl-C is an answer here and no signal, so that tokens are given back before the program ends;
//! whatever ends it, the terminal echoes again. It must not know what is asked for.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;

use rustix::termios::{LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios};
use rustix::termios::{tcflush, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::diag::{Code, Diagnostic};
use crate::interrupt::{Interrupt, watch};

/// Whose terminal this is.
const TERMINAL: &str = "/dev/tty";

/// What a terminal hands over at once: the system cuts a longer line, and says nothing.
const LINE: usize = if cfg!(target_os = "linux") {
    4096
} else {
    1024
};

/// Ctrl-C, Ctrl-\, and Ctrl-D in the middle of a line.
const INTERRUPT: u8 = 3;
const QUIT: u8 = 28;

/// A terminal that does not echo; it does again when this is dropped.
pub struct Terminal(Arc<Silenced>);

/// Shared with whoever hears signals.
struct Silenced {
    file: File,
    before: Termios,
}

impl Terminal {
    /// Opens the terminal of this process, whatever stdin and stdout are.
    ///
    /// # Errors
    /// There is none.
    pub fn open() -> Result<Self, Diagnostic> {
        let file = OpenOptions::new().read(true).write(true).open(TERMINAL);
        let file = file.map_err(|_| none())?;
        let before = tcgetattr(&file).map_err(|_| none())?;
        let mut silent = before.clone();
        silent
            .local_modes
            .insert(LocalModes::ICANON | LocalModes::ECHONL);
        // an interrupt ends the line, and the program tidies up
        silent
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        silent.special_codes[SpecialCodeIndex::VEOL2] = QUIT;
        let silenced = Arc::new(Silenced { file, before });
        // before it is silent, so that no signal comes in between
        watch(&silenced);
        tcsetattr(&silenced.file, OptionalActions::Now, &silent).map_err(|_| none())?;
        Ok(Self(silenced))
    }

    /// Shows a text, which is safe to be shown.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn say(&mut self, text: &str) -> Result<(), Diagnostic> {
        let written = (&self.0.file).write_all(text.as_bytes());
        written.map_err(|error| gone(error.kind()))
    }

    /// One line, without its end; `None`: somebody pressed Ctrl-C.
    ///
    /// # Errors
    /// Nobody answers, or with more than a terminal hands over.
    pub fn line(&mut self) -> Result<Option<Zeroizing<String>>, Diagnostic> {
        let mut bytes = Zeroizing::new(vec![0; LINE]);
        let length = loop {
            match (&self.0.file).read(&mut bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(gone(error.kind())),
                Ok(length) => break length,
            }
        };
        bytes.truncate(length);
        match bytes.last() {
            Some(b'\n') if length < LINE => drop(bytes.pop()),
            Some(&(INTERRUPT | QUIT)) => return Ok(None),
            Some(_) if length + 1 >= LINE => return Err(too_long()),
            // Ctrl-D: the end, or after some characters
            _ => return Err(gone(ErrorKind::UnexpectedEof)),
        }
        if bytes
            .iter()
            .any(|byte| byte.is_ascii_control() && *byte != b'\t')
        {
            let message = "what was typed holds a control character";
            return Err(Diagnostic::error(Code::BadValue, message).hint(INSTEAD));
        }
        String::from_utf8(std::mem::take(&mut *bytes))
            .map(|text| Some(Zeroizing::new(text)))
            .map_err(|error| {
                drop(Zeroizing::new(error.into_bytes()));
                Diagnostic::error(Code::BadValue, "what was typed is not UTF-8").hint(INSTEAD)
            })
    }
}

impl Interrupt for Silenced {
    fn interrupt(&self) {
        // what was typed and is not read yet would be a command for the shell; there is nobody to tell when the
        // terminal is gone
        let _ = tcflush(&self.file, QueueSelector::IFlush);
        let _ = tcsetattr(&self.file, OptionalActions::Now, &self.before);
    }
}

impl Drop for Silenced {
    fn drop(&mut self) {
        self.interrupt();
    }
}

/// Where a terminal is not enough.
const INSTEAD: &str = "give such a value with `--stdin`, as a string of a JSON or YAML mapping.";

fn none() -> Diagnostic {
    Diagnostic::error(Code::Usage, "there is no terminal to ask at")
        .hint("give the values with `--stdin`, or let them be made with `--generate KEY`.")
}

fn gone(kind: ErrorKind) -> Diagnostic {
    let message = match kind {
        ErrorKind::UnexpectedEof => {
            "nobody answers at the terminal; nothing was written".to_owned()
        }
        kind => format!("the terminal cannot be used: {kind}"),
    };
    Diagnostic::error(Code::Usage, message)
        .hint("type each value and a line end, or give the values with `--stdin`.")
}

fn too_long() -> Diagnostic {
    let message = "what was typed is longer than a terminal hands over; nothing was written";
    Diagnostic::error(Code::BadValue, message).hint(INSTEAD)
}
