//! `keys` and `data` of one managed secret: which keys it has and where each comes from.

use super::fields::Fields;
use super::parameters::Parameters;
use super::rendered::rendered;
use super::source::Sources;
use super::{Decode, Entries, Entry};
use crate::diag::Code;
use crate::kube::names;
use crate::yaml::NodeRef;

/// Decodes them; `own` is the source of the secret's own `path`.
pub fn entries(
    fields: &Fields<'_, '_>,
    own: Option<usize>,
    sources: &mut Sources<'_, '_, '_, '_>,
) -> Option<Entries> {
    let (keys, data) = (fields.get("keys"), fields.get("data"));
    if keys.is_none() && data.is_none() {
        if fields.get("path").is_none() {
            fields.reader.error_hint(
                fields.node,
                &fields.at,
                Code::MissingField,
                "neither `path` nor `data` is given",
                "say where the secret is: `path: …`.",
            );
        }
        return own.map(|_| Entries::All);
    }
    let mut picked = Picked {
        fields,
        found: Vec::new(),
        in_keys: 0,
    };
    if keys.is_some() {
        picked.keys(own, &sources.defaults.parameters);
        picked.in_keys = picked.found.len();
    }
    if let Some(data) = data {
        picked.data(data, sources);
    }
    let names_any =
        |node: Option<NodeRef<'_, '_>>| node.is_some_and(|n| n.children().next().is_some());
    if !names_any(keys) && !names_any(data) {
        fields.reader.error_hint(
            fields.node,
            &fields.at,
            Code::MissingField,
            "no key is named",
            "leave `keys` out to take every key.",
        );
    }
    Some(Entries::Picked(picked.found))
}

/// The entries so far.
struct Picked<'f, 'n, 't> {
    fields: &'f Fields<'n, 't>,
    found: Vec<Entry>,
    /// So many of them came from `keys`.
    in_keys: usize,
}

impl Picked<'_, '_, '_> {
    /// `keys: {DB_USERNAME: username}`, all from the secret's own path.
    fn keys(&mut self, own: Option<usize>, parameters: &Parameters) {
        let fields = self.fields;
        if fields.get("path").is_none() {
            fields.reader.error_hint(
                fields.node,
                &fields.at,
                Code::MissingField,
                "`keys` needs a `path`",
                "say where the keys are: `path: …`.",
            );
        }
        for pair in fields.texts("keys") {
            let at = format!("{}.{}", fields.path("keys"), pair.key);
            let Ok(from) = parameters.render(&pair.text) else {
                fields.reader.error_hint(
                    pair.value_node,
                    &at,
                    Code::UndefinedParameter,
                    "the name of this key cannot be rendered",
                    "define the parameters it uses in `spec.parameters`.",
                );
                continue;
            };
            let entry = Entry {
                key: pair.key,
                // without a source there is an error already, and more may follow
                source: own.unwrap_or_default(),
                from,
                decode: Decode::Text,
                place: fields.reader.place(pair.value_node, &at),
            };
            self.add(entry, pair.key_node);
        }
    }

    /// `data: {ca.crt: {path: shared/ca, key: pem}}`, each from where it says.
    fn data(&mut self, data: NodeRef<'_, '_>, sources: &mut Sources<'_, '_, '_, '_>) {
        let fields = self.fields;
        let reader = fields.reader;
        let Some(data) = reader.mapping(data, &fields.path("data")) else {
            return;
        };
        for (key_node, value) in data.node.entries() {
            let Some(key) = key_node.scalar() else {
                continue;
            };
            let at = data.path(key);
            let known = &[
                "path",
                "mount",
                "engine",
                "namespace",
                "version",
                "key",
                "decode",
            ];
            let later = [(
                "template",
                "templates come with a later version; use `path` and `key`.",
            )];
            let Some(entry) = reader.fields(value, &at, known, &later) else {
                continue;
            };
            let parameters = &sources.defaults.parameters;
            let from = match entry.get("key") {
                Some(_) => rendered(&entry, "key", parameters),
                None => Some(key.to_owned()),
            };
            let decode = entry.choice("decode", &[("base64", Decode::Base64)]);
            let has_path = entry.get("path").or(fields.get("path")).is_some();
            if !has_path && entry.get("template").is_none() {
                reader.error_hint(
                    value,
                    &at,
                    Code::MissingField,
                    "`path` is missing",
                    "say where this key is: `path: …`.",
                );
            }
            let source = sources.of(&entry).unwrap_or_default();
            let Some(from) = from else {
                continue;
            };
            if self.found[..self.in_keys].iter().any(|e| e.key == key) {
                let message = format!("`{key}` is given in `keys` and in `data`");
                reader.error(key_node, &at, Code::DuplicateKey, message);
            }
            let names_key = entry.get("key").unwrap_or(key_node);
            let entry = Entry {
                key: key.to_owned(),
                source,
                from,
                decode: decode.unwrap_or(Decode::Text),
                place: reader.place(names_key, &at),
            };
            self.add(entry, key_node);
        }
    }

    fn add(&mut self, entry: Entry, key: NodeRef<'_, '_>) {
        let at = entry.place.field.clone().unwrap_or_default();
        if let Some(fault) = names::data_key_fault(&entry.key) {
            let message = format!("`{}` cannot be a key of a Secret: {fault}", entry.key);
            self.fields.reader.error(key, &at, Code::BadKey, message);
        }
        self.found.push(entry);
    }
}
