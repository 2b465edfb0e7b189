//! Documents become a `Bundle`: configs, and what may matter of everything else.
//!
//! Most documents of a large stream mention no managed name and are never parsed: a search for the
//! names decides, together with a test for the only escapes that could hide one. Says no to text
//! that Go's YAML would read differently.

use std::collections::{BTreeSet, HashMap, HashSet};

use aho_corasick::AhoCorasick;

use super::ours::{Ours, Sight, for_each_object, list_items};
use super::{Bundle, Input, Request, Shape, Unit, locate};
use crate::diag::{Code, Diagnostic, Report};
use crate::kube::manifest::{Interest, Manifest};
use crate::kube::sites::Target;
use crate::yaml::items::Items;
use crate::yaml::slot::Slot;
use crate::yaml::split::split;
use crate::yaml::{Tree, parallel};

/// What our own objects and those we made carry, and the escapes of a double-quoted scalar that
/// could spell a letter, a digit, `-`, `.` or `/` without showing it.
const OURS: &[&str] = &[
    "countersign.dev/",
    "VaultSecrets",
    "\\x",
    "\\u",
    "\\U",
    "\\/",
    "\\\n",
    "\\\r",
];
/// More text than this is not read.
const LARGEST: usize = 1 << 30;

/// Reads everything that was given.
pub fn read(request: Request) -> Result<Bundle, Report> {
    let Request { inputs, shape } = request;
    let mut units = Vec::new();
    for (at, input) in inputs.iter().enumerate() {
        if input.text.len() > LARGEST {
            let message = format!("`{}` has more than 1 GiB", input.file);
            return Err(Diagnostic::error(Code::TooLarge, message)
                .hint("split it.")
                .into());
        }
        let whole = 0..input.text.len();
        let ranges = if shape == Shape::ResourceList {
            Vec::from([whole])
        } else {
            split(&input.text)
        };
        units.extend(ranges.into_iter().map(|range| Unit {
            input: at,
            range,
            outline: Vec::new(),
            items: None,
            edits: Vec::new(),
        }));
    }
    let mut reader = Reader {
        inputs: &inputs,
        units: &units,
        trees: HashMap::new(),
        outlines: HashMap::new(),
    };
    let everything = shape == Shape::ResourceList;
    if everything && inputs.iter().any(|input| split(&input.text).len() > 1) {
        return Err(Diagnostic::error(
            Code::NotAResourceList,
            "stdin holds more than one document",
        )
        .hint("give a function one ResourceList; for a stream of manifests run `countersign render -`.")
        .into());
    }
    let first: Vec<usize> = if everything {
        (0..units.len()).collect()
    } else {
        let ours = reader.mentioning(OURS).into_iter();
        // nothing else may stand in a config file
        let configs = (0..units.len()).filter(|u| inputs[units[*u].input].only_configs);
        let all: BTreeSet<usize> = ours.chain(configs).collect();
        all.into_iter().collect()
    };
    reader.parse(&first)?;
    if shape == Shape::ResourceList {
        reader.check_resource_list()?;
    }
    let ours = reader.ours(&first, shape);
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
        let mut second: BTreeSet<usize> = first.iter().copied().collect();
        if !everything {
            second.extend(reader.mentioning(&managed));
        }
        manifests = reader.manifests(&Vec::from_iter(second.iter().copied()), &interest)?;
        if !everything {
            let sources = configuration_names(&manifests, &names);
            let third = reader.mentioning(&sources);
            let unread: Vec<usize> = third
                .into_iter()
                .filter(|u| !second.contains(u) && reader.may_hold_data(*u))
                .collect();
            let more = reader.manifests(&unread, &interest)?;
            manifests.extend(more.into_iter().filter(|m| m.data.is_some()));
            manifests.sort_by_key(|m| (m.unit, m.item));
        }
    }
    let generator = ours.generator;
    manifests.retain(|m| !ours.consumed.contains(&(m.unit, m.item)));
    let results = reader.results(shape);
    let outlines = reader.outlines();
    for (unit, outline) in outlines {
        units[unit].outline = outline.nodes;
        units[unit].items = outline.items;
    }
    let Ours {
        configs,
        consumed,
        problems,
        ..
    } = ours;
    Ok(Bundle {
        inputs,
        units,
        manifests,
        configs,
        consumed,
        problems,
        shape,
        generator,
        results,
    })
}

/// Names of ConfigMaps and Secrets that the users of managed secrets take configuration from.
fn configuration_names<'m>(manifests: &'m [Manifest], managed: &HashSet<String>) -> Vec<&'m str> {
    let users = manifests.iter().filter(|m| {
        m.mentions.iter().any(|mention| {
            mention.in_template
                && mention.target == Target::Secret
                && managed.contains(&mention.name)
        })
    });
    let names = users.flat_map(|m| {
        m.mentions
            .iter()
            .filter(|mention| mention.in_template)
            .map(|mention| mention.name.as_str())
    });
    names.collect::<HashSet<_>>().into_iter().collect()
}

/// What is kept of a document that was read.
struct Outline {
    nodes: Vec<u64>,
    items: Option<Items>,
}

impl Outline {
    fn of(tree: Tree<'_>) -> Self {
        let items = tree
            .root()
            .and_then(list_items)
            .and_then(|node| Items::find(node).ok());
        Self {
            items,
            nodes: tree.into_outline(),
        }
    }
}

struct Reader<'t> {
    inputs: &'t [Input],
    units: &'t [Unit],
    /// Documents with objects of ours: read once, looked at twice.
    trees: HashMap<usize, Tree<'t>>,
    outlines: HashMap<usize, Outline>,
}

impl<'t> Reader<'t> {
    /// Units whose text holds one of the patterns, in order.
    fn mentioning(&self, patterns: &[&str]) -> Vec<usize> {
        // an automaton over names fails only beyond any size a stream can have
        let Ok(search) = AhoCorasick::new(patterns) else {
            return (0..self.units.len()).collect();
        };
        let mut out = Vec::new();
        let mut unit = 0;
        for (at, input) in self.inputs.iter().enumerate() {
            while self.units.get(unit).is_some_and(|u| u.input < at) {
                unit += 1;
            }
            let mut from = 0;
            while let Some(found) = search.find(&input.text[from..]) {
                let position = from + found.start();
                while self
                    .units
                    .get(unit)
                    .is_some_and(|u| u.input == at && u.range.end <= position)
                {
                    unit += 1;
                }
                let Some(hit) = self.units.get(unit).filter(|u| u.input == at) else {
                    break;
                };
                out.push(unit);
                from = hit.range.end;
            }
        }
        out
    }

    fn text(&self, unit: usize) -> &'t str {
        let unit = &self.units[unit];
        &self.inputs[unit.input].text[unit.range.clone()]
    }

    fn may_hold_data(&self, unit: usize) -> bool {
        let text = self.text(unit).as_bytes();
        memchr::memmem::find(text, b"ConfigMap").is_some()
            || memchr::memmem::find(text, b"Secret").is_some()
    }

    /// Reads units and keeps their trees; every unreadable one is reported.
    fn parse(&mut self, wanted: &[usize]) -> Result<(), Report> {
        let wanted: Vec<usize> = wanted
            .iter()
            .copied()
            .filter(|u| !self.trees.contains_key(u))
            .collect();
        let parsed = parallel::map(
            &wanted,
            |u| self.units[*u].range.len(),
            |u| Tree::parse(self.text(*u)),
        );
        let mut report = Report::default();
        for (unit, result) in wanted.into_iter().zip(parsed) {
            match result {
                Ok(tree) => {
                    self.trees.insert(unit, tree);
                }
                Err(error) => report.push(self.unreadable(unit, &error)),
            }
        }
        report.check(())
    }

    fn unreadable(&self, unit: usize, error: &crate::yaml::tree::Unreadable) -> Diagnostic {
        let (code, hint) = if error.divergent {
            (
                Code::YamlDivergent,
                "write the character as an escape in double quotes, or take it out.",
            )
        } else {
            (
                Code::YamlSyntax,
                "correct the document; a template that was not rendered is not YAML.",
            )
        };
        let place = locate(self.inputs, &self.units[unit]).place(error.at);
        Diagnostic::error(code, error.message.clone())
            .at(place)
            .hint(hint)
    }

    /// The manifests of parsed or parseable units.
    fn manifests(
        &mut self,
        wanted: &[usize],
        interest: &Interest<'_>,
    ) -> Result<Vec<Manifest>, Report> {
        // few units were read before; the others are read here and their trees dropped at once
        let kept: Vec<usize> = wanted
            .iter()
            .copied()
            .filter(|u| self.trees.contains_key(u))
            .collect();
        let mut all = Vec::new();
        let mut report = Report::default();
        for unit in kept {
            self.collect(
                unit,
                objects(&self.trees[&unit], unit, interest),
                &mut all,
                &mut report,
            );
        }
        let fresh: Vec<usize> = wanted
            .iter()
            .copied()
            .filter(|u| !self.trees.contains_key(u))
            .collect();
        let read = parallel::map(
            &fresh,
            |u| self.units[*u].range.len(),
            |u| {
                let tree = Tree::parse(self.text(*u))?;
                let found = objects(&tree, *u, interest);
                Ok((found, Outline::of(tree)))
            },
        );
        for (unit, result) in fresh.into_iter().zip(read) {
            match result {
                Ok((found, outline)) => {
                    self.collect(unit, found, &mut all, &mut report);
                    self.outlines.insert(unit, outline);
                }
                Err(error) => report.push(self.unreadable(unit, &error)),
            }
        }
        report.check(all)
    }

    fn collect(
        &self,
        unit: usize,
        found: Option<Vec<Manifest>>,
        all: &mut Vec<Manifest>,
        report: &mut Report,
    ) {
        match found {
            Some(found) => all.extend(found),
            None => report.push(
                Diagnostic::error(
                    Code::TooLarge,
                    "the aliases of this document stand for more than a million nodes",
                )
                .at(locate(self.inputs, &self.units[unit]).place(0))
                .hint("write the document out."),
            ),
        }
    }

    /// Says no to one document that is something else.
    fn check_resource_list(&self) -> Result<(), Report> {
        let root = self.trees.get(&0).and_then(Tree::root);
        let kind = root.and_then(|root| root.get("kind")?.scalar());
        if kind == Some("ResourceList") {
            return Ok(());
        }
        Err(
            Diagnostic::error(Code::NotAResourceList, "stdin is not a ResourceList")
                .hint("for a stream of manifests run `countersign render -`.")
                .into(),
        )
    }

    /// Configs, and objects that countersign made before.
    fn ours(&self, parsed: &[usize], shape: Shape) -> Ours {
        let mut ours = Ours::default();
        for &unit in parsed {
            let Some(root) = self.trees[&unit].root() else {
                continue;
            };
            let located = locate(self.inputs, &self.units[unit]);
            let only_configs = self.inputs[self.units[unit].input].only_configs;
            let sight = Sight {
                unit,
                only_configs,
                located: &located,
            };
            match shape {
                Shape::ResourceList => ours.look_at_resource_list(root, sight),
                Shape::Stream => ours.look(root, sight),
            }
        }
        ours
    }

    fn outlines(self) -> Vec<(usize, Outline)> {
        let kept = self
            .trees
            .into_iter()
            .map(|(unit, tree)| (unit, Outline::of(tree)));
        self.outlines.into_iter().chain(kept).collect()
    }

    fn results(&self, shape: Shape) -> Option<Slot> {
        let root = self
            .trees
            .get(&0)
            .filter(|_| shape == Shape::ResourceList)?
            .root()?;
        // a caller that brings results of its own keeps them
        let brought = root.get("results").is_some();
        Slot::find(root, &[], &[]).ok().filter(|_| !brought)
    }
}

fn objects(tree: &Tree<'_>, unit: usize, interest: &Interest<'_>) -> Option<Vec<Manifest>> {
    let mut out = Vec::new();
    let mut bounded = true;
    if let Some(root) = tree.root() {
        for_each_object(
            root,
            &mut |node, item| match Manifest::read(node, unit, item, interest) {
                Some(manifest) => out.push(manifest),
                None => bounded = false,
            },
        );
    }
    bounded.then_some(out)
}
