//! Secrets that manifests name, and whether something among the manifests makes them.
//!
//! The site tables say where a Secret is named. A name that no Secret can have is not one; a Secret
//! of a config that is already there is managed. Knows no kustomization and no folder.

use std::collections::{BTreeMap, BTreeSet};

use super::Wanted;
use super::generator::Generators;
use crate::config;
use crate::kube::id::{ObjectId, namespaces_agree};
use crate::kube::maker;
use crate::kube::manifest::{Interest, Manifest};
use crate::kube::mention::{In, Mention, Used};
use crate::kube::names::{data_key_fault, name_fault};
use crate::kube::sites::Target;
use crate::stage::Input;
use crate::yaml::{NodeRef, Tree, split};

/// Lists in lists are opened this often.
const LISTS: usize = 8;

/// Namespace and name of a Secret.
type Key = (Option<String>, String);

/// What manifests say of Secrets.
#[derive(Default)]
pub struct Found {
    uses: BTreeMap<Key, Wanted>,
    /// Namespace and name of what is there or made by something else.
    there: Vec<Key>,
    /// Namespace, name and name without hash of Secrets that stand among the manifests.
    secrets: Vec<(Key, String)>,
    /// Names that configs manage.
    managed: BTreeSet<String>,
    /// The first `VaultAuth`: the operator is there.
    pub vault_auth: Option<String>,
}

impl Found {
    /// Everything in these manifests; whoever read them reports what cannot be read.
    #[must_use]
    pub fn of(inputs: &[Input]) -> Self {
        let mut found = Self::default();
        for input in inputs {
            for range in split::documents(&input.text) {
                let tree = Tree::parse(&input.text[range]).ok();
                if let Some(root) = tree.as_ref().and_then(Tree::root) {
                    found.look(root, 0);
                }
            }
        }
        found
    }

    fn look(&mut self, node: NodeRef<'_, '_>, depth: usize) {
        let id = ObjectId::of(node);
        if let Some(items) = node.get("items").filter(|_| id.kind.ends_with("List")) {
            let items = items.items().filter(|_| depth < LISTS);
            items.for_each(|item| self.look(item.resolved(), depth + 1));
            return;
        }
        let key = |name: &str| (id.namespace.as_deref().map(str::to_owned), name.to_owned());
        if id.kind == config::KIND && id.api_version == config::API_VERSION {
            let secrets = node.at("spec/secrets").into_iter().flat_map(NodeRef::items);
            let names = secrets.filter_map(|s| s.get("name")?.scalar().map(str::to_owned));
            self.managed.extend(names);
            return;
        }
        if id.kind == "VaultAuth" && name_fault(&id.name).is_none() {
            self.vault_auth.get_or_insert_with(|| id.name.to_string());
        }
        self.there
            .extend(maker::made(node, &id).map(|name| key(&name)));
        let interest = Interest {
            references: &[],
            is_managed: &|_| false,
        };
        let Some(manifest) = Manifest::read(node, 0, None, &interest) else {
            return;
        };
        if id.kind == "Secret" && id.group().is_empty() {
            let data = manifest.data.as_deref();
            let unhashed = data.map_or_else(|| id.name.to_string(), |data| data.unhashed.clone());
            self.secrets.push((key(&id.name), unhashed));
        }
        let secrets = manifest.mentions.iter();
        for mention in secrets.filter(|m| m.target == Target::Secret) {
            self.take(mention, &id);
        }
    }

    fn take(&mut self, mention: &Mention<'_>, user: &ObjectId<'_>) {
        let name = mention.name();
        if name_fault(name).is_some() || matches!(mention.namespace, In::Any) {
            return;
        }
        let namespace = match &mention.namespace {
            In::Named(namespace) => Some(namespace.to_string()),
            _ => user.namespace.as_deref().map(str::to_owned),
        };
        let new = || Wanted {
            namespace: namespace.clone(),
            name: name.to_owned(),
            keys: Some(BTreeSet::new()),
            ..Wanted::default()
        };
        let known = self.uses.entry((namespace.clone(), name.to_owned()));
        let known = known.or_insert_with(new);
        if name_fault(&user.name).is_none() && user.kind.chars().all(char::is_alphanumeric) {
            known.users.insert(user.label());
        }
        match (&mention.used, &mut known.keys) {
            (Used::All, keys) => *keys = None,
            (Used::Keys(named), Some(keys)) => {
                let legal = named.iter().filter(|key| data_key_fault(key).is_none());
                keys.extend(legal.map(ToString::to_string));
            }
            (Used::Keys(_), None) => {}
        }
    }

    /// What a config has to define: Secrets that a generator makes from files, and names that
    /// nothing makes. In the order of their names.
    #[must_use]
    pub fn wanted(self, generators: Generators) -> Vec<Wanted> {
        let mut out = Vec::new();
        for (name, generator) in generators.0 {
            if name_fault(&name).is_some() || self.managed.contains(&name) {
                continue;
            }
            let built = self.built(&name);
            let users = built.and_then(|key| self.uses.get(key));
            let known = generator.keys.map(|keys| {
                let legal = keys.into_iter().filter(|key| data_key_fault(key).is_none());
                legal.collect()
            });
            out.push(Wanted {
                namespace: generator
                    .namespace
                    .or_else(|| built.and_then(|(namespace, _)| namespace.clone())),
                keys: known.or_else(|| users.and_then(|used| used.keys.clone())),
                users: users.map(|used| used.users.clone()).unwrap_or_default(),
                generated: Some(generator.generated),
                name,
            });
        }
        for ((namespace, name), used) in self.uses {
            let is_there = self.there.iter().any(|(other, there)| {
                *there == name && namespaces_agree(other.as_deref(), namespace.as_deref())
            });
            let is_generated = out.iter().any(|one| one.name == name);
            if !is_there && !is_generated && !self.managed.contains(&name) {
                out.push(used);
            }
        }
        out.sort_by(|one, other| one.name.cmp(&other.name));
        out
    }

    /// What became of a generator's Secret: overlays put something around its name.
    fn built(&self, name: &str) -> Option<&Key> {
        let exact = self.secrets.iter().find(|(_, unhashed)| unhashed == name);
        let around = || {
            let mut all = self.secrets.iter();
            all.find(|(_, unhashed)| unhashed.ends_with(name) || unhashed.starts_with(name))
        };
        exact.or_else(around).map(|(key, _)| key)
    }
}
