//! What was typed about logging in. Decides nothing; the comments are the help texts.
//!
//! Credentials have no flags: arguments are seen by everybody on the machine.

use clap::Args;
use clap::builder::FalseyValueParser;

/// As whom the store is asked, whatever configs say.
#[derive(Args, Debug)]
#[command(next_help_heading = "Login")]
pub struct LoginArgs {
    /// How to log in: `token`, `approle`, `kubernetes`, `kubernetes-approle`, `jwt`, `userpass`,
    /// `ldap` or `cert`; wins over a token and over every config
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_AUTH_METHOD",
        hide_env_values = true,
        value_name = "METHOD"
    )]
    pub auth_method: Option<String>,
    /// Where the method is mounted, without `auth/`
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_AUTH_MOUNT",
        hide_env_values = true,
        value_name = "PATH"
    )]
    pub auth_mount: Option<String>,
    /// As what to log in
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_AUTH_ROLE",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub auth_role: Option<String>,
    /// The namespace of Vault or OpenBao to log in
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_AUTH_NAMESPACE",
        hide_env_values = true,
        value_name = "NAMESPACE"
    )]
    pub auth_namespace: Option<String>,
    /// For whom a signed token has to be made
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_AUTH_AUDIENCE",
        hide_env_values = true,
        value_name = "AUDIENCE"
    )]
    pub auth_audience: Option<String>,
    /// Also send credentials to an `http://` address of another machine
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_ALLOW_HTTP",
        hide_env_values = true,
        value_parser = FalseyValueParser::new()
    )]
    pub allow_http: bool,
}

impl LoginArgs {
    /// What a variable says after the flags were looked at; `None`: it has no flag.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<Option<String>> {
        Some(match name {
            "COUNTERSIGN_AUTH_METHOD" => self.auth_method.clone(),
            "COUNTERSIGN_AUTH_MOUNT" => self.auth_mount.clone(),
            "COUNTERSIGN_AUTH_ROLE" => self.auth_role.clone(),
            "COUNTERSIGN_AUTH_NAMESPACE" => self.auth_namespace.clone(),
            "COUNTERSIGN_AUTH_AUDIENCE" => self.auth_audience.clone(),
            "COUNTERSIGN_ALLOW_HTTP" => self.allow_http.then(|| "true".to_owned()),
            _ => return None,
        })
    }
}
