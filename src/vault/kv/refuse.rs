//! The sentence and the hint for each meaning of a failure.
//!
//! One arm a row of the servers' behaviour. A failure of the whole store names no path, so that the
//! same failure of a hundred secrets is said once. Only names, numbers and times are printed.

use crate::diag::Code;
use crate::vault::kv::facts::{Facts, Versions};
use crate::vault::kv::said::Said;
use crate::vault::kv::{Endpoint, endpoints};
use crate::vault::{Ask, Engine, Refusal, SecretPath};

/// Engines that make a credential for each read.
const DYNAMIC: [&str; 16] = [
    "ad",
    "alicloud",
    "aws",
    "azure",
    "consul",
    "database",
    "gcp",
    "kubernetes",
    "ldap",
    "mongodbatlas",
    "nomad",
    "openldap",
    "pki",
    "rabbitmq",
    "ssh",
    "terraform",
];

/// The refusal for what a server said to a question at an endpoint.
#[must_use]
pub fn refusal(
    said: &Said,
    ask: &Ask,
    endpoint: Endpoint,
    address: &str,
    facts: &Facts,
) -> Refusal {
    let secret = &ask.secret;
    let mount = &secret.mount;
    match said {
        Said::Gone {
            version,
            deletion_time,
            destroyed,
            newest_live,
        } => {
            let live = facts.newest_live.or(*newest_live);
            gone(ask, *version, deletion_time, *destroyed, live, facts)
        }
        Said::Absent => absent(ask, facts),
        Said::Versioned => other_engine(secret, Engine::KvV2),
        Said::Leased => leased(mount, "a credential"),
        Said::UnsupportedPath => match &facts.mount {
            Some(found) => wrong_mount(ask, &found.kind),
            None => Refusal::new(
                Code::WrongEngine,
                format!(
                    "`{mount}` does not answer as a {} engine",
                    secret.engine.word()
                ),
                "set `mount` to the path of a KV engine, as `vault secrets list` shows it.",
            ),
        },
        Said::NoRoute => Refusal::new(
            Code::MountAbsent,
            match namespace(ask) {
                Some(namespace) => {
                    format!("nothing is mounted at `{mount}` in namespace `{namespace}`")
                }
                None => format!("nothing is mounted at `{mount}`"),
            },
            "check `mount`, and the namespace where it lives, with `vault secrets list`.",
        ),
        Said::NoNamespace => no_namespace(namespace(ask).unwrap_or_default()),
        Said::Denied => denied(ask, endpoint),
        Said::BadToken
        | Said::Failed {
            status: 502..=504, ..
        }
        | Said::Sealed
        | Said::RateLimited
        | Said::Stale
        | Said::Standby
        | Said::Foreign { .. } => of_the_server(said, address),
        Said::Failed { status, reason } => failed(ask, address, *status, reason),
    }
}

/// The refusal for what a server says whatever it is asked.
#[must_use]
pub fn of_the_server(said: &Said, address: &str) -> Refusal {
    match said {
        Said::BadToken => Refusal::new(
            Code::BadToken,
            format!("`{address}` does not accept the token"),
            "log in again: the token is wrong, expired, revoked or used up, or of another server.",
        ),
        Said::Sealed => Refusal::new(
            Code::Sealed,
            format!("`{address}` is sealed or not initialised"),
            "unseal the server, or wait until it is.",
        ),
        Said::RateLimited => Refusal::new(
            Code::RateLimited,
            format!("`{address}` refuses more requests for now"),
            "try again later, or raise the rate limit quota of this token's role.",
        ),
        Said::Stale => Refusal::new(
            Code::Unavailable,
            format!("`{address}` has not caught up with the state that the token was made in"),
            "try again, or use the address of the active node.",
        ),
        Said::Standby => Refusal::new(
            Code::Unavailable,
            format!("`{address}` is a standby that does not answer reads"),
            "use the address of the active node, or of the load balancer that finds it.",
        ),
        Said::Foreign { status } => Refusal::new(
            Code::BadAnswer,
            format!("`{address}` answers {status} with something that no Vault or OpenBao sends"),
            "check scheme, host and port of the address, and whether a proxy or a login page stands in between.",
        ),
        Said::Failed {
            status: status @ 502..=504,
            reason,
        } => Refusal::new(
            Code::Unavailable,
            format!("`{address}` answers {status}{}", because(reason)),
            "try again: the server, or a proxy before it, is overloaded or restarting.",
        ),
        _ => Refusal::new(
            Code::BadAnswer,
            format!("`{address}` answers something else than what it was asked"),
            "check that the address is that of Vault or OpenBao.",
        ),
    }
}

/// The refusal for a namespace that the server does not have.
#[must_use]
pub fn no_namespace(name: &str) -> Refusal {
    Refusal::new(
        Code::NamespaceAbsent,
        format!("there is no namespace `{name}`"),
        "check `namespace`, or `VAULT_NAMESPACE` and `BAO_NAMESPACE`, with `vault namespace list`.",
    )
}

/// The refusal for a newest version that is gone, where no list tells which one is left.
#[must_use]
pub fn unlisted(said: &Said, ask: &Ask, endpoint: Endpoint, address: &str) -> Refusal {
    let mut refusal = refusal(said, ask, endpoint, address, &Facts::default());
    refusal.hint = format!(
        "grant `read` on {}: only the list of versions tells which is the newest that can be read. Or write a new version.",
        place(ask, Endpoint::Metadata)
    );
    refusal
}

/// The refusal for an engine that a look at the mount found, where a read must not even be tried.
#[must_use]
pub fn wrong_mount(ask: &Ask, kind: &str) -> Refusal {
    let mount = &ask.secret.mount;
    let kind = kind.escape_debug().to_string();
    if DYNAMIC.contains(&kind.as_str()) {
        return leased(mount, &format!("`{kind}` credentials"));
    }
    Refusal::new(
        Code::WrongEngine,
        format!("`{mount}` is a `{kind}` engine, not a KV engine"),
        "set `mount` to the path of a KV engine, as `vault secrets list` shows it.",
    )
}

/// The refusal for the other KV engine than the one that was asked.
#[must_use]
pub fn other_engine(secret: &SecretPath, found: Engine) -> Refusal {
    let (mount, path) = (&secret.mount, &secret.path);
    let hint = match path.strip_prefix("data/") {
        Some(rest) if found == Engine::KvV2 => {
            format!("set `engine: kv-v2` and `path: {rest}`.")
        }
        _ => format!("set `engine: {}`.", found.word()),
    };
    let asked = secret.engine.word();
    Refusal::new(
        Code::WrongEngine,
        format!(
            "`{mount}` is a {} engine, but {asked} was asked for",
            found.word()
        ),
        hint,
    )
}

fn gone(
    ask: &Ask,
    version: u64,
    deletion_time: &str,
    destroyed: bool,
    live: Option<u64>,
    facts: &Facts,
) -> Refusal {
    let secret = &ask.secret;
    let which = match ask.version {
        Some(_) => format!("version {version} of {secret}"),
        None => format!("version {version}, the newest of {secret},"),
    };
    let other = live.map(|live| format!("ask for version {live}, the newest that can be read"));
    if destroyed {
        let hint = other.unwrap_or_else(|| "write a new version: this one cannot come back".into());
        return Refusal::new(
            Code::VersionDestroyed,
            format!("{which} was destroyed"),
            hint + ".",
        );
    }
    let undelete = format!(
        "bring this one back with `vault kv undelete -mount={} -versions={version} {}`.",
        secret.mount, secret.path
    );
    let hint = match other {
        Some(other) => format!("{other}, or {undelete}"),
        None => undelete,
    };
    let after = facts
        .versions
        .as_ref()
        .map(|v| v.delete_version_after.as_str());
    let hint = match after {
        None | Some("" | "0s") => hint,
        Some(after) => format!(
            "{hint} Versions here delete themselves after `{}`.",
            after.escape_debug()
        ),
    };
    let when = if deletion_time.is_empty() {
        String::new()
    } else {
        format!(" at `{deletion_time}`")
    };
    Refusal::new(
        Code::VersionDeleted,
        format!("{which} was deleted{when}"),
        hint,
    )
}

fn absent(ask: &Ask, facts: &Facts) -> Refusal {
    let secret = &ask.secret;
    if let Some(mount) = &facts.mount {
        match mount.engine() {
            None => return wrong_mount(ask, &mount.kind),
            Some(found) if found != secret.engine => return other_engine(secret, found),
            Some(_) => {}
        }
    }
    if let (Some(version), Engine::KvV2, false) = (ask.version, secret.engine, facts.path_is_absent)
    {
        let hint = match facts.versions.as_ref().and_then(Versions::range) {
            Some(range) => format!(
                "ask for one that exists: the server keeps {range}. Old ones go when `max_versions` is reached."
            ),
            None => "check `path` and `version`: the token may not read the metadata that would tell which of them is wrong.".into(),
        };
        return Refusal::new(
            Code::VersionAbsent,
            format!("there is no version {version} of {secret}"),
            hint,
        );
    }
    let prefixed = ["data/", "metadata/"]
        .iter()
        .find_map(|p| secret.path.strip_prefix(p));
    let hint = match prefixed {
        Some(rest) if secret.engine == Engine::KvV2 => {
            format!(
                "write `path: {rest}`: the segment before it belongs to the API, not to the path."
            )
        }
        _ => {
            "check `mount`, `path` and the namespace for a typo, or write the secret first.".into()
        }
    };
    Refusal::new(
        Code::SecretAbsent,
        format!("there is no secret at {secret}"),
        hint,
    )
}

fn denied(ask: &Ask, endpoint: Endpoint) -> Refusal {
    let secret = &ask.secret;
    // the endpoint that was asked last shows values: no more is to be granted than is needed
    let least = match endpoints(ask) {
        ([first, ..], last) if endpoint == last => format!(
            "{} (on `data` where the server has no `subkeys`)",
            place(ask, *first)
        ),
        _ => place(ask, endpoint),
    };
    Refusal::new(
        Code::Denied,
        format!("the token may not read {secret}"),
        format!(
            "grant `read` on {least}. The server says the same of a mount or path that does not exist, and to a token of another namespace."
        ),
    )
}

/// What a policy names.
fn place(ask: &Ask, endpoint: Endpoint) -> String {
    let secret = &ask.secret;
    let place = format!("`{}/{}{}`", secret.mount, endpoint.segment(), secret.path);
    match namespace(ask) {
        Some(namespace) => format!("{place} in namespace `{namespace}`"),
        None => place,
    }
}

fn because(reason: &str) -> String {
    if reason.is_empty() {
        return String::new();
    }
    format!(": `{reason}`")
}

fn failed(ask: &Ask, address: &str, status: u16, reason: &str) -> Refusal {
    let because = because(reason);
    match status {
        500.. => Refusal::new(
            Code::ServerError,
            format!("`{address}` fails with {status} on {}{because}", ask.secret),
            "look into the server's log.",
        ),
        405 => Refusal::new(
            Code::WrongEngine,
            format!(
                "{} cannot be read as {}",
                ask.secret,
                ask.secret.engine.word()
            ),
            "check `mount` and `engine`.",
        ),
        _ => Refusal::new(
            Code::ServerError,
            format!(
                "`{address}` answers {status} to the question for {}{because}",
                ask.secret
            ),
            "check `mount`, `path`, `version` and the address.",
        ),
    }
}

fn leased(mount: &str, what: &str) -> Refusal {
    Refusal::new(
        Code::DynamicEngine,
        format!("`{mount}` gives {what} that every read would make anew"),
        "read a KV engine here, and let an operator or agent fetch dynamic credentials at run time.",
    )
}

fn namespace(ask: &Ask) -> Option<&str> {
    ask.secret
        .namespace
        .as_deref()
        .filter(|name| !name.is_empty())
}
