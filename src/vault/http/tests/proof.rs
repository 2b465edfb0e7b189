//! Credentials from files and programs, and what is said of those that give none.

use std::fs;
use std::time::Duration;

use crate::vault::http::proof::reveal;
use crate::vault::settings::Proof;

/// Longer than any program here needs.
const LIMIT: Duration = Duration::from_mins(1);

fn told(proof: &Proof) -> Result<String, String> {
    match reveal(proof, LIMIT) {
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
        Err("the file of `F` cannot be read: it does not exist".into())
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
        Err("the program of `C` cannot be run: it does not exist".into())
    );
}

#[test]
fn a_program_that_does_not_end_is_stopped() {
    let words = ["sleep", "3600"].map(str::to_owned).into();
    let proof = Proof::Command {
        variable: "C".into(),
        words,
    };
    let refusal = reveal(&proof, Duration::from_millis(50)).err().unwrap();
    assert_eq!(
        refusal.message,
        "the program of `C` cannot be run: timed out"
    );
}
