//! What counts in a stamp: a line for each key that a pod uses.
//!
//! Part of `stamp`. Only the keys that the pod uses count, less what the config excludes; order
//! does not matter.

use std::collections::{BTreeSet, HashMap};

use crate::config::{StampRule, StampRules};
use crate::diag::{Code, Diagnostic};
use crate::hash::{self, Short};
use crate::kube::manifest::Manifest;
use crate::kube::mention::{Mention, Used};
use crate::kube::sites::Target;
use crate::stage::Bundle;
use crate::stage::mint::Minted;
use crate::stage::plan::{Plan, mention_agrees};
use crate::stage::rewrite::Meaning;

/// The rules of all configs, and those that adopted objects carry.
pub(super) fn rules(bundle: &Bundle<'_>, plan: &Plan) -> StampRules {
    let mut all = StampRules::default();
    let configs = bundle.configs.iter().map(|found| &found.config.stamp);
    for rules in configs.chain(plan.adopted.iter().map(|a| &a.stamp)) {
        all.exclude.extend(rules.exclude.iter().cloned());
        all.live.extend(rules.live.iter().cloned());
    }
    all
}

/// What counts for one workload.
#[derive(Default)]
pub(super) struct Counted {
    rolls: BTreeSet<String>,
    live: BTreeSet<String>,
    /// Without it there is no stamp.
    pub(super) uses_managed: bool,
}

impl Counted {
    /// The hash of what rolls the workload.
    pub(super) fn rolls(&self) -> Short {
        hash::short(hash::digest(&self.rolls.iter().collect::<Vec<_>>()).as_bytes())
    }

    /// The hash of all that counts, where that is more.
    pub(super) fn all(&self) -> Option<Short> {
        let all: Vec<&String> = self.rolls.union(&self.live).collect();
        (!self.live.is_empty()).then(|| hash::short(hash::digest(&all).as_bytes()))
    }
}

/// Counts for all workloads of a stream.
pub(super) struct Counter<'a> {
    bundle: &'a Bundle<'a>,
    plan: &'a Plan,
    minted: &'a Minted,
    rules: &'a StampRules,
    /// Secrets and ConfigMaps of the stream, by every name they have or had.
    data: HashMap<(&'a str, &'a str), Vec<&'a Manifest<'a>>>,
    used_rules: BTreeSet<(String, String)>,
    stamped: bool,
}

impl<'a> Counter<'a> {
    pub(super) fn new(
        bundle: &'a Bundle<'a>,
        plan: &'a Plan,
        minted: &'a Minted,
        rules: &'a StampRules,
    ) -> Self {
        let mut data: HashMap<_, Vec<&Manifest<'_>>> = HashMap::new();
        for manifest in bundle.manifests.iter().filter(|m| m.data.is_some()) {
            let earlier = manifest.previous_names().iter().map(String::as_str);
            let names = earlier.chain([&*manifest.id.name]);
            for name in names.collect::<BTreeSet<_>>() {
                data.entry((&*manifest.id.kind, name))
                    .or_default()
                    .push(manifest);
            }
        }
        Self {
            bundle,
            plan,
            minted,
            rules,
            data,
            used_rules: BTreeSet::new(),
            stamped: false,
        }
    }

    pub(super) fn of(&mut self, manifest: &Manifest<'_>, meanings: &[Option<Meaning>]) -> Counted {
        let mut counted = Counted::default();
        let meant = manifest.mentions.iter().zip(meanings);
        for (mention, meaning) in meant.filter(|(mention, _)| mention.in_template) {
            match meaning {
                Some(meaning) => self.managed(*meaning, mention, &mut counted),
                None => self.plain(manifest, mention, &mut counted),
            }
        }
        self.stamped |= counted.uses_managed;
        counted
    }

    fn managed(&mut self, meaning: Meaning, mention: &Mention<'_>, counted: &mut Counted) {
        let (logical, generation, keys) = match meaning {
            Meaning::Minted(at) => {
                let generation = &self.minted.generations[at];
                (
                    self.plan.wants[at].secret_name(self.bundle),
                    generation.suffix.as_deref(),
                    generation.keys.as_ref(),
                )
            }
            Meaning::Adopted(at) => {
                let adopted = &self.plan.adopted[at];
                (
                    adopted.logical.as_str(),
                    adopted.generation.as_deref(),
                    adopted.keys.as_ref(),
                )
            }
        };
        // a followed secret rolls nothing
        let Some(generation) = generation else { return };
        counted.uses_managed = true;
        match keys {
            Some(keys) => self.keys(
                Target::Secret,
                &[logical],
                logical,
                keys,
                &mention.used,
                counted,
            ),
            None => self.line(
                Target::Secret,
                &[logical],
                logical,
                "generation",
                generation,
                counted,
            ),
        }
    }

    fn plain(&mut self, manifest: &Manifest<'_>, mention: &Mention<'_>, counted: &mut Counted) {
        let kind = kind(mention.target);
        let candidates = self
            .data
            .get(&(kind, mention.name()))
            .cloned()
            .unwrap_or_default();
        let fits = candidates.into_iter().filter(|m| {
            let namespace = m.id.namespace.as_deref();
            mention_agrees(self.bundle, manifest, mention, namespace)
        });
        // a chart may have one of the same name for its hooks alone
        let found = fits.min_by_key(|m| m.hook.is_some() != manifest.hook.is_some());
        let Some((object, data)) = found.and_then(|m| Some((m, m.data.as_ref()?))) else {
            return;
        };
        let names: Vec<&str> = [data.unhashed.as_str(), &*object.id.name]
            .into_iter()
            .chain(object.previous_names().iter().map(String::as_str))
            .collect();
        self.keys(
            mention.target,
            &names,
            &data.unhashed,
            &data.keys,
            &mention.used,
            counted,
        );
    }

    fn keys(
        &mut self,
        target: Target,
        names: &[&str],
        name: &str,
        keys: &[(String, String)],
        used: &Used<'_>,
        counted: &mut Counted,
    ) {
        for (key, digest) in keys {
            let counts = match used {
                Used::All => true,
                Used::Keys(some) => some.iter().any(|one| one == key),
            };
            if counts {
                self.line(target, names, name, key, digest, counted);
            }
        }
    }

    fn line(
        &mut self,
        target: Target,
        names: &[&str],
        name: &str,
        key: &str,
        digest: &str,
        counted: &mut Counted,
    ) {
        let kind = kind(target);
        let mut covered = |rules: &[StampRule]| {
            let rule = rules
                .iter()
                .find(|rule| names.iter().any(|name| rule.covers(kind, name, key)));
            if let Some(rule) = rule {
                self.used_rules
                    .insert((rule.kind.clone(), rule.name.clone()));
            }
            rule.is_some()
        };
        if covered(&self.rules.exclude) {
            return;
        }
        let line = hash::digest(&[kind, name, key, digest]);
        if covered(&self.rules.live) {
            counted.live.insert(line);
        } else {
            counted.rolls.insert(line);
        }
    }

    /// Rules that name nothing which the stamped workloads use: most often a name that kustomize
    /// has prefixed since.
    pub(super) fn idle_rules(&self) -> Vec<Diagnostic> {
        if !self.stamped {
            return Vec::new();
        }
        let configs = self.bundle.configs.iter().map(|found| &found.config.stamp);
        let rules = configs.flat_map(|stamp| stamp.exclude.iter().chain(&stamp.live));
        let idle = rules.filter(|r| {
            r.kind == "ConfigMap" && !self.used_rules.contains(&(r.kind.clone(), r.name.clone()))
        });
        idle.map(|rule| {
            let like = self
                .data
                .keys()
                .map(|(_, name)| *name)
                .filter(|name| name.ends_with(&rule.name))
                .min();
            let hint = match like {
                Some(name) => format!("did you mean `{}/{name}`?", rule.kind),
                None => "name it as it is called where countersign runs.".to_owned(),
            };
            Diagnostic::warning(
                Code::StampNoEffect,
                format!("no stamped workload uses `{}/{}`", rule.kind, rule.name),
            )
            .at(rule.place.clone())
            .hint(hint)
        })
        .collect()
    }
}

fn kind(target: Target) -> &'static str {
    match target {
        Target::Secret => "Secret",
        Target::ConfigMap => "ConfigMap",
    }
}
