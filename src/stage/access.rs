//! Objects that let the operator in: which are emitted into which namespaces, and which of the input
//! they replace.
//!
//! Part of `plan`: names only. Says no to two configs that mean different objects by one name, and to
//! an object of that name which somebody else made.

use super::Bundle;
use super::mint::Object;
use super::places::Places;
use super::plan::Want;
use crate::config::Config;
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::access::{KINDS, Made, made, object};
use crate::kube::id::namespaces_agree;

/// Everything of the kind.
#[derive(Default)]
pub struct Accesses {
    /// In the order of their kinds, then by namespace and name.
    pub objects: Vec<Object>,
    /// Made by an earlier run, and made again: (unit, item).
    pub consumed: Vec<(usize, Option<usize>)>,
}

/// One object that is wanted, and by which config.
struct Wanted<'b> {
    config: &'b Config,
    namespace: Option<String>,
    made: Made,
    /// What two of one name have to agree in.
    text: String,
}

/// What the configs emit.
pub fn accesses(
    bundle: &Bundle<'_>,
    wants: &[Want],
    places: &Places<'_>,
    report: &mut Report,
) -> Accesses {
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for (at, found) in bundle.configs.iter().enumerate() {
        let config = &found.config;
        let Some(access) = &config.access else {
            continue;
        };
        for namespace in namespaces(at, config, wants) {
            wanted.extend(made(config, access).into_iter().map(|made| Wanted {
                config,
                namespace: namespace.clone(),
                text: made.spec.to_yaml(0, "\n"),
                made,
            }));
        }
    }
    // equal ones of several configs are one: that of the first name, whatever the order of the input
    wanted.sort_by(|a, b| key(a).cmp(&key(b)));
    contradictions(&wanted, report);
    wanted.dedup_by(|later, first| {
        let id = |w: &Wanted<'_>| (w.made.kind, w.namespace.clone(), w.made.name.clone());
        id(later) == id(first)
    });
    let mut out = Accesses::default();
    for one in &wanted {
        for manifest in bundle.manifests.iter().filter(|manifest| {
            manifest.id.kind == one.made.kind
                && manifest.id.group() == crate::kube::access::GROUP
                && manifest.id.name == one.made.name
                && bundle.agree(manifest.id.namespace.as_deref(), one.namespace.as_deref())
        }) {
            if manifest.access {
                out.consumed.push((manifest.unit, manifest.item));
                continue;
            }
            let message = format!(
                "`{}` stands among the manifests, and `{}` emits one",
                manifest.id.label(),
                one.config.name
            );
            report.push(
                Diagnostic::error(Code::ForeignSecret, message)
                    .at(places.of(manifest))
                    .hint(
                        "take one of the two out: this one, or its kind in `spec.operator.emit`.",
                    ),
            );
        }
    }
    out.objects = wanted.into_iter().map(finished).collect();
    out
}

fn finished(one: Wanted<'_>) -> Object {
    let Wanted {
        config,
        namespace,
        made,
        ..
    } = one;
    Object {
        kind: made.kind,
        name: made.name.clone(),
        logical: made.name.clone(),
        has_secret: false,
        config: config.name.clone(),
        subject: None,
        value: object(made, namespace.as_deref(), config),
        namespace,
    }
}

fn key<'w>(one: &'w Wanted<'_>) -> (usize, Option<&'w str>, &'w str, &'w str) {
    let rank = KINDS.iter().position(|kind| *kind == one.made.kind);
    let namespace = one.namespace.as_deref();
    (
        rank.unwrap_or(KINDS.len()),
        namespace,
        &one.made.name,
        &one.config.name,
    )
}

/// Where the objects of a config are.
fn namespaces(at: usize, config: &Config, wants: &[Want]) -> Vec<Option<String>> {
    if config.namespace.is_some() {
        return vec![config.namespace.clone()];
    }
    let own = wants.iter().filter(|want| want.config == at);
    let mut known: Vec<_> = own.filter_map(|want| want.namespace.clone()).collect();
    known.sort();
    known.dedup();
    if known.is_empty() {
        return vec![None];
    }
    known.into_iter().map(Some).collect()
}

/// One name, and two contents.
fn contradictions(wanted: &[Wanted<'_>], report: &mut Report) {
    for (at, one) in wanted.iter().enumerate() {
        let other = wanted[..at].iter().find(|other| {
            other.made.kind == one.made.kind
                && other.made.name == one.made.name
                && namespaces_agree(other.namespace.as_deref(), one.namespace.as_deref())
                && other.text != one.text
        });
        let Some(other) = other else { continue };
        let message = format!(
            "`{}` and `{}` emit two different objects `{}/{}`",
            other.config.name, one.config.name, one.made.kind, one.made.name
        );
        let place = one
            .config
            .access
            .as_ref()
            .map(|access| access.place.clone());
        report.push(
            Diagnostic::error(Code::DuplicateName, message)
                .at(place.unwrap_or_default())
                .hint("let one of them emit it, or make both say the same; a VaultAuth is called as `vaultAuthRef` says, the others after their config."),
        );
    }
}
