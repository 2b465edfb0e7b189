//! `docs/errors.md`, made from the table of codes.
//!
//! The page is checked in so that it can be read on the web; `tests/docs.rs` holds it to what this
//! function says. It must not know anything that the two tables (codes, exit codes) do not.

use std::fmt::Write as _;

use super::exit::{self, FAULTS};
use crate::diag::codes::{Fault, TABLE};

const TOP: &str = "\
# Errors and warnings

<!-- Made from `src/diag/codes.rs` and `src/diag/explain/`; `SNAPSHOTS=overwrite cargo test --test docs` writes it. -->

A message of countersign says a fact, its place and the way out:

```text
error[missing-key]: `kv/shop/db` has no key `passwrd` at version 7
 --> secrets.yaml:9:12
  |
9 |       key: passwrd
  |            ^^^^^^^
hint: did you mean `password`?
```

The word in brackets is the code. `countersign explain missing-key` prints what stands here. Messages
name paths, keys and versions, never a value; scalars in the picture of a line that may be secret are
shown as `***`, and characters that a terminal would not show as escapes such as `\\u{200b}`.

All mistakes of a stage are reported at once; of more than a hundred a hundred are shown, errors before
warnings, and the rest is counted. If there is one error, nothing is written to standard output, except
that a KRM function hands its messages to the caller in `results`.

## Exit codes

| exit code | where the reason lies |
|---|---|
";

const SEVERAL: &str = "
When several errors come together, a bug of countersign decides first, because then the other messages
may be wrong; else the smallest number, the reason nearest to you. Warnings never change the exit code.
";

const ANSWERS: &str = "
Some commands answer with a code of their own:

| exit code | the answer of |
|---|---|
";

/// The whole page.
#[must_use]
pub fn errors_md() -> String {
    let mut page = TOP.to_owned();
    // Writing to a `String` cannot fail.
    for fault in FAULTS {
        let whose = if fault == Fault::Notice {
            "success, also with warnings"
        } else {
            exit::whose(fault)
        };
        let _ = writeln!(page, "| {} | {whose} |", exit::code(fault));
    }
    page.push_str(SEVERAL);
    page.push_str(ANSWERS);
    for (code, answer) in exit::ANSWERS {
        let _ = writeln!(page, "| {code} | {answer} |");
    }
    // What fails a run comes first, what is only worth knowing last.
    for fault in FAULTS.into_iter().skip(1).chain([Fault::Notice]) {
        page.push_str(&section(fault));
    }
    page
}

fn section(fault: Fault) -> String {
    let mut text = match fault {
        Fault::Notice => "\n## Warnings\n".to_owned(),
        error => format!(
            "\n## Exit code {}: {}\n",
            exit::code(error),
            exit::whose(error)
        ),
    };
    for row in TABLE.iter().filter(|row| row.fault == fault) {
        let _ = write!(
            text,
            "\n### {}\n\n{}\n",
            row.name,
            row.explanation.trim_end()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_heading() {
        let page = errors_md();
        for row in TABLE {
            let heading = format!("\n### {}\n", row.name);
            assert_eq!(page.matches(&heading).count(), 1, "{}", row.name);
        }
    }
}
