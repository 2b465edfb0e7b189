//! Where values are seen, and that what holds them cannot be printed.

use crate::project::{none, program};

/// Types that hold values: whoever prints or copies one leaks.
const SILENT: &[&str] = &[
    "SecretValue",
    "Resolved",
    "Minted",
    "Object",
    "Rendered",
    "Changes",
    "Reading",
    "Contents",
    "Draft",
    "Set",
    "Given",
    "Write",
];

#[test]
fn values_are_exposed_where_they_are_hashed_and_encoded_and_nowhere_else() {
    let callers = program()
        .into_iter()
        .filter(|file| file.code().contains("expose"));
    let callers: Vec<String> = callers.map(|file| file.path).collect();
    assert_eq!(
        callers,
        ["src/stage/mint.rs", "src/value.rs", "src/vault/kv/write.rs"]
    );
}

#[test]
fn what_holds_values_can_be_neither_printed_nor_copied() {
    let mut problems = Vec::new();
    for name in SILENT {
        let mut defined = false;
        for file in program() {
            let lines: Vec<&str> = file.text.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                let words: Vec<&str> = line
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .collect();
                if words.starts_with(&["pub", "struct", name])
                    || words.starts_with(&["pub", "enum", name])
                {
                    defined = true;
                    let above = lines[..at]
                        .iter()
                        .rev()
                        .take_while(|l| l.starts_with("#[") || l.starts_with("///"));
                    problems.extend(
                        above
                            .filter(|l| l.contains("derive"))
                            .map(|l| format!("{}: `{name}` has {l}", file.path)),
                    );
                }
                let implements =
                    line.starts_with("impl") && line.contains(" for ") && words.contains(name);
                if implements
                    && ["Debug", "Display", "Clone", "Serialize"]
                        .iter()
                        .any(|w| words.contains(w))
                {
                    problems.push(format!("{}: {line}", file.path));
                }
            }
        }
        assert!(defined, "`{name}` is not there any more: correct the table");
    }
    none(&problems);
}
