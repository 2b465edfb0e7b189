//! How Go's YAML readers type a plain scalar, and how a string is written so that none of them can
//! take it for anything else.
//!
//! The rules are those of go-yaml v2 (sigs.k8s.io/yaml, kubectl, Helm) and v3 (kyaml) together,
//! `resolve.go` in both: a string is only called one when both agree.

use super::unseen::is_unseen;

/// Plain scalars that are null.
#[must_use]
pub fn is_null(plain: &str) -> bool {
    matches!(plain, "" | "~" | "null" | "Null" | "NULL")
}

/// `true`/`false` as both readers spell them; `yes` and friends are bools only for some.
#[must_use]
pub fn as_bool(plain: &str) -> Option<bool> {
    match plain {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Whether every reader takes this plain scalar for a string.
#[must_use]
pub fn is_string(plain: &str) -> bool {
    let ambiguous = is_null(plain)
        || as_bool(plain).is_some()
        || matches!(
            plain,
            "y" | "Y"
                | "yes"
                | "Yes"
                | "YES"
                | "on"
                | "On"
                | "ON"
                | "n"
                | "N"
                | "no"
                | "No"
                | "NO"
                | "off"
                | "Off"
                | "OFF"
                | "<<"
                | "="
        );
    !ambiguous && !looks_numeric(plain) && !looks_like_a_date(plain)
}

/// Integers in any base, floats, infinities, base 60; underscores are ignored as go-yaml v2 does.
fn looks_numeric(plain: &str) -> bool {
    let may_open_one = |c: char| c.is_ascii_digit() || "+-._iInN".contains(c);
    if !plain.is_empty() && !plain.starts_with(may_open_one) {
        return false;
    }
    let text: String = plain.chars().filter(|c| *c != '_').collect();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let lower = unsigned.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan" | "inf" | "nan" | "infinity") {
        return true;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            return digits
                .chars()
                .all(|c| c.is_digit(radix) || matches!(c, '.' | 'p' | '+' | '-'));
        }
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return plain.is_empty() || unsigned.is_empty() && !plain.contains('-');
    }
    unsigned
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ':' | 'e' | 'E' | '+' | '-'))
        && unsigned.contains(|c: char| c.is_ascii_digit())
}

/// `2001-01-01` and longer timestamps.
fn looks_like_a_date(plain: &str) -> bool {
    let b = plain.as_bytes();
    b.len() >= 8 && b[..4].iter().all(u8::is_ascii_digit) && b[4] == b'-' && b[5].is_ascii_digit()
}

/// Whether a string may stand unquoted, in block and in flow context, for every reader. Narrow on
/// purpose: lower-case names, as Kubernetes' own.
#[must_use]
pub fn may_be_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/' | '_'))
        && is_string(text)
}

/// A double-quoted scalar that is a string for every YAML reader of Go's. What cannot be seen is
/// written as an escape: some reader refuses or changes a part of it when raw, and no reviewer would
/// notice the rest. It is a string literal of Go as well.
#[must_use]
pub fn quote(text: &str) -> String {
    escaped(text, |c| format!("\\U{:08x}", u32::from(c)))
}

/// The same for JSON, which has another escape beyond U+FFFF than YAML: there a character stands as
/// it is, for both.
#[must_use]
pub fn quote_json(text: &str) -> String {
    escaped(text, String::from)
}

fn escaped(text: &str, beyond: fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            seen if !is_unseen(seen) => out.push(seen),
            '\0'..='\u{ffff}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push_str(&beyond(c)),
        }
    }
    out.push('"');
    out
}

/// Unquoted where that is safe, quoted where not.
#[must_use]
pub fn plain_or_quoted(text: &str) -> String {
    if may_be_plain(text) {
        text.to_owned()
    } else {
        quote(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{is_string, may_be_plain, quote, quote_json};

    #[test]
    fn what_go_would_not_read_as_a_string_is_known() {
        for text in [
            "",
            "~",
            "null",
            "yes",
            "NO",
            "on",
            "y",
            "1",
            "0644",
            "0o17",
            "0x1F",
            "1_000",
            "1e3",
            "1e-2456789245",
            ".5",
            "-1.5",
            "2001-01-01",
            "2001-1-1",
            "2001-12-14t21:59:43.10-05:00",
            "12:30:45",
            ".inf",
            "+.INF",
            ".NaN",
            "<<",
            "=",
            "685_230.15",
        ] {
            assert!(!is_string(text), "{text}");
            assert!(!may_be_plain(text), "{text}");
        }
        for text in [
            "orders-db",
            "orders-db-2456789bcd",
            "a",
            "nope",
            "e3",
            "x1",
            "1password",
            "10-a",
            "v1.2.3",
        ] {
            assert!(is_string(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_an_escape() {
        let text = "a\u{202e}b\u{200b}\u{a0}\u{e0041}";
        assert_eq!(quote(text), r#""a\u202eb\u200b\u00a0\U000e0041""#);
        assert_eq!(quote_json(text), "\"a\\u202eb\\u200b\\u00a0\u{e0041}\"");
    }

    #[test]
    fn quoting_leaves_nothing_to_guess() {
        assert_eq!(
            quote("a\"b\\c\n\u{85}\u{7f}é🔑"),
            "\"a\\\"b\\\\c\\n\\u0085\\u007fé🔑\""
        );
    }
}
