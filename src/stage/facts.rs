//! What a run made, from which versions, and who uses it: for whoever has to account for it.
//!
//! Names, versions and hashes that stand in the output anyway; no value and no digest of one is in
//! here. It must not know who wants to know it or where that is written.

use std::sync::Arc;

use super::generation::generation;
use super::mint::{Minted, Object};
use super::plan::Plan;
use super::resolve::Resolved;
use super::rewrite::{Links, Meaning};
use super::stamp::Stamps;
use super::subject::Subject;
use super::{Bundle, Shape, tracking};
use crate::config::Delivery;
use crate::lock::Pinned;
use crate::vault::SecretPath;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// In the order of the output.
    pub emitted: Vec<Emitted>,
    /// In the order of the input.
    pub used: Vec<Used>,
}

/// A source and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which one; its namespace is the runner's where the config names none.
    pub secret: SecretPath,
    /// `None` for kv-v1 and for what follows Vault.
    pub version: Option<u64>,
    /// The server's own text; `None` as above.
    pub created: Option<String>,
}

/// An object of ours in the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// `Secret`, `VaultStaticSecret`, or what lets the operator in.
    pub kind: &'static str,
    /// Its namespace, where one is said.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// What it was made of; `None`: it lets the operator in.
    pub origin: Option<Origin>,
    /// Its number among the documents, or the items, of the output.
    pub document: usize,
    /// kustomize gets a Secret that stands in for the one the operator makes.
    pub(super) has_stand_in: bool,
}

/// A generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The config.
    pub config: String,
    /// The logical name.
    pub secret: String,
    /// Its suffix; `None`: it follows Vault.
    pub generation: Option<String>,
    /// How it is delivered.
    pub delivery: Delivery,
    /// It is only kept for old pods.
    pub previous: bool,
    /// At which versions.
    pub sources: Vec<Standing>,
}

/// A manifest that uses managed secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// `Deployment`.
    pub kind: String,
    /// Its namespace, where one is said.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it was read.
    pub file: Arc<str>,
    /// Its number among the documents, or the items, of the output.
    pub document: usize,
    /// Its stamp, where it has one.
    pub config_hash: Option<String>,
    /// The whole version of the application, where it has one.
    pub snapshot: Option<String>,
    /// Each once, in the order in which it names them.
    pub secrets: Vec<UsedSecret>,
    /// Which manifest of the bundle it is.
    pub(super) manifest: usize,
}

/// What a manifest uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedSecret {
    /// The logical name.
    pub secret: String,
    /// What the Secret is called now.
    pub name: String,
    /// Its suffix; `None`: it follows Vault.
    pub generation: Option<String>,
    /// At which versions; nothing where an earlier run made it.
    pub sources: Vec<Standing>,
}

/// For each subject where its sources stand.
#[must_use]
pub fn standings(subjects: &[Subject<'_>], resolved: &Resolved) -> Vec<Vec<Standing>> {
    let of = |subject| generation(subject, resolved, None).sources;
    let each = subjects.iter().map(of);
    each.map(|pins| pins.into_iter().map(standing).collect())
        .collect()
}

fn standing(pin: Pinned) -> Standing {
    let mut secret = pin.secret;
    secret.namespace = secret.namespace.or(pin.runner_namespace);
    Standing {
        secret,
        version: pin.version,
        created: pin.created,
    }
}

/// What is known before it is written: all but the numbers of documents.
#[must_use]
pub fn facts(
    bundle: &Bundle<'_>,
    plan: &Plan,
    standings: &[Vec<Standing>],
    minted: &Minted,
    links: &Links,
    stamps: &Stamps,
) -> Facts {
    let subjects = plan.subjects(bundle);
    let objects = plan.access.iter().chain(&minted.objects);
    let emitted = objects.map(|object| Emitted {
        kind: object.kind,
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        origin: object
            .subject
            .map(|at| origin(at, &subjects[at], &standings[at], minted)),
        document: 0,
        has_stand_in: has_stand_in(bundle, object),
    });
    let users = (0..bundle.manifests.len()).filter(|at| links.is_user(*at));
    Facts {
        emitted: emitted.collect(),
        used: users
            .map(|at| used(at, bundle, plan, standings, minted, links, stamps))
            .collect(),
    }
}

fn has_stand_in(bundle: &Bundle<'_>, object: &Object) -> bool {
    bundle.shape == Shape::ResourceList && tracking::has_stand_in(object, bundle.generator)
}

fn origin(at: usize, subject: &Subject<'_>, standings: &[Standing], minted: &Minted) -> Origin {
    let generation = if subject.previous {
        subject.locked.and_then(|locked| locked.suffix.clone())
    } else {
        minted.generations[at].suffix.clone()
    };
    Origin {
        config: subject.config.to_owned(),
        secret: subject.managed.name.clone(),
        generation,
        delivery: subject.managed.delivery,
        previous: subject.previous,
        sources: standings.to_vec(),
    }
}

fn used(
    at: usize,
    bundle: &Bundle<'_>,
    plan: &Plan,
    standings: &[Vec<Standing>],
    minted: &Minted,
    links: &Links,
    stamps: &Stamps,
) -> Used {
    let manifest = &bundle.manifests[at];
    let mut meanings: Vec<Meaning> = Vec::new();
    for meaning in links.of(at).iter().flatten() {
        if !meanings.contains(meaning) {
            meanings.push(*meaning);
        }
    }
    let secret = |meaning| match meaning {
        Meaning::Minted(want) => UsedSecret {
            secret: plan.wants[want].secret_name(bundle).to_owned(),
            name: minted.generations[want].name.clone(),
            generation: minted.generations[want].suffix.clone(),
            sources: standings[want].clone(),
        },
        Meaning::Adopted(at) => UsedSecret {
            secret: plan.adopted[at].logical.clone(),
            name: plan.adopted[at].name.clone(),
            generation: plan.adopted[at].generation.clone(),
            sources: Vec::new(),
        },
    };
    let (config_hash, snapshot) = stamps.of(bundle, at).unzip();
    Used {
        kind: manifest.id.kind.to_string(),
        namespace: manifest.id.namespace.as_deref().map(str::to_owned),
        name: manifest.id.name.to_string(),
        file: Arc::clone(&bundle.inputs[bundle.units[manifest.unit].input].file),
        document: 0,
        config_hash,
        snapshot,
        secrets: meanings.into_iter().map(secret).collect(),
        manifest: at,
    }
}
