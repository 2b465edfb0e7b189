//! Parsing documents, once each: what is kept of them, and what is dropped at once.
//!
//! Part of `read`, which decides what has to be parsed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Report};
use crate::kube::manifest::{Interest, Manifest, Manifests};
use crate::stage::ours::{Ours, Sight, for_each_object, list_items};
use crate::stage::{Input, Known, Shape, Unit};
use crate::yaml::items::Items;
use crate::yaml::picture::Located;
use crate::yaml::slot::Slot;
use crate::yaml::tree::Unreadable;
use crate::yaml::{Tree, parallel};

fn known(unit: usize, tree: &Tree<'_>) -> Known {
    let items = tree
        .root()
        .and_then(list_items)
        .and_then(|node| Items::find(node).ok());
    Known {
        unit,
        reads: tree.digest(),
        items: items.map(Box::new),
    }
}

/// Documents of a stream, some of them read.
pub struct Reader<'t, 'u> {
    inputs: &'t [Input],
    units: &'u [Unit],
    /// In the place of those of configs.
    parameters: &'t BTreeMap<String, String>,
    /// Documents with objects of ours: read once, looked at twice.
    trees: BTreeMap<usize, Tree<'t>>,
    known: Vec<Known>,
}

impl<'t, 'u> Reader<'t, 'u> {
    /// Nothing is read yet.
    pub fn new(
        inputs: &'t [Input],
        units: &'u [Unit],
        parameters: &'t BTreeMap<String, String>,
    ) -> Self {
        Self {
            inputs,
            units,
            parameters,
            trees: BTreeMap::new(),
            known: Vec::new(),
        }
    }

    fn text(&self, unit: usize) -> &'t str {
        let unit = &self.units[unit];
        &self.inputs[unit.input].text[unit.range.clone()]
    }

    pub fn may_hold_data(&self, unit: usize) -> bool {
        let text = self.text(unit).as_bytes();
        memchr::memmem::find(text, b"ConfigMap").is_some()
            || memchr::memmem::find(text, b"Secret").is_some()
    }

    /// Reads units and keeps their trees; every unreadable one is reported.
    pub fn parse(&mut self, wanted: &[usize]) -> Result<(), Report> {
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
        let mut lines = Lines::default();
        for (unit, result) in wanted.into_iter().zip(parsed) {
            match result {
                Ok(tree) => {
                    self.trees.insert(unit, tree);
                }
                Err(error) => report.push(self.unreadable(unit, &error, &mut lines)),
            }
        }
        report.check(())
    }

    fn unreadable(&self, unit: usize, error: &Unreadable, lines: &mut Lines) -> Diagnostic {
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
        let located = lines.locate(self.inputs, &self.units[unit]);
        Diagnostic::error(code, error.message.clone())
            .at(located.place(error.at))
            .hint(hint)
    }

    fn too_large(&self, unit: usize, lines: &mut Lines) -> Diagnostic {
        let message = "the aliases of this document stand for more than a million nodes";
        Diagnostic::error(Code::TooLarge, message)
            .at(lines.locate(self.inputs, &self.units[unit]).place(0))
            .hint("write the document out.")
    }

    /// The manifests of parsed or parseable units.
    pub fn manifests(
        &mut self,
        wanted: &[usize],
        interest: &Interest<'_>,
    ) -> Result<Manifests<'t>, Report> {
        // few units were read before; the others are read here and their trees dropped at once
        let kept: Vec<usize> = wanted
            .iter()
            .copied()
            .filter(|u| self.trees.contains_key(u))
            .collect();
        let mut all = Vec::new();
        let mut report = Report::default();
        let mut lines = Lines::default();
        for unit in kept {
            match objects(&self.trees[&unit], unit, interest) {
                Some(found) => all.extend(found),
                None => report.push(self.too_large(unit, &mut lines)),
            }
        }
        let fresh: Vec<usize> = wanted
            .iter()
            .copied()
            .filter(|u| !self.trees.contains_key(u))
            .collect();
        let parts = parallel::batched(
            &fresh,
            |u| self.units[*u].range.len(),
            |units| Part::read(self, units, interest),
        );
        let found = parts.iter().map(|part| part.manifests.len());
        all.reserve_exact(found.sum());
        self.known.reserve_exact(fresh.len());
        for part in parts {
            all.extend(part.manifests);
            self.known.extend(part.known);
            report.extend(part.problems);
        }
        report.check(all)
    }

    /// Says no to one document that is something else.
    pub fn check_resource_list(&self) -> Result<(), Report> {
        let root = self.trees.get(&0).and_then(Tree::root);
        let kind = root.and_then(|root| root.get("kind")?.scalar());
        let items = root.and_then(|root| root.get("items"));
        let listed = items.is_none_or(|node| {
            node.is_null() || node.resolved().kind() == crate::yaml::Kind::Sequence
        });
        if kind == Some("ResourceList") && listed {
            return Ok(());
        }
        Err(
            Diagnostic::error(Code::NotAResourceList, "stdin is not a ResourceList")
                .hint("for a stream of manifests run `countersign render -`.")
                .into(),
        )
    }

    /// Configs, and objects that countersign made before.
    pub fn ours(&self, parsed: &[usize], shape: Shape) -> Ours {
        let mut ours = Ours::default();
        let mut lines = Lines::default();
        for &unit in parsed {
            let Some(root) = self.trees[&unit].root() else {
                continue;
            };
            let located = lines.locate(self.inputs, &self.units[unit]);
            let only_configs = self.inputs[self.units[unit].input].only_configs;
            let sight = Sight {
                unit,
                only_configs,
                parameters: self.parameters,
                located: &located,
            };
            match shape {
                Shape::ResourceList => ours.look_at_resource_list(root, sight),
                Shape::Stream | Shape::Release | Shape::Lines => ours.look(root, sight),
            }
        }
        ours
    }

    /// What is kept of all that was read, in the order of the units.
    pub fn known(self) -> Vec<Known> {
        let mut all = self.known;
        all.extend(self.trees.iter().map(|(unit, tree)| known(*unit, tree)));
        all.sort_unstable_by_key(|known| known.unit);
        all
    }

    pub fn results(&self, shape: Shape) -> Option<Slot<'t>> {
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

/// Neighbours that were read together, so that little lies about until all are put together.
struct Part<'t> {
    manifests: Manifests<'t>,
    known: Vec<Known>,
    problems: Report,
}

impl<'t> Part<'t> {
    fn read(reader: &Reader<'t, '_>, units: &[usize], interest: &Interest<'_>) -> Self {
        let mut part = Self {
            manifests: Vec::with_capacity(units.len()),
            known: Vec::with_capacity(units.len()),
            problems: Report::default(),
        };
        let mut lines = Lines::default();
        for &unit in units {
            match Tree::parse(reader.text(unit)) {
                Ok(tree) => {
                    part.known.push(known(unit, &tree));
                    match objects(&tree, unit, interest) {
                        Some(found) => part.manifests.extend(found),
                        None => part.problems.push(reader.too_large(unit, &mut lines)),
                    }
                }
                Err(error) => {
                    let problem = reader.unreadable(unit, &error, &mut lines);
                    part.problems.push(problem);
                }
            }
        }
        part
    }
}

/// Finds the lines of units in order, counting each line once: there may be as many mistakes as units.
#[derive(Default)]
struct Lines {
    input: usize,
    at: usize,
    line: u32,
}

impl Lines {
    fn locate<'a>(&mut self, inputs: &'a [Input], unit: &Unit) -> Located<'a> {
        if self.input != unit.input {
            *self = Self {
                input: unit.input,
                ..Self::default()
            };
        }
        let input = &inputs[unit.input];
        let passed = &input.text.as_bytes()[self.at..unit.range.start];
        let lines = memchr::memchr_iter(b'\n', passed).count();
        self.line = u32::try_from(lines).map_or(u32::MAX, |lines| self.line.saturating_add(lines));
        self.at = unit.range.start;
        Located {
            file: Arc::clone(&input.file),
            first_line: self.line.saturating_add(1),
            text: &input.text[unit.range.clone()],
        }
    }
}

/// The objects of one document; `None` when its aliases multiply beyond any use.
pub fn objects<'t>(tree: &Tree<'t>, unit: usize, interest: &Interest<'_>) -> Option<Manifests<'t>> {
    let mut out = Vec::new();
    let mut bounded = true;
    if let Some(root) = tree.root() {
        out.reserve_exact(list_items(root).map_or(1, |items| items.items().count()));
        for_each_object(
            root,
            &mut |node, item| match Manifest::read(node, unit, item, interest) {
                Some(manifest) => out.push(Box::new(manifest)),
                None => bounded = false,
            },
        );
    }
    bounded.then_some(out)
}
