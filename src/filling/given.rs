//! Values that somebody gives on stdin: a mapping of keys to strings, in JSON or YAML.
//!
//! What is wrong is told by number: whoever pipes in the wrong thing must not see a secret again in a
//! message, not even where it stands for a key.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::diag::{Code, Diagnostic, Report};
use crate::value::SecretValue;
use crate::vault::go_json;
use crate::yaml::tree::{Kind, Tree};

/// One value.
pub struct Given {
    /// Which one of the mapping, from 1.
    pub number: usize,
    /// The value.
    pub value: SecretValue,
}

/// Reads a whole mapping.
///
/// # Errors
/// Everything in it that is no string, is empty or stands there twice.
pub fn mapping(text: &str) -> Result<BTreeMap<String, Given>, Report> {
    let mut report = Report::default();
    let mut out = BTreeMap::new();
    for (number, (key, value)) in (1..).zip(pairs(text)?) {
        let mut wrong = |code, what: &str, hint: &str| {
            let message = format!("key {number} of the mapping on stdin {what}");
            report.push(Diagnostic::error(code, message).hint(hint));
        };
        let Some(value) = value else {
            wrong(
                Code::WrongType,
                "has no string",
                "write each value as a string, in quotes where it looks like something else.",
            );
            continue;
        };
        if value.is_empty() {
            wrong(
                Code::BadValue,
                "has an empty value",
                "leave the key out, or give it a value.",
            );
        }
        if out.insert(key, Given { number, value }).is_some() {
            wrong(Code::DuplicateKey, "is there twice", "write each key once.");
        }
    }
    report.check(out)
}

type Pairs = Vec<(String, Option<SecretValue>)>;

fn pairs(text: &str) -> Result<Pairs, Diagnostic> {
    // JSON has escapes that YAML does not know
    if text.trim_start().starts_with('{')
        && let Ok(pairs) = go_json::pairs(text)
    {
        let each = pairs.into_iter().map(|(key, value)| {
            let string = value.get().starts_with('"');
            let bytes = go_json::data_bytes(value).ok().filter(|_| string);
            (
                key,
                bytes.map(|mut bytes| SecretValue::new(std::mem::take(&mut *bytes))),
            )
        });
        return Ok(each.collect());
    }
    let tree = Tree::parse(text).map_err(|problem| {
        let line = text[..problem.at.min(text.len())].matches('\n').count() + 1;
        Diagnostic::error(
            Code::YamlSyntax,
            format!("line {line} of stdin cannot be read: {}", problem.message),
        )
        .hint(HINT)
    })?;
    let root = tree.root().filter(|root| root.kind() == Kind::Mapping);
    let Some(root) = root else {
        return Err(
            Diagnostic::error(Code::WrongType, "what stands on stdin is no mapping").hint(HINT),
        );
    };
    let each = root.entries().map(|(key, value)| {
        let text = value.string().map(|text| Zeroizing::new(text.to_owned()));
        let value = text.map(|mut text| SecretValue::new(std::mem::take(&mut *text).into_bytes()));
        (key.scalar().unwrap_or_default().to_owned(), value)
    });
    Ok(each.collect())
}

/// What is expected.
const HINT: &str = "give a mapping in JSON or YAML, such as `{\"password\": \"…\"}`.";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, Vec<String>> {
        match mapping(text) {
            Ok(given) => Ok(given
                .into_iter()
                .map(|(key, one)| {
                    let text = String::from_utf8(one.value.expose().to_vec()).unwrap();
                    (key, text)
                })
                .collect()),
            Err(report) => Err(report.diagnostics.into_iter().map(|d| d.message).collect()),
        }
    }

    fn wrong(text: &str) -> String {
        read(text).err().unwrap().join("; ")
    }

    #[test]
    fn json_and_yaml_say_the_same() {
        let want = |value: &str| Ok(vec![("k".to_owned(), value.to_owned())]);
        assert_eq!(read("k: s3cr3t-a\n"), want("s3cr3t-a"));
        assert_eq!(read("{\"k\": \"s3cr3t-a\"}"), want("s3cr3t-a"));
        assert_eq!(read(r#" {"k":"\ud83d\ude42\/"} "#), want("🙂/"));
        assert_eq!(read("{k: s3cr3t-a}"), want("s3cr3t-a"));
        assert_eq!(read("k: |\n  s3cr3t-a\n  b\n"), want("s3cr3t-a\nb\n"));
        assert_eq!(read("k: \"0644\"\n"), want("0644"));
    }

    #[test]
    fn what_is_no_string_is_told_by_its_number_alone() {
        for text in [
            "a: s3cr3t-a\ns3cr3t-b: 0644\n",
            "a: s3cr3t-a\ns3cr3t-b: yes\n",
            "a: s3cr3t-a\ns3cr3t-b:\n",
            "a: s3cr3t-a\ns3cr3t-b: [s3cr3t-c]\n",
            r#"{"a": "s3cr3t-a", "s3cr3t-b": 1}"#,
            "{a: s3cr3t-a, s3cr3t-b}",
        ] {
            assert_eq!(
                wrong(text),
                "key 2 of the mapping on stdin has no string",
                "{text}"
            );
        }
    }

    #[test]
    fn empty_and_repeated_values_are_refused() {
        assert_eq!(
            wrong("k: ''\n"),
            "key 1 of the mapping on stdin has an empty value"
        );
        let twice = r#"{"k": "s3cr3t-a", "k": "s3cr3t-b"}"#;
        assert_eq!(wrong(twice), "key 2 of the mapping on stdin is there twice");
    }

    #[test]
    fn what_is_no_mapping_is_not_shown() {
        for text in ["", "s3cr3t-a\n", "- s3cr3t-a\n", "\"s3cr3t-a\""] {
            assert_eq!(wrong(text), "what stands on stdin is no mapping", "{text}");
        }
        assert!(!wrong("k: 's3cr3t-a\nb").contains("s3cr3t"));
    }
}
