//! Whether the runner's policy allows what a config or a lock asks for.
//!
//! Part of `plan`: every subject of `resolve` and `mint` passes here, also where nothing is asked. The
//! commands that work on locks hold them against the same function. Knows no store.

use super::previous::Kept;
use super::subject::Subject;
use crate::config::{Config, Delivery, HashKind, LockMode, Source};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::lock::{Entry, Lock};
use crate::policy::judge::{Denial, Verdict, Wanted};
use crate::policy::{Policy, ROOT, name};
use crate::vault::SecretPath;
use crate::vault::settings::normal_address;

/// One source of a subject, judged.
pub struct Judged<'p> {
    /// Which secret, with the namespace that counts as patterns name it.
    pub secret: SecretPath,
    /// How it is delivered.
    pub delivery: Delivery,
    /// It holds the key of `hash: keyed`.
    pub is_key: bool,
    /// Where it stands.
    pub place: Place,
    /// The answer.
    pub verdict: Verdict<'p>,
}

/// Judges all that a subject reads or lets an operator read.
#[must_use]
pub fn judge<'p>(policy: &'p Policy, subject: &Subject<'_>) -> Vec<Judged<'p>> {
    let managed = subject.managed;
    let mut out = Vec::new();
    let mut one = |source: &Source, namespace: Option<&str>, is_key: bool| {
        let wanted = Wanted {
            secret: &source.secret,
            namespace,
            delivery: managed.delivery,
            login: subject.login.map(AsRef::as_ref),
        };
        out.push(Judged {
            secret: SecretPath {
                namespace: Some(policy.namespace(&wanted).to_owned()),
                ..source.secret.clone()
            },
            delivery: managed.delivery,
            is_key,
            place: source.place.clone(),
            verdict: policy.judge(&wanted),
        });
    };
    for source in &managed.sources {
        let named = source.secret.namespace.as_deref();
        let recorded = subject
            .pin(source)
            .and_then(|pin| pin.runner_namespace.as_deref());
        one(source, named.or(recorded), false);
        // who reads without a name reads in a namespace of its own, whatever was written into the lock
        if named.is_none() && recorded.is_some() && recorded != policy.own.as_deref() {
            one(source, None, false);
        }
    }
    if let (HashKind::Keyed, Some(key)) = (managed.hash, &managed.hash_key) {
        one(&key.source, key.source.secret.namespace.as_deref(), true);
    }
    out
}

/// Reports all that the policy does not allow of a subject.
pub fn subject(policy: &Policy, subject: &Subject<'_>, report: &mut Report) {
    for judged in judge(policy, subject) {
        if let Verdict::Denied(denial) = &judged.verdict {
            report.push(denied(policy, subject, &judged, denial));
        }
    }
}

fn denied(
    policy: &Policy,
    subject: &Subject<'_>,
    judged: &Judged<'_>,
    denial: &Denial<'_>,
) -> Diagnostic {
    let name = &subject.managed.name;
    let who = match subject.locked.and_then(|locked| locked.suffix.as_deref()) {
        Some(suffix) if subject.previous => format!("the previous generation `{name}-{suffix}`"),
        _ => format!("`{name}`"),
    };
    let what = if judged.is_key {
        " for its `hashKey`"
    } else {
        ""
    };
    let message = format!(
        "the policy does not let {who} have {}{what} as `{}`",
        shown(&judged.secret, denial),
        judged.delivery.word(),
    );
    let mut hint = vec![if subject.previous {
        format!(
            "take it out of the lock with `countersign lock --drop-previous`, or ask whoever keeps `{}`:",
            policy.name
        )
    } else {
        format!(
            "use what `{}` allows, or ask whoever keeps it:",
            policy.name
        )
    }];
    hint.extend(policy.explain(denial));
    Diagnostic::error(Code::PolicyDenied, message)
        .at(judged.place.clone())
        .hint(hint.join("\n"))
}

/// The root namespace goes without saying, unless it is what is wrong.
fn shown(secret: &SecretPath, denial: &Denial<'_>) -> String {
    let namespace = secret.namespace.clone();
    let namespace = namespace.filter(|name| name != ROOT || denial.is_about_the_namespace());
    name::shown(
        &SecretPath {
            namespace,
            ..secret.clone()
        }
        .to_string(),
    )
}

/// Reports sources without a namespace that an emitted VaultAuth would read in one that is not allowed:
/// the operator takes that of the login then.
fn inherited(policy: &Policy, config: &Config, report: &mut Report) {
    let access = config.access.as_ref();
    let Some((access, auth)) = access.and_then(|one| Some((one, one.auth.as_ref()?))) else {
        return;
    };
    let namespace = auth.namespace.as_deref().unwrap_or(ROOT);
    let operated = config
        .secrets
        .iter()
        .filter(|one| one.delivery.has_operator());
    for managed in operated {
        for source in &managed.sources {
            if source.secret.namespace.is_some() {
                continue;
            }
            let wanted = Wanted {
                secret: &source.secret,
                namespace: Some(namespace),
                delivery: managed.delivery,
                login: None,
            };
            let own = Wanted {
                namespace: None,
                ..wanted
            };
            let Verdict::Denied(denial) = policy.judge(&wanted) else {
                continue;
            };
            // that one is judged with everything else
            if policy.namespace(&wanted) == policy.namespace(&own) {
                continue;
            }
            let secret = SecretPath {
                namespace: Some(policy.namespace(&wanted).to_owned()),
                ..source.secret.clone()
            };
            let message = format!(
                "the policy does not let the operator have {} for `{}`, and the login that is emitted leads there",
                shown(&secret, &denial),
                managed.name,
            );
            let mut hint = vec![format!(
                "name the namespace of the secrets in `spec.vault.namespace`, or ask whoever keeps `{}`:",
                policy.name
            )];
            hint.extend(policy.explain(&denial));
            report.push(
                Diagnostic::error(Code::PolicyDenied, message)
                    .at(access.place.clone())
                    .hint(hint.join("\n")),
            );
        }
    }
}

/// Reports what a config says as a whole: that it needs no lock, which Vaults it means, and where a login
/// that it emits leads.
pub fn config(policy: &Policy, config: &Config, report: &mut Report) {
    inherited(policy, config, report);
    if config.lock == LockMode::None && !policy.unlocked {
        let message = format!(
            "`{}` says `lock: none`, which the policy does not allow",
            config.name
        );
        report.push(
            Diagnostic::error(Code::PolicyDenied, message)
                .at(config.place.clone())
                .hint(format!("take `lock: none` out and run `countersign lock`; `unlocked: true` in `{}` would allow it.", policy.name)),
        );
    }
    let access = config.access.as_ref();
    let connection =
        access.and_then(|access| Some((&access.connection.as_ref()?.address, &access.place)));
    let said = config
        .address
        .iter()
        .map(|(address, place)| (address, place));
    for (address, place) in said.chain(connection) {
        if policy.allows_address(&normal_address(address).unwrap_or_default()) {
            continue;
        }
        let message = format!("the policy does not allow the Vault at `{address}`");
        report.push(
            Diagnostic::error(Code::PolicyDenied, message)
                .at(place.clone())
                .hint(format!(
                    "use one of the `addresses` of `{}`, or ask whoever keeps it.",
                    policy.name
                )),
        );
    }
}

/// Holds whole locks against a policy, whether a config still wants what stands in them or not.
///
/// # Errors
/// All that is not allowed.
pub fn locks<'l>(
    policy: Option<&Policy>,
    locks: impl IntoIterator<Item = &'l Lock>,
) -> Result<(), Report> {
    let Some(policy) = policy else { return Ok(()) };
    let mut report = Report::default();
    for entry in locks.into_iter().flat_map(|lock| &lock.entries) {
        let current = entry.current.iter();
        let current = current.map(|generation| (Kept::of(entry, generation), false));
        let previous = previous(entry).map(|kept| (kept, true));
        for (kept, previous) in current.chain(previous) {
            let of_lock = Subject {
                previous,
                ..kept.subject()
            };
            subject(policy, &of_lock, &mut report);
        }
    }
    report.check(())
}

/// What an entry keeps.
pub fn previous(entry: &Entry) -> impl Iterator<Item = Kept> {
    let previous = entry.previous.iter();
    previous.map(|one| Kept::of(entry, &one.generation))
}
