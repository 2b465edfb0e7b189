//! What has to hold of a run that met a fault: that it went well after all, or that it failed clearly.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::door::{Door, Outcome};
use crate::ground::{MARKER, SECRETS};
use crate::rows::{Row, Want};

/// The exit code of everything that is the store's fault.
const STORE: i32 = 3;

/// The cell of the table, or what is wrong with the run.
pub fn of(row: &Row, door: Door, outcome: &Outcome) -> Result<String, String> {
    let Outcome { stdout, stderr, .. } = outcome;
    if let Some(leak) = leaks(outcome) {
        return Err(leak);
    }
    let errors: Vec<&str> = codes(stderr).collect();
    match &row.want {
        Want::Success | Want::Retried => {
            ensure(outcome.exit == Some(0), "it fails")?;
            ensure(errors.is_empty(), "it says that something failed")?;
            ensure(!stdout.is_empty(), "it prints nothing")?;
            ensure(outcome.wrote == (door == Door::Lock), "no lock")?;
            let asked = outcome.asked.lines().count();
            let again = asked - requests(row, door);
            ensure(
                again == usize::from(matches!(row.want, Want::Retried)),
                "too many or too few requests",
            )?;
            Ok(if again > 0 { "retried" } else { "passed" }.to_owned())
        }
        Want::Error(code, phrases) => {
            ensure(outcome.exit == Some(STORE), "another exit code")?;
            ensure(errors.len() == 1, "not exactly one error")?;
            ensure(errors[0] == *code, &format!("not `{code}`"))?;
            let said = door == Door::Function || stdout.is_empty();
            ensure(said, "something on stdout")?;
            let list =
                "apiVersion: \"config.kubernetes.io/v1\"\nkind: \"ResourceList\"\nitems: []\n";
            ensure(
                door != Door::Function || stdout.starts_with(list),
                "not an empty ResourceList on stdout",
            )?;
            ensure(!outcome.wrote, "a lock was written")?;
            ensure(stderr.contains("hint: "), "no way out")?;
            for phrase in *phrases {
                let phrase = phrase.replace("ADDR", &format!("`{}`", outcome.address));
                ensure(
                    stderr.contains(&phrase),
                    &format!("it does not say: {phrase}"),
                )?;
            }
            Ok(errors[0].to_owned())
        }
    }
}

/// What a run asks where nothing is wrong: each path, for its history also the mount, and a token that
/// is given back.
fn requests(row: &Row, door: Door) -> usize {
    let besides = match door {
        Door::Render | Door::Function | Door::Lock => 0,
        Door::Outdated => 1,
        Door::Login => 2,
    };
    row.secrets + besides
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

fn codes(stderr: &str) -> impl Iterator<Item = &str> {
    let after = stderr.split("error[").skip(1);
    after.map(|rest| rest.split(']').next().unwrap_or_default())
}

fn leaks(outcome: &Outcome) -> Option<String> {
    let secrets = SECRETS.map(|name| format!("{MARKER}{name}"));
    let encoded = secrets.each_ref().map(|secret| STANDARD.encode(secret));
    let mut needles: Vec<&str> = secrets.iter().chain(&encoded).map(String::as_str).collect();
    needles.extend([MARKER, outcome.credential.as_str()]);
    let leak = needles.iter().any(|needle| outcome.stderr.contains(needle));
    leak.then(|| "a secret on stderr".to_owned())
}
