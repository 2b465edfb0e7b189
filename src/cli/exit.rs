//! Fault to exit code, in one table.
//!
//! Scripts and CI decide on these numbers, so they never change their meaning once released. It must
//! not know doors or stages: whoever reports also knows whose fault it is.

use crate::diag::codes::Fault;
use crate::diag::{Diagnostic, Severity};

/// The code of a run that did what was asked.
pub const SUCCESS: u8 = 0;

/// Answers that scripts decide on, of commands that did what was asked: (code, what it says).
pub const ANSWERS: [(u8, &str); 6] = [
    (
        ROLLS,
        "`plan --exit-code`: a workload rolls; a failure is then always 1",
    ),
    (OUTDATED, "`outdated`: there is something newer"),
    (
        BROKEN,
        "`outdated`: what a lock stands at is gone, or is not what was locked",
    ),
    (MISSING, "`missing`: the store lacks what a config expects"),
    (
        WARNED,
        "`doctor`: nothing is broken, and something should be mended",
    ),
    (AILING, "`doctor`: something does not work"),
];
/// See [`ANSWERS`].
pub const ROLLS: u8 = 2;
/// See [`ANSWERS`].
pub const OUTDATED: u8 = 10;
/// See [`ANSWERS`].
pub const BROKEN: u8 = 11;
/// See [`ANSWERS`].
pub const MISSING: u8 = 12;
/// See [`ANSWERS`].
pub const WARNED: u8 = 13;
/// See [`ANSWERS`].
pub const AILING: u8 = 14;

/// Somebody pressed Ctrl-C where they were asked: what a shell says of the signal.
pub const INTERRUPTED: u8 = 130;

/// All faults, in the order of their exit codes; `docs/errors.md` follows it.
pub const FAULTS: [Fault; 7] = [
    Fault::Notice,
    Fault::Input,
    Fault::Config,
    Fault::Store,
    Fault::Lock,
    Fault::Tool,
    Fault::Internal,
];

/// The exit code of one fault.
#[must_use]
pub fn code(fault: Fault) -> u8 {
    match fault {
        Fault::Notice => SUCCESS,
        Fault::Input => 1,
        Fault::Config => 2,
        Fault::Store => 3,
        Fault::Lock => 4,
        Fault::Tool => 5,
        // EX_SOFTWARE of sysexits.h, far from the numbers that people meet every day.
        Fault::Internal => 70,
    }
}

/// Where the reason lies, for people.
#[must_use]
pub fn whose(fault: Fault) -> &'static str {
    match fault {
        Fault::Notice => "worth knowing, no error",
        Fault::Input => "manifests and files",
        Fault::Config => "configuration and usage",
        Fault::Store => "secret store",
        Fault::Lock => "lock",
        Fault::Tool => "a tool that had to be run",
        Fault::Internal => "a bug in countersign",
    }
}

/// The exit code of a whole run. Warnings never fail it. Among several errors a bug of ours comes
/// first, because then the other messages may be wrong; else the smallest number, which is the
/// reason that is nearest to the user and is mended first.
#[must_use]
pub fn of(diagnostics: &[Diagnostic]) -> u8 {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let faults: Vec<Fault> = errors.map(|d| d.code.row().fault).collect();
    // An error must never end in success: a notice that is raised as an error is our own mistake.
    if faults
        .iter()
        .any(|fault| matches!(fault, Fault::Internal | Fault::Notice))
    {
        return code(Fault::Internal);
    }
    faults.into_iter().map(code).min().unwrap_or(SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    fn run(codes: &[Code]) -> u8 {
        let errors: Vec<_> = codes
            .iter()
            .map(|code| Diagnostic::error(*code, "x"))
            .collect();
        of(&errors)
    }

    #[test]
    fn the_table_is_in_order_and_without_repetition() {
        let codes: Vec<u8> = FAULTS.into_iter().map(code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 70]);
    }

    #[test]
    fn a_run_without_errors_succeeds() {
        assert_eq!(run(&[]), 0);
        assert_eq!(of(&[Diagnostic::warning(Code::Sealed, "x")]), 0);
    }

    #[test]
    fn the_smallest_number_wins_and_a_bug_before_all() {
        assert_eq!(run(&[Code::MissingKey]), 3);
        assert_eq!(run(&[Code::LockMissing, Code::Usage, Code::ToolFailed]), 2);
        assert_eq!(run(&[Code::YamlSyntax, Code::Internal, Code::Usage]), 70);
    }

    #[test]
    fn an_error_is_never_a_success() {
        for row in crate::diag::codes::TABLE {
            assert_ne!(run(&[row.code]), 0, "{}", row.name);
        }
    }
}
