//! The bytes that Go writes for a JSON value, because the operator that we predict is written in Go.
//!
//! A string becomes its own UTF-8 bytes; everything else becomes what `json.Marshal` prints after
//! `json.Decoder.UseNumber`: number literals as they came, object keys sorted bytewise, no blanks,
//! `<`, `>`, `&` and U+2028/2029 escaped. `serde_json`'s own writer does none of these, and its
//! numbers lose the literal, hence raw text in and bytes out. This must not know Vault's answers.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

/// Bytes that are wiped when dropped.
pub type Bytes = Zeroizing<Vec<u8>>;

/// Deeper values are refused: nothing that people keep in a secret comes near.
const MAX_DEPTH: usize = 128;

/// The value is nested too deeply, or is no JSON. Says nothing more, as it has seen a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// The members of an object: Go's last one of a name wins, and the names are sorted bytewise.
pub fn members(object: &RawValue) -> Result<BTreeMap<String, &RawValue>, Unreadable> {
    Ok(pairs(object.get())?.into_iter().collect())
}

/// The members of an object as they stand, also those that share a name.
pub fn pairs(object: &str) -> Result<Vec<(String, &RawValue)>, Unreadable> {
    let pairs: Pairs = serde_json::from_str(object).map_err(|_| Unreadable)?;
    pairs
        .0
        .into_iter()
        .map(|(name, value)| Ok((string(name)?, value)))
        .collect()
}

/// What the operator writes for a top-level value of a secret.
pub fn data_bytes(value: &RawValue) -> Result<Bytes, Unreadable> {
    if value.get().starts_with('"') {
        return Ok(Zeroizing::new(string(value)?.into_bytes()));
    }
    let mut out = Bytes::default();
    marshal(value, 0, &mut out)?;
    Ok(out)
}

/// Appends what `json.Marshal` prints for a string.
pub fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend([b'\\', c as u8]),
            '\u{8}' => out.extend(b"\\b"),
            '\u{c}' => out.extend(b"\\f"),
            '\n' => out.extend(b"\\n"),
            '\r' => out.extend(b"\\r"),
            '\t' => out.extend(b"\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.extend(format!("\\u{:04x}", u32::from(c)).into_bytes());
            }
            _ => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

/// What Go prints for a `float64`: the shortest digits, with an exponent only far from 1.
#[must_use]
pub fn float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        // Go signs a positive exponent, Rust does not.
        return match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => {
                format!("{digits}e+{exponent}")
            }
            _ => text,
        };
    }
    format!("{value}")
}

fn marshal(value: &RawValue, depth: usize, out: &mut Vec<u8>) -> Result<(), Unreadable> {
    if depth > MAX_DEPTH {
        return Err(Unreadable);
    }
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            out.push(b'{');
            for (i, (name, member)) in members(value)?.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                push_string(&name, out);
                out.push(b':');
                marshal(member, depth + 1, out)?;
            }
            out.push(b'}');
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| Unreadable)?;
            out.push(b'[');
            for (i, item) in items.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                marshal(item, depth + 1, out)?;
            }
            out.push(b']');
        }
        Some(b'"') => push_string(&Zeroizing::new(string(value)?), out),
        // A number, `true`, `false` or `null`: the literal itself.
        _ => out.extend(text.as_bytes()),
    }
    Ok(())
}

/// The text of a string literal; a lone surrogate becomes U+FFFD, as Go reads it.
fn string(literal: &RawValue) -> Result<String, Unreadable> {
    let text = literal.get();
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let mut rest = inner.ok_or(Unreadable)?;
    let mut out = String::with_capacity(rest.len());
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.as_bytes().get(at + 1).copied().ok_or(Unreadable)?;
        rest = &rest[at + 2..];
        match escape {
            b'"' | b'\\' | b'/' => out.push(char::from(escape)),
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let (c, len) = escaped_char(rest)?;
                out.push(c);
                rest = &rest[len..];
            }
            _ => return Err(Unreadable),
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// What follows `\u`: the character, and how many bytes of `rest` it took.
fn escaped_char(rest: &str) -> Result<(char, usize), Unreadable> {
    let unit = |at: usize| u32::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    let first = unit(0).ok_or(Unreadable)?;
    if let Some(c) = char::from_u32(first) {
        return Ok((c, 4));
    }
    let second = if rest.get(4..6) == Some("\\u") {
        unit(6)
    } else {
        None
    };
    match second {
        Some(low) if first < 0xdc00 && (0xdc00..0xe000).contains(&low) => {
            let point = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            Ok((char::from_u32(point).ok_or(Unreadable)?, 10))
        }
        _ => Ok((char::REPLACEMENT_CHARACTER, 4)),
    }
}

/// An object with its names still as literals, in the order of the text.
struct Pairs<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn bytes(json: &str) -> String {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        String::from_utf8(data_bytes(&raw).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_string_is_its_own_bytes() {
        assert_eq!(bytes(r#""p<1>&x""#), "p<1>&x");
        assert_eq!(bytes(r#""\u0000\u00e9\n\/\ud83d\ude00""#), "\0é\n/😀");
        assert_eq!(bytes(r#""""#), "");
    }

    #[test]
    fn lone_surrogates_become_replacement_characters() {
        assert_eq!(bytes(r#""a\ud800b""#), "a\u{fffd}b");
        assert_eq!(bytes(r#""\udc00\ud83d\ude00""#), "\u{fffd}😀");
        assert_eq!(bytes(r#""\ud800\u0041""#), "\u{fffd}A");
        assert_eq!(
            bytes(r#"{"\udfff":"\ud800"}"#),
            "{\"\u{fffd}\":\"\u{fffd}\"}"
        );
    }

    #[test]
    fn number_literals_survive() {
        for literal in [
            "1e3",
            "1.50",
            "-0.0",
            "12345678901234567890123",
            "1E5",
            "null",
            "true",
        ] {
            assert_eq!(bytes(literal), literal);
        }
    }

    #[test]
    fn objects_are_sorted_compact_and_escaped() {
        assert_eq!(
            bytes(
                "{\"z\" : [1, \"<&>\u{2028}\u{7f}\\b\\u0001\"],\n \"B\": {}, \"é\": null, \"a\\\"\": 1}"
            ),
            "{\"B\":{},\"a\\\"\":1,\"z\":[1,\"\\u003c\\u0026\\u003e\\u2028\u{7f}\\b\\u0001\"],\"é\":null}"
        );
        assert_eq!(bytes(r#"{"a":1,"a":2}"#), r#"{"a":2}"#);
    }

    #[test]
    fn deep_values_are_refused_without_a_crash() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert_eq!(bytes(&deep(100)), deep(100));
        // `serde_json` refuses some of these itself; both ways must end in an error.
        let refused = serde_json::from_str::<Box<RawValue>>(&deep(100_000))
            .map_err(|_| Unreadable)
            .and_then(|raw| data_bytes(&raw));
        assert!(refused.is_err());
    }

    #[test]
    fn floats_look_as_go_prints_them() {
        for (value, want) in [
            (1.5, "1.5"),
            (1000.0, "1000"),
            (-0.0, "-0"),
            (1e-7, "1e-7"),
            (0.000_001, "0.000001"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.234_567_890_123_456_8e22, "1.2345678901234568e+22"),
            (-2.5e-9, "-2.5e-9"),
        ] {
            assert_eq!(float(value), want);
        }
    }
}
