//! What is wanted, and every mistake that needs no network.
//!
//! Matches configs with the manifests that use them: namespaces, doubles, foreign Secrets. Names
//! only; no value exists yet.

use std::collections::HashMap;

use super::earlier::earlier;
pub use super::earlier::{Adopted, Replaced};
use super::places::Places;
use super::{Bundle, Found};
use crate::config::{Config, Entries, LockMode, ManagedSecret};
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::id::namespaces_agree;
use crate::kube::manifest::Manifest;
use crate::kube::mention::{In, Mention};
use crate::kube::sites::Target;
use crate::vault::Depth;
use crate::vault::settings::normal_address;

/// plan → resolve: names only.
pub struct Plan {
    /// One for each managed secret of each config.
    pub wants: Vec<Want>,
    /// Our own earlier output that no config of this run replaces.
    pub adopted: Vec<Adopted>,
    /// Our own earlier output that this run replaces: (unit, item), with the names it had.
    pub replaced: Vec<Replaced>,
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
}

impl Want {
    /// Its config.
    #[must_use]
    pub fn config<'b>(&self, bundle: &'b Bundle<'_>) -> &'b Config {
        &bundle.configs[self.config].config
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

/// What the runner's environment decided, as far as a config may contradict it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Runner<'r> {
    /// The store's address; `None` for the file store.
    pub address: Option<&'r str>,
}

/// Plans, or reports everything that is wrong.
pub fn plan(bundle: &mut Bundle<'_>, runner: Runner<'_>) -> Result<Plan, Report> {
    let mut report = std::mem::take(&mut bundle.problems);
    for found in &bundle.configs {
        check_config(&found.config, runner, &mut report);
    }
    let mut planner = Planner {
        bundle,
        places: Places::new(bundle),
        report,
        warnings: Vec::new(),
    };
    planner.doubles();
    let wants = planner.wants();
    let earlier = earlier(bundle, &wants, &planner.places, &mut planner.report);
    planner.foreign_secrets();
    planner.stamp_rules();
    planner.notices();
    let Planner {
        mut report,
        warnings,
        ..
    } = planner;
    bundle.consumed.extend(earlier.consumed);
    report.check(Plan {
        wants,
        adopted: earlier.adopted,
        replaced: earlier.replaced,
        warnings,
    })
}

fn check_config(config: &Config, runner: Runner<'_>, report: &mut Report) {
    if config.lock == LockMode::Required {
        report.push(
            Diagnostic::error(
                Code::LockMissing,
                format!("`{}` requires a lock, and there is none", config.name),
            )
            .at(config.place.clone())
            .hint("write `lock: none` under `spec` until locks are supported."),
        );
    }
    if let (Some((said, place)), Some(address)) = (&config.address, runner.address)
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
    manifest: &Manifest<'_>,
    mention: &Mention<'_>,
    namespace: Option<&str>,
) -> bool {
    match &mention.namespace {
        In::Any => true,
        In::Named(named) => namespaces_agree(Some(named), namespace),
        In::Own => namespaces_agree(manifest.id.namespace.as_deref(), namespace),
    }
}

impl Planner<'_> {
    /// Two configs with one logical name where their namespaces can be the same.
    fn doubles(&mut self) {
        let mut seen: HashMap<&str, Vec<&Config>> = HashMap::new();
        for found in &self.bundle.configs {
            let config = &found.config;
            for secret in &config.secrets {
                let earlier = seen.entry(&secret.name).or_default();
                let first = earlier.iter().find(|other| {
                    !std::ptr::eq(**other, config)
                        && namespaces_agree(other.namespace.as_deref(), config.namespace.as_deref())
                });
                if let Some(other) = first {
                    let message = format!(
                        "`{}` is defined by `{}` and by `{}`",
                        secret.name, other.name, config.name
                    );
                    self.report.push(
                        Diagnostic::error(Code::DuplicateName, message)
                            .at(secret.place.clone())
                            .hint("rename one, give the configs different namespaces, or render each instance in its own layer."),
                    );
                }
                earlier.push(config);
            }
        }
    }

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
                    depth: depth(secret),
                });
            }
        }
        wants
    }

    /// The one namespace of all manifests that mention a secret.
    fn namespace_of_users(&mut self, secret: &ManagedSecret) -> Option<String> {
        let mut found: Vec<&str> = Vec::new();
        // in a second pass the users name what the first one made
        let made = self.bundle.manifests.iter().filter(|m| {
            let own = m.own.as_ref();
            own.is_some_and(|own| own.logical == secret.name)
        });
        let made: Vec<&str> = made.map(|m| &*m.id.name).collect();
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
                found.extend(namespace.filter(|n| !found.contains(n)));
            }
        }
        if found.len() > 1 {
            found.sort_unstable();
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
        found.first().map(|n| (*n).to_owned())
    }

    /// Secrets, and other makers of Secrets, that already have a logical name.
    fn foreign_secrets(&mut self) {
        for found in &self.bundle.configs {
            for secret in &found.config.secrets {
                for manifest in self.bundle.manifests.iter().filter(|m| m.own.is_none()) {
                    let makes = match &*manifest.id.kind {
                        "Secret" => {
                            manifest.id.group().is_empty() && manifest.is_called(&secret.name)
                        }
                        "VaultStaticSecret" => {
                            manifest.mentions.iter().any(|m| m.name() == secret.name)
                        }
                        _ => false,
                    };
                    if !makes
                        || !namespaces_agree(
                            found.config.namespace.as_deref(),
                            manifest.id.namespace.as_deref(),
                        )
                    {
                        continue;
                    }
                    let message = if manifest.id.kind == "Secret" {
                        format!(
                            "there is a Secret `{}` already, and `{}` defines one",
                            secret.name, found.config.name
                        )
                    } else {
                        format!(
                            "`{}` makes a Secret `{}`, and `{}` defines one",
                            manifest.id.label(),
                            secret.name,
                            found.config.name
                        )
                    };
                    self.report.push(
                        Diagnostic::error(Code::ForeignSecret, message)
                            .at(self.places.of(manifest))
                            .hint("take one of the two out, or rename it."),
                    );
                }
            }
        }
    }

    /// What a reviewer must know although nothing is wrong.
    fn notices(&mut self) {
        if self.bundle.configs.is_empty() && self.bundle.manifests.iter().all(|m| m.own.is_none()) {
            self.warnings.push(
                Diagnostic::warning(
                    Code::NoConfig,
                    "there is no VaultSecrets object; everything is left as it is",
                )
                .hint("list its file under `resources:`, or give it with `--config`."),
            );
        }
        for Found { config, .. } in &self.bundle.configs {
            if config.lock == LockMode::None {
                let message = format!(
                    "`{}` has no lock: every render follows the newest versions",
                    config.name
                );
                self.warnings
                    .push(Diagnostic::warning(Code::Unlocked, message));
            }
            for secret in config.secrets.iter().filter(|s| s.follow) {
                let message = format!(
                    "`{}` follows Vault: its changes reach the cluster unreviewed",
                    secret.name
                );
                self.warnings
                    .push(Diagnostic::warning(Code::Unreviewed, message).at(secret.place.clone()));
            }
        }
    }

    /// Rules about keys of a secret whose name changes with every generation say nothing.
    fn stamp_rules(&mut self) {
        for found in &self.bundle.configs {
            let stamp = &found.config.stamp;
            for rule in stamp
                .exclude
                .iter()
                .chain(&stamp.live)
                .filter(|r| r.kind == "Secret")
            {
                let renamed = found
                    .config
                    .secrets
                    .iter()
                    .any(|s| s.name == rule.name && s.name_suffix && !s.follow);
                if renamed {
                    self.warnings.push(
                        Diagnostic::warning(Code::StampNoEffect, format!("the name of `{}` changes with every generation, so its keys roll workloads all the same", rule.name))
                            .at(rule.place.clone())
                            .hint("set `nameSuffix: false` for this secret, or move the keys into one of their own."),
                    );
                }
            }
        }
    }
}

/// How much has to be read to make a managed secret.
fn depth(secret: &ManagedSecret) -> Option<Depth> {
    if secret.follow {
        return None;
    }
    if secret.delivery.has_secret() || secret.hash != crate::config::HashKind::Version {
        return Some(Depth::Values);
    }
    Some(match secret.entries {
        Entries::All => Depth::Keys,
        Entries::Picked(_) => Depth::Metadata,
    })
}
