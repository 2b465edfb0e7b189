//! `countersign fill` at a terminal: what is typed reaches the store and is never shown, and the
//! terminal is left as it was.
//!
//! A terminal belongs to a session, and only its first process can take one. So this binary starts
//! itself anew for each test, becomes the first process of a session, and then the program.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/openbao.rs"]
mod openbao;
#[path = "terminal/session.rs"]
mod session;

use libtest_mimic::{Arguments, Failed, Trial};
use openbao::OpenBao;
use session::{Ended, Session, lead};

fn main() {
    lead();
    let tests: &[(&str, fn())] = &[
        ("what_is_typed_reaches_the_store_and_is_not_shown", typed),
        (
            "lines_that_are_pasted_together_answer_one_question_each",
            pasted,
        ),
        ("what_cannot_be_a_value_is_asked_for_again", again),
        (
            "ctrl_c_writes_nothing_and_leaves_a_terminal_that_echoes",
            interrupted,
        ),
        (
            "a_signal_ends_the_program_and_leaves_a_terminal_that_echoes",
            ended_from_outside,
        ),
        ("nobody_answers", unanswered),
        ("what_a_terminal_would_cut_or_hide_is_refused", refused),
        ("without_a_terminal_there_is_another_way", nowhere),
    ];
    let trial = |(name, test): &(&str, fn())| {
        let test = *test;
        Trial::test(*name, move || {
            test();
            Ok::<(), Failed>(())
        })
    };
    let tests = tests.iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), tests).exit();
}

/// A secret with two keys, one of which is decoded, in a mount of its own.
fn config(mount: &str) -> String {
    format!(
        "apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {{name: shop, namespace: shop}}
spec:
  delivery: Secret
  vault: {{mount: {mount}}}
  secrets:
  - name: web
    data:
      keystore: {{path: shop/web, key: keystore, decode: base64}}
      password: {{path: shop/web, key: password}}
"
    )
}

const OPENING: &str = "does not exist; what is typed is not shown\r\n";
const KEYSTORE: &str = "keystore (its base64): ";

fn start(bao: &OpenBao, mount: &str) -> Session {
    bao.mount_v2(mount);
    let mut session = Session::start(bao, &config(mount), true);
    session.sees(OPENING);
    session.sees(KEYSTORE);
    session
}

/// The data of the newest version, or the status where there is none.
fn stored(bao: &OpenBao, mount: &str) -> Result<serde_json::Value, u16> {
    match bao.api("GET", &format!("{mount}/data/shop/web"), "") {
        (200, text) => {
            let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
            Ok(answer["data"]["data"].clone())
        }
        (status, _) => Err(status),
    }
}

fn typed() {
    let bao = OpenBao::shared();
    let mut session = start(&bao, "typed");
    session.types("czNjcjN0LWE=\n");
    session.sees("\r\npassword: ");
    session.types("s3cr3t-é \"x\" \x7f\n");
    let ended = session.ends();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(
        ended.stdout,
        "`typed/shop/web` stands at version 1, with `keystore` and `password`\nnext: countersign lock manifest.yaml --config secrets.yaml\n"
    );
    assert!(ended.echoes, "the terminal was left silent");
    // the line editing of the terminal took the last blank away
    let want = serde_json::json!({"keystore": "czNjcjN0LWE=", "password": "s3cr3t-é \"x\""});
    assert_eq!(stored(&bao, "typed"), Ok(want));
    silent(&ended);
}

/// Nothing of what was typed is anywhere to be seen.
#[track_caller]
fn silent(ended: &Ended) {
    assert_eq!(ended.left, "", "a shell would run it");
    for text in [&ended.shown, &ended.stdout, &ended.stderr] {
        assert!(!text.contains("s3cr3t") && !text.contains("czNj"), "{text}");
    }
}

fn pasted() {
    let bao = OpenBao::shared();
    let mut session = start(&bao, "pasted");
    session.types("czNjcjN0LWE=\ns3cr3t-b\n");
    session.sees("password: ");
    let ended = session.ends();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let want = serde_json::json!({"keystore": "czNjcjN0LWE=", "password": "s3cr3t-b"});
    assert_eq!(stored(&bao, "pasted"), Ok(want));
    silent(&ended);
}

fn again() {
    let bao = OpenBao::shared();
    let mut session = start(&bao, "again");
    session.types("\n");
    session.sees("an empty value is none; again, or Ctrl-C\r\n");
    session.sees(KEYSTORE);
    session.types("s3cr3t-a\n");
    session.sees("that is no base64, and the config decodes it; again, or Ctrl-C\r\n");
    session.sees(KEYSTORE);
    session.types("czNjcjN0LWE=\n");
    session.sees("password: ");
    session.types("s3cr3t-b\n");
    let ended = session.ends();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    silent(&ended);
}

fn interrupted() {
    let bao = OpenBao::shared();
    for key in ["\x03", "\x1c"] {
        let mount = format!("interrupted{}", key.as_bytes()[0]);
        let mut session = start(&bao, &mount);
        session.types("czNjcjN0LWE=\n");
        session.sees("password: ");
        session.types("s3cr3t-");
        session.types(key);
        let ended = session.ends();
        assert_eq!(ended.code, Some(130), "{ended:?}");
        assert!(ended.echoes, "the terminal was left silent");
        assert!(
            ended
                .shown
                .contains("\r\ninterrupted; nothing is written\r\n")
        );
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
        assert_eq!(stored(&bao, &mount), Err(404));
        silent(&ended);
    }
}

fn ended_from_outside() {
    let bao = OpenBao::shared();
    let mut session = start(&bao, "ended");
    session.types("czNjcjN0LWE=\n");
    session.sees("password: ");
    session.types("s3cr3t-");
    session.terminate();
    let ended = session.ends();
    assert_eq!(ended.code, Some(143), "{ended:?}");
    assert!(ended.echoes, "the terminal was left silent");
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    assert_eq!(stored(&bao, "ended"), Err(404));
    silent(&ended);
}

fn unanswered() {
    let bao = OpenBao::shared();
    let mut session = start(&bao, "unanswered");
    session.types("\x04");
    let ended = session.ends();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(
        ended.stderr,
        "error[usage]: nobody answers at the terminal; nothing was written\nhint: type each value and a line end, or give the values with `--stdin`.\n"
    );
    assert_eq!(stored(&bao, "unanswered"), Err(404));
}

fn refused() {
    let bao = OpenBao::shared();
    let long = "s3cr3t-".repeat(1000) + "\n";
    for (mount, line, why) in [
        (
            "long",
            long.as_str(),
            "what was typed is longer than a terminal hands over; nothing was written",
        ),
        (
            "control",
            "s3cr3t-\x1b[A\n",
            "what was typed holds a control character",
        ),
    ] {
        let mut session = start(&bao, mount);
        session.types(line);
        let ended = session.ends();
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert_eq!(
            ended.stderr,
            format!(
                "error[bad-value]: {why}\nhint: give such a value with `--stdin`, as a string of a JSON or YAML mapping.\n"
            )
        );
        assert_eq!(stored(&bao, mount), Err(404));
        silent(&ended);
    }
}

fn nowhere() {
    let bao = OpenBao::shared();
    bao.mount_v2("nowhere");
    let ended = Session::start(&bao, &config("nowhere"), false).ends();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(
        ended.stderr,
        "error[usage]: there is no terminal to ask at\nhint: give the values with `--stdin`, or let them be made with `--generate KEY`.\n"
    );
}
