//! The one writer of objects that are ours.
//!
//! Block YAML in which every string is double-quoted, so that no reader can take one for a bool,
//! a number or a time. Knows no Kubernetes; may hold secrets, hence neither Debug nor Clone.

use super::scalar::{may_be_plain, plain_or_quoted, quote, quote_json};
use super::tree::{Kind, fingerprint};

/// A document to be written. Mappings keep their order.
pub enum Value {
    /// Always written in double quotes.
    Text(String),
    /// A whole number.
    Integer(u64),
    /// `true` or `false`.
    Bool(bool),
    /// Ordered pairs.
    Mapping(Vec<(String, Value)>),
    /// Items.
    Sequence(Vec<Value>),
}

impl Value {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    /// A mapping of strings.
    pub fn texts<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Value::Mapping(
            pairs
                .into_iter()
                .map(|(k, v)| (k.into(), Value::Text(v.into())))
                .collect(),
        )
    }

    /// Sets an annotation of an object that has some, which stand in order.
    pub fn annotate(&mut self, key: &str, text: String) {
        let metadata = self.get_mut("metadata");
        let annotations = metadata.and_then(|metadata| metadata.get_mut("annotations"));
        if let Some(Value::Mapping(pairs)) = annotations {
            pairs.retain(|(known, _)| known != key);
            let at = pairs.partition_point(|(known, _)| known.as_str() < key);
            pairs.insert(at, (key.to_owned(), Value::Text(text)));
        }
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let Value::Mapping(pairs) = self else {
            return None;
        };
        let pair = pairs.iter_mut().find(|(known, _)| known == key);
        pair.map(|(_, value)| value)
    }

    /// The value as block YAML whose lines start at `indent`; the first line is not indented, so
    /// that a `- ` can stand before it.
    #[must_use]
    pub fn to_yaml(&self, indent: usize, newline: &str) -> String {
        let mut out = String::new();
        self.write(&mut out, indent, newline);
        out
    }

    fn write(&self, out: &mut String, indent: usize, newline: &str) {
        match self {
            Value::Text(text) => out.push_str(&quote(text)),
            Value::Integer(number) => out.push_str(&number.to_string()),
            Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Value::Mapping(pairs) if pairs.is_empty() => out.push_str("{}"),
            Value::Sequence(items) if items.is_empty() => out.push_str("[]"),
            Value::Mapping(pairs) => {
                for (at, (key, value)) in pairs.iter().enumerate() {
                    if at > 0 {
                        out.push_str(&" ".repeat(indent));
                    }
                    out.push_str(&plain_or_quoted(key));
                    out.push(':');
                    value.write_after_colon(out, indent, newline);
                }
            }
            Value::Sequence(items) => {
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push_str(&" ".repeat(indent));
                    }
                    out.push_str("- ");
                    item.write(out, indent + 2, newline);
                    item.end_line(out, newline);
                }
            }
        }
    }

    fn write_after_colon(&self, out: &mut String, indent: usize, newline: &str) {
        let deeper = match self {
            Value::Mapping(pairs) if !pairs.is_empty() => indent + 2,
            Value::Sequence(items) if !items.is_empty() => indent,
            _ => {
                out.push(' ');
                self.write(out, indent, newline);
                out.push_str(newline);
                return;
            }
        };
        out.push_str(newline);
        out.push_str(&" ".repeat(deeper));
        self.write(out, deeper, newline);
    }

    fn end_line(&self, out: &mut String, newline: &str) {
        let ended = matches!(self, Value::Mapping(p) if !p.is_empty())
            || matches!(self, Value::Sequence(i) if !i.is_empty());
        if !ended {
            out.push_str(newline);
        }
    }

    /// What an `edit` proof expects to read where this value was written (`block` or JSON).
    #[must_use]
    pub fn fingerprints(&self, depth: usize, block: bool) -> Vec<u32> {
        let mut out = Vec::new();
        self.fingerprint(depth, block, &mut out);
        out
    }

    fn fingerprint(&self, depth: usize, block: bool, out: &mut Vec<u32>) {
        let mut push = |kind, depth, plain, text: &str| {
            out.push(fingerprint(kind, depth, plain, false, text, 0));
        };
        match self {
            Value::Text(text) => push(Kind::Scalar, depth, false, text),
            Value::Integer(number) => push(Kind::Scalar, depth, true, &number.to_string()),
            Value::Bool(yes) => push(
                Kind::Scalar,
                depth,
                true,
                if *yes { "true" } else { "false" },
            ),
            Value::Mapping(pairs) => {
                push(Kind::Mapping, depth, false, "");
                for (key, value) in pairs {
                    let plain = block && may_be_plain(key);
                    out.push(fingerprint(Kind::Scalar, depth + 1, plain, false, key, 0));
                    value.fingerprint(depth + 1, block, out);
                }
            }
            Value::Sequence(items) => {
                push(Kind::Sequence, depth, false, "");
                for item in items {
                    item.fingerprint(depth + 1, block, out);
                }
            }
        }
    }

    /// The value as one line of JSON, for documents that are JSON themselves.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Value::Text(text) => quote_json(text),
            Value::Integer(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            Value::Mapping(pairs) => {
                let pairs: Vec<String> = pairs
                    .iter()
                    .map(|(k, v)| format!("{}: {}", quote_json(k), v.to_json()))
                    .collect();
                format!("{{{}}}", pairs.join(", "))
            }
            Value::Sequence(items) => {
                let items: Vec<String> = items.iter().map(Value::to_json).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn strings_are_quoted_and_nesting_is_by_indentation() {
        let value = Value::Mapping(vec![
            ("kind".into(), Value::text("Secret")),
            ("data".into(), Value::texts([("yes", "eA=="), ("b", "")])),
            (
                "list".into(),
                Value::Sequence(vec![
                    Value::text("a"),
                    Value::texts([("x", "1"), ("y", "2")]),
                ]),
            ),
            ("none".into(), Value::Mapping(vec![])),
        ]);
        assert_eq!(
            value.to_yaml(0, "\n"),
            "kind: \"Secret\"\ndata:\n  \"yes\": \"eA==\"\n  b: \"\"\nlist:\n- \"a\"\n- x: \"1\"\n  \"y\": \"2\"\nnone: {}\n"
        );
    }
}
