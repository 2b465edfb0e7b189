//! Every site that names a managed secret gets the generation's name.
//!
//! A name is matched exactly and within its namespace; under kustomize also by the names an object
//! had before. Says no to names in anchored nodes that aliases reuse, and to names that could mean
//! two secrets; tells about mentions it had to leave alone.

mod gone;

use std::collections::{HashMap, HashSet};

use super::Bundle;
use super::mint::Minted;
use super::places::Places;
use super::plan::{Plan, mention_agrees};
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::id::ObjectId;
use crate::kube::manifest::{Affixes, Manifest};
use crate::kube::mention::Mention;
use crate::kube::sites::Target;
use crate::yaml::Edit;

/// Which managed secret a mention means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// Minted by this run: index of the want.
    Minted(usize),
    /// Our own earlier output: index in the plan.
    Adopted(usize),
}

/// rewrite → stamp, write: what every mention means.
pub struct Links {
    /// One for each mention of each manifest.
    meanings: Vec<Option<Meaning>>,
    /// For each manifest, where its own begin.
    first: Vec<usize>,
    /// What the secrets of `Meaning` are called now.
    minted: Vec<String>,
    adopted: Vec<String>,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
}

impl Links {
    fn new(bundle: &Bundle<'_>, plan: &Plan, minted: &Minted) -> Self {
        let mentions = bundle.manifests.iter().map(|m| m.mentions.len());
        Self {
            meanings: Vec::with_capacity(mentions.sum()),
            first: Vec::with_capacity(bundle.manifests.len()),
            minted: minted.generations.iter().map(|g| g.name.clone()).collect(),
            adopted: plan.adopted.iter().map(|a| a.name.clone()).collect(),
            warnings: Vec::new(),
        }
    }

    /// What the mentions of a manifest mean, in their order.
    #[must_use]
    pub fn of(&self, manifest: usize) -> &[Option<Meaning>] {
        let next = self.first.get(manifest + 1);
        &self.meanings[self.first[manifest]..next.copied().unwrap_or(self.meanings.len())]
    }

    /// Whether a manifest uses a managed secret.
    #[must_use]
    pub fn is_user(&self, manifest: usize) -> bool {
        self.of(manifest).iter().any(Option::is_some)
    }

    /// The edits by which a manifest names its secrets.
    pub fn edits<'a>(
        &'a self,
        bundle: &'a Bundle<'_>,
        at: usize,
    ) -> impl Iterator<Item = Edit> + 'a {
        let manifest = &bundle.manifests[at];
        let meant = manifest.mentions.iter().zip(self.of(at));
        meant.filter_map(|(mention, meaning)| {
            let name = match (*meaning)? {
                Meaning::Minted(at) => &self.minted[at],
                Meaning::Adopted(at) => &self.adopted[at],
            };
            let new = replacement(mention, name)?;
            let document = bundle.text(manifest.unit);
            mention.spot.replace(document, &mention.text, &new)
        })
    }
}

/// Finds out what every site names, and that it can be rewritten.
pub fn rewrite(bundle: &Bundle<'_>, plan: &Plan, minted: &Minted) -> Result<Links, Report> {
    let names = Names::new(bundle, plan, minted);
    let places = Places::new(bundle);
    let mut report = Report::default();
    let mut links = Links::new(bundle, plan, minted);
    let mut warnings = Vec::new();
    let gone: HashSet<_> = bundle.consumed.iter().copied().collect();
    for manifest in &bundle.manifests {
        let consumed = gone.contains(&(manifest.unit, manifest.item));
        let document = bundle.text(manifest.unit);
        links.first.push(links.meanings.len());
        for mention in &manifest.mentions {
            let mut meant = None;
            let found = if mention.target == Target::Secret && !consumed {
                names.meaning(manifest, mention)
            } else {
                Found::None
            };
            match found {
                Found::None => {}
                Found::One(meaning, name) => {
                    meant = Some(meaning);
                    if replacement(mention, name).is_some() {
                        if mention.spot.shared {
                            report.push(aliased(&places, manifest, mention));
                        } else if !mention.spot.is_replaceable(document, &mention.text) {
                            report.push(unreplaceable(&places, manifest, mention));
                        }
                    }
                }
                Found::Several => report.push(
                    Diagnostic::error(Code::AmbiguousReference, format!("`{}` could mean a secret of two configs", mention.name()))
                        .at(places.of_name(manifest, Some(mention.spot.node), None))
                        .hint("give the object a `metadata.namespace`, rename one of the secrets, or run countersign in each instance's layer."),
                ),
                Found::Elsewhere(namespace) => warnings.push(
                    Diagnostic::warning(
                        Code::OtherNamespace,
                        format!("`{}` is left as it is: the managed secret of that name is in the namespace `{namespace}`", mention.name()),
                    )
                    .at(places.of_name(manifest, Some(mention.spot.node), None))
                    .hint("give this namespace a config of its own if the same secret is meant."),
                ),
            }
            links.meanings.push(meant);
        }
        for stray in manifest
            .strays
            .iter()
            .filter(|s| !consumed && names.is_renamed(&s.name))
        {
            warnings.push(
                Diagnostic::warning(
                    Code::UncoveredMention,
                    format!(
                        "`{}` stands in a field that is not known to name a Secret",
                        stray.name
                    ),
                )
                .at(places.of_name(manifest, Some(stray.node), Some(&stray.field)))
                .hint(format!(
                    "if it does, add it to `spec.references`: `{}`.",
                    reference(&manifest.id, &stray.field)
                )),
            );
        }
    }
    warnings.extend(gone::warnings(bundle, plan, &names, &places));
    links.warnings = warnings;
    report.check(links)
}

/// The entry of `spec.references` for a field.
fn reference(id: &ObjectId<'_>, field: &str) -> String {
    let (kind, path) = (&id.kind, site_path(field));
    match id.group() {
        "" => format!("{{kind: {kind}, path: {path}}}"),
        group => format!("{{kind: {kind}, group: {group}, path: {path}}}"),
    }
}

/// `spec.a[0].b` as a kustomize field path.
fn site_path(field: &str) -> String {
    let mut path = String::new();
    let mut index = false;
    for c in field.chars() {
        match c {
            '[' => index = true,
            ']' => index = false,
            '.' if !index => path.push('/'),
            _ if index => {}
            c => path.push(c),
        }
    }
    path
}

/// What the scalar has to say, if it does not say it already.
fn replacement(mention: &Mention<'_>, name: &str) -> Option<String> {
    let new = match mention.text.split_once('/') {
        Some((namespace, old)) if old == mention.name() => format!("{namespace}/{name}"),
        _ => name.to_owned(),
    };
    (new != mention.text).then_some(new)
}

fn aliased(places: &Places<'_>, manifest: &Manifest<'_>, mention: &Mention<'_>) -> Diagnostic {
    Diagnostic::error(
        Code::AliasedAnchor,
        format!(
            "`{}` stands in a part of the document that an alias uses again",
            mention.name()
        ),
    )
    .at(places.of_name(manifest, Some(mention.spot.node), None))
    .hint("write the part out at both places, without `&` and `*`.")
}

fn unreplaceable(
    places: &Places<'_>,
    manifest: &Manifest<'_>,
    mention: &Mention<'_>,
) -> Diagnostic {
    Diagnostic::error(
        Code::UnsupportedLayout,
        format!(
            "`{}` is written in a way that cannot be changed safely",
            mention.name()
        ),
    )
    .at(places.of_name(manifest, Some(mention.spot.node), None))
    .hint("write the name on one line.")
}

enum Found<'n> {
    None,
    One(Meaning, &'n str),
    Several,
    Elsewhere(&'n str),
}

struct Name<'n> {
    meaning: Meaning,
    namespace: Option<&'n str>,
    new: &'n str,
    /// For our own earlier output: what overlays have put around its name.
    affixes: Option<&'n Affixes>,
}

/// Every name that manifests may use for a managed secret.
struct Names<'n> {
    bundle: &'n Bundle<'n>,
    by_alias: HashMap<&'n str, Vec<Name<'n>>>,
}

impl<'n> Names<'n> {
    fn new(bundle: &'n Bundle<'n>, plan: &'n Plan, minted: &'n Minted) -> Self {
        let mut names = Self {
            bundle,
            by_alias: HashMap::new(),
        };
        for (at, want) in plan.wants.iter().enumerate() {
            let generation = &minted.generations[at];
            let earlier = plan
                .replaced
                .iter()
                .filter(|r| r.want == at)
                .map(|r| r.name.as_str());
            for alias in std::iter::once(want.secret_name(bundle)).chain(earlier) {
                let name = Name {
                    meaning: Meaning::Minted(at),
                    namespace: want.namespace.as_deref(),
                    new: &generation.name,
                    affixes: None,
                };
                names.add(alias, name);
            }
        }
        for (at, adopted) in plan.adopted.iter().enumerate() {
            for alias in adopted.aliases.iter().chain([&adopted.name]) {
                let name = Name {
                    meaning: Meaning::Adopted(at),
                    namespace: adopted.namespace.as_deref(),
                    new: &adopted.name,
                    affixes: Some(&adopted.affixes),
                };
                names.add(alias, name);
            }
        }
        names
    }

    fn add(&mut self, alias: &'n str, name: Name<'n>) {
        let names = self.by_alias.entry(alias).or_default();
        if !names.iter().any(|n| n.meaning == name.meaning) {
            names.push(name);
        }
    }

    fn is_renamed(&self, name: &str) -> bool {
        self.by_alias
            .get(name)
            .is_some_and(|names| names.iter().any(|n| n.new != name))
    }

    fn meaning(&self, manifest: &Manifest<'_>, mention: &Mention<'_>) -> Found<'_> {
        let Some(names) = self.by_alias.get(mention.name()) else {
            return Found::None;
        };
        let mut agreeing: Vec<&Name<'_>> = names
            .iter()
            .filter(|n| mention_agrees(self.bundle, manifest, mention, n.namespace))
            .collect();
        // what we made ourselves goes by its own name, and two instances of one base are told apart
        // as kustomize does it: by what overlays put around the names
        let itself = |n: &Name<'_>| manifest.own.is_some() && n.new == manifest.id.name;
        let sibling = |n: &Name<'_>| n.affixes == Some(manifest.affixes());
        for nearer in [&itself as &dyn Fn(&Name<'_>) -> bool, &sibling] {
            if agreeing.len() > 1 && agreeing.iter().any(|n| nearer(n)) {
                agreeing.retain(|n| nearer(n));
            }
        }
        match agreeing.as_slice() {
            [] => match names.iter().find_map(|n| n.namespace) {
                Some(namespace) => Found::Elsewhere(namespace),
                None => Found::None,
            },
            [one, others @ ..] if others.iter().all(|other| other.new == one.new) => {
                Found::One(one.meaning, one.new)
            }
            _ => Found::Several,
        }
    }
}
