//! EDGE: credentials of the runner, read from its files and programs when a login is made.
//!
//! Neither what they hold nor what a program says on stderr reaches a message: nobody knows what
//! that is.

use std::fs;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::settings::Proof;

/// The credential itself, without line ends behind it.
pub fn reveal(proof: &Proof) -> Result<Zeroizing<String>, Refusal> {
    let text = match proof {
        Proof::Text { text, .. } => text.clone(),
        Proof::File { variable, path } => {
            let text = fs::read_to_string(path).map_err(|error| {
                failed(
                    format!("the file of `{variable}` cannot be read: {}", error.kind()),
                    "check the path, and that this user may read it.",
                )
            })?;
            Zeroizing::new(text)
        }
        Proof::Command { variable, words } => output(variable, words)?,
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

fn output(variable: &str, words: &[String]) -> Result<Zeroizing<String>, Refusal> {
    let hint = "run it yourself to see why: what it prints is not shown.";
    let (program, arguments) = words.split_first().unzip();
    let output = Command::new(program.map_or("", String::as_str))
        .args(arguments.unwrap_or_default())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| {
            let kind = error.kind();
            failed(
                format!("the program of `{variable}` cannot be run: {kind}"),
                hint,
            )
        })?;
    let stdout = Zeroizing::new(output.stdout);
    if !output.status.success() {
        return Err(failed(format!("the program of `{variable}` fails"), hint));
    }
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn told(proof: &Proof) -> Result<String, String> {
        match reveal(proof) {
            Ok(text) => Ok(text.to_string()),
            Err(refusal) => Err(refusal.message),
        }
    }

    #[test]
    fn a_file_and_a_program_give_what_they_hold_without_the_line_end() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("id"), "s3cr3t-id\r\n").unwrap();
        let file = |name: &str| {
            told(&Proof::File {
                variable: "F".into(),
                path: folder.path().join(name),
            })
        };
        assert_eq!(file("id"), Ok("s3cr3t-id".into()));
        assert_eq!(
            file("absent"),
            Err("the file of `F` cannot be read: entity not found".into())
        );
        let command = |words: &[&str]| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            told(&Proof::Command {
                variable: "C".into(),
                words,
            })
        };
        assert_eq!(command(&["echo", "a  b"]), Ok("a  b".into()));
        assert_eq!(command(&["true"]), Err("`C` gives nothing".into()));
        assert_eq!(command(&["false"]), Err("the program of `C` fails".into()));
        assert_eq!(
            command(&["/absent"]),
            Err("the program of `C` cannot be run: entity not found".into())
        );
    }
}
