//! Our own earlier output that comes back as input: made again by a config of this run, or adopted
//! as it is.
//!
//! Part of `plan`. Layers above may have renamed an object since it was made, so it is known by
//! every name that manifests may still use. Says no to an object that was made from other sources.

use std::collections::HashMap;

use super::Bundle;
use super::places::Places;
use super::plan::{Kept, Want};
use crate::config::StampRules;
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::id::namespaces_agree;
use crate::kube::manifest::{Affixes, Manifest};
use crate::kube::own::{self, Own};

/// Our own output from a lower layer.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The logical name.
    pub logical: String,
    /// What it is called now.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// What overlays have put around its name.
    pub affixes: Affixes,
    /// Names by which manifests may still refer to it.
    pub aliases: Vec<String>,
    /// The suffix of its generation; `None` for a followed secret.
    pub generation: Option<String>,
    /// What its config said about the stamp.
    pub stamp: StampRules,
    /// Digests of its keys, where they can be told apart in the stamp.
    pub keys: Option<Vec<(String, String)>>,
}

/// An earlier generation that stands in the input and is made again by this run.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// Index into `wants`.
    pub want: usize,
    /// What it is called, or was: one entry for each name.
    pub name: String,
}

/// Everything of ours that an earlier run made.
#[derive(Default)]
pub struct Earlier {
    /// No config of this run makes it.
    pub adopted: Vec<Adopted>,
    /// Made again.
    pub replaced: Vec<Replaced>,
    /// What must not be in the output, because it is made again: (unit, item).
    pub consumed: Vec<(usize, Option<usize>)>,
}

/// What has to be made again of the generations that are kept: those of a secret that no config of
/// this run defines may stand in the input already, and stay where they are.
pub fn missing(bundle: &Bundle, wants: &[Want], mut kept: Vec<Kept>) -> Vec<Kept> {
    kept.retain(|one| {
        let namespace = one.namespace.as_deref();
        let wanted = wants.iter().any(|want| {
            want.secret(bundle).name == one.managed.name
                && namespaces_agree(want.namespace.as_deref(), namespace)
        });
        let stand = bundle.manifests.iter().filter(|manifest| {
            manifest.own.as_ref().is_some_and(|own| own.previous)
                && manifest.id.name == one.name()
                && namespaces_agree(manifest.id.namespace.as_deref(), namespace)
        });
        let delivery = one.managed.delivery;
        let objects = usize::from(delivery.has_secret()) + usize::from(delivery.has_operator());
        wanted || stand.count() < objects
    });
    kept
}

/// Sorts our own earlier output.
pub fn earlier(
    bundle: &Bundle<'_>,
    wants: &[Want],
    kept: &[Kept],
    places: &Places<'_>,
    report: &mut Report,
) -> Earlier {
    let mut out = Earlier::default();
    for manifest in &bundle.manifests {
        let Some(own) = &manifest.own else { continue };
        let namespace = manifest.id.namespace.as_deref();
        let want = wants.iter().position(|want| {
            want.secret(bundle).name == own.logical
                && namespaces_agree(want.namespace.as_deref(), namespace)
        });
        let again = kept.iter().any(|one| {
            one.name() == manifest.id.name && namespaces_agree(one.namespace.as_deref(), namespace)
        });
        if again {
            out.consumed.push((manifest.unit, manifest.item));
            // what is still current in the input may have become previous since
            if own.previous || want.is_none() {
                continue;
            }
        }
        match want {
            None if is_left_over(bundle, manifest) => {
                out.consumed.push((manifest.unit, manifest.item));
            }
            None => adopt(&mut out.adopted, manifest, own),
            // the lock does not keep it any more
            Some(at) if own.previous && sources(bundle, &wants[at]) == own.sources => {
                out.consumed.push((manifest.unit, manifest.item));
            }
            Some(at) if again || sources(bundle, &wants[at]) == own.sources => {
                let names = earlier_names(manifest, own).chain([manifest.id.name.to_string()]);
                out.replaced
                    .extend(names.map(|name| Replaced { want: at, name }));
                out.consumed.push((manifest.unit, manifest.item));
            }
            Some(_) => {
                let message = format!(
                    "`{}` was made from other sources than `{}` has now",
                    manifest.id.label(),
                    own.logical
                );
                report.push(
                    Diagnostic::error(Code::ForeignSecret, message)
                        .at(places.of(manifest))
                        .hint("rename one of the secrets, or take the old object out."),
                );
            }
        }
    }
    let key = |a: &Adopted| (a.logical.clone(), a.namespace.clone());
    let mut generations: HashMap<_, usize> = HashMap::new();
    for one in out.adopted.iter().filter(|one| !one.aliases.is_empty()) {
        *generations.entry(key(one)).or_default() += 1;
    }
    // several generations of one secret: a logical name does not say which is meant
    for one in &mut out.adopted {
        if generations.get(&key(one)).is_some_and(|count| *count > 1) {
            one.aliases.retain(|alias| *alias != one.logical);
        }
    }
    out
}

/// Whether it stands among what a config of this run makes in the files of a package, although the
/// config defines it no more; what somebody still names stays.
fn is_left_over(bundle: &Bundle<'_>, manifest: &Manifest<'_>) -> bool {
    let configs = bundle.configs.iter().map(|found| &*found.config.name);
    let package = bundle.package.as_ref();
    let is_made_here = package.is_some_and(|package| package.is_made_by(manifest.item, configs));
    let named = |other: &Manifest<'_>| {
        let mut mentions = other.mentions.iter();
        mentions.any(|mention| mention.name() == manifest.id.name)
    };
    let others = bundle.manifests.iter().filter(|other| other.own.is_none());
    is_made_here && !others.into_iter().any(|other| named(other))
}

fn sources(bundle: &Bundle<'_>, want: &Want) -> Vec<String> {
    let each = want.secret(bundle).sources.iter();
    each.map(|source| own::source_label(&source.secret))
        .collect()
}

/// What it was called before it was called what it is now.
fn earlier_names(manifest: &Manifest<'_>, own: &Own) -> impl Iterator<Item = String> {
    manifest
        .previous_names()
        .iter()
        .cloned()
        .chain(own.minted())
}

/// A Secret and the object that lets the operator repair it are one; the Secret tells more.
fn adopt(adopted: &mut Vec<Adopted>, manifest: &Manifest<'_>, own: &Own) {
    let id = &manifest.id;
    let namespace = id.namespace.as_deref();
    let same = |a: &Adopted| a.name == id.name && a.namespace.as_deref() == namespace;
    if id.kind != "Secret" && adopted.iter().any(same) {
        return;
    }
    adopted.retain(|a| !same(a));
    let mut aliases: Vec<String> = Vec::new();
    if own.previous {
        // whatever overlays made of its name; by its logical name nobody means it
        aliases.extend(own.minted());
    } else {
        aliases.extend(earlier_names(manifest, own));
        aliases.push(own.logical.clone());
    }
    aliases.retain(|alias| *alias != id.name);
    // only a name that does not carry its generation needs its keys told apart, and only
    // `content` says no more than the object itself
    let by_content = manifest.data.as_ref().filter(|data| {
        let generation = own.generation.as_ref();
        generation.is_some_and(|g| !id.name.contains(g) && data.suffix == *g)
    });
    adopted.push(Adopted {
        logical: own.logical.clone(),
        name: id.name.to_string(),
        namespace: namespace.map(str::to_owned),
        affixes: manifest.affixes().clone(),
        aliases,
        generation: own.generation.clone(),
        stamp: own.stamp.clone(),
        keys: by_content.map(|data| data.keys.clone()),
    });
}
