//! A package that is written in place, as kpt does it: which file each item comes from, and into
//! which file that is new goes.
//!
//! kustomize gives a function the same wrapper and writes no file. Its items carry an id that only
//! kustomize writes; those of a package carry their file, and no such id. Whatever is not returned
//! is deleted from the user's disk, so configs stay where they are. Knows no store and no lock.

use std::collections::{BTreeMap, BTreeSet};

use super::Bundle;
use super::mint::Object;
use super::plan::Plan;
use super::tracking::annotate;
use crate::config;
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::id::ObjectId;
use crate::yaml::NodeRef;
use crate::yaml::emit::Value;

/// Where an item stands (kyaml kio/kioutil); each has an older spelling.
const PATH: [&str; 2] = [
    "internal.config.kubernetes.io/path",
    "config.kubernetes.io/path",
];
const INDEX: [&str; 2] = [
    "internal.config.kubernetes.io/index",
    "config.kubernetes.io/index",
];
/// Which of several nested packages a path belongs to (kpt pkg/lib/pkg).
const PACKAGE: &str = "internal.config.kubernetes.io/package-path";
/// What kustomize gives every item to find it again (kustomize api/internal/plugins/utils).
const KUSTOMIZE: &str = "kustomize.config.k8s.io/id";

/// The variable by which a runner allows it.
pub const WRITE_SECRETS: &str = "COUNTERSIGN_WRITE_SECRETS";

/// What is known of the files of a package.
#[derive(Clone, Debug)]
pub struct Package {
    /// Where each item stands.
    items: Vec<Place>,
    /// Where the configs among them stand, by their names.
    configs: BTreeMap<String, Place>,
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    package: Option<String>,
    path: String,
    index: u64,
}

impl Package {
    /// The package whose resources a `ResourceList` holds, if it does.
    #[must_use]
    pub fn of(root: NodeRef<'_, '_>) -> Option<Self> {
        let items = || root.get("items").into_iter().flat_map(NodeRef::items);
        let has = |key: &str| items().any(|item| annotation(item, key).is_some());
        if !PATH.iter().any(|key| has(key)) || has(KUSTOMIZE) {
            return None;
        }
        let mut package = Self {
            items: Vec::new(),
            configs: BTreeMap::new(),
        };
        for item in items() {
            let place = Place::of(item);
            let id = ObjectId::of(item);
            if id.kind == config::KIND && config::API_VERSION.starts_with(id.group()) {
                let first = package.configs.entry(id.name.into_owned());
                let first = first.or_insert_with(|| place.clone());
                *first = place.clone().min(first.clone());
            }
            package.items.push(place);
        }
        Some(package)
    }

    /// Whether an item stands in the file that holds what configs of this run make.
    #[must_use]
    pub fn is_made_by<'c>(
        &self,
        item: Option<usize>,
        mut configs: impl Iterator<Item = &'c str>,
    ) -> bool {
        let place = item.and_then(|item| self.items.get(item));
        place.is_some_and(|place| configs.any(|config| self.file(config) == place.file()))
    }

    /// New objects, each with its place behind whatever else stands in its file; `gone` are the items
    /// that are not returned.
    #[must_use]
    pub fn placed(&self, objects: Vec<Object>, gone: &[usize]) -> Vec<Value> {
        let gone: BTreeSet<usize> = gone.iter().copied().collect();
        let mut next: BTreeMap<&str, u64> = BTreeMap::new();
        for (at, place) in self.items.iter().enumerate() {
            if !gone.contains(&at) {
                let behind = next.entry(&place.path).or_default();
                *behind = (*behind).max(place.index.saturating_add(1));
            }
        }
        let mut next: BTreeMap<String, u64> =
            next.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let placed = objects.into_iter().map(|object| {
            let Place { package, path, .. } = self.file(&object.config);
            let index = next.entry(path.clone()).or_default();
            let here = index.to_string();
            *index += 1;
            let paths = PATH.map(|key| (key.to_owned(), path.clone()));
            let indexes = INDEX.map(|key| (key.to_owned(), here.clone()));
            let package = package.map(|package| (PACKAGE.to_owned(), package));
            let mut value = object.value;
            annotate(
                &mut value,
                paths.into_iter().chain(indexes).chain(package).collect(),
            );
            value
        });
        placed.collect()
    }

    /// The file for what a config makes: beside it, and where it stands outside, in the package itself.
    fn file(&self, config: &str) -> Place {
        let beside = self.configs.get(config).cloned().unwrap_or_default();
        let folder = beside.path.rfind('/').map_or("", |at| &beside.path[..=at]);
        // a name that is none must not become a path
        let plain = |c: char| {
            let fits = c.is_ascii_alphanumeric() || "-._".contains(c);
            if fits { c } else { '-' }
        };
        let name: String = config.chars().map(plain).collect();
        Place {
            path: format!("{folder}countersign_{name}.yaml"),
            package: beside.package,
            index: 0,
        }
    }
}

impl Place {
    fn of(item: NodeRef<'_, '_>) -> Self {
        let either = |keys: [&str; 2]| keys.iter().find_map(|key| annotation(item, key));
        Self {
            package: annotation(item, PACKAGE),
            path: either(PATH).unwrap_or_default(),
            index: either(INDEX)
                .and_then(|index| index.parse().ok())
                .unwrap_or_default(),
        }
    }

    /// The same for everything in its file.
    fn file(&self) -> Self {
        Self {
            index: 0,
            ..self.clone()
        }
    }
}

fn annotation(item: NodeRef<'_, '_>, key: &str) -> Option<String> {
    let annotations = item.resolved().at("metadata/annotations")?;
    annotations.get(key)?.scalar().map(str::to_owned)
}

/// Says no to every Secret with its data that would be written into the files of a package.
pub fn refuse_values(bundle: &Bundle<'_>, plan: &Plan, report: &mut Report) {
    for subject in plan.subjects(bundle) {
        let managed = subject.managed;
        if !managed.delivery.has_secret() {
            continue;
        }
        let message = format!(
            "`{}` is delivered as a Secret, whose data would be written into a file of the package",
            managed.name
        );
        report.push(
            Diagnostic::error(Code::ValuesInPackage, message)
                .at(managed.place.clone())
                .hint(format!(
                    "write `delivery: VaultStaticSecret`; or, where no file of the package is ever committed, set `{WRITE_SECRETS}=true` for the runner."
                )),
        );
    }
}
