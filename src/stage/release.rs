//! What the objects of a Helm release need beside those of any stream.
//!
//! Helm 3 finds `--show-only` by the `# Source:` line of a document. Helm 4 runs hooks before the rest
//! of the release is applied, so what they use has to be a hook as well, and so has what lets the
//! operator make it. It decides nothing about names, and how Helm calls us is the door's business.

use super::Bundle;
use super::mint::Object;
use super::plan::{Plan, Want};
use super::rewrite::{Links, Meaning};
use crate::kube::access::made;
use crate::kube::hook::Hook;

/// How Helm 3 says which template a document came from.
const SOURCE: &str = "# Source: ";

/// What is written with each of our objects.
#[derive(Default)]
pub struct Dress {
    /// The line of the template that holds the config.
    pub source: Option<String>,
    /// The hooks that need a copy of it.
    pub before: Option<Hook>,
}

/// The line and the copy of each object.
#[must_use]
pub fn dresses(bundle: &Bundle<'_>, plan: &Plan, links: &Links, objects: &[Object]) -> Vec<Dress> {
    let mut dresses: Vec<Dress> = objects.iter().map(|_| Dress::default()).collect();
    for (at, want) in plan.wants.iter().enumerate() {
        let source = source(bundle.text(bundle.configs[want.config].unit));
        let hook = hooks(bundle, links, Meaning::Minted(at));
        for (object, dress) in objects.iter().zip(&mut dresses) {
            if object.subject == Some(at) {
                dress.source.clone_from(&source);
                dress.before.clone_from(&hook);
            } else if lets_in(bundle, want, object) {
                dress.source = dress.source.take().or_else(|| source.clone());
                let needed = want.secret(bundle).delivery.has_operator();
                let earlier = hook.as_ref().filter(|_| needed).map(Hook::before);
                dress.before = joined(dress.before.take().into_iter().chain(earlier));
            }
        }
    }
    dresses
}

/// Whether an object lets the operator in to make a secret.
fn lets_in(bundle: &Bundle<'_>, want: &Want, object: &Object) -> bool {
    let config = want.config(bundle);
    let emitted = config.access.iter().flat_map(|access| made(config, access));
    object.subject.is_none()
        && bundle.agree(object.namespace.as_deref(), want.namespace.as_deref())
        && emitted
            .into_iter()
            .any(|made| made.kind == object.kind && made.name == object.name)
}

/// Names of managed secrets that no document mentions, but for those that keep theirs.
#[must_use]
pub fn unused(bundle: &Bundle<'_>, plan: &Plan, links: &Links) -> Vec<String> {
    let used = |at: usize| {
        let mut manifests = 0..bundle.manifests.len();
        manifests.any(|manifest| links.of(manifest).contains(&Some(Meaning::Minted(at))))
    };
    let wants = plan.wants.iter().enumerate();
    let unused = wants.filter(|(at, want)| {
        let secret = want.secret(bundle);
        secret.name_suffix && !secret.follow && !used(*at)
    });
    unused
        .map(|(_, want)| want.secret_name(bundle).to_owned())
        .collect()
}

/// All hooks that run without the release and use a secret, as one.
fn hooks(bundle: &Bundle<'_>, links: &Links, secret: Meaning) -> Option<Hook> {
    let hooks = bundle
        .manifests
        .iter()
        .enumerate()
        .filter_map(|(at, manifest)| {
            let uses = links.of(at).contains(&Some(secret));
            manifest.hook.as_deref().filter(|_| uses).cloned()
        });
    joined(hooks)
}

/// What serves all of them.
fn joined(hooks: impl Iterator<Item = Hook>) -> Option<Hook> {
    hooks.reduce(|mut all, one| {
        all.join(&one);
        all
    })
}

/// The line of a document, where Helm wrote one.
fn source(document: &str) -> Option<String> {
    let mut lines = document.lines().take_while(|line| {
        // Helm's own line is the first after the separator
        line.starts_with("---") || line.starts_with('#')
    });
    lines
        .find(|line| line.starts_with(SOURCE))
        .map(str::to_owned)
}
