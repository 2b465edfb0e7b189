//! What configs may not do to each other and to the manifests beside them, and what a reviewer has to
//! know although nothing is wrong. Needs names only.

use std::collections::HashMap;

use super::{Kept, Planner};
use crate::config::{Config, LockMode};
use crate::diag::{Code, Diagnostic};
use crate::stage::Found;

impl Planner<'_> {
    /// Two configs with one logical name where their namespaces can be the same.
    pub(super) fn doubles(&mut self) {
        let mut seen: HashMap<&str, Vec<&Config>> = HashMap::new();
        for found in &self.bundle.configs {
            let config = &found.config;
            for secret in &config.secrets {
                let earlier = seen.entry(&secret.name).or_default();
                let first = earlier.iter().find(|other| {
                    !std::ptr::eq(**other, config)
                        && self
                            .bundle
                            .agree(other.namespace.as_deref(), config.namespace.as_deref())
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

    /// Secrets, and other makers of Secrets, that already have a logical name.
    pub(super) fn foreign_secrets(&mut self) {
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
                        || !self.bundle.agree(
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
    pub(super) fn notices(&mut self, kept: &[Kept]) {
        let nothing = self.bundle.configs.is_empty() && kept.is_empty();
        if nothing && self.bundle.manifests.iter().all(|m| m.own.is_none()) {
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
    pub(super) fn stamp_rules(&mut self) {
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
