//! Commands as they are printed: whoever pastes one runs what was meant, and nothing else.
//!
//! Names of folders and secrets come from repositories. It knows words and no command of ours.

use super::safe::word;

/// Signs that a shell takes as they are.
const PLAIN: &str = "-_./@%+=:,";

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_command_is_one_command() {
        let words = ["lock", "a b", "$(x)", "it's", "\x1b[2J", ""].map(str::to_owned);
        assert_eq!(shell(&words), r"lock 'a b' '$(x)' 'it'\''s' '\u{1b}[2J' ''");
    }
}
