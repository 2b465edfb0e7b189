//! EDGE: credentials of the runner, read from its files and programs when a login is made.
//!
//! Neither what they hold nor what a program says on stderr reaches a message: nobody knows what
//! that is.

use std::fs;
use std::process::Command;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::child;
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::settings::{Proof, why};

/// The credential itself, without line ends behind it; a program has to give it within `limit`.
pub fn reveal(proof: &Proof, limit: Duration) -> Result<Zeroizing<String>, Refusal> {
    let text = match proof {
        Proof::Text { text, .. } => text.clone(),
        Proof::File { variable, path } => {
            let text = fs::read_to_string(path).map_err(|error| {
                failed(
                    format!(
                        "the file of `{variable}` cannot be read: {}",
                        why(error.kind())
                    ),
                    "check the path, and that this user may read it.",
                )
            })?;
            Zeroizing::new(text)
        }
        Proof::Command { variable, words } => output(variable, words, limit)?,
    };
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(failed(
            format!("`{}` gives nothing", proof.variable()),
            "look at the file or program that it names.",
        ));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

fn output(variable: &str, words: &[String], limit: Duration) -> Result<Zeroizing<String>, Refusal> {
    let hint = "run it yourself to see why: what it prints is not shown.";
    let (program, arguments) = words.split_first().unzip();
    // the one program that may need other credentials of the runner to get this one
    let mut command = Command::new(program.map_or("", String::as_str));
    child::find_as_the_runner_says(&mut command);
    command.args(arguments.unwrap_or_default());
    let stdout = child::credential(command, limit)
        .map_err(|error| {
            let kind = why(error.kind());
            failed(
                format!("the program of `{variable}` cannot be run: {kind}"),
                hint,
            )
        })?
        .ok_or_else(|| failed(format!("the program of `{variable}` fails"), hint))?;
    match std::str::from_utf8(&stdout) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(failed(
            format!("the program of `{variable}` prints no text"),
            hint,
        )),
    }
}

fn failed(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::LoginCredential, message, hint)
}
