//! Which Secrets and ConfigMaps the pods of a workload take, and which keys of them.
//!
//! Asks the table of sites; only what stands in the pod template counts, because only that rolls.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::names::{Names, Provided};
use super::stream::Object;
use crate::kube::mention::{self, In, Used};
use crate::kube::sites::Target;

/// One Secret or ConfigMap that pods take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Whether it is a Secret.
    pub secret: bool,
    /// Its name.
    pub name: String,
    /// Its namespace; `None`: it cannot be told.
    pub namespace: Option<String>,
    /// The keys, where single ones are taken; `None`: all of them.
    pub keys: Option<BTreeSet<String>>,
}

impl Use {
    /// The Secret of ours that is meant.
    #[must_use]
    pub fn provided<'n>(&self, names: &'n Names) -> Option<&'n Provided> {
        let found = self
            .secret
            .then(|| names.get(&self.name, self.namespace.as_deref()));
        found.flatten()
    }

    /// Whether it says the logical name of a managed secret that was there, and that is gone now.
    #[must_use]
    pub fn is_left_of(&self, [before, after]: [&Names; 2]) -> bool {
        let namespace = self.namespace.as_deref();
        let known = |names: &Names| names.is_logical(&self.name, namespace, true);
        self.secret
            && !after.is_made(&self.name, namespace)
            && (known(before) || known(after))
            && !after.is_logical(&self.name, namespace, false)
    }
}

/// What the pods of a workload take; each object once, in the order of the template.
#[must_use]
pub fn uses(object: &Object<'_>) -> Vec<Use> {
    let (Some(root), Some(workload)) = (object.root(), object.workload) else {
        return Vec::new();
    };
    let templates = mention::templates(root, workload);
    let inside = |node: u32| {
        let mut templates = templates.iter();
        templates.any(|(template, _)| (template.index()..template.last()).contains(&node))
    };
    let mentions = mention::mentions(root, &object.manifest, Some(workload), &[]);
    let mut out: Vec<Use> = Vec::new();
    for mention in mentions.unwrap_or_default() {
        // an alias leads from the template to somewhere else
        if !mention.spot.shared && !inside(mention.spot.node) {
            continue;
        }
        let name = mention.name().to_owned();
        let namespace = match mention.namespace {
            In::Own => object.id.namespace.clone(),
            In::Named(namespace) => Some(namespace.into_string()),
            In::Any => None,
        };
        let keys = match mention.used {
            Used::All => None,
            Used::Keys(keys) => Some(keys.into_iter().map(Cow::into_owned).collect()),
        };
        let new = Use {
            secret: mention.target == Target::Secret,
            name,
            namespace,
            keys,
        };
        let same = |u: &&mut Use| {
            (u.secret, &u.name, &u.namespace) == (new.secret, &new.name, &new.namespace)
        };
        match out.iter_mut().find(same) {
            Some(known) => match (&mut known.keys, new.keys) {
                (Some(keys), Some(more)) => keys.extend(more),
                (keys, _) => *keys = None,
            },
            None => out.push(new),
        }
    }
    out
}
