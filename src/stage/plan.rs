//! What is wanted, and every mistake that needs no network.
//!
//! Matches configs with the manifests that use them: namespaces, doubles, foreign Secrets. Names
//! only; no value exists yet.

mod checks;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Bundle;
use super::access::accesses;
pub use super::earlier::{Adopted, Replaced};
use super::earlier::{earlier, missing};
use super::locked::{Book, Opened, cover};
use super::mint::Object;
use super::package;
use super::permit;
use super::places::Places;
pub use super::previous::Kept;
use super::subject::Subject;
use crate::config::{Config, Entries, HashKind, ManagedSecret};
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::id::namespaces_agree;
use crate::kube::manifest::Manifest;
use crate::kube::mention::{In, Mention};
use crate::kube::sites::Target;
use crate::lock::tombstones::{Tombstone, tombstones};
use crate::lock::{Generation, Locks};
use crate::policy::Policy;
use crate::vault::Depth;
use crate::vault::settings::normal_address;

/// plan → resolve: names only.
pub struct Plan {
    /// One for each managed secret of each config.
    pub wants: Vec<Want>,
    /// Generations that are only kept for old pods.
    pub kept: Vec<Kept>,
    /// The locks that decide where secrets stand.
    pub locks: Vec<Opened>,
    /// What was removed or renamed since it was locked.
    pub tombstones: Vec<Tombstone>,
    /// Our own earlier output that no config of this run replaces.
    pub adopted: Vec<Adopted>,
    /// Our own earlier output that this run replaces: (unit, item), with the names it had.
    pub replaced: Vec<Replaced>,
    /// What lets the operator in.
    pub access: Vec<Object>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

/// One managed secret that has to be made.
#[derive(Clone, Debug)]
pub struct Want {
    /// Index of its config in the bundle.
    pub config: usize,
    /// Index among the config's secrets.
    pub secret: usize,
    /// Namespace of what is emitted.
    pub namespace: Option<String>,
    /// How much of its sources has to be read; `None`: nothing at all.
    pub depth: Option<Depth>,
    /// Where its lock says that it stands.
    pub locked: Option<Arc<Generation>>,
}

impl Want {
    /// Its config.
    #[must_use]
    pub fn config<'b>(&self, bundle: &'b Bundle<'_>) -> &'b Config {
        &bundle.configs[self.config].config
    }

    /// Whether it stands at a generation that is kept: its objects would be there twice.
    fn is_at(&self, bundle: &Bundle<'_>, kept: &Kept) -> bool {
        let locked = self.locked.as_ref();
        self.secret_name(bundle) == kept.managed.name
            && namespaces_agree(self.namespace.as_deref(), kept.namespace.as_deref())
            && locked.is_some_and(|locked| locked.is_called_like(&kept.generation))
    }

    /// Its logical name.
    #[must_use]
    pub fn secret_name<'b>(&self, bundle: &'b Bundle<'_>) -> &'b str {
        &self.secret(bundle).name
    }

    /// Its managed secret.
    #[must_use]
    pub fn secret<'b>(&self, bundle: &'b Bundle<'_>) -> &'b ManagedSecret {
        &self.config(bundle).secrets[self.secret]
    }
}

impl Plan {
    /// All that has to be made: what is wanted, then what is kept.
    #[must_use]
    pub fn subjects<'a>(&'a self, bundle: &'a Bundle<'_>) -> Vec<Subject<'a>> {
        let wants = self.wants.iter().map(|want| {
            let config = want.config(bundle);
            Subject {
                config: &config.name,
                managed: want.secret(bundle),
                operator: &config.operator,
                gitops: config.gitops,
                stamp: &config.stamp,
                namespace: want.namespace.as_deref(),
                depth: want.depth,
                login: config.login.as_ref(),
                locked: want.locked.as_deref(),
                previous: false,
            }
        });
        wants.chain(self.kept.iter().map(Kept::subject)).collect()
    }
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Manifests that can be applied.
    Render,
    /// What a reviewer compares: the same names, and no value is read.
    Review,
    /// What a build needs to go on while its configs are learnt: placeholders, without any lock.
    Learn,
}

/// What the runner decided, as far as the plan depends on it.
#[derive(Clone, Copy)]
pub struct Terms<'r> {
    /// The store's address; `None` for the file store.
    pub address: Option<&'r str>,
    /// Where the locks are.
    pub locks: &'r dyn Locks,
    /// What the run is for.
    pub mode: Mode,
    /// What the runner allows; `None`: everything.
    pub policy: Option<&'r Policy>,
    /// Whether values may be written into the files of a package.
    pub write_secrets: bool,
}

/// Plans, or reports everything that is wrong.
pub fn plan(bundle: &mut Bundle<'_>, terms: Terms<'_>) -> Result<Plan, Report> {
    let mut report = std::mem::take(&mut bundle.problems);
    for found in &bundle.configs {
        check_address(&found.config, terms.address, &mut report);
    }
    let mut planner = Planner {
        bundle,
        places: Places::new(bundle),
        report,
        warnings: Vec::new(),
    };
    planner.doubles();
    let mut wants = planner.wants();
    let (mut kept, mut locks) = (Vec::new(), Vec::new());
    if terms.mode != Mode::Learn {
        let book = Book::open(bundle, terms.locks, &mut planner.report);
        cover(bundle, &mut wants, &book, &mut planner.report);
        kept = missing(bundle, &wants, super::previous::kept(&book, terms.mode));
        // what one lock keeps may be current in another
        kept.retain(|one| !wants.iter().any(|want| want.is_at(bundle, one)));
        locks = book.into_opened();
    }
    for want in &mut wants {
        want.depth = depth(want.secret(bundle), want.locked.is_some(), terms.mode);
    }
    let earlier = earlier(bundle, &wants, &kept, &planner.places, &mut planner.report);
    let access = accesses(bundle, &wants, &planner.places, &mut planner.report);
    planner.foreign_secrets();
    planner.stamp_rules();
    planner.notices(&kept);
    let Planner {
        mut report,
        warnings,
        ..
    } = planner;
    bundle.consumed.extend(earlier.consumed);
    bundle.consumed.extend(access.consumed);
    let plan = Plan {
        wants,
        kept,
        tombstones: locks
            .iter()
            .flat_map(|opened| tombstones(&opened.lock))
            .collect(),
        locks,
        adopted: earlier.adopted,
        replaced: earlier.replaced,
        access: access.objects,
        warnings,
    };
    if let Some(policy) = terms.policy {
        allowed(policy, &plan, bundle, &mut report);
    }
    if bundle.package.is_some() && terms.mode == Mode::Render && !terms.write_secrets {
        package::refuse_values(bundle, &plan, &mut report);
    }
    report.check(plan)
}

/// All that is read or emitted is what the runner's policy allows.
fn allowed(policy: &Policy, plan: &Plan, bundle: &Bundle<'_>, report: &mut Report) {
    for found in &bundle.configs {
        permit::config(policy, &found.config, report);
    }
    for subject in plan.subjects(bundle) {
        permit::subject(policy, &subject, report);
    }
}

fn check_address(config: &Config, address: Option<&str>, report: &mut Report) {
    if let (Some((said, place)), Some(address)) = (&config.address, address)
        && normal_address(said).is_none_or(|said| said != address)
    {
        report.push(
            Diagnostic::error(
                Code::AddressMismatch,
                format!("the config expects the Vault at `{said}`, this runner uses `{address}`"),
            )
            .at(place.clone())
            .hint(
                "set `VAULT_ADDR` (or `BAO_ADDR`) of the runner, or correct `spec.vault.address`.",
            ),
        );
    }
}

struct Planner<'b> {
    bundle: &'b Bundle<'b>,
    places: Places<'b>,
    report: Report,
    warnings: Vec<Diagnostic>,
}

/// Whether a mention in `manifest` can mean an object in `namespace`.
#[must_use]
pub fn mention_agrees(
    bundle: &Bundle<'_>,
    manifest: &Manifest<'_>,
    mention: &Mention<'_>,
    namespace: Option<&str>,
) -> bool {
    match &mention.namespace {
        In::Any => true,
        In::Named(named) => bundle.agree(Some(named), namespace),
        In::Own => bundle.agree(manifest.id.namespace.as_deref(), namespace),
    }
}

impl Planner<'_> {
    fn wants(&mut self) -> Vec<Want> {
        let mut wants = Vec::new();
        for (config_at, found) in self.bundle.configs.iter().enumerate() {
            for (secret_at, secret) in found.config.secrets.iter().enumerate() {
                let namespace = found
                    .config
                    .namespace
                    .clone()
                    .or_else(|| self.namespace_of_users(secret));
                wants.push(Want {
                    config: config_at,
                    secret: secret_at,
                    namespace,
                    depth: None,
                    locked: None,
                });
            }
        }
        wants
    }

    /// The one namespace of all manifests that mention a secret, where they say it.
    fn namespace_of_users(&mut self, secret: &ManagedSecret) -> Option<String> {
        let (mut named, mut found) = (None, BTreeSet::new());
        // in a second pass the users name what the first one made
        let made = self.bundle.manifests.iter().filter(|m| {
            let own = m.own.as_ref();
            own.is_some_and(|own| own.logical == secret.name)
        });
        let made: Vec<&str> = made.map(|m| &*m.id.name).collect();
        let placed = self.bundle.configs.iter().map(|found| &found.config);
        let placed = placed.filter_map(|config| Some((config, config.namespace.as_deref()?)));
        let elsewhere =
            placed.filter(|(config, _)| config.secrets.iter().any(|s| s.name == secret.name));
        let elsewhere: Vec<&str> = elsewhere.map(|(_, namespace)| namespace).collect();
        let means = |name: &str| name == secret.name || made.contains(&name);
        for manifest in &self.bundle.manifests {
            for mention in manifest
                .mentions
                .iter()
                .filter(|m| m.target == Target::Secret && means(m.name()))
            {
                let namespace = match &mention.namespace {
                    In::Named(named) => Some(&**named),
                    In::Own => manifest.id.namespace.as_deref(),
                    In::Any => None,
                };
                // another config serves them there
                if namespace.is_some_and(|namespace| elsewhere.contains(&namespace)) {
                    continue;
                }
                named = namespace.or(named);
                if mention.namespace != In::Any {
                    found.extend(namespace.or(self.bundle.home));
                }
            }
        }
        if found.len() > 1 {
            let list = found
                .iter()
                .map(|n| format!("`{n}`"))
                .collect::<Vec<_>>()
                .join(", ");
            self.report.push(
                Diagnostic::error(Code::AmbiguousNamespace, format!("`{}` is used in the namespaces {list}, and its config names none", secret.name))
                    .at(secret.place.clone())
                    .hint("give the config a `metadata.namespace`, and each namespace a config of its own."),
            );
        }
        named.map(str::to_owned)
    }
}

/// How much has to be read to make a managed secret.
#[must_use]
pub fn depth(secret: &ManagedSecret, locked: bool, mode: Mode) -> Option<Depth> {
    if secret.follow || mode != Mode::Render {
        return None;
    }
    // a name that stays is told apart by its keys in the stamp
    let by_keys = secret.hash == HashKind::Content && !secret.name_suffix;
    if secret.delivery.has_secret() || by_keys {
        return Some(Depth::Values);
    }
    if locked {
        return None;
    }
    Some(unlocked_depth(secret))
}

/// How much has to be read to know a generation that no lock knows.
#[must_use]
pub fn unlocked_depth(secret: &ManagedSecret) -> Depth {
    if secret.delivery.has_secret() || secret.hash != HashKind::Version {
        return Depth::Values;
    }
    match secret.entries {
        Entries::All => Depth::Keys,
        Entries::Picked(_) => Depth::Metadata,
    }
}
