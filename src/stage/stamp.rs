//! Pod templates get the hash of all they take their configuration from.
//!
//! Only workloads that use a managed secret. Only the keys that the pod uses count, less what the
//! config excludes; order does not matter. `snapshot` on the workload itself also counts what is
//! re-read while running: it may change without a rollout.

use std::collections::{BTreeSet, HashMap};

use super::Bundle;
use super::mint::Minted;
use super::places::Places;
use super::plan::{Plan, mention_agrees};
use super::rewrite::{Links, Meaning};
use crate::config::{StampRule, StampRules};
use crate::diag::{Code, Diagnostic, Report};
use crate::hash::{self, Short};
use crate::kube::manifest::{Manifest, Stamp};
use crate::kube::mention::{Mention, Used};
use crate::kube::own::{CONFIG_HASH, SNAPSHOT};
use crate::kube::sites::Target;
use crate::yaml::Edit;
use crate::yaml::slot::{Closed, Slot};

/// stamp → write: the stamps of the workloads that take one.
pub struct Stamps {
    /// In the order of the manifests.
    all: Vec<Stamped>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

struct Stamped {
    /// The number of its manifest.
    manifest: usize,
    /// The hash of what rolls it.
    rolls: Short,
    /// The hash of all that counts, where that is more.
    all: Option<Short>,
}

impl Stamps {
    /// The edits by which a manifest carries its stamp.
    #[must_use]
    pub fn edits(&self, bundle: &Bundle<'_>, manifest: usize) -> Vec<Edit> {
        let stamped = self.all.binary_search_by_key(&manifest, |one| one.manifest);
        let edits = stamped.ok().and_then(|at| {
            let manifest = &bundle.manifests[manifest];
            let document = bundle.text(manifest.unit);
            set(document, manifest.stamp.as_deref()?, &self.all[at]).ok()
        });
        edits.unwrap_or_default()
    }
}

/// Makes the stamps of all workloads, and finds out that they can take them.
pub fn stamp(
    bundle: &Bundle<'_>,
    plan: &Plan,
    minted: &Minted,
    links: &Links,
) -> Result<Stamps, Report> {
    let rules = rules(bundle, plan);
    let places = Places::new(bundle);
    let mut count = Counter::new(bundle, plan, minted, &rules);
    let mut report = Report::default();
    let mut all = Vec::new();
    for (at, manifest) in bundle.manifests.iter().enumerate() {
        let Some(stamp) = &manifest.stamp else {
            continue;
        };
        let counted = count.of(manifest, links.of(at));
        if !counted.uses_managed {
            continue;
        }
        let stamped = Stamped {
            manifest: at,
            rolls: counted.hash(false),
            all: (!counted.live.is_empty()).then(|| counted.hash(true)),
        };
        match set(bundle.text(manifest.unit), stamp, &stamped) {
            Ok(_) => all.push(stamped),
            Err(closed) => report.push(refused(&places, manifest, closed)),
        }
    }
    report.check(Stamps {
        all,
        warnings: count.idle_rules(),
    })
}

fn set(document: &str, stamp: &Stamp<'_>, stamped: &Stamped) -> Result<Vec<Edit>, Closed> {
    let config_hash = stamped.rolls.to_string();
    let tag = stamp.tag.as_deref().unwrap_or("untagged");
    let snapshot = format!("{tag}:{}", stamped.all.unwrap_or(stamped.rolls));
    let template = stamp.template.as_ref().map_err(|c| *c)?;
    let set = |slot: &Slot<'_>, entries: &[(&str, String)]| {
        slot.set(document, entries).ok_or(Closed::Shared)
    };
    match &stamp.workload {
        None => set(
            template,
            &[(CONFIG_HASH, config_hash), (SNAPSHOT, snapshot)],
        ),
        Some(workload) => {
            let workload = workload.as_ref().map_err(|c| *c)?;
            let mut edits = set(template, &[(CONFIG_HASH, config_hash)])?;
            edits.extend(set(workload, &[(SNAPSHOT, snapshot)])?);
            Ok(edits)
        }
    }
}

fn refused(places: &Places<'_>, manifest: &Manifest<'_>, closed: Closed) -> Diagnostic {
    let (code, why, hint) = match closed {
        Closed::Shared => (
            Code::AliasedAnchor,
            "its metadata is used again by an alias",
            "write the metadata out, without `&` and `*`.",
        ),
        Closed::Layout => (
            Code::UnsupportedLayout,
            "its metadata is laid out in a way that cannot be changed safely",
            "write it as an indented block.",
        ),
        Closed::NotAMapping => (
            Code::UnsupportedLayout,
            "its metadata is not a mapping",
            "correct the manifest.",
        ),
    };
    Diagnostic::error(
        code,
        format!("`{}` cannot be stamped: {why}", manifest.id.label()),
    )
    .at(places.of(manifest))
    .hint(hint)
}

/// The rules of all configs, and those that adopted objects carry.
fn rules(bundle: &Bundle<'_>, plan: &Plan) -> StampRules {
    let mut all = StampRules::default();
    let configs = bundle.configs.iter().map(|found| &found.config.stamp);
    for rules in configs.chain(plan.adopted.iter().map(|a| &a.stamp)) {
        all.exclude.extend(rules.exclude.iter().cloned());
        all.live.extend(rules.live.iter().cloned());
    }
    all
}

#[derive(Default)]
struct Counted {
    rolls: BTreeSet<String>,
    live: BTreeSet<String>,
    uses_managed: bool,
}

impl Counted {
    fn hash(&self, live: bool) -> Short {
        let lines: Vec<&String> = if live {
            self.rolls.union(&self.live).collect()
        } else {
            self.rolls.iter().collect()
        };
        hash::short(hash::digest(&lines).as_bytes())
    }
}

struct Counter<'a> {
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
    fn new(
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

    fn of(&mut self, manifest: &Manifest<'_>, meanings: &[Option<Meaning>]) -> Counted {
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
        let found = candidates
            .into_iter()
            .find(|m| mention_agrees(manifest, mention, m.id.namespace.as_deref()));
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
    fn idle_rules(&self) -> Vec<Diagnostic> {
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
