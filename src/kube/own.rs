//! What our own output carries, and how it is recognised when it comes back as input.
//!
//! Provenance: which managed secret, which generation, which sources. The names of the annotations
//! and labels are part of what users query; see the design, section 5.

use crate::config::{StampRule, StampRules};
use crate::diag::Place;
use crate::hash;
use crate::vault::SecretPath;
use crate::yaml::NodeRef;

/// Annotation: the logical name (it may be longer than a label value).
pub const SECRET: &str = "countersign.dev/secret";
/// Annotation: the suffix of the generation, also where the name does not carry it.
pub const GENERATION: &str = "countersign.dev/generation";
/// Label, one for each source, numbered from 0: a hash of namespace, mount and path.
pub const SOURCE_LABEL: &str = "countersign.dev/source-";
/// Annotation: `mount/path@version`, one a line where there are several.
pub const SOURCE: &str = "countersign.dev/source";
/// Annotation: `spec.stamp` of the config, where it says anything, so that a second pass in a
/// higher layer counts as the first one did. One `exclude|live kind/name key` a line.
pub const STAMP: &str = "countersign.dev/stamp";
/// Annotation: `true` on a generation that is only kept for old pods.
pub const PREVIOUS: &str = "countersign.dev/previous";
/// Annotation of an object that lets the operator in: the config that emits it.
pub const CONFIG: &str = "countersign.dev/config";
/// What stands for the generation of a followed secret: its name never changes.
pub const FOLLOWED: &str = "followed";
/// Annotation of a pod template: hash of all configuration that rolls it.
pub const CONFIG_HASH: &str = "countersign.dev/config-hash";
/// Annotation of a workload: image tag and hash of all configuration.
pub const SNAPSHOT: &str = "countersign.dev/snapshot";

/// The value of a source label: short enough for a label, tells nothing, equal for equal paths.
#[must_use]
pub fn source_label(secret: &SecretPath) -> String {
    hash::short(
        hash::digest(&[
            secret.namespace.as_deref().unwrap_or_default(),
            &secret.mount,
            &secret.path,
        ])
        .as_bytes(),
    )
    .to_string()
}

/// An object that countersign made in an earlier run.
#[derive(Clone, Debug)]
pub struct Own {
    /// The logical name.
    pub logical: String,
    /// The suffix of its generation; `None` for a followed secret.
    pub generation: Option<String>,
    /// Source labels, in their order.
    pub sources: Vec<String>,
    /// What its config said about the stamp.
    pub stamp: StampRules,
    /// Only kept for old pods: no manifest means it by its logical name.
    pub previous: bool,
}

impl Own {
    /// Recognises our own Secret or VaultStaticSecret.
    #[must_use]
    pub fn of(root: NodeRef<'_, '_>, kind: &str) -> Option<Self> {
        if !matches!(kind, "Secret" | "VaultStaticSecret") {
            return None;
        }
        let metadata = root.get("metadata")?;
        let annotation = |name: &str| metadata.get("annotations")?.get(name)?.scalar();
        let labels = metadata.get("labels");
        let sources = (0..)
            .map_while(|n| {
                Some(
                    labels?
                        .get(&format!("{SOURCE_LABEL}{n}"))?
                        .scalar()?
                        .to_owned(),
                )
            })
            .collect();
        Some(Self {
            logical: annotation(SECRET)?.to_owned(),
            generation: Some(annotation(GENERATION)?.to_owned()).filter(|g| g != FOLLOWED),
            sources,
            stamp: annotation(STAMP).map(parse_rules).unwrap_or_default(),
            previous: annotation(PREVIOUS) == Some("true"),
        })
    }

    /// What it was called when it was made, whatever layers above have made of that since:
    /// manifests that were rewritten then still say so.
    #[must_use]
    pub fn minted(&self) -> Option<String> {
        let generation = self.generation.as_ref()?;
        Some(format!("{}-{generation}", self.logical))
    }
}

/// What an emitted object says of itself.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// The logical name.
    pub logical: String,
    /// The suffix of the generation.
    pub generation: String,
    /// Sources and the versions that were read.
    pub sources: Vec<(SecretPath, Option<u64>)>,
    /// What the config says about the stamp.
    pub stamp: StampRules,
    /// Only kept for old pods.
    pub previous: bool,
}

impl Provenance {
    /// Labels: so that a cluster can be asked who uses a path.
    #[must_use]
    pub fn labels(&self) -> Vec<(String, String)> {
        self.sources
            .iter()
            .enumerate()
            .map(|(n, (secret, _))| (format!("{SOURCE_LABEL}{n}"), source_label(secret)))
            .collect()
    }

    /// Annotations: which secret, which generation, from where.
    #[must_use]
    pub fn annotations(&self) -> Vec<(String, String)> {
        let source = |(secret, version): &(SecretPath, Option<u64>)| match version {
            Some(version) => format!("{}/{}@{version}", secret.mount, secret.path),
            None => format!("{}/{}", secret.mount, secret.path),
        };
        let sources: Vec<String> = self.sources.iter().map(source).collect();
        let mut out = vec![
            (GENERATION.to_owned(), self.generation.clone()),
            (SECRET.to_owned(), self.logical.clone()),
            (SOURCE.to_owned(), sources.join("\n")),
        ];
        let rules = format_rules(&self.stamp);
        if !rules.is_empty() {
            out.push((STAMP.to_owned(), rules));
        }
        out
    }
}

fn format_rules(rules: &StampRules) -> String {
    let lines = |word: &str, rules: &[StampRule]| {
        let each = rules.iter().flat_map(|r| {
            r.keys
                .iter()
                .map(move |key| format!("{word} {}/{} {key}", r.kind, r.name))
        });
        each.collect::<Vec<_>>()
    };
    let mut all = lines("exclude", &rules.exclude);
    all.extend(lines("live", &rules.live));
    all.join("\n")
}

fn parse_rules(text: &str) -> StampRules {
    let mut rules = StampRules::default();
    for line in text.lines() {
        let mut words = line.split(' ');
        let (Some(word), Some(target), Some(key)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Some((kind, name)) = target.split_once('/') else {
            continue;
        };
        let rule = StampRule {
            kind: kind.to_owned(),
            name: name.to_owned(),
            keys: vec![key.to_owned()],
            place: Place::default(),
        };
        if word == "exclude" {
            rules.exclude.push(rule);
        } else {
            rules.live.push(rule);
        }
    }
    rules
}
