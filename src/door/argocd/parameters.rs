//! What the author of an application can choose, and how Argo CD's form presents it.
//!
//! An author is not trusted: a lock lies below the application's folder, and nothing chosen here reaches
//! Vault, a policy or the command line of a program unchecked. No value of a parameter is quoted in an error.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{KINDS, Kind};
use crate::diag::{Code, Diagnostic};

/// Where Argo CD writes them.
const VARIABLE: &str = "ARGOCD_APP_PARAMETERS";
/// The same as variables of `plugin.env`: this, and the name in capitals.
const ENV: &str = "ARGOCD_ENV_COUNTERSIGN_";

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Flag,
    Array,
    Map,
}

/// (name, type, title, what it does)
#[rustfmt::skip]
const TABLE: &[(&str, Type, &str, &str)] = &[
    ("type", Type::Text, "Type", "kustomize, helm or directory; nothing: as found"),
    ("lock", Type::Text, "Lock", "A lock below the application's folder, instead of countersign.lock"),
    ("locked-only", Type::Flag, "Locked only", "true: refuse a config with `lock: none`"),
    ("allow-empty", Type::Flag, "Allow empty", "true: no manifests are no error"),
    ("parameters", Type::Map, "Parameters", "Parameters of the configs: other values for what `spec.parameters` has"),
    ("release-name", Type::Text, "Release name", "The name of Helm's release; nothing: that of the application"),
    ("values-files", Type::Array, "Values files", "Files of Helm values below the application's folder; the last one wins"),
    ("helm-parameters", Type::Map, "Helm parameters", "Single Helm values: strings, as by --set-string"),
];

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// What is built.
    pub kind: Option<Kind>,
    /// A lock below the application's folder.
    pub lock: Option<String>,
    /// Whether a config without a lock is refused.
    pub locked_only: bool,
    /// Whether there may be no manifests.
    pub allow_empty: bool,
    /// In the place of the configs' own parameters.
    pub of_configs: BTreeMap<String, String>,
    /// The name of Helm's release.
    pub release_name: Option<String>,
    /// Files of Helm values.
    pub values_files: Vec<String>,
    /// Single Helm values.
    pub helm_parameters: BTreeMap<String, String>,
}

/// One parameter as Argo CD writes it.
#[derive(Default, Deserialize)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) string: Option<String>,
    pub(super) array: Option<Vec<String>>,
    pub(super) map: Option<BTreeMap<String, String>>,
}

impl Parameters {
    /// From the variables that the server sets: a parameter counts more than a variable of the same name.
    pub(super) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Diagnostic> {
        let Some(text) = variable(VARIABLE) else {
            return Self::chosen(variable, &[]);
        };
        let given: Option<Vec<Given>> = serde_json::from_str(&text).map_err(|error| {
            let message = format!("`{VARIABLE}` is not the JSON that Argo CD writes, in column {}", error.column());
            usage(message, "leave the variable to Argo CD; parameters stand in `spec.source.plugin.parameters`.")
        })?;
        Self::chosen(variable, &given.unwrap_or_default())
    }

    /// From parameters, and variables as the server calls them.
    pub(super) fn chosen(
        variable: &dyn Fn(&str) -> Option<String>,
        given: &[Given],
    ) -> Result<Self, Diagnostic> {
        let mut chosen = Self::default();
        for (name, kind, ..) in TABLE {
            let upper = name.to_uppercase().replace('-', "_");
            let text = matches!(kind, Type::Text | Type::Flag);
            if let Some(value) = variable(&format!("{ENV}{upper}")).filter(|_| text) {
                chosen.set(&Given {
                    name: (*name).to_owned(),
                    string: Some(value),
                    ..Given::default()
                })?;
            }
        }
        for one in given {
            chosen.set(one)?;
        }
        Ok(chosen)
    }

    /// Whether anything is chosen that changes what is locked.
    pub(super) fn count_for_locks(&self) -> bool {
        let others = Self {
            locked_only: self.locked_only,
            allow_empty: self.allow_empty,
            ..Self::default()
        };
        *self != others
    }

    fn set(&mut self, given: &Given) -> Result<(), Diagnostic> {
        let text = || given.string.clone().unwrap_or_default();
        let named = || Some(text()).filter(|text| !text.is_empty());
        let row = TABLE.iter().find(|(name, ..)| *name == given.name);
        let Some((name, kind, ..)) = row else {
            let all: Vec<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
            let message = format!("there is no parameter `{}`", given.name);
            return Err(usage(
                message,
                &format!("write one of `{}`.", all.join("`, `")),
            ));
        };
        let fits = match kind {
            Type::Text | Type::Flag => given.array.is_none() && given.map.is_none(),
            Type::Array => given.string.is_none() && given.map.is_none(),
            Type::Map => given.string.is_none() && given.array.is_none(),
        };
        if !fits {
            let word = match kind {
                Type::Text | Type::Flag => "string",
                Type::Array => "array",
                Type::Map => "map",
            };
            let message = format!("the parameter `{name}` is of another type");
            return Err(usage(message, &format!("write it as `{word}:`.")));
        }
        match *name {
            "type" => self.kind = named().map(|word| kind_of(&word)).transpose()?,
            "lock" => self.lock = named(),
            "locked-only" => self.locked_only = flag(name, &text())?,
            "allow-empty" => self.allow_empty = flag(name, &text())?,
            "release-name" => self.release_name = named(),
            "values-files" => self.values_files = given.array.clone().unwrap_or_default(),
            "parameters" => self.of_configs = given.map.clone().unwrap_or_default(),
            _ => self.helm_parameters = given.map.clone().unwrap_or_default(),
        }
        Ok(())
    }
}

fn kind_of(word: &str) -> Result<Kind, Diagnostic> {
    let found = KINDS.iter().find(|(known, _)| *known == word);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let message = "the parameter `type` names no kind of application".to_owned();
        usage(message, "write `kustomize`, `helm` or `directory`.")
    })
}

fn flag(name: &str, text: &str) -> Result<bool, Diagnostic> {
    match text {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(usage(
            format!("the parameter `{name}` is neither `true` nor `false`"),
            "write `string: \"true\"`.",
        )),
    }
}

fn usage(message: String, hint: &str) -> Diagnostic {
    Diagnostic::error(Code::Usage, message).hint(hint)
}

/// All of them for Argo CD's form, as JSON: what an application of this kind can set.
#[must_use]
pub fn announced(kind: Kind) -> String {
    let helm = |name: &str| matches!(name, "release-name" | "values-files" | "helm-parameters");
    let shown = TABLE
        .iter()
        .filter(|(name, ..)| kind == Kind::Helm || !helm(name));
    let all: Vec<serde_json::Value> = shown
        .map(|(name, kind, title, tooltip)| {
            let collection = match kind {
                Type::Text | Type::Flag => "string",
                Type::Array => "array",
                Type::Map => "map",
            };
            let item = if *kind == Type::Flag {
                "boolean"
            } else {
                "string"
            };
            serde_json::json!({
                "name": name, "title": title, "tooltip": tooltip,
                "itemType": item, "collectionType": collection,
            })
        })
        .collect();
    serde_json::Value::Array(all).to_string() + "\n"
}

#[cfg(test)]
mod tests;
