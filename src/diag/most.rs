//! How much of a report is shown: whoever has ten thousand mistakes reads none of them.
//!
//! It only chooses; how one is drawn, and what the run ends with, is decided from all of them elsewhere.

use super::{Diagnostic, Severity};

/// More than this is counted, not shown.
const MOST: usize = 100;

/// What is shown of a report, in its order, and how many more there are. Where some are left out,
/// errors come before warnings.
#[must_use]
pub fn most(diagnostics: &[Diagnostic]) -> (Vec<&Diagnostic>, usize) {
    let mut shown: Vec<&Diagnostic> = diagnostics.iter().collect();
    let more = shown.len().saturating_sub(MOST);
    if more > 0 {
        shown.sort_by_key(|one| one.severity != Severity::Error);
        shown.truncate(MOST);
    }
    (shown, more)
}

/// The last line of what is not shown.
#[must_use]
pub fn and_more(more: usize) -> String {
    format!("and {more} more")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    #[test]
    fn a_short_report_is_shown_as_it_is() {
        let mixed = [
            Diagnostic::warning(Code::Unlocked, "first"),
            Diagnostic::error(Code::LockStale, "second"),
        ];
        let (shown, more) = most(&mixed);
        assert_eq!((shown, more), (mixed.iter().collect(), 0));
    }

    #[test]
    fn of_a_long_one_no_warning_hides_an_error() {
        let error = Diagnostic::error(Code::LockStale, "an error");
        let mut long = vec![Diagnostic::warning(Code::Unlocked, "a warning"); 99];
        long.extend([error.clone(), error.clone()]);
        let (shown, more) = most(&long);
        assert_eq!((shown.len(), more), (100, 1));
        assert_eq!(shown[..2], [&error, &error]);
    }
}
