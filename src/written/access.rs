//! What lets the operator in, where a config says that it is emitted as well.
//!
//! `plan` has refused what two configs contradict each other in, so equal ones are written once. Their names are
//! those of the finished build, where the layer's own prefix stands in them: it comes once more.

use std::collections::{BTreeMap, HashSet};

use super::Material;
use crate::kube::access::{KINDS, Made, made, object};
use crate::yaml::emit::Value;

/// The objects, each before those that refer to it.
pub fn objects(material: &Material<'_>) -> Vec<Value> {
    let learned = material.learned;
    let placed: HashSet<&str> = learned
        .iter()
        .filter(|one| one.namespace.is_some())
        .map(|one| one.config.name.as_str())
        .collect();
    let mut out = BTreeMap::new();
    for one in learned {
        let config = &*one.config;
        let namespace = config.namespace.as_ref().or(one.namespace.as_ref());
        let Some(access) = &config.access else {
            continue;
        };
        if namespace.is_none() && placed.contains(config.name.as_str()) {
            continue;
        }
        for made in made(config, access) {
            let rank = KINDS.iter().position(|kind| *kind == made.kind);
            let key = (rank, namespace, made.name.clone());
            let known = out.entry(key).or_insert_with(|| (config, made));
            // of equal ones that of the first config, whatever the order of the build
            if config.name < known.0.name {
                known.0 = config;
            }
        }
    }
    let each = out.into_iter();
    each.map(|((_, namespace, _), (config, made))| {
        let name = material.affixes.off(&made.name).to_owned();
        let made = Made { name, ..made };
        object(made, namespace.map(String::as_str), config)
    })
    .collect()
}
