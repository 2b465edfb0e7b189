//! Strings as this program writes them: a string again for all three of Go's readers, whatever it says.

use countersign::yaml::emit::Value;
use countersign::yaml::scalar::{is_string, may_be_plain, plain_or_quoted, quote, quote_json};
use countersign::yaml::{NodeRef, Tree};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::cases;
use crate::go_yaml;

/// Anything, mostly what some reader takes for something else.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-+]?[0-9._xXoObBeEpP:]{0,8}",
        "[-+.0-9yYnNoOtTfFuUlLeEaAsSiI~=<_]{0,6}",
        "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9:.zZ+-]{0,12})?",
        "[ -~]{0,12}",
        "[\\x00-\\x1f\\x7f-\\xa0\\u{2028}\\u{2029}\\u{feff}\\u{fffd}-\\u{ffff}a]{0,6}",
        "[a-z][a-z0-9./_-]{0,20}",
        // what turns a line around, or hides in it
        "[\\u{ad}\\u{200b}-\\u{200f}\\u{202a}-\\u{202e}\\u{2066}-\\u{2069}\\u{fe0f}\\u{e0001}-\\u{e007f}a]{0,6}",
    ]
}

/// What the readers say of the first value of `text`, all of them.
fn readings(text: &str) -> Vec<(&'static str, Option<serde_json::Value>)> {
    let reading = go_yaml::read(text);
    let first =
        |documents: Option<Vec<serde_json::Value>>| documents.and_then(|d| d.into_iter().next());
    vec![
        ("sigs", reading.sigs),
        ("v2", first(reading.v2)),
        ("v3", first(reading.v3)),
    ]
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn a_quoted_string_is_read_back_as_it_was(text in texts()) {
        for quote in [quote, quote_json] {
            let document = format!("{{\"value\": {}, {}: 1}}\n", quote(&text), quote(&format!("k{text}")));
            for (reader, found) in readings(&document) {
                let found = found.and_then(|f| f.get("value").cloned());
                prop_assert_eq!(found.as_ref().and_then(|f| f.as_str()), Some(text.as_str()), "{}", reader);
            }
            let tree = Tree::parse(&document).map_err(|_| TestCaseError::fail("our own reader"))?;
            let found = tree.root().and_then(|root| root.get("value")).and_then(NodeRef::scalar);
            prop_assert_eq!(found, Some(text.as_str()), "our own reader");
        }
        prop_assert_eq!(serde_json::from_str::<String>(&quote_json(&text)).ok(), Some(text));
    }

    #[test]
    fn an_unquoted_string_is_read_back_as_it_was(text in texts()) {
        if may_be_plain(&text) {
            for document in [format!("value: {text}\n"), format!("{{value: {text}}}\n"), format!("{{value: [{text}, {text}: x]}}\n")] {
                for (reader, found) in readings(&document) {
                    let found = found.map(|f| f["value"].clone());
                    let found = found.map(|f| f.get(0).cloned().unwrap_or(f));
                    prop_assert_eq!(found.as_ref().and_then(|f| f.as_str()), Some(text.as_str()), "{} {}", reader, document);
                }
            }
        }
        let key = plain_or_quoted(&text);
        if key.len() < 1000 {
            for (reader, found) in readings(&format!("{key}: 1\n")) {
                prop_assert!(found.is_some_and(|f| f.get(&text).is_some()), "{} {}", reader, key);
            }
        }
    }

    #[test]
    fn nothing_is_called_a_string_that_go_reads_as_something_else(text in texts()) {
        if is_string(&text) {
            // a text that is no plain scalar at all says nothing
            let is_plain = |n: &go_yaml::Node| n.kind == "scalar" && n.value == text;
            let plain = go_yaml::nodes(&text).is_some_and(|nodes| matches!(&nodes[..], [one] if is_plain(one)));
            if plain {
                for (reader, found) in readings(&text) {
                    prop_assert_eq!(found.as_ref().and_then(|f| f.as_str()), Some(text.as_str()), "{}", reader);
                }
            }
        }
    }

    #[test]
    fn what_the_writer_prints_is_read_back_as_it_was(
        keys in proptest::collection::hash_set(texts(), 0..4),
        items in proptest::collection::vec(texts(), 0..4),
        indent in 0_usize..5,
        newline in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let pairs: Vec<(String, String)> = keys.into_iter().filter(|k| k.len() < 500).map(|k| (k.clone(), k)).collect();
        let list = || Value::Sequence(items.iter().map(|i| Value::text(i.as_str())).collect());
        let value = Value::Mapping(vec![
            ("texts".into(), Value::texts(pairs.clone())),
            ("list".into(), list()),
            ("nested".into(), Value::Sequence(vec![Value::texts(pairs.clone()), list()])),
            ("number".into(), Value::Integer(18_446_744_073_709_551_615)),
            ("yes".into(), Value::Bool(true)),
        ]);
        let want_texts: serde_json::Value = pairs.iter().map(|(k, v)| (k.clone(), serde_json::Value::from(v.as_str()))).collect::<serde_json::Map<_, _>>().into();
        let block = format!("- {}", value.to_yaml(2 + indent, newline)).replacen("- ", &format!("-{}", " ".repeat(indent + 1)), 1);
        for document in [block, format!("[{}]\n", value.to_json())] {
            for (reader, found) in readings(&document) {
                let found = found.unwrap_or_else(|| panic!("{reader} refuses {document}"));
                prop_assert_eq!(&found[0]["texts"], &want_texts, "{} {}", reader, document);
                prop_assert_eq!(&found[0]["list"], &serde_json::json!(items), "{} {}", reader, document);
                prop_assert_eq!(&found[0]["nested"][0], &want_texts, "{} {}", reader, document);
                prop_assert_eq!(&found[0]["nested"][1], &serde_json::json!(items), "{} {}", reader, document);
                prop_assert_eq!(&found[0]["yes"], &serde_json::json!(true), "{} {}", reader, document);
            }
        }
    }
}
