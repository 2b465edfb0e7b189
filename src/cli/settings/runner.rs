//! EDGE: the environment of this runner for whoever asks why: which variables there are, and which of
//! them decided.
//!
//! Gives out names of variables. What they hold stays here, but for addresses and namespaces.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use clap::CommandFactory;

use crate::cli::args::{Cli, Common};
use crate::door::kustomize::TASK;
use crate::stage::package::WRITE_SECRETS;
use crate::vault::Refusal;
use crate::vault::settings::told::{Hidden, Told, hidden};
use crate::vault::settings::{Settings, duration};

/// Variables of this program begin so.
const OWN: &str = "COUNTERSIGN_";

/// What the environment says, and why.
pub struct Runner {
    /// What decided how the server is asked; `Err`: a variable is wrong.
    pub told: Result<Told, Refusal>,
    /// Variables without effect.
    pub hidden: Vec<Hidden>,
    /// Variables that begin as ours do, and are none.
    pub unknown: Vec<String>,
    /// Ours.
    pub known: Vec<String>,
    /// What chose the login: a flag or a variable.
    pub method_by: &'static str,
    /// What chose the policy.
    pub policy_by: &'static str,
    /// What chose the store.
    pub store_by: &'static str,
    /// What says how long a run may ask.
    pub timeout_by: &'static str,
}

/// Looks at all of it.
#[must_use]
pub fn runner(common: &Common) -> Runner {
    let read = |path: &Path| std::fs::read_to_string(path);
    let asked = RefCell::new(known());
    let env = |name: &str| {
        // a variable may be named by another one
        asked.borrow_mut().insert(name.to_owned());
        match common.login.variable(name) {
            Some(decided) => decided,
            None => std::env::var(name).ok(),
        }
    };
    let told = Settings::from_environment(&env, &read).map(|settings| Told::of(&settings, &env));
    let known = asked.into_inner();
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut unknown: Vec<String> = set
        .filter(|name| name.starts_with(OWN) && !known.contains(name))
        .collect();
    unknown.sort();
    let is = |variable: &str, text: Option<&str>| std::env::var(variable).ok().as_deref() == text;
    let policy = common.policy.as_deref().and_then(Path::to_str);
    let timeout = std::env::var("COUNTERSIGN_TIMEOUT").ok();
    let timeout = timeout.and_then(|text| duration::parse(&text));
    Runner {
        told,
        hidden: hidden(&|name| std::env::var(name).ok()),
        unknown,
        known: known
            .into_iter()
            .filter(|name| name.starts_with(OWN))
            .collect(),
        method_by: if is(
            "COUNTERSIGN_AUTH_METHOD",
            common.login.auth_method.as_deref(),
        ) {
            "COUNTERSIGN_AUTH_METHOD"
        } else {
            "--auth-method"
        },
        policy_by: if is("COUNTERSIGN_POLICY", policy) {
            "COUNTERSIGN_POLICY"
        } else {
            "--policy"
        },
        store_by: if is("COUNTERSIGN_STORE", Some(&common.store)) {
            "COUNTERSIGN_STORE"
        } else {
            "--store"
        },
        timeout_by: if timeout.is_some() && timeout == common.timeout {
            "COUNTERSIGN_TIMEOUT"
        } else {
            "--timeout"
        },
    }
}

/// Every variable of ours: those of flags, and those that are asked for when settings are made.
fn known() -> BTreeSet<String> {
    let asked = RefCell::new(BTreeSet::from([TASK, WRITE_SECRETS].map(str::to_owned)));
    let nothing = |name: &str| {
        asked.borrow_mut().insert(name.to_owned());
        None
    };
    // in an empty environment nothing is wrong, so that nothing is left out
    let _ = Settings::from_environment(&nothing, &|_| Err(io::ErrorKind::NotFound.into()));
    let mut known = asked.into_inner();
    let command = Cli::command();
    let variables = command.get_arguments().filter_map(clap::Arg::get_env);
    known.extend(variables.map(|name| name.to_string_lossy().into_owned()));
    known
}
