//! The Secrets that a kustomization generates: their names, types and keys, without any value.
//!
//! Reads the text of one kustomization file; what the files that it names say is not looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::Generated;
use crate::yaml::scalar::as_bool;
use crate::yaml::{NodeRef, Tree};

/// One entry of `secretGenerator`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Generator {
    /// Where its Secret stands, where it says so.
    pub namespace: Option<String>,
    /// Keys that can be known from here; `None`: a file of variables has more.
    pub keys: Option<BTreeSet<String>>,
    /// Type and name.
    pub generated: Generated,
}

/// The generators of several kustomizations, by name.
#[derive(Debug, Default)]
pub struct Generators(pub BTreeMap<String, Generator>);

impl Generators {
    /// Those of one more file; what is no kustomization has none.
    pub fn look(&mut self, text: &str) {
        let Ok(tree) = Tree::parse(text) else { return };
        let Some(root) = tree.root() else { return };
        let plain = |node: Option<NodeRef<'_, '_>>| {
            let flag = node.and_then(|n| n.get("disableNameSuffixHash"));
            flag.and_then(NodeRef::scalar).and_then(as_bool) == Some(true)
        };
        let all_plain = plain(root.get("generatorOptions"));
        for entry in root
            .get("secretGenerator")
            .into_iter()
            .flat_map(NodeRef::items)
        {
            let text = |field: &str| entry.get(field).and_then(NodeRef::string);
            let Some(name) = text("name") else { continue };
            let new = || Generator {
                keys: Some(BTreeSet::new()),
                ..Generator::default()
            };
            let known = self.0.entry(name.to_owned()).or_insert_with(new);
            let own = [text("namespace"), text("type")].map(|text| text.map(str::to_owned));
            let [namespace, secret_type] = own;
            known.namespace = known.namespace.take().or(namespace);
            let generated = &mut known.generated;
            generated.secret_type = generated.secret_type.take().or(secret_type);
            generated.plain_name |= all_plain || plain(entry.get("options"));
            if entry.get("envs").is_some() || entry.get("env").is_some() {
                known.keys = None;
            }
            if let Some(keys) = &mut known.keys {
                keys.extend(listed(entry));
            }
        }
    }
}

/// The keys of `literals` and `files`.
fn listed(entry: NodeRef<'_, '_>) -> BTreeSet<String> {
    let items = |field: &str| {
        let items = entry.get(field).into_iter().flat_map(NodeRef::items);
        items.filter_map(NodeRef::text).collect::<Vec<_>>()
    };
    let mut keys = BTreeSet::new();
    for literal in items("literals") {
        keys.extend(literal.split_once('=').map(|(key, _)| key.to_owned()));
    }
    for file in items("files") {
        let path = file.rsplit('/').next().map(str::to_owned);
        let key = file.split_once('=').map(|(key, _)| key.to_owned());
        keys.extend(key.or(path));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_literals_and_files_and_values_from_nowhere() {
        let mut generators = Generators::default();
        generators.look(
            "secretGenerator:\n- name: db\n  literals: [user=s3cr3t-a, 'password=s3cr3t-b=c']\n  \
             files: [certs/ca.crt, tls=certs/tls.pem]\n  type: shop/tls\n",
        );
        let db = &generators.0["db"];
        let keys: Vec<&str> = db.keys.iter().flatten().map(String::as_str).collect();
        assert_eq!(keys, ["ca.crt", "password", "tls", "user"]);
        assert_eq!(db.generated.secret_type.as_deref(), Some("shop/tls"));
        assert!(!format!("{generators:?}").contains("s3cr3t"));
    }

    #[test]
    fn a_file_of_variables_has_keys_that_are_not_known() {
        let mut generators = Generators::default();
        generators
            .look("secretGenerator:\n- {name: db, envs: [.env]}\n- {name: web, literals: [a=b]}\n");
        assert_eq!(generators.0["db"].keys, None);
        assert!(generators.0["web"].keys.is_some());
    }

    #[test]
    fn a_generator_that_an_overlay_merges_is_one() {
        let mut generators = Generators::default();
        generators.look("secretGenerator:\n- {name: db, literals: [a=b]}\n");
        generators.look(
            "generatorOptions: {disableNameSuffixHash: true}\nsecretGenerator:\n- {name: db, behavior: merge, literals: [c=d]}\n",
        );
        let db = &generators.0["db"];
        assert_eq!(db.keys.iter().flatten().count(), 2);
        assert!(db.generated.plain_name);
    }
}
