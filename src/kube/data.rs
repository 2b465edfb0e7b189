//! The contents of a ConfigMap or Secret that stands in the stream, as digests.
//!
//! The stamp counts them; values are digested where they are read and not kept. Also recognises the
//! suffix that kustomize has put onto a generated name, so that the stamp is the same before and
//! after kustomize hashes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash;
use crate::yaml::NodeRef;

/// Digests of one object's data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// (key, digest of its bytes), sorted.
    pub keys: Vec<(String, String)>,
    /// kustomize's hash of the object.
    pub suffix: String,
    /// The name without the hash, where kustomize put it there.
    pub unhashed: String,
}

impl Data {
    /// Reads a ConfigMap or Secret.
    #[must_use]
    pub fn of(root: NodeRef<'_, '_>, kind: &str, name: &str) -> Self {
        let texts = pairs(
            root,
            if kind == "Secret" {
                "stringData"
            } else {
                "data"
            },
        );
        let encoded = pairs(
            root,
            if kind == "Secret" {
                "data"
            } else {
                "binaryData"
            },
        );
        let mut keys = BTreeMap::new();
        for (key, text) in encoded.iter().flatten() {
            let stripped: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            let bytes = STANDARD
                .decode(&stripped)
                .unwrap_or_else(|_| text.clone().into_bytes());
            keys.insert(key.clone(), hash::value_digest(&bytes));
        }
        for (key, text) in texts.iter().flatten() {
            keys.insert(key.clone(), hash::value_digest(text.as_bytes()));
        }
        let suffix = if kind == "Secret" {
            let secret_type = root
                .get("type")
                .and_then(NodeRef::scalar)
                .unwrap_or_default();
            hash::secret_suffix(secret_type, encoded.as_deref().unwrap_or_default())
        } else {
            hash::config_map_suffix(texts.as_deref(), encoded.as_deref())
        };
        let unhashed = name
            .strip_suffix(&suffix)
            .and_then(|n| n.strip_suffix('-'))
            .unwrap_or(name)
            .to_owned();
        Self {
            keys: keys.into_iter().collect(),
            suffix,
            unhashed,
        }
    }
}

fn pairs(root: NodeRef<'_, '_>, field: &str) -> Option<Vec<(String, String)>> {
    let node = root.get(field).filter(|n| !n.is_null())?;
    let text = |n: NodeRef<'_, '_>| n.scalar().map(str::to_owned);
    Some(
        node.entries()
            .filter_map(|(k, v)| Some((text(k)?, text(v)?)))
            .collect(),
    )
}
