//! EDGE: what programs that we run are not given: the runner's credentials.
//!
//! Whoever builds manifests or reads a repository needs none of them. It knows the names of the
//! variables and not what they hold.

use std::process::Command;

/// Tokens, and what logins are proved with.
const CREDENTIALS: &[&str] = &[
    "VAULT_TOKEN",
    "BAO_TOKEN",
    "VAULT_CLIENT_KEY_BYTES",
    "BAO_CLIENT_KEY_BYTES",
    "VAULT_ID_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "COUNTERSIGN_AUTH_ROLE_ID",
    "COUNTERSIGN_AUTH_SECRET_ID",
    "COUNTERSIGN_AUTH_JWT",
    "COUNTERSIGN_AUTH_PASSWORD",
];

/// The variable that names one more.
const NAMED: &str = "COUNTERSIGN_AUTH_JWT_VARIABLE";

/// Takes the runner's credentials out of the environment of a child.
pub fn without_credentials(command: &mut Command) {
    for variable in CREDENTIALS {
        command.env_remove(variable);
    }
    if let Some(variable) = std::env::var_os(NAMED).filter(|name| !name.is_empty()) {
        command.env_remove(variable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_given_no_credential() {
        let mut command = Command::new("kustomize");
        command.env("COUNTERSIGN_AUTH_ROLE", "builds");
        without_credentials(&mut command);
        let removed = |name: &str| {
            command
                .get_envs()
                .any(|(own, text)| own == name && text.is_none())
        };
        for credential in [
            "VAULT_TOKEN",
            "BAO_TOKEN",
            "VAULT_ID_TOKEN",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "COUNTERSIGN_AUTH_SECRET_ID",
            "COUNTERSIGN_AUTH_PASSWORD",
            "COUNTERSIGN_AUTH_JWT",
        ] {
            assert!(removed(credential), "{credential}");
        }
        assert!(!removed("COUNTERSIGN_AUTH_ROLE"));
    }
}
