//! Which objects of a document are ours: configs, and what an earlier run made.
//!
//! Part of `read`: looks at trees, changes nothing, reports mistakes in configs.

use std::collections::{BTreeMap, HashSet};

use super::Found;
use super::package::Package;
use crate::config::{self, Config, Reference, decode, fields::nearest};
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::function;
use crate::kube::id::ObjectId;
use crate::kube::own::Own;
use crate::yaml::picture::Located;
use crate::yaml::{Kind, NodeRef};

/// Everything of ours that was found.
#[derive(Default)]
pub struct Ours {
    /// Decoded configs.
    pub configs: Vec<Found>,
    /// Sites that they add.
    pub references: Vec<Reference>,
    /// Objects of our own group, none of which is a manifest: (unit, item).
    pub consumed: Vec<(usize, Option<usize>)>,
    /// The only item of a `ResourceList` is the function's own config.
    pub generator: bool,
    /// The items are the files of a package.
    pub package: Option<Package>,
    /// Mistakes.
    pub problems: Report,
    own_names: Vec<String>,
}

/// A document that is looked at.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Its unit.
    pub unit: usize,
    /// Its input was given as a config file.
    pub only_configs: bool,
    /// Values in the place of those in `spec.parameters`.
    pub parameters: &'a BTreeMap<String, String>,
    /// Where it stands.
    pub located: &'a Located<'a>,
}

impl Ours {
    /// Looks at a document of a stream.
    pub fn look(&mut self, root: NodeRef<'_, '_>, sight: Sight<'_>) {
        // a function that was told by its own `args` to read a stream
        if let Some(function) = root.get("functionConfig") {
            self.problems
                .extend(function::check(function, sight.located));
        }
        for_each_object(root, &mut |node, item| {
            if self.take(node, sight) {
                self.consumed.push((sight.unit, item));
            }
        });
    }

    /// Looks at a `ResourceList`.
    pub fn look_at_resource_list(&mut self, root: NodeRef<'_, '_>, sight: Sight<'_>) {
        let function = root.get("functionConfig").filter(|n| !n.is_null());
        if let Some(node) = function {
            self.problems.extend(function::check(node, sight.located));
            self.take(node, sight);
        }
        // kustomize gives a generator its own config as the only item
        let echo = function.map(ObjectId::of).filter(|id| id.group() == GROUP);
        let mut others = 0;
        for (n, item) in root
            .get("items")
            .into_iter()
            .flat_map(NodeRef::items)
            .enumerate()
        {
            if echo.as_ref().is_some_and(|id| *id == ObjectId::of(item)) {
                self.consumed.push((sight.unit, Some(n)));
                continue;
            }
            others += 1;
            if self.take(item, sight) {
                self.consumed.push((sight.unit, Some(n)));
            }
        }
        self.package = Package::of(root);
        let alone = others == 0 && echo.is_some_and(|id| id.kind == config::KIND);
        self.generator = alone && self.package.is_none();
    }

    /// Whether an object is ours and must be consumed; a config is kept.
    fn take(&mut self, node: NodeRef<'_, '_>, sight: Sight<'_>) -> bool {
        let id = ObjectId::of(node);
        if !sight.only_configs && id.group() != GROUP {
            if let Some(own) = Own::of(node, &id.kind) {
                self.own_names.extend(own.minted());
                self.own_names.extend([own.logical, id.name.into_owned()]);
            }
            return false;
        }
        match is_config(&id, sight.only_configs) {
            Ok(true) => match decode::decode(node, sight.located, sight.parameters) {
                Ok(config) => self.add(config, sight.unit),
                Err(report) => self.problems.extend(report),
            },
            Ok(false) => {}
            Err(diagnostic) => self
                .problems
                .push(diagnostic.at(sight.located.place_of(node))),
        }
        true
    }

    fn add(&mut self, config: Config, unit: usize) {
        self.references.extend(config.references.iter().cloned());
        self.configs.push(Found { config, unit });
    }

    /// Names that manifests may use; none when nothing will be rendered anyway.
    #[must_use]
    pub fn names(&self) -> HashSet<String> {
        let logical = self
            .configs
            .iter()
            .flat_map(|found| found.config.secrets.iter().map(|s| s.name.clone()));
        logical
            .chain(self.own_names.iter().cloned())
            .filter(|name| !name.is_empty())
            .collect()
    }
}

const GROUP: &str = "countersign.dev";

/// Whether an object of ours is a config; otherwise what is wrong with it.
fn is_config(id: &ObjectId<'_>, only_configs: bool) -> Result<bool, Diagnostic> {
    match &*id.kind {
        config::KIND if id.group() == GROUP => Ok(true),
        _ if only_configs => Err(Diagnostic::error(
            Code::BadValue,
            format!("a config file holds only `{}` objects", config::KIND),
        )
        .hint("give other manifests as PATH or on stdin.")),
        config::FUNCTION_KIND | "FileStore" => Ok(false),
        "RunnerPolicy" => Err(Diagnostic::error(
            Code::BadValue,
            "a `RunnerPolicy` belongs to the machine that renders, not among manifests",
        )
        .hint("keep it elsewhere, and name it there with `--policy` or `COUNTERSIGN_POLICY`.")),
        kind => Err(
            Diagnostic::error(Code::BadValue, format!("`{kind}` is no kind of `{GROUP}`")).hint(
                match nearest(kind, [config::KIND, config::FUNCTION_KIND].into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write `kind: {}`.", config::KIND),
                },
            ),
        ),
    }
}

/// The items of a `List`, whatever it is called (`List`, `SecretList`).
#[must_use]
pub fn list_items<'a, 't>(root: NodeRef<'a, 't>) -> Option<NodeRef<'a, 't>> {
    let list = root
        .get("kind")
        .and_then(NodeRef::scalar)
        .is_some_and(|kind| kind.ends_with("List"));
    root.get("items")
        .filter(|items| list && items.resolved().kind() == Kind::Sequence)
}

/// Calls back for the object of a document, or for each item of a list.
pub fn for_each_object<'a, 't>(
    root: NodeRef<'a, 't>,
    each: &mut dyn FnMut(NodeRef<'a, 't>, Option<usize>),
) {
    if let Some(items) = list_items(root) {
        for (n, item) in items.items().enumerate() {
            each(item.resolved(), Some(n));
        }
    } else if root.kind() == Kind::Mapping {
        each(root, None);
    }
}
