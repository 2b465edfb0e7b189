//! Documents become a `Bundle`: configs, and what may matter of everything else.
//!
//! Most documents of a large stream mention no managed name and are never parsed: a search for the
//! names decides, together with a test for the only escapes that could hide one. Says no to text
//! that Go's YAML would read differently.

mod reader;
mod search;
mod texts;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use self::reader::{Reader, objects};
use self::search::Search;
use super::ours::{Ours, for_each_object};
use super::{Bundle, Found, Input, Request, Shape, Unit};
use crate::config::Reference;
use crate::config::fields::nearest;
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::access;
use crate::kube::id::ObjectId;
use crate::kube::maker;
use crate::kube::manifest::{Interest, Manifest, Manifests};
use crate::kube::mention::Mention;
use crate::kube::sites::Target;
use crate::yaml::split::documents;
use crate::yaml::{Tree, parallel};

/// More text than this is not read.
pub const LARGEST: usize = 1 << 30;

/// Reads everything that was given.
pub fn read(request: &Request) -> Result<Bundle<'_>, Report> {
    let Request {
        inputs,
        shape,
        home,
        parameters,
    } = request;
    let shape = *shape;
    let units = cut(inputs, shape)?;
    let mut reader = Reader::new(inputs, &units, parameters);
    // nothing else may stand in a config file
    let given = (0..units.len()).filter(|u| inputs[units[*u].input].only_configs);
    let given: Vec<usize> = given.collect();
    let early = match reader.parse(&given) {
        Ok(()) => reader.ours(&given, shape),
        // reported with all that cannot be read
        Err(_) => Ours::default(),
    };
    let known = early.names();
    let search = (shape != Shape::ResourceList).then(|| Search::new(inputs, &units, &known));
    let first: Vec<usize> = match &search {
        Some(search) => sorted(search.ours().iter().chain(&given).copied()),
        None => (0..units.len()).collect(),
    };
    reader.parse(&first)?;
    if shape == Shape::ResourceList {
        reader.check_resource_list()?;
    }
    let ours = if first == given {
        early
    } else {
        reader.ours(&first, shape)
    };
    let names = ours.names();
    let managed: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut manifests = Vec::new();
    if !names.is_empty() {
        let is_managed = |text: &str| names.contains(text);
        let interest = Interest {
            references: &ours.references,
            is_managed: &is_managed,
        };
        // what was read before may spell a name by escapes
        let mut second = first;
        if let Some(search) = &search {
            let users = search.mentioning(&managed);
            second = sorted(second.into_iter().chain(users));
            // an object of the same kind may have the name of one that is emitted
            if ours
                .configs
                .iter()
                .any(|found| found.config.access.is_some())
            {
                let kinds = search.mentioning(&access::KINDS);
                second = sorted(second.into_iter().chain(kinds));
            }
        }
        manifests = reader.manifests(&second, &interest)?;
        if let Some(search) = &search {
            let sources = configuration_names(&manifests, &names);
            let third = search.mentioning(&sources);
            let unread: Vec<usize> = third
                .into_iter()
                .filter(|u| second.binary_search(u).is_err() && reader.may_hold_data(*u))
                .collect();
            let more = reader.manifests(&unread, &interest)?;
            manifests.extend(more.into_iter().filter(|m| m.data.is_some()));
            manifests.sort_by_key(|m| (m.unit, m.item));
        }
    }
    let generator = ours.generator;
    let consumed: HashSet<_> = ours.consumed.iter().copied().collect();
    manifests.retain(|m| !consumed.contains(&(m.unit, m.item)));
    let results = reader.results(shape);
    let known = reader.known();
    let Ours {
        configs,
        mut consumed,
        mut problems,
        package,
        ..
    } = ours;
    if !problems.has_errors() {
        problems.extend(unused(parameters, &configs));
    }
    if package.is_some() {
        // what is not returned is deleted from the user's disk
        consumed.clear();
    }
    Ok(Bundle {
        inputs,
        units,
        known,
        manifests,
        configs,
        consumed,
        problems,
        shape,
        home: home.as_deref(),
        generator,
        package,
        results,
    })
}

/// Parameters that another tool chooses and no config has: one of both has a slip.
fn unused(parameters: &BTreeMap<String, String>, configs: &[Found]) -> Report {
    let known = || configs.iter().flat_map(|found| &found.config.parameters);
    let unused = parameters
        .keys()
        .filter(|name| known().all(|one| one != *name));
    let diagnostics = unused.map(|name| {
        let hint = match nearest(name, known().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("define it in the config: `spec.parameters.{name}`."),
        };
        let message = format!("the parameter `{name}` is chosen, and no config has it");
        Diagnostic::error(Code::UndefinedParameter, message).hint(hint)
    });
    Report {
        diagnostics: diagnostics.collect(),
    }
}

/// What spells one of some names.
#[derive(Default)]
pub(super) struct Spelling<'t> {
    /// The objects of these documents.
    pub manifests: Manifests<'t>,
    /// Namespace and name of each Secret that is there because of one of them.
    pub made: Vec<(Option<String>, String)>,
}

/// The objects of all documents that spell one of some names which only a lock knows. Most of these
/// documents were not read before; one that cannot be read names nothing, and is no mistake now.
pub(super) fn spelling<'t>(bundle: &Bundle<'t>, names: &HashSet<String>) -> Spelling<'t> {
    let configs = bundle.configs.iter();
    let references: Vec<Reference> = configs
        .flat_map(|found| found.config.references.iter().cloned())
        .collect();
    let interest = Interest {
        references: &references,
        is_managed: &|_| false,
    };
    let units = Search::spelling(bundle.inputs, &bundle.units, names);
    let found = parallel::map(
        &units,
        |unit| bundle.units[*unit].range.len(),
        |unit| {
            let tree = Tree::parse(bundle.text(*unit)).ok()?;
            let mut made = Vec::new();
            for_each_object(tree.root()?, &mut |node, _| {
                let id = ObjectId::of(node);
                let name = maker::made(node, &id);
                made.extend(name.map(|name| (id.namespace.map(Cow::into_owned), name)));
            });
            Some((objects(&tree, *unit, &interest)?, made))
        },
    );
    let mut out = Spelling::default();
    for (manifests, made) in found.into_iter().flatten() {
        out.manifests.extend(manifests);
        out.made.extend(made);
    }
    out
}

/// The documents of all inputs.
fn cut(inputs: &[Input], shape: Shape) -> Result<Vec<Unit>, Report> {
    let mut units = Vec::new();
    for (at, input) in inputs.iter().enumerate() {
        if input.text.len() > LARGEST {
            return Err(too_large(&input.file).into());
        }
        // half a kilobyte is a small document; what is not filled costs nothing
        units.reserve(input.text.len() / 512 + 1);
        units.extend(documents(&input.text).map(|range| Unit { input: at, range }));
        if shape == Shape::ResourceList && units.len() > at + 1 {
            let message = "stdin holds more than one document";
            return Err(Diagnostic::error(Code::NotAResourceList, message)
                .hint("give a function one ResourceList; for a stream of manifests run `countersign render -`.")
                .into());
        }
    }
    Ok(units)
}

/// Said of a text that is not read.
#[must_use]
pub fn too_large(name: &str) -> Diagnostic {
    let message = format!("`{name}` has more than 1 GiB");
    Diagnostic::error(Code::TooLarge, message).hint("split it.")
}

/// In order, each once.
fn sorted(units: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut units: Vec<usize> = units.collect();
    units.sort_unstable();
    units.dedup();
    units
}

/// Names of other ConfigMaps and Secrets that the users of managed secrets take configuration from.
fn configuration_names<'m>(
    manifests: &'m [Box<Manifest<'_>>],
    managed: &HashSet<String>,
) -> Vec<&'m str> {
    let users = manifests.iter().filter(|m| {
        m.mentions.iter().any(|mention| {
            mention.in_template
                && mention.target == Target::Secret
                && managed.contains(mention.name())
        })
    });
    let names = users.flat_map(|m| {
        m.mentions
            .iter()
            .filter(|mention| mention.in_template && !managed.contains(mention.name()))
            .map(Mention::name)
    });
    names.collect::<HashSet<_>>().into_iter().collect()
}
