//! Words from locks, manifests and servers, made fit for where they are printed: a terminal, a
//! shell, a program that reads JSON.

use serde_json::Value;

use crate::diag::safe;
pub use crate::diag::safe::word;
pub use crate::diag::shell::shell;

/// A text for a program. What a terminal would act upon is written as `\u…`, which means the same.
#[must_use]
pub fn json(value: &Value) -> String {
    let mut out = safe::json(&format!("{value:#}"));
    out.push('\n');
    out
}

/// `1 secret`, `2 secrets`
#[must_use]
pub fn count(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_without_what_a_terminal_acts_upon() {
        let text = "\u{9b}31m \u{202e}x\n \u{e0041} größe";
        let out = json(&Value::from(text));
        assert_eq!(out, "\"\\u009b31m \\u202ex\\n \\udb40\\udc41 größe\"\n");
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
