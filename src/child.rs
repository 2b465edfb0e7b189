//! EDGE: programs of others, run without the variables that hold credentials; here is the one list of
//! those. It must not know which programs there are, nor what they are run for.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

/// Variables of Vault, after `VAULT_` or `BAO_`; a `*` stands for any end. A proxy's address may hold
/// a password, and only our own requests go through it.
const OF_VAULT: &[&str] = &[
    "TOKEN",
    "CLIENT_KEY_BYTES",
    "WRAP*",
    "ID_TOKEN*",
    "HTTP_PROXY",
    "PROXY_ADDR",
];
/// Other variables that hold credentials: our own, and the identity that a pipeline hands to its jobs.
const OTHERS: &[&str] = &[
    "COUNTERSIGN_AUTH_*",
    "ACTIONS_ID_TOKEN_REQUEST_*",
    "CI_JOB_JWT*",
];
/// Says which variable holds the identity, where it has a name of the runner's own.
const NAMED: &str = "COUNTERSIGN_AUTH_JWT_VARIABLE";

/// A program that is run without any credential of this process. Never a shell.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let named = std::env::var_os(NAMED);
    for (name, _) in std::env::vars_os() {
        if is_credential(&name.to_string_lossy()) || Some(&name) == named.as_ref() {
            command.env_remove(name);
        }
    }
    find_as_the_runner_says(&mut command);
    command
}

/// Looks for a program and what it runs in turn nowhere in the current folder.
pub fn find_as_the_runner_says(command: &mut Command) {
    match path() {
        fixed if fixed == std::env::var_os("PATH") => {}
        Some(fixed) => _ = command.env("PATH", fixed),
        // the folders of the system
        None => _ = command.env_remove("PATH"),
    }
}

/// Where programs are: what the runner says, less what begins in the current folder, which is the repository's.
#[must_use]
pub fn path() -> Option<OsString> {
    let given = std::env::var_os("PATH")?;
    let fixed = std::env::split_paths(&given).filter(|folder| folder.is_absolute());
    let fixed = std::env::join_paths(fixed).ok();
    fixed.filter(|path| !path.is_empty())
}

/// What a program prints that is there to give a credential, as long as it is done within `limit`;
/// else it is killed. `None`: it failed. Nothing is given to it, and what it says on stderr is nobody's.
///
/// # Errors
/// It cannot be run, or took too long ([`io::ErrorKind::TimedOut`]).
pub fn credential(mut command: Command, limit: Duration) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let (done, printed) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Zeroizing::new(Vec::new());
        // whoever waited may have given up
        let _ = done.send(stdout.read_to_end(&mut text).map(|_| text));
    });
    let Ok(text) = printed.recv_timeout(limit) else {
        child.kill()?;
        child.wait()?;
        return Err(io::ErrorKind::TimedOut.into());
    };
    let text = text?;
    Ok(child.wait()?.success().then_some(text))
}

fn is_credential(name: &str) -> bool {
    let twins = ["VAULT_", "BAO_"].map(|prefix| name.strip_prefix(prefix));
    let mut of_vault = twins.into_iter().flatten();
    of_vault.any(|name| is_one_of(OF_VAULT, name)) || is_one_of(OTHERS, name)
}

fn is_one_of(patterns: &[&str], name: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *pattern,
        })
}

#[cfg(test)]
mod tests {
    use super::is_credential;

    #[test]
    fn credentials_go_and_everything_else_stays() {
        let credentials = "VAULT_TOKEN BAO_TOKEN VAULT_CLIENT_KEY_BYTES BAO_CLIENT_KEY_BYTES \
            VAULT_WRAP_TTL VAULT_WRAPPED_TOKEN VAULT_ID_TOKEN CI_JOB_JWT CI_JOB_JWT_V2 \
            ACTIONS_ID_TOKEN_REQUEST_TOKEN COUNTERSIGN_AUTH_SECRET_ID COUNTERSIGN_AUTH_PASSWORD \
            VAULT_HTTP_PROXY BAO_PROXY_ADDR";
        for name in credentials.split_whitespace() {
            assert!(is_credential(name), "{name}");
        }
        let others = "PATH HOME HTTPS_PROXY VAULT_ADDR VAULT_NAMESPACE VAULT_CACERT VAULT_CLIENT_KEY \
            VAULT_TOKENS MY_VAULT_TOKEN COUNTERSIGN_LOCK COUNTERSIGN_TASK SSH_AUTH_SOCK CI_JOB_ID";
        for name in others.split_whitespace() {
            assert!(!is_credential(name), "{name}");
        }
    }
}
