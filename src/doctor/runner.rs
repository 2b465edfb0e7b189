//! Flags and variables: what this runner will do, and which of them decided.

use std::time::Duration;

use super::{Finding, Group, Severity};
use crate::config::fields::nearest;
use crate::vault::Refusal;
use crate::vault::settings::told::{Hidden, Told};

/// What is known of the runner.
pub struct Facts<'a> {
    /// How the server is asked; `Err`: a variable is wrong.
    pub told: &'a Result<Told, Refusal>,
    /// Variables without effect.
    pub hidden: &'a [Hidden],
    /// Variables that look like ours.
    pub unknown: &'a [String],
    /// Ours.
    pub known: &'a [String],
    /// A file plays the store, and what chose it.
    pub file_store: Option<(&'a str, &'a str)>,
    /// What chose the login.
    pub method_by: &'a str,
    /// How long a run may ask, and what says so.
    pub run: (Duration, &'a str),
    /// What the runner lets the repository ask for.
    pub policy: Held<'a>,
}

/// The runner's policy.
pub enum Held<'a> {
    /// There is none.
    Nothing,
    /// There is one, about which something was said already.
    Unread,
    /// It holds.
    By {
        /// What it is called.
        name: &'a str,
        /// What chose it.
        by: &'a str,
        /// Whether it allows the server.
        allows: bool,
    },
}

/// Everything about the runner.
#[must_use]
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    if let Some((file, by)) = facts.file_store {
        let message = format!("secrets come from the file `{file}`, and no server is asked");
        let finding = Finding::new(Group::Runner, "store", Severity::Note, message);
        out.push(
            finding
                .why(format!("`{by}`"))
                .hint("leave it out to ask Vault or OpenBao."),
        );
    } else {
        match facts.told {
            Ok(told) => of_server(told, facts, &mut out),
            Err(refusal) => {
                let finding = Finding::refused(Group::Runner, "settings", Severity::Error, refusal);
                out.push(finding);
            }
        }
    }
    out.extend(policy(facts));
    for Hidden { variable, by } in facts.hidden {
        let message = format!("`{variable}` is set, and `{by}` wins over it");
        let finding = Finding::new(Group::Runner, "hidden-variable", Severity::Warning, message);
        out.push(finding.hint(format!("unset one of them; `{variable}` has no effect.")));
    }
    for name in facts.unknown {
        let message = format!("`{name}` is no variable of countersign");
        // all of them begin alike
        let end = |name: &'_ str| name.split_once('_').map_or(0, |(start, _)| start.len() + 1);
        let ends = facts.known.iter().map(|known| &known[end(known)..]);
        let hint = match nearest(&name[end(name)..], ends) {
            Some(near) => format!("did you mean `{}{near}`?", &name[..end(name)]),
            None => {
                "unset it: it has no effect. `countersign --help` names those that have.".into()
            }
        };
        let group = Group::Runner;
        out.push(Finding::new(group, "unknown-variable", Severity::Warning, message).hint(hint));
    }
    out
}

fn of_server(told: &Told, facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let ok = |check, message: String| Finding::ok(Group::Runner, check, message);
    let by = |variable: &str| format!("`{variable}`");
    let address = format!("the server is `{}`", told.address);
    out.push(match &told.address_by {
        Some(variable) => ok("address", address).why(by(variable)),
        None => Finding::new(Group::Runner, "address", Severity::Warning, address)
            .why("no variable names another")
            .hint("set `VAULT_ADDR` (or `BAO_ADDR`)."),
    });
    if let Some((namespace, variable)) = &told.namespace {
        let message = format!("the namespace is `{namespace}`");
        out.push(ok("namespace", message).why(by(variable)));
    }
    out.push(login(told, facts));
    if told.address.starts_with("https") {
        out.push(trust(told));
    }
    if let Some(variable) = &told.identity_by {
        let message = "the runner shows a certificate of its own".to_owned();
        out.push(ok("client-certificate", message).why(by(variable)));
    }
    if let Some(variable) = &told.proxy_by {
        let message = "a proxy stands in between".to_owned();
        out.push(ok("proxy", message).why(by(variable)));
    }
    if let Some(variable) = &told.proxy_unused {
        let message = format!("`{variable}` names a proxy that is not used for this address");
        let finding = Finding::new(Group::Runner, "proxy", Severity::Note, message);
        out.push(finding.why("the address is this machine's, or `NO_PROXY` names it"));
    }
    let (run, run_by) = facts.run;
    let one = match told.timeout {
        Some(one) => format!("one request {one:?}"),
        None => "one request as long".to_owned(),
    };
    let again = told.retries;
    let times = if again == 1 { "time" } else { "times" };
    let message = format!(
        "everything that is asked may take {run:?}, {one}; what failed is asked {again} {times} more"
    );
    out.push(ok("time", message).why(format!(
        "`{run_by}`, `VAULT_CLIENT_TIMEOUT` and `VAULT_MAX_RETRIES`"
    )));
}

fn login(told: &Told, facts: &Facts<'_>) -> Finding {
    let ok = |message: String| Finding::ok(Group::Runner, "login", message);
    match (told.method, &told.token_by) {
        (Some(method), _) if method.word() != "token" => {
            let by = format!("`{}`", facts.method_by);
            ok(format!("the runner logs in by `{}`", method.word())).why(by)
        }
        _ if told.is_agent => ok("an agent adds its own token".into())
            .why("the address is that of an agent, and wins over the login of a config"),
        (_, Some(by)) => ok("the runner has a token of its own".into())
            .why(format!("`{by}`; it wins over the login of a config")),
        (_, None) => {
            ok("the runner names neither a token nor a login: that is left to configs".into())
                .why("no variable, file or helper gives a token, and no method is set")
        }
    }
}

fn trust(told: &Told) -> Finding {
    if let Some(variable) = &told.skip_verify_by {
        let message = "the server's certificate is not checked";
        let finding = Finding::new(Group::Runner, "trust", Severity::Warning, message);
        return finding.why(format!("`{variable}`")).hint(
            "name the authority that signed it in `VAULT_CACERT` instead: whoever stands in between can read the token and every secret.",
        );
    }
    let (who, why) = match &told.trust_by {
        Some(variable) => ("given authorities", format!("`{variable}`")),
        None => (
            "an authority that this machine trusts",
            "no variable names another".to_owned(),
        ),
    };
    let message = format!("the server's certificate has to be signed by {who}");
    Finding::ok(Group::Runner, "trust", message).why(why)
}

fn policy(facts: &Facts<'_>) -> Vec<Finding> {
    let Held::By { name, by, allows } = facts.policy else {
        if matches!(facts.policy, Held::Unread) {
            return Vec::new();
        }
        let message =
            "this runner has no policy: the repository may ask for all that the token may";
        let finding = Finding::new(Group::Runner, "policy", Severity::Note, message);
        return vec![finding.hint(
            "where others can change the repository, see `countersign policy check --help`.",
        )];
    };
    let message = format!("the policy `{name}` holds");
    let mut out = vec![Finding::ok(Group::Runner, "policy", message).why(format!("`{by}`"))];
    if !allows {
        let message = format!("the policy `{name}` does not let this runner ask its server");
        let finding = Finding::new(Group::Runner, "policy-address", Severity::Error, message);
        out.push(
            finding
                .hint("set `VAULT_ADDR` (or `BAO_ADDR`) to one of the `addresses` of the policy."),
        );
    }
    out
}
