//! Every digest and every suffix, one function each.
//!
//! The suffix is kustomize's own Secret hash (kustomize api/hasher), so that moving from or to
//! `secretGenerator` causes no rollout. Knows no config and no store.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Number of the rules by which `version` and `keyed` digests are made; part of what is hashed.
pub const SCHEME: u32 = 1;

/// Base64 as kustomize's `secretGenerator` writes it: from 72 characters on, in lines of 70, each
/// ended by a newline (kustomize kyaml/yaml/datamap.go).
#[must_use]
pub fn wrapped_base64(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < 72 {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / 70 + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(70));
        lines.push_str(line);
        lines.push('\n');
        rest = more;
    }
    lines
}

/// A JSON string as Go's `encoding/json` writes it, with HTML escaping.
#[must_use]
pub fn go_json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let escaped = |b: u8| !(b' '..=b'~').contains(&b) || b"\"\\<>&".contains(&b);
    if !text.bytes().any(escaped) {
        // nearly always
        out.push_str(text);
        out.push('"');
        return out;
    }
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

fn go_json_object(pairs: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = pairs.iter().collect();
    sorted.sort();
    let pairs: Vec<String> = sorted
        .into_iter()
        .map(|(k, v)| format!("{}:{}", go_json_string(k), go_json_string(v)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

/// Ten letters and digits; a large stream has one for each workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short([u8; 10]);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = self.0.iter();
        letters.try_for_each(|letter| f.write_char(char::from(*letter)))
    }
}

/// How a hex digit is spelled, so that no word appears (kustomize api/hasher `encode`).
const LETTERS: &[u8; 16] = b"gh2k456789mbcdtf";

/// The first ten hex digits of SHA-256, as kustomize spells them.
#[must_use]
pub fn short(bytes: &[u8]) -> Short {
    let digest = Sha256::digest(bytes);
    let digit = |at: usize| (digest[at / 2] >> if at.is_multiple_of(2) { 4 } else { 0 }) & 0xF;
    Short(std::array::from_fn(|at| LETTERS[usize::from(digit(at))]))
}

/// The same from a digest that is written out; `None`: it is none.
#[must_use]
pub fn short_of(digest: &str) -> Option<String> {
    let legal = digest.len() == 64
        && digest
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let digits = digest.chars().take(10).filter_map(|c| c.to_digit(16));
    let letters = digits.map(|digit| char::from(LETTERS[digit as usize]));
    legal.then(|| letters.collect())
}

/// Whether `text` has the form of a suffix.
#[must_use]
pub fn is_suffix(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|b| b"2456789bcdfghkmt".contains(&b))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)])
        .collect()
}

/// The text that kustomize hashes for a Secret: `data` holds (key, base64 as in the object).
#[must_use]
pub fn secret_json(secret_type: &str, data: &[(String, String)]) -> String {
    format!(
        "{{\"data\":{},\"kind\":\"Secret\",\"name\":\"\",\"type\":{}}}",
        go_json_object(data),
        go_json_string(secret_type)
    )
}

/// The digest that kustomize's suffix of a Secret is cut from.
#[must_use]
pub fn data_digest(secret_type: &str, data: &[(String, String)]) -> String {
    hex(&Sha256::digest(secret_json(secret_type, data).as_bytes()))
}

/// kustomize's suffix of a Secret.
#[must_use]
pub fn secret_suffix(secret_type: &str, data: &[(String, String)]) -> String {
    short(secret_json(secret_type, data).as_bytes()).to_string()
}

/// kustomize's suffix of a ConfigMap; `binary` is there only where the object has `binaryData`, and
/// a ConfigMap without `data` counts as the empty string.
#[must_use]
pub fn config_map_suffix(
    data: Option<&[(String, String)]>,
    binary: Option<&[(String, String)]>,
) -> String {
    let data = data.map_or_else(|| "\"\"".to_owned(), go_json_object);
    let binary = binary.map_or_else(String::new, |b| {
        format!("\"binaryData\":{},", go_json_object(b))
    });
    short(format!("{{{binary}\"data\":{data},\"kind\":\"ConfigMap\",\"name\":\"\"}}").as_bytes())
        .to_string()
}

/// The suffix of a generation that is known by a digest: kustomize's suffix of a stand-in Secret
/// whose only key is `digest`.
#[must_use]
pub fn digest_suffix(secret_type: &str, digest: &str) -> String {
    secret_suffix(
        secret_type,
        &[("digest".to_owned(), wrapped_base64(digest.as_bytes()))],
    )
}

/// A digest over fields whose borders cannot be shifted: each is written as a JSON string.
#[must_use]
pub fn digest<T: AsRef<str>>(fields: &[T]) -> String {
    hex(&Sha256::digest(join(fields).as_bytes()))
}

/// The same with a key: no one without it can test guesses.
#[must_use]
pub fn keyed_digest<T: AsRef<str>>(key: &[u8], fields: &[T]) -> String {
    // HMAC takes a key of any length; the error cannot happen and would give an unkeyed digest
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(join(fields).as_bytes());
    hex(&mac.finalize().into_bytes())
}

fn join<T: AsRef<str>>(fields: &[T]) -> String {
    let fields: Vec<String> = fields.iter().map(|f| go_json_string(f.as_ref())).collect();
    format!("[{}]", fields.join(","))
}

/// Digest of one value for the stamp, where the name does not say it all already.
#[must_use]
pub fn value_digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
