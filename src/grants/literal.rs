//! Whether a path means itself in a policy: some characters mean more there than in a request.
//!
//! A policy that silently granted more than one path would be worse than none, so these are refused.

/// Why a path cannot stand in a policy.
#[must_use]
pub fn fault(path: &str) -> Option<&'static str> {
    // `data/../x` is cleaned by the server; a policy is compared with what comes out
    let is_no_name = |segment: &str| matches!(segment, "" | "." | "..");
    if path.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    if path.split('/').any(is_no_name) {
        return Some("it has an empty segment, `.` or `..`");
    }
    if path.ends_with('*') {
        return Some("`*` at its end means every path that begins like it");
    }
    if path.split('/').any(|segment| segment == "+") || path.contains("+*") {
        return Some("a segment `+` means any segment");
    }
    if path.contains("{{") || path.contains("}}") {
        return Some("`{{` begins a template of identities");
    }
    if path.contains("${") {
        return Some("`${` begins an interpolation");
    }
    None
}

/// A text as a string of HCL, which is also one of JSON for everything that `fault` lets through.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_more_than_itself_is_refused() {
        for path in [
            "kv/data/a*",
            "kv/data/+",
            "kv/data/+/a",
            "+/data/a",
            "kv/data/x+*y",
            "kv/data/{{a}}",
            "kv/data/${a}",
            "kv/data/a//b",
            "kv/data/..",
            "kv/data/a\nb",
            "kv/data/",
        ] {
            assert!(fault(path).is_some(), "{path}");
        }
        for path in [
            "kv/data/a*b",
            "kv/data/a+",
            "kv/data/+a",
            "kv/data/ä b",
            "kv/data/{a}$b",
        ] {
            assert_eq!(fault(path), None, "{path}");
        }
    }

    #[test]
    fn quotes_and_backslashes_stay_what_they_are() {
        assert_eq!(quoted(r#"kv/data/a"b\c"#), r#""kv/data/a\"b\\c""#);
    }
}
