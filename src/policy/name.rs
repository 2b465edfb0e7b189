//! Which names a policy can judge at all: where two readers could see two names, none is allowed.
//!
//! Printable ASCII in plain segments, so that nothing decodes, folds, climbs or looks like something
//! else on its way to the server. Knows no rule.

/// Why a path, a mount or a namespace cannot be judged; `None`: it can.
#[must_use]
pub fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    if !name.is_ascii() {
        return Some("it has characters that are not ASCII, and some of those look like others");
    }
    if name.contains(['%', '?', '#', '\\']) {
        return Some("it has `%`, `?`, `#` or `\\`, which a server may take for something else");
    }
    name.split('/').find_map(segment)
}

/// The same for what stands between two slashes.
fn segment(segment: &str) -> Option<&'static str> {
    match segment {
        "" => Some("it has a slash too many"),
        "." | ".." => Some("it has `.` or `..`"),
        _ if segment.starts_with(' ') || segment.ends_with(' ') => {
            Some("a part of it starts or ends with a blank")
        }
        _ => None,
    }
}

/// A name as a person can tell it from one that looks like it.
#[must_use]
pub fn shown(name: &str) -> String {
    let each = name.chars().map(|c| match c {
        c if c.is_ascii() => c.to_string(),
        c => c.escape_unicode().to_string(),
    });
    each.collect()
}

/// Why the value of a variable cannot stand in a pattern; `None`: it is one plain segment.
#[must_use]
pub fn value_fault(value: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    match value {
        "" => Some("it is empty"),
        "." | ".." => Some("it is `.` or `..`"),
        _ if value.chars().all(plain) => None,
        _ => Some("only letters and digits of ASCII, `.`, `_` and `-` can stand in a path"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_can_be_judged() {
        for name in [
            "kvv2/shop/orders-db",
            "a",
            "a b/c",
            "..a/b..",
            "a*b/+",
            "team_1/x.y",
        ] {
            assert_eq!(fault(name), None, "{name}");
        }
    }

    #[test]
    fn what_could_be_two_names_cannot() {
        let names = [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "a/./b",
            "a%2Fb",
            "a%2e%2e/b",
            "a\\b",
            "a?b",
            "a#b",
            "a/b ",
            " a/b",
            "a /b",
            "a\nb",
            "a\0",
            "a\u{7f}",
            "sh\u{43e}p/db",
            "shop\u{ff0f}db",
            "caf\u{e9}",
            "a\u{200b}",
            "a\u{2024}\u{2024}",
        ];
        for name in names {
            assert!(fault(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn what_looks_alike_is_shown_apart() {
        assert_eq!(shown("sh\u{43e}p/db"), "sh\\u{43e}p/db");
    }

    #[test]
    fn a_value_is_one_segment() {
        for value in ["shop", "team-a", "A.b_c-9", "..."] {
            assert_eq!(value_fault(value), None, "{value}");
        }
        for value in [
            "",
            ".",
            "..",
            "a/b",
            "a%2fb",
            "*",
            "a b",
            "a\n",
            "sh\u{43e}p",
            "{{ a }}",
        ] {
            assert!(value_fault(value).is_some(), "{value:?}");
        }
    }
}
