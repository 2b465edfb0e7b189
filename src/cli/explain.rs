//! `countersign explain CODE`: what a code means, without a network or a browser.
//!
//! The same texts as `docs/errors.md`, for the terminal. It reads the table of codes and nothing
//! else, and returns text instead of printing it.

use super::exit;
use crate::diag::codes::{Code, Row, TABLE};
use crate::diag::safe::terminal;

/// Below this likeness a suggestion would only confuse.
const NEAR: f64 = 0.75;

/// The explanation of `code`, or a text that says which code was probably meant and lists them all.
pub fn explain(code: &str) -> Result<String, String> {
    // People paste what they see: `error[missing-key]:`.
    let name = code.split_once('[').map_or(code, |(_, rest)| rest);
    let name = name.trim().trim_end_matches([']', ':']);
    let Some(code) = Code::named(name) else {
        return Err(unknown(name));
    };
    let row = code.row();
    let (whose, exit) = (exit::whose(row.fault), exit::code(row.fault));
    Ok(format!(
        "{}: {whose}, exit code {exit}\n\n{}",
        row.name, row.explanation
    ))
}

fn unknown(name: &str) -> String {
    let likeness = |row: &Row| strsim::jaro_winkler(name, row.name);
    let nearest = TABLE
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let hint = match nearest {
        Some(row) if likeness(row) >= NEAR => format!("hint: did you mean `{}`?\n", row.name),
        _ => String::new(),
    };
    let names: Vec<_> = TABLE
        .iter()
        .map(|row| format!("  {}\n", row.name))
        .collect();
    format!(
        "there is no code `{}`\n{hint}\nAll codes:\n{}",
        terminal(name),
        names.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained() {
        let text = explain("sealed").expect("the code exists");
        let want = "\
sealed: secret store, exit code 3

The server is sealed or not initialised, so it can give no secret to anybody. That is for whoever
runs it: unseal it, or point the environment at a server that is ready. Nothing was written.
";
        assert_eq!(text, want);
    }

    #[test]
    fn the_label_of_a_message_is_understood() {
        assert_eq!(explain("error[missing-key]:"), explain("missing-key"));
        assert_eq!(explain("warning[file-store]"), explain("file-store"));
    }

    #[test]
    fn an_unknown_code_names_the_nearest_and_all() {
        let text = explain("mising-key").expect_err("no such code");
        assert!(text.starts_with("there is no code `mising-key`\nhint: did you mean `missing-key`?\n\nAll codes:\n  yaml-syntax\n"));
        assert!(text.ends_with("  pin-at-risk\n"));
        let text = explain("\x1b2J").expect_err("no such code");
        assert!(
            text.starts_with("there is no code `\\u{1b}2J`\n\nAll codes:\n"),
            "{text}"
        );
    }

    #[test]
    fn every_code_explains_itself() {
        for row in TABLE {
            assert!(explain(row.name).is_ok());
            let prose = row.explanation.trim();
            assert!(prose.len() > 80, "{} has no explanation", row.name);
            assert!(
                prose.ends_with(['.', '`']),
                "{} ends in the middle",
                row.name
            );
        }
    }
}
