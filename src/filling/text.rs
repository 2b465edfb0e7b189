//! `missing` for a person: paths, keys and who takes them; never a value.

use std::collections::BTreeSet;

use super::command::command;
use super::expected::User;
use super::found::{Finding, Gap, Standing};
use crate::diag::safe::word;
use crate::diag::shell::shell;
use crate::locking::shown::count;

/// All of it, with a line break at its end; `build` as in `command`, where the store can be filled.
#[must_use]
pub fn text(findings: &[Finding], build: Option<&[String]>) -> String {
    let lacking: Vec<&Finding> = findings.iter().filter(|one| one.lacks()).collect();
    let unknown = |one: &&Finding| matches!(one.standing, Standing::Unknown(_));
    let unknown = findings.iter().filter(unknown).count();
    let complete = findings.len() - lacking.len() - unknown;
    let mut out: String = lacking.iter().map(|one| block(one, build)).collect();
    if lacking.is_empty() && unknown == 0 {
        out.push_str(&format!(
            "nothing is missing at {}\n",
            count(complete, "path")
        ));
    } else if complete > 0 {
        out.push_str(&format!("nothing is missing at {}\n", other(complete)));
    }
    if unknown > 0 {
        out.push_str(&format!("nothing is known of {}\n", count(unknown, "path")));
    }
    out
}

fn other(n: usize) -> String {
    match n {
        1 => "1 other path".to_owned(),
        n => format!("{n} other paths"),
    }
}

fn block(finding: &Finding, build: Option<&[String]>) -> String {
    let mut out = format!("{}\n", word(&head(finding)));
    for gap in finding.gaps() {
        out.push_str(&format!("  {}\n", line(&gap)));
    }
    let every = &finding.expected.every;
    if !every.is_empty() && !matches!(finding.standing, Standing::There(_)) {
        out.push_str(&format!("  every key: {}\n", users(every.iter())));
    }
    let command = build.and_then(|build| command(finding, build));
    if let Some(command) = command {
        out.push_str(&format!("  {}\n", shell(&command)));
    }
    out
}

fn head(finding: &Finding) -> String {
    let Standing::There(there) = &finding.standing else {
        return finding.state();
    };
    let gaps = finding.gaps();
    let held = gaps.iter().filter(|gap| gap.placeholder).count();
    let lacks = match (gaps.len() - held, held) {
        (lacks, 0) => format!("lacks {}", count(lacks, "key")),
        (0, held) => format!("holds {}", count(held, "placeholder")),
        (lacks, held) => format!(
            "lacks {} and holds {}",
            count(lacks, "key"),
            count(held, "placeholder")
        ),
    };
    let secret = &finding.expected.secret;
    match there.version {
        Some(version) => format!("{secret} {lacks} at version {version}"),
        None => format!("{secret} {lacks}"),
    }
}

fn line(gap: &Gap<'_>) -> String {
    let what = if gap.placeholder {
        " holds a placeholder"
    } else {
        ""
    };
    let users = users(gap.users.iter().copied());
    format!("`{}`{what}: {users}", word(gap.key))
}

/// Who, each once whatever the namespace.
fn users<'u>(users: impl Iterator<Item = &'u User>) -> String {
    let named = users.map(|user| {
        let (secret, config) = (word(&user.secret), word(&user.config));
        format!("{secret} of VaultSecrets/{config}")
    });
    let named: BTreeSet<String> = named.collect();
    named.into_iter().collect::<Vec<_>>().join(", ")
}
