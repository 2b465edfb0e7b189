//! Where to find objects by what they are called: a cluster has many, and each is asked for once.

use std::collections::{BTreeSet, HashMap};

use super::Object;

/// Positions of objects.
type By<K> = HashMap<K, Vec<usize>>;

/// Positions of objects, by names.
#[derive(Default)]
pub struct Index {
    /// By their own name.
    named: By<String>,
    /// By a Secret that they refer to.
    users: By<String>,
    /// By the Secret that they are or make.
    holders: By<String>,
    /// By logical name and generation.
    ours: By<(String, Option<String>)>,
}

impl Index {
    /// One more object, at this position.
    pub fn add(&mut self, at: usize, object: &Object) {
        let put = |by: &mut By<String>, name: &str| by.entry(name.to_owned()).or_default().push(at);
        put(&mut self.named, &object.id.name);
        if let Some(secret) = &object.secret {
            // what makes a Secret is none of its users
            put(&mut self.holders, secret);
        } else {
            let names = object.mentions.iter().map(|(name, _)| name);
            for name in names.collect::<BTreeSet<_>>() {
                put(&mut self.users, name);
            }
        }
        if let Some(own) = &object.own {
            let key = (own.logical.clone(), own.generation.clone());
            self.ours.entry(key).or_default().push(at);
        }
    }

    /// Objects of this name.
    pub fn named(&self, name: &str) -> &[usize] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }

    /// Objects that refer to a Secret of this name.
    pub fn users(&self, secret: &str) -> &[usize] {
        self.users.get(secret).map_or(&[], Vec::as_slice)
    }

    /// Objects that are or make a Secret of this name.
    pub fn holders(&self, secret: &str) -> &[usize] {
        self.holders.get(secret).map_or(&[], Vec::as_slice)
    }

    /// Objects of ours.
    pub fn ours(&self, logical: &str, generation: Option<&str>) -> &[usize] {
        let key = (logical.to_owned(), generation.map(str::to_owned));
        self.ours.get(&key).map_or(&[], Vec::as_slice)
    }
}
