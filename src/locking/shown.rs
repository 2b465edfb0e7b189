//! Words from locks, manifests and servers, made fit for where they are printed: a terminal, a
//! shell, a program that reads JSON.

use serde_json::Value;

use crate::diag::safe::{self, terminal};

/// Signs that a shell takes as they are.
const PLAIN: &str = "-_./@%+=:,";

/// A word for a line of text. `##[…]` anywhere and `::…` at the beginning of a line are commands of
/// pipelines whose log this may stand in.
#[must_use]
pub fn word(text: &str) -> String {
    let text = terminal(text).replace("##", r"#\u{23}");
    match text.strip_prefix("::") {
        Some(rest) => format!(r"\u{{3a}}:{rest}"),
        None => text,
    }
}

/// A path as an argument that is no flag.
#[must_use]
pub fn path(path: &str) -> String {
    if path.starts_with('-') {
        format!("./{path}")
    } else {
        path.to_owned()
    }
}

/// A command that can be pasted into a shell.
#[must_use]
pub fn shell(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        let plain = |c: char| c.is_ascii_alphanumeric() || PLAIN.contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", self::word(&word.replace('\'', r"'\''")))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

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
    fn a_word_is_no_command_of_a_pipeline() {
        assert_eq!(word("##[group]x"), r"#\u{23}[group]x");
        assert_eq!(word("::warning::x"), r"\u{3a}:warning::x");
        assert_eq!(word("userpass-älice\n"), r"userpass-älice\n");
    }

    #[test]
    fn a_pasted_command_is_one_command() {
        let words = ["lock", "a b", "$(x)", "it's", "\x1b[2J", ""].map(str::to_owned);
        assert_eq!(shell(&words), r"lock 'a b' '$(x)' 'it'\''s' '\u{1b}[2J' ''");
        assert_eq!(path("-rf"), "./-rf");
    }

    #[test]
    fn json_says_the_same_without_what_a_terminal_acts_upon() {
        let text = "\u{9b}31m \u{202e}x\n \u{e0041} größe";
        let out = json(&Value::from(text));
        assert_eq!(out, "\"\\u009b31m \\u202ex\\n \\udb40\\udc41 größe\"\n");
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
