//! The token: whether there is one, what it is, and how long it lasts.

use super::server::unless_needed;
use super::{Finding, Group, Severity};
use crate::vault::Refusal;
use crate::vault::inspect::{Asker, Holder};
use crate::vault::login::Login;

/// A token that somebody gave should last longer than this.
const SOON: u64 = 60 * 60;
/// One that a login gave has to last for a run.
const RUN: u64 = 5 * 60;

/// What came of a login or of looking at a token. Where nothing has to be asked `needed` is false,
/// and having none is no error.
#[must_use]
pub fn findings(
    asker: &Asker,
    held: &Result<Option<Holder>, Refusal>,
    needed: bool,
) -> Vec<Finding> {
    let holder = match held {
        Ok(Some(holder)) => holder,
        Ok(None) => {
            let message = format!("{} works, and may not look at itself", who(asker));
            let finding = Finding::new(Group::Login, "token", Severity::Note, message);
            return vec![
                finding.hint("grant `read` on `auth/token/lookup-self` to see more here."),
            ];
        }
        Err(refusal) => {
            let finding = Finding::refused(Group::Login, "token", Severity::Error, refusal);
            return vec![unless_needed(finding, needed)];
        }
    };
    let policies: Vec<String> = holder.policies.iter().map(|p| format!("`{p}`")).collect();
    let life = match holder.ttl {
        Some(ttl) => format!("ends in {}", about(ttl)),
        None => "does not end".to_owned(),
    };
    let message = format!(
        "{} is that of `{}` with {}, and {life}",
        who(asker),
        holder.name,
        match &policies[..] {
            [] => "no policy".to_owned(),
            [one] => format!("the policy {one}"),
            all => format!("the policies {}", all.join(", ")),
        }
    );
    let mut out = vec![Finding::ok(Group::Login, "token", message)];
    out.extend(root(holder));
    out.extend(ends(asker, holder));
    out.extend(uses(holder));
    out
}

/// Whether more questions can be put with a token: one whose requests are counted is not used up.
#[must_use]
pub fn may_be_asked_with(held: &Result<Option<Holder>, Refusal>) -> bool {
    match held {
        Ok(holder) => holder.as_ref().is_none_or(|holder| holder.uses.is_none()),
        Err(_) => false,
    }
}

fn who(asker: &Asker) -> String {
    match &asker.login {
        None => "the runner's token".to_owned(),
        Some(login) => format!("the token of {}", called(login)),
    }
}

/// What messages call a login.
pub(super) fn called(login: &Login) -> String {
    format!("the `{}` login at {login}", login.method.word())
}

fn root(holder: &Holder) -> Option<Finding> {
    let is_root = holder.policies.iter().any(|policy| policy == "root");
    is_root.then(|| {
        let message = "it is a root token: it may do everything";
        Finding::new(Group::Login, "root", Severity::Warning, message)
            .hint("give this runner a role of its own; `countersign policy generate` writes the policy for it.")
    })
}

fn ends(asker: &Asker, holder: &Holder) -> Option<Finding> {
    let ttl = holder.ttl?;
    let (least, hint) = match asker.login {
        None => (SOON, "log in again, or renew it."),
        Some(_) => (
            RUN,
            "give the role a longer `token_ttl`: it has to last for a run.",
        ),
    };
    let message = format!("it ends in {}", about(ttl));
    let finding = Finding::new(Group::Login, "ends-soon", Severity::Warning, message);
    (ttl < least).then(|| finding.hint(hint))
}

fn uses(holder: &Holder) -> Option<Finding> {
    let left = holder.uses?;
    let requests = if left == 1 { "request" } else { "requests" };
    let message = format!("it is good for {left} more {requests}");
    let finding = Finding::new(Group::Login, "uses", Severity::Warning, message);
    Some(finding.hint("take one without `num_uses`: every secret is a request. Nothing more was asked with it here."))
}

/// A time that is long enough to be told roughly: `32 days`, `45 minutes`.
#[must_use]
pub fn about(seconds: u64) -> String {
    let units = [(86400, "day"), (3600, "hour"), (60, "minute")];
    let unit = units.iter().find(|(length, _)| seconds >= 2 * length);
    let (number, unit) = match unit {
        Some((length, unit)) => ((seconds + length / 2) / length, *unit),
        None => (seconds, "second"),
    };
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{end}")
}

#[cfg(test)]
mod tests {
    use super::about;

    #[test]
    fn times_are_told_roughly() {
        assert_eq!(about(1), "1 second");
        assert_eq!(about(119), "119 seconds");
        assert_eq!(about(120), "2 minutes");
        assert_eq!(about(7199), "120 minutes");
        assert_eq!(about(32 * 86400 - 3), "32 days");
    }
}
