//! Names in manifests that nothing but countersign could follow to a renamed Secret: a path alone does not find
//! them, or no table knows their place.
//!
//! For whoever builds without countersign, where such a name is left as it is and nothing is said. Renames nothing.

use std::collections::HashMap;

use super::Bundle;
use super::places::Places;
use super::plan::Want;
use crate::diag::Place;
use crate::kube::id::namespaces_agree;
use crate::kube::sites::Target;

/// One such name.
#[derive(Clone, Debug)]
pub struct Unfollowed {
    /// Where it stands.
    pub place: Place,
    /// It is known to name a Secret.
    pub is_known: bool,
}

/// Where each wanted secret is named so.
#[must_use]
pub fn unfollowed(bundle: &Bundle<'_>, wants: &[Want]) -> Vec<Vec<Unfollowed>> {
    let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, want) in wants.iter().enumerate() {
        let managed = want.secret(bundle);
        if managed.name_suffix && !managed.follow {
            named.entry(&managed.name).or_default().push(at);
        }
    }
    let places = Places::new(bundle);
    let mut out = vec![Vec::new(); wants.len()];
    for manifest in bundle.manifests.iter().filter(|one| one.own.is_none()) {
        let near = |at: &&usize| {
            let wanted = wants[**at].namespace.as_deref();
            namespaces_agree(manifest.id.namespace.as_deref(), wanted)
        };
        let meant = |name: &str| named.get(name)?.iter().find(near).copied();
        for one in &manifest.mentions {
            if one.target != Target::Secret || one.by_path {
                continue;
            }
            if let Some(at) = meant(one.name()) {
                out[at].push(Unfollowed {
                    place: places.of_name(manifest, Some(one.spot.node), None),
                    is_known: true,
                });
            }
        }
        for one in &manifest.strays {
            if let Some(at) = meant(&one.name) {
                out[at].push(Unfollowed {
                    place: places.of_name(manifest, Some(one.node), Some(&one.field)),
                    is_known: false,
                });
            }
        }
    }
    out
}
