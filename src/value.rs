//! The one type that holds a secret value.
//!
//! It exists so that printing, copying or serialising a value does not compile. It must not learn
//! `Debug`, `Display`, `Clone` or `Serialize`; `expose` is greppable and `tests/tidy.rs` names the
//! few files that may call it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// What people write where a value is still to come, in small letters.
const PLACEHOLDERS: [&str; 8] = [
    "tbd",
    "todo",
    "changeme",
    "change_me",
    "change-me",
    "xxx",
    "fixme",
    "placeholder",
];

/// Bytes of a secret, exactly as they will stand (decoded) in a Kubernetes Secret.
pub struct SecretValue(Zeroizing<Vec<u8>>);

impl SecretValue {
    /// Takes ownership of the bytes; they are wiped when the value is dropped.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. Only hashing and the writer of Secrets may ask.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes; not secret, needed for the 1 MiB limit.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the value has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it only holds the place of a value: nothing, `CHANGEME` and the like, or `<…>`.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        let text = self.0.trim_ascii();
        let within = text.strip_prefix(b"<").and_then(|t| t.strip_suffix(b">"));
        // `<a>…</a>` and `<a/>` are values
        let markup = |text: &[u8]| text.ends_with(b"/") || text.iter().any(|b| b"<>\n".contains(b));
        text.is_empty()
            || within.is_some_and(|text| !markup(text))
            || PLACEHOLDERS
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Whether it is standard base64; line breaks are ignored.
    #[must_use]
    pub fn is_base64(&self) -> bool {
        let breaks = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let text = self.0.iter().copied().filter(|byte| !breaks(byte));
        let text: Zeroizing<Vec<u8>> = Zeroizing::new(text.collect());
        STANDARD.decode(&*text).map(Zeroizing::new).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_the_place_of_a_value_is_recognised() {
        let holds = |text: &str| SecretValue::new(text.into()).is_placeholder();
        for text in [
            "",
            " ",
            "TBD",
            "todo",
            "ChangeMe",
            "CHANGE_ME",
            "change-me",
            "xxx",
            "placeholder",
            "<password of the database>",
            "changeme\n",
        ] {
            assert!(holds(text), "{text:?}");
        }
        for text in [
            "s3cr3t-changeme",
            "xxxx",
            "<a",
            "a>",
            "tbd2",
            "to do",
            "<a>b</a>",
            "<a/>",
        ] {
            assert!(!holds(text), "{text:?}");
        }
    }

    #[test]
    fn base64_is_told_from_other_text() {
        let is = |text: &str| SecretValue::new(text.into()).is_base64();
        assert!(is("czNjcjN0\r\nLWE=\n"));
        assert!(!is("s3cr3t-a"));
        assert!(!is("czNjcjN0LWE"));
    }
}
