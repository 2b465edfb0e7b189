//! What the server is asked: how it is, who the token is, what it may do, and whether what is wanted is
//! there, by its names.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::building::Built;
use super::said;
use crate::cli::settings::{self, Chosen};
use crate::config::{Decode, Entries, Entry, HashKind, ManagedSecret};
use crate::diag::{Code, Report};
use crate::doctor::access::{Answers, Wanted};
use crate::doctor::server::Circumstances;
use crate::doctor::{Finding, Findings, Group, Severity, access, login, server};
use crate::grants::uses::{Use, uses};
use crate::lock::Generation;
use crate::locking::known::Known;
use crate::locking::{Learned, online};
use crate::stage::resolve::resolve;
use crate::stage::subject::Subject;
use crate::vault::Depth;
use crate::vault::inspect::{Asker, Inspector};
use crate::vault::login::Login;
use crate::vault::signed::Signed;

/// Asks, as far as that makes sense.
pub fn ask(is_file: bool, chosen: &Chosen, built: &Built, findings: &mut Findings) {
    let store = chosen.store.as_ref();
    let logins = built.learned.iter().flat_map(|one| one.config.logins());
    let signed = Signed::new(store, logins.collect());
    let used = uses(&built.learned, &built.locks, store.namespace());
    let Some(inspector) = store.inspector() else {
        // a file has no token; a server that may not be asked, or cannot be, is not
        if is_file && !built.is_denied {
            of_secrets(built, &signed, &|_| true, findings);
        }
        return;
    };
    let health = inspector.health();
    let around = Circumstances {
        is_tls: store.address().is_some_and(|a| a.starts_with("https")),
        is_needed: access::render_asks(&used),
        now: settings::now(),
    };
    findings.extend(server::findings(&health, &around));
    if !server::is_ready(&health) {
        not_asked("the server does not answer", findings);
        return;
    }
    let wanted: Vec<Wanted<'_>> = used
        .iter()
        .map(|used| Wanted {
            asker: Asker {
                login: inspector.counts(login_of(used, built, &signed).as_ref()),
                namespace: None,
            },
            used,
        })
        .collect();
    if !has_token(inspector, &wanted, around.is_needed, findings) {
        not_asked("there is no token that it can be asked with", findings);
        return;
    }
    if built.is_denied {
        not_asked("the policy of this runner forbids it", findings);
        return;
    }
    let answers = rights(inspector, &wanted, findings);
    if !wanted.is_empty() {
        findings.extend(access::findings(&wanted, &answers));
    }
    let shows = |one: &Learned| {
        let same = |w: &&Wanted<'_>| {
            w.used.config == one.config.name && w.used.managed.name == one.managed.name
        };
        wanted
            .iter()
            .filter(same)
            .all(|w| access::shows_keys(w, &answers))
    };
    of_secrets(built, &signed, &shows, findings);
}

fn not_asked(why: &str, findings: &mut Findings) {
    let message = "what the token may do, and whether every secret is there, was not asked";
    let finding = Finding::new(Group::Access, "not-asked", Severity::Note, message);
    findings.push(finding.why(why));
}

/// The login that a config names for what it defines; what only a lock knows is asked as another
/// config of the run is.
fn login_of(used: &Use, built: &Built, signed: &Signed<'_>) -> Option<Arc<Login>> {
    let mut configs = built.learned.iter().map(|one| &one.config);
    let own = configs.find(|config| config.name == used.config);
    let own = own.and_then(|config| config.login.clone());
    let source = used.managed.sources.first();
    own.or_else(|| signed.login_in(source.and_then(|source| source.secret.namespace.as_ref())))
}

/// Looks at each token; whether something can be asked with all of them.
fn has_token(
    inspector: &dyn Inspector,
    wanted: &[Wanted<'_>],
    needed: bool,
    findings: &mut Findings,
) -> bool {
    let mut askers: Vec<Asker> = wanted.iter().map(|one| one.asker.clone()).collect();
    if askers.is_empty() {
        askers.push(Asker {
            login: inspector.counts(None),
            namespace: None,
        });
    }
    askers.sort();
    askers.dedup();
    let mut all = true;
    for asker in askers {
        let own = asker
            .login
            .as_ref()
            .and_then(|login| login.namespace.clone());
        let asker = Asker {
            namespace: own.or_else(|| inspector.namespace().map(str::to_owned)),
            ..asker
        };
        let held = inspector.holder(&asker);
        all &= login::may_be_asked_with(&held);
        findings.extend(login::findings(&asker, &held, needed));
    }
    all
}

fn rights(inspector: &dyn Inspector, wanted: &[Wanted<'_>], findings: &mut Findings) -> Answers {
    let mut answers = BTreeMap::new();
    for (asker, paths) in access::questions(wanted) {
        match inspector.capabilities(&asker, &paths) {
            Ok(Some(answer)) => {
                answers.insert(asker, answer);
            }
            Ok(None) => {
                let message = "the token may not ask what it may do";
                let finding = Finding::new(Group::Access, "capabilities", Severity::Note, message);
                findings.push(finding.hint("grant `update` on `sys/capabilities-self` to see more here; the policy `default` has it."));
            }
            Err(refusal) => {
                let (group, severity) = (Group::Access, Severity::Error);
                let finding = Finding::refused(group, "capabilities", severity, &refusal);
                findings.push(finding);
            }
        }
    }
    answers
}

/// Whether every secret has the keys that are asked for, and whether locked versions are there.
fn of_secrets(
    built: &Built,
    signed: &Signed<'_>,
    shows: &dyn Fn(&Learned) -> bool,
    findings: &mut Findings,
) {
    let known = built.locks.iter();
    let known = known.map(|file| Known::of(&file.lock, &built.learned));
    let known: Vec<Known<'_>> = known.collect();
    let looked: Vec<(&Learned, Option<&Generation>, ManagedSecret)> = built
        .learned
        .iter()
        .filter(|one| shows(one))
        .map(|one| (one, locked(&known, one), one.managed.clone()))
        .flat_map(|(one, locked, managed)| {
            let key = key(&managed).map(|key| (one, None, key));
            let own = ManagedSecret {
                hash_key: None,
                ..managed
            };
            [Some((one, locked, own)), key]
        })
        .flatten()
        .collect();
    if !looked.is_empty() {
        let subjects: Vec<Subject<'_>> = looked
            .iter()
            .map(|(one, locked, managed)| Subject {
                locked: *locked,
                ..one.subject(managed, Some(Depth::Keys))
            })
            .collect();
        let (report, is_whole) = problems(&subjects, signed);
        if is_whole {
            let message = if looked.len() < built.learned.len() {
                "every secret that may be looked at is there, with every key that is asked for"
            } else {
                "every secret is there, with every key that is asked for"
            };
            findings.push(Finding::ok(Group::Access, "keys", message));
        }
        findings.extend(said(Group::Access, "keys", built.shown(report)));
    }
    for (file, command) in built.locks.iter().zip(&built.commands) {
        let mut report = online::check(&file.lock, command, signed);
        let before = report.diagnostics.len();
        report.diagnostics.retain(|one| one.code != Code::Denied);
        if report.diagnostics.len() < before {
            let message = format!(
                "whether every version is there that `{}` stands at could not be asked",
                file.name
            );
            let finding = Finding::new(Group::Lock, "versions", Severity::Note, message);
            findings.push(finding.why("the token may not read some of the paths"));
        } else if report.diagnostics.is_empty() {
            let message = format!("every version is there that `{}` stands at", file.name);
            findings.push(Finding::ok(Group::Lock, "versions", message));
        }
        findings.extend(said(Group::Lock, "versions", built.shown(report)));
    }
}

/// What is wrong with any of them. The store says all that it lacks before a key is looked at, so that
/// after a failure each is looked at alone.
/// Also whether nothing at all was wrong.
fn problems(subjects: &[Subject<'_>], signed: &Signed<'_>) -> (Report, bool) {
    let mut report = Report::default();
    if resolve(subjects, signed, false).is_ok() {
        return (report, true);
    }
    for subject in subjects {
        if let Err(mut problems) = resolve(std::slice::from_ref(subject), signed, false) {
            // what became of a locked version is told of the lock
            let is_pinned = subject.locked.is_some();
            problems
                .diagnostics
                .retain(|one| !(is_pinned && is_of_version(one.code)));
            report.extend(problems);
        }
    }
    (report, false)
}

fn is_of_version(code: Code) -> bool {
    matches!(
        code,
        Code::VersionAbsent | Code::VersionDeleted | Code::VersionDestroyed | Code::LockRewritten
    )
}

fn locked<'b>(known: &[Known<'b>], one: &Learned) -> Option<&'b Generation> {
    let mut entries = known.iter().filter_map(|lock| lock.entry(one));
    entries.find_map(|entry| entry.current.as_ref())
}

/// The key of `hash: keyed` as a secret of its own, so that its name alone is asked for.
fn key(managed: &ManagedSecret) -> Option<ManagedSecret> {
    let key = managed.hash_key.clone()?;
    if managed.hash != HashKind::Keyed || managed.follow {
        return None;
    }
    Some(ManagedSecret {
        hash_key: None,
        entries: Entries::Picked(vec![Entry {
            key: key.key.clone(),
            from: key.key,
            source: 0,
            decode: Decode::Text,
            place: key.source.place.clone(),
        }]),
        sources: vec![key.source],
        ..managed.clone()
    })
}
