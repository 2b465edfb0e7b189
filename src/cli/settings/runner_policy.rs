//! EDGE: the runner's policy: its file, and the variables of the environment that it names.
//!
//! Says nothing about what a policy means; a store that the policy bars answers no question.

use std::path::Path;
use std::rc::Rc;

use super::Chosen;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::files;
use crate::policy::{Policy, read};
use crate::vault::writing::{Write, Writer};
use crate::vault::{Ask, History, Reading, Refusal, Store};

const VARIABLE: &str = "COUNTERSIGN_POLICY";

/// Reads the policy, if the runner has one, and holds the chosen store to it.
pub fn hold(path: Option<&Path>, mut chosen: Chosen) -> Result<Chosen, Report> {
    let Some(path) = path else {
        return Ok(chosen);
    };
    let from_variable = std::env::var_os(VARIABLE).is_some_and(|said| said == path.as_os_str());
    if from_variable && path.is_relative() {
        let message = format!("`{VARIABLE}` is not an absolute path");
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("a function runs in a folder of the repository, which would bring a policy of its own: begin with `/`.")
            .into());
    }
    let text = files::read_file(path)?;
    let env = |name: &str| {
        let value = std::env::var_os(name)?;
        Some(value.to_string_lossy().into_owned())
    };
    let mut policy = read::read(&path.display().to_string(), &text, &env)?;
    policy.own = chosen.store.namespace().map(str::to_owned);
    if let Some(refusal) = barred(&policy, chosen.store.address()) {
        let inner = chosen.store;
        let barred = Rc::new(Barred { refusal, inner });
        chosen.writer = chosen.writer.map(|_| Rc::clone(&barred) as Rc<dyn Writer>);
        chosen.store = barred;
    }
    chosen.policy = Some(policy);
    Ok(chosen)
}

/// The same, and a runner without a policy is not let to its store at all.
pub fn insist(path: Option<&Path>, mut chosen: Chosen) -> Result<Chosen, Report> {
    if path.is_none() {
        let refusal = Refusal::new(
            Code::NoPolicy,
            "this runner has no policy, so that it reads no secret for an application",
            "deliver by `VaultStaticSecret` with a lock, which needs no Vault here; or give the runner a policy with `COUNTERSIGN_POLICY`.",
        );
        let inner = chosen.store;
        chosen.store = Rc::new(Barred { refusal, inner });
        chosen.writer = None;
    }
    hold(path, chosen)
}

fn barred(policy: &Policy, address: Option<&str>) -> Option<Refusal> {
    let address = address.filter(|address| !policy.allows_address(address))?;
    Some(Refusal::new(
        Code::PolicyDenied,
        format!("the policy does not let this runner ask the Vault at `{address}`"),
        format!(
            "set `VAULT_ADDR` (or `BAO_ADDR`) to one of the `addresses` of `{}`.",
            policy.name
        ),
    ))
}

/// A store that the policy does not list: it is never asked.
struct Barred {
    refusal: Refusal,
    inner: Rc<dyn Store>,
}

impl Writer for Barred {
    fn begin_anew(&self) {}

    fn write(&self, _: &Write) -> Result<u64, Refusal> {
        Err(self.refusal.clone())
    }
}

impl Store for Barred {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        asks.iter().map(|_| Err(self.refusal.clone())).collect()
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        asks.iter().map(|_| Err(self.refusal.clone())).collect()
    }

    fn address(&self) -> Option<&str> {
        self.inner.address()
    }

    fn namespace(&self) -> Option<&str> {
        self.inner.namespace()
    }
}
