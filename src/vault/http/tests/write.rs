//! Writes whose answers get lost, and the time that they have.

use std::time::{Duration, Instant};

use super::fake::{Fake, response};
use super::{ask, store};
use crate::diag::Code;
use crate::value::SecretValue;
use crate::vault::writing::{Expects, Write, Writer};

const WRITTEN: &str =
    r#"{"data":{"created_time":"T","deletion_time":"","destroyed":false,"version":2}}"#;

fn write() -> Write {
    Write {
        secret: ask("a").secret,
        login: None,
        expects: Expects::Version(1),
        keys: vec![("k".to_owned(), SecretValue::new(b"s3cr3t-a".to_vec()))],
    }
}

#[test]
fn a_write_whose_answer_is_lost_is_not_made_again_and_may_have_been_made() {
    let fake = Fake::start(|_, _| String::new());
    let refusal = store(&fake).write(&write()).err().unwrap();
    assert_eq!(fake.requests(), ["PATCH /v1/kv/data/a"]);
    assert!(
        refusal.hint.ends_with(
            "If the server got the write, `countersign missing` does not name the keys any more."
        ),
        "{refusal:?}"
    );
    assert!(!format!("{refusal:?}").contains("s3cr3t"));
}

#[test]
fn whoever_types_for_long_can_still_write() {
    let fake = Fake::start(|_, _| response(200, "", WRITTEN));
    let store = store(&fake);
    // a machine that has built this test has run for longer
    let over = store.limits.run + Duration::from_secs(1);
    let long_ago = Instant::now().checked_sub(over).unwrap();
    *store.started.lock().unwrap() = Some(long_ago);
    assert_eq!(store.write(&write()).err().unwrap().code, Code::Unreachable);
    assert!(fake.requests().is_empty());
    store.begin_anew();
    assert_eq!(store.write(&write()).ok(), Some(2));
}
