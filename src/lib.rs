//! countersign: a secret change in Kubernetes becomes a reviewed pull request.
//!
//! One pipeline, one direction: **read → plan → resolve → mint → rewrite → stamp → write**. The
//! stages do no I/O; `door`, the stores, `cli` and `main` are the edges.

pub mod audit;
pub mod child;
pub mod cli;
pub mod command;
pub mod config;
pub mod diag;
pub mod doctor;
pub mod door;
pub mod filling;
pub mod grants;
pub mod hash;
pub mod interrupt;
#[cfg(test)]
#[path = "../tests/support/json_schema.rs"]
mod json_schema;
pub mod kube;
pub mod lock;
pub mod locking;
pub mod policy;
pub mod review;
pub mod stage;
pub mod starting;
pub mod value;
pub mod vault;
pub mod written;
pub mod yaml;

use std::sync::Arc;

use audit::trail::{Trail, Wanted};
use config::Config;
use diag::Report;
use lock::{Locks, NoLocks};
use locking::Learned;
use policy::Policy;
use stage::plan::{Mode, Terms};
use stage::subject::Subject;
use stage::write::Rendered;
use stage::{Request, facts, mint, plan, read, resolve, rewrite, stamp, unfollowed, write};
use vault::Store;
use vault::signed::Signed;

/// What the runner brings to a run: the repository has no say in it.
#[derive(Clone, Copy)]
pub struct Runner<'r> {
    /// Where secrets are read.
    pub store: &'r dyn Store,
    /// Where locks are read.
    pub locks: &'r dyn Locks,
    /// What the run is for.
    pub mode: Mode,
    /// Whether a kept generation that cannot be made again is an error.
    pub strict: bool,
    /// What the repository may ask for; `None`: everything.
    pub policy: Option<&'r Policy>,
    /// Whether values may be written into the files of a package.
    pub write_secrets: bool,
    /// What is left behind for the audit log, where there is one.
    pub trail: Option<&'r Trail>,
}

/// The managed secrets that manifests and configs define: what `lock` works on. Asks nobody.
pub fn learn(
    request: &Request,
    address: Option<&str>,
    policy: Option<&Policy>,
) -> Result<Vec<Learned>, Report> {
    let mut bundle = read::read(request)?;
    let terms = Terms {
        address,
        locks: &NoLocks,
        mode: Mode::Learn,
        policy,
        write_secrets: false,
    };
    let plan = plan::plan(&mut bundle, terms)?;
    let configs: Vec<Arc<Config>> = bundle
        .configs
        .iter()
        .map(|found| Arc::new(found.config.clone()))
        .collect();
    let left = unfollowed::unfollowed(&bundle, &plan.wants);
    let learned = plan
        .wants
        .iter()
        .zip(left)
        .map(|(want, unfollowed)| Learned {
            config: Arc::clone(&configs[want.config]),
            managed: want.secret(&bundle).clone(),
            namespace: want.namespace.clone(),
            unfollowed,
        });
    Ok(learned.collect())
}

impl<'r> Runner<'r> {
    /// A runner without locks, for configs that need none.
    #[must_use]
    pub fn unlocked(store: &'r dyn Store) -> Self {
        Self {
            store,
            locks: &NoLocks,
            mode: Mode::Render,
            strict: false,
            policy: None,
            write_secrets: false,
            trail: None,
        }
    }
}

/// The program: manifests and configs in, manifests with their secrets out; or everything that is
/// wrong, and nothing out.
pub fn render<'r>(request: &'r Request, runner: Runner<'_>) -> Result<Rendered<'r>, Report> {
    let Runner {
        store,
        locks,
        mode,
        strict,
        policy,
        write_secrets,
        trail,
    } = runner;
    let mut bundle = read::read(request)?;
    let terms = Terms {
        address: store.address(),
        locks,
        mode,
        policy,
        write_secrets,
    };
    let plan = plan::plan(&mut bundle, terms)?;
    let subjects = plan.subjects(&bundle);
    let logins = bundle
        .configs
        .iter()
        .flat_map(|found| found.config.logins());
    let store = Signed::new(store, logins.collect());
    if let Some(trail) = trail {
        trail.wants(wanted(&subjects));
    }
    let resolved = resolve::resolve(&subjects, &store, strict)?;
    let standings = trail.map(|_| facts::standings(&subjects, &resolved));
    let minted = mint::mint(&subjects, resolved, strict)?;
    let links = rewrite::rewrite(&bundle, &plan, &minted)?;
    let stamps = stamp::stamp(&bundle, &plan, &minted, &links)?;
    let facts = standings.map(|at| facts::facts(&bundle, &plan, &at, &minted, &links, &stamps));
    let rendered = write::write(bundle, plan, minted, links, stamps)?;
    if let (Some(trail), Some(facts)) = (trail, facts) {
        trail.made(rendered.numbered(facts));
    }
    Ok(rendered)
}

/// For which managed secrets each question is asked, as the log names them.
fn wanted(subjects: &[Subject<'_>]) -> Vec<Wanted> {
    let mut out = Vec::new();
    for ((secret, version, login), wanting) in resolve::wanted(subjects) {
        out.extend(wanting.into_iter().map(|at| Wanted {
            secret: secret.clone(),
            version,
            login: login.clone(),
            name: subjects[at].managed.name.clone(),
        }));
    }
    out
}
