//! What `lock` warns of when it has asked the store anyway: pins that are gone or will be soon.
//!
//! Only of what stays where it was: what has just moved stands at the newest version. Where the
//! policy shows no history there is no warning.

use super::file::LockFile;
use super::outdated::{Standing, Stood, find};
use crate::diag::{Code, Diagnostic};
use crate::lock::entries::Entries;
use crate::lock::{Entry, Lock};
use crate::vault::Store;

/// Warnings about the pins of `new` that `old` had already; `command` locks it.
#[must_use]
pub fn soon(
    name: &str,
    old: &Lock,
    new: &Lock,
    command: &str,
    store: &dyn Store,
) -> Vec<Diagnostic> {
    let old = Entries::of(old);
    let stays = |entry: &&Entry| {
        let before = old.find(&entry.config, &entry.name, entry.namespace.as_deref());
        let stood = before.and_then(|before| before.current.as_ref());
        !entry.previous.is_empty() || stood.is_some() && stood == entry.current.as_ref()
    };
    let entries: Vec<Entry> = new.entries.iter().filter(stays).cloned().collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let file = LockFile {
        name: name.into(),
        lock: Lock { entries },
        target: Vec::new(),
    };
    let Ok(found) = find(&[file], store) else {
        return Vec::new();
    };
    let secrets = found.locks.iter().flat_map(|lock| &lock.secrets);
    let all = secrets.flat_map(|secret| secret.current.iter().chain(&secret.previous));
    all.flat_map(|stood| warnings(stood, command)).collect()
}

fn warnings(stood: &Stood, command: &str) -> Vec<Diagnostic> {
    let pins = stood.pins.iter().filter_map(|pin| {
        let version = pin.version?;
        let gone = match &pin.standing {
            Standing::Deleted => Some("which was deleted"),
            Standing::Destroyed => Some("which was destroyed"),
            Standing::Absent => Some("which the server does not have any more"),
            Standing::Rewritten { .. } => Some("which was written again since"),
            _ => None,
        };
        let what = match (gone, pin.writes_left) {
            (Some(gone), _) => gone.to_owned(),
            (None, Some(1)) => "which the next write drops".to_owned(),
            (None, Some(left)) => format!("which goes after {left} more writes"),
            (None, None) => return None,
        };
        let message = format!(
            "`{}` stands at version {version} of {}, {what}",
            stood.name, pin.secret
        );
        let hint = match (stood.until.is_some(), gone) {
            (true, Some(_)) => format!("pods that still use it cannot get it again; `{command} --drop-previous` takes it out of the lock."),
            (true, None) => "until then it is a way back; Vault keeps more with `max_versions`.".to_owned(),
            (false, _) => format!("move on with `{command} --upgrade`; Vault keeps more with `max_versions`."),
        };
        Some(Diagnostic::warning(Code::PinAtRisk, message).hint(hint))
    });
    pins.collect()
}
