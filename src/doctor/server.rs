//! Vault or OpenBao itself: whether it answers, and in which state it is.

use super::{Finding, Group, Severity};
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::inspect::Health;

/// Clocks may differ by so many seconds.
const SKEW: i64 = 60;

/// What is known beside what the server says.
pub struct Circumstances {
    /// The connection is secured.
    pub is_tls: bool,
    /// Rendering asks it for something; else only locking does.
    pub is_needed: bool,
    /// This machine's clock.
    pub now: i64,
}

/// What the server said about itself.
#[must_use]
pub fn findings(health: &Result<Health, Refusal>, around: &Circumstances) -> Vec<Finding> {
    let health = match health {
        Ok(health) => health,
        Err(refusal) => {
            let finding = Finding::refused(Group::Server, "reachable", Severity::Error, refusal);
            return vec![unless_needed(finding, around.is_needed)];
        }
    };
    let product = health.product.unwrap_or("a Vault or OpenBao");
    let version = &health.version;
    let mut out = vec![Finding::ok(
        Group::Server,
        "reachable",
        format!("{product} {version} answers"),
    )];
    if around.is_tls {
        let message = "its certificate is accepted";
        out.push(Finding::ok(Group::Server, "certificate", message));
    }
    out.push(unless_needed(state(health), around.is_needed));
    out.extend(health.clock.map(|clock| skew(clock - around.now)));
    out
}

/// What keeps nobody from rendering is no error.
pub(super) fn unless_needed(finding: Finding, is_needed: bool) -> Finding {
    if is_needed || finding.severity != Severity::Error {
        return finding;
    }
    let why = "this render asks the store for nothing; `countersign lock` does";
    Finding {
        severity: Severity::Warning,
        ..finding.why(why)
    }
}

/// Whether secrets can be asked of a server that says this.
#[must_use]
pub fn is_ready(health: &Result<Health, Refusal>) -> bool {
    health
        .as_ref()
        .is_ok_and(|health| health.initialized && !health.sealed)
}

fn state(health: &Health) -> Finding {
    let error = |message, hint: &str| {
        let finding = Finding::new(Group::Server, "state", Severity::Error, message);
        Finding {
            code: Some(Code::Sealed),
            ..finding.hint(hint)
        }
    };
    if !health.initialized {
        return error(
            "it is not initialised",
            "set it up with `vault operator init`, or correct the address.",
        );
    }
    if health.sealed {
        return error("it is sealed", "unseal it, or wait until it is.");
    }
    if health.standby {
        let message = "it is a standby, which hands questions on or answers them itself";
        return Finding::new(Group::Server, "state", Severity::Note, message)
            .hint("use the address of the load balancer that finds the active node.");
    }
    Finding::ok(Group::Server, "state", "it is unsealed and active")
}

fn skew(seconds: i64) -> Finding {
    if seconds.abs() <= SKEW {
        let message = "its clock and that of this machine agree";
        return Finding::ok(Group::Server, "clock", message);
    }
    let how = if seconds > 0 { "ahead of" } else { "behind" };
    let message = format!(
        "its clock is {} {how} that of this machine",
        super::login::about(seconds.unsigned_abs())
    );
    Finding::new(Group::Server, "clock", Severity::Warning, message)
        .why("certificates, signed tokens and the ages of generations depend on both")
        .hint("let both follow a time server.")
}
