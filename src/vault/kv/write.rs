//! A new version of a kv-v2 secret as a body, and what a server's answer to it means.
//!
//! Every body carries the version that it is put on top of, so that a server takes none that would
//! replace what somebody else wrote. A server's own words are not repeated: they answer a request that
//! holds values.

use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::diag::Code;
use crate::vault::kv::answer::{Metadata, parse, payload};
use crate::vault::kv::facts::Facts;
use crate::vault::kv::refuse::refusal;
use crate::vault::kv::said::{Said, said};
use crate::vault::kv::{Answer, Endpoint};
use crate::vault::writing::{Expects, Write};
use crate::vault::{Depth, Refusal, SecretPath, go_json};

/// What became of a write.
pub enum Outcome {
    /// This is the number of the new version.
    Written(u64),
    /// Something else stands there than what was expected.
    Overtaken,
    /// The server or the policy does not know this way of writing.
    Declined,
    /// Anything else.
    Failed(Said),
}

/// What stands at a path now, as the body of a read.
#[derive(Deserialize)]
struct Standing<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
    metadata: Metadata,
}

/// The keys alone: all of a new secret, or what a PATCH adds to the version `on`.
///
/// # Errors
/// A value that is no text.
pub fn keys(write: &Write, on: u64) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    body(write, on, &[])
}

/// The keys together with what a read of the version `on` gave, byte for byte; `None` if that read
/// gave another version.
///
/// # Errors
/// A value that is no text, and an answer that is none.
pub fn merged(write: &Write, on: u64, read: &Answer) -> Result<Option<Zeroizing<Vec<u8>>>, Said> {
    let standing: Standing = match payload(read) {
        Ok(data) => parse(data)?,
        Err(Said::Gone { .. } | Said::Absent) => return Ok(None),
        Err(said) => return Err(said),
    };
    if standing.metadata.version != on {
        return Ok(None);
    }
    let foreign = Said::Foreign { status: 200 };
    let pairs = go_json::pairs(standing.data.get()).map_err(|_| foreign.clone())?;
    let kept: Vec<(String, &RawValue)> = pairs
        .into_iter()
        .filter(|(key, _)| write.keys.iter().all(|(new, _)| new != key))
        .collect();
    body(write, on, &kept).map(Some).map_err(|_| foreign)
}

fn body(
    write: &Write,
    on: u64,
    kept: &[(String, &RawValue)],
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let mut out =
        Zeroizing::new(format!("{{\"options\":{{\"cas\":{on}}},\"data\":{{").into_bytes());
    let mut first = true;
    let mut begin = |out: &mut Vec<u8>, key: &str| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        go_json::push_string(key, out);
        out.push(b':');
    };
    for (key, value) in kept {
        begin(&mut out, key);
        out.extend(value.get().as_bytes());
    }
    for (key, value) in &write.keys {
        begin(&mut out, key);
        let Ok(text) = std::str::from_utf8(value.expose()) else {
            return Err(Refusal::new(
                Code::BadValue,
                format!("the value of `{key}` is not UTF-8"),
                "store it as base64, and say `decode: base64` in the config.",
            ));
        };
        go_json::push_string(text, &mut out);
    }
    out.extend(b"}}");
    Ok(out)
}

/// What an answer to a write means.
#[must_use]
pub fn outcome(answer: &Answer) -> Outcome {
    if answer.status == 200 {
        let version = payload(answer).and_then(parse::<Metadata>);
        return match version {
            Ok(metadata) => Outcome::Written(metadata.version),
            Err(said) => Outcome::Failed(said),
        };
    }
    // a PATCH of what is not there is answered without a body
    if answer.status == 404 && answer.body.trim_ascii().is_empty() {
        return Outcome::Overtaken;
    }
    match said(answer) {
        Said::Failed {
            status: 400,
            reason,
        } if reason.contains("did not match the current") => Outcome::Overtaken,
        Said::Gone { .. } | Said::Absent => Outcome::Overtaken,
        Said::Denied | Said::UnsupportedPath | Said::Failed { status: 405, .. } => {
            Outcome::Declined
        }
        Said::Failed { status, .. } => Outcome::Failed(Said::Failed {
            status,
            reason: String::new(),
        }),
        said => Outcome::Failed(said),
    }
}

/// The refusal for something else than what was expected.
#[must_use]
pub fn overtaken(secret: &SecretPath) -> Refusal {
    Refusal::new(
        Code::WrittenMeanwhile,
        format!("somebody wrote {secret} meanwhile"),
        "run the command again: it looks at what is missing now. Nothing was written over.",
    )
}

/// The refusal for a write that no way was found for.
#[must_use]
pub fn declined(write: &Write) -> Refusal {
    let secret = &write.secret;
    let needed = match write.expects {
        Expects::Nothing => "`create`",
        Expects::Gone => "`update`",
        Expects::Version(_) => "`patch`, or `read` and `update`,",
    };
    let place = format!(
        "`{}/{}{}`",
        secret.mount,
        Endpoint::Data.segment(),
        secret.path
    );
    let place = match secret.namespace.as_deref() {
        None | Some("") => place,
        Some(namespace) => format!("{place} in namespace `{namespace}`"),
    };
    Refusal::new(
        Code::Denied,
        format!("the token may not write {secret}"),
        format!("grant {needed} on {place}."),
    )
}

/// The refusal for any other answer.
#[must_use]
pub fn failed(said: &Said, write: &Write, address: &str) -> Refusal {
    let ask = write.ask(Depth::Values);
    refusal(said, &ask, Endpoint::Data, address, &Facts::default())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::value::SecretValue;
    use crate::vault::Engine;

    fn write(keys: &[(&str, &[u8])]) -> Write {
        let keys = keys.iter();
        Write {
            secret: SecretPath {
                namespace: None,
                mount: "kv".into(),
                path: "a".into(),
                engine: Engine::KvV2,
            },
            login: None,
            expects: Expects::Version(3),
            keys: keys
                .map(|(key, value)| ((*key).to_owned(), SecretValue::new(value.to_vec())))
                .collect(),
        }
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: Zeroizing::new(body.into()),
        }
    }

    fn text(body: &[u8]) -> &str {
        std::str::from_utf8(body).unwrap()
    }

    #[test]
    fn keys_and_values_are_strings_of_json_whatever_is_in_them() {
        let write = write(&[("a\"b", b"s3cr3t-\"<&>\\\n"), ("c", "é🙂".as_bytes())]);
        let body = keys(&write, 7).ok().unwrap();
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let data = serde_json::json!({"a\"b": "s3cr3t-\"<&>\\\n", "c": "é🙂"});
        let want = serde_json::json!({"options": {"cas": 7}, "data": data});
        assert_eq!(value, want);
    }

    #[test]
    fn what_is_no_text_is_refused_by_its_key() {
        let refusal = keys(&write(&[("k", &[0xff])]), 0).err().unwrap();
        assert_eq!(refusal.message, "the value of `k` is not UTF-8");
    }

    #[test]
    fn what_stood_there_is_written_again_as_it_was() {
        let data =
            r#"{"n":1.50,"big":12345678901234567890123,"o":{"z":[true,null],"a":"é"},"new":"TBD"}"#;
        let read = |version: u64| {
            let metadata = r#"{"created_time":"T","deletion_time":"","destroyed":false,"version":"#;
            answer(
                200,
                &format!("{{\"data\":{{\"data\":{data},\"metadata\":{metadata}{version}}}}}}}"),
            )
        };
        let write = write(&[("new", b"s3cr3t-new")]);
        let body = merged(&write, 3, &read(3)).ok().unwrap().unwrap();
        assert_eq!(
            text(&body),
            r#"{"options":{"cas":3},"data":{"n":1.50,"big":12345678901234567890123,"o":{"z":[true,null],"a":"é"},"new":"s3cr3t-new"}}"#
        );
        assert!(merged(&write, 2, &read(3)).ok().unwrap().is_none());
        let gone = answer(404, r#"{"errors":[]}"#);
        assert!(merged(&write, 3, &gone).ok().unwrap().is_none());
    }

    #[test]
    fn answers_are_told_apart() {
        let told = |status, body: &str| match outcome(&answer(status, body)) {
            Outcome::Written(version) => format!("written {version}"),
            Outcome::Overtaken => "overtaken".to_owned(),
            Outcome::Declined => "declined".to_owned(),
            Outcome::Failed(said) => failed(&said, &write(&[]), "https://h").message,
        };
        let version =
            r#"{"data":{"created_time":"T","deletion_time":"","destroyed":false,"version":4}}"#;
        assert_eq!(told(200, version), "written 4");
        let cas = r#"{"errors":["check-and-set parameter did not match the current version"]}"#;
        assert_eq!(told(400, cas), "overtaken");
        assert_eq!(told(404, r#"{"errors":[]}"#), "overtaken");
        assert_eq!(told(404, ""), "overtaken");
        assert_eq!(
            told(404, "<html>").split_once(" with"),
            Some((
                "`https://h` answers 404",
                " something that no Vault or OpenBao sends"
            ))
        );
        assert_eq!(told(405, r#"{"errors":[]}"#), "declined");
        let denied = r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#;
        assert_eq!(told(403, denied), "declined");
        let echo = r#"{"errors":["cannot parse s3cr3t-new"]}"#;
        assert_eq!(
            told(400, echo),
            "`https://h` answers 400 to the question for `kv/a`"
        );
        assert_eq!(told(500, echo), "`https://h` fails with 500 on `kv/a`");
        assert_eq!(
            told(503, r#"{"errors":["Vault is sealed"]}"#),
            "`https://h` is sealed or not initialised"
        );
    }
}
