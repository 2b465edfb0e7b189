//! Where two data differ: field paths, and the two values that stand there.
//!
//! Lists of named things (containers, environment, volumes, ports) are compared by name, so that one
//! more container is one change. Knows nothing of what a field means.

use std::collections::{BTreeMap, BTreeSet};

use super::datum::Datum;

/// One step from a value to a value in it.
#[derive(Clone, Copy, PartialEq)]
pub enum Step<'a> {
    /// A field.
    Key(&'a str),
    /// The item of this name.
    Named(&'a str),
    /// The item at this place.
    Item(usize),
}

/// One difference, as high up as possible.
pub struct Change<'d, 'a> {
    /// From the root to the value.
    pub steps: Vec<Step<'a>>,
    /// `None`: it is new.
    pub before: Option<&'d Datum<'a>>,
    /// `None`: it goes.
    pub after: Option<&'d Datum<'a>>,
}

impl<'a> Change<'_, 'a> {
    /// Whether it is at or below these keys; items of lists on the way do not count.
    #[must_use]
    pub fn is_within(&self, path: &[impl AsRef<str>]) -> bool {
        let mut keys = self.keys();
        path.iter().all(|key| keys.next() == Some(key.as_ref()))
    }

    /// Its keys alone.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            _ => None,
        })
    }

    /// `spec.containers[app].env[DB].value`
    #[must_use]
    pub fn path(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            match step {
                Step::Key(key) if is_simple(key) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(key);
                }
                Step::Key(key) => out.push_str(&format!("[{key:?}]")),
                Step::Named(name) => out.push_str(&format!("[{name}]")),
                Step::Item(at) => out.push_str(&format!("[{at}]")),
            }
        }
        out
    }
}

fn is_simple(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Every difference, in the order of the fields.
#[must_use]
pub fn changes<'d, 'a>(before: &'d Datum<'a>, after: &'d Datum<'a>) -> Vec<Change<'d, 'a>> {
    let mut walk = Walk {
        steps: Vec::new(),
        found: Vec::new(),
    };
    walk.compare(Some(before), Some(after));
    walk.found
}

static NO_FIELDS: Datum<'static> = Datum::Map(BTreeMap::new());

struct Walk<'d, 'a> {
    steps: Vec<Step<'a>>,
    found: Vec<Change<'d, 'a>>,
}

impl<'d, 'a> Walk<'d, 'a> {
    fn compare(&mut self, before: Option<&'d Datum<'a>>, after: Option<&'d Datum<'a>>) {
        match (before, after) {
            (Some(before), Some(after)) if before == after => {}
            (Some(Datum::Map(before)), Some(Datum::Map(after))) => {
                let both: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
                for key in both {
                    self.enter(Step::Key(key), before.get(key), after.get(key));
                }
            }
            (Some(Datum::List(old)), Some(Datum::List(new))) => self.lists(before, after, old, new),
            // one annotation more is one change, also where there was none before
            (None, Some(Datum::Map(_))) if self.at_metadata() => {
                self.compare(Some(&NO_FIELDS), after);
            }
            (Some(Datum::Map(_)), None) if self.at_metadata() => {
                self.compare(before, Some(&NO_FIELDS));
            }
            _ => self.found.push(Change {
                steps: self.steps.clone(),
                before,
                after,
            }),
        }
    }

    fn at_metadata(&self) -> bool {
        matches!(
            self.steps.last(),
            Some(Step::Key("metadata" | "annotations"))
        )
    }

    fn lists(
        &mut self,
        before: Option<&'d Datum<'a>>,
        after: Option<&'d Datum<'a>>,
        old: &'d [Datum<'a>],
        new: &'d [Datum<'a>],
    ) {
        let so_far = self.found.len();
        if let (Some(old), Some(new)) = (by_name(old), by_name(new)) {
            let names = |items: &[(&'a str, _)]| items.iter().map(|(n, _)| *n).collect::<Vec<_>>();
            let (old_names, new_names) = (names(&old), names(&new));
            let old: BTreeMap<_, _> = old.into_iter().collect();
            let new: BTreeMap<_, _> = new.into_iter().collect();
            for name in &old_names {
                self.enter(
                    Step::Named(name),
                    old.get(name).copied(),
                    new.get(name).copied(),
                );
            }
            for name in new_names.iter().filter(|name| !old.contains_key(**name)) {
                self.enter(Step::Named(name), None, new.get(name).copied());
            }
        } else {
            for at in 0..old.len().max(new.len()) {
                self.enter(Step::Item(at), old.get(at), new.get(at));
            }
        }
        // the same items in another order are another template all the same
        if self.found.len() == so_far {
            self.found.push(Change {
                steps: self.steps.clone(),
                before,
                after,
            });
        }
    }

    fn enter(
        &mut self,
        step: Step<'a>,
        before: Option<&'d Datum<'a>>,
        after: Option<&'d Datum<'a>>,
    ) {
        self.steps.push(step);
        self.compare(before, after);
        self.steps.pop();
    }
}

/// The items with their names, where each has one of its own.
fn by_name<'d, 'a>(items: &'d [Datum<'a>]) -> Option<Vec<(&'a str, &'d Datum<'a>)>> {
    let named = items
        .iter()
        .map(|item| Some((item.at("name")?.text()?, item)));
    let named = named.collect::<Option<Vec<_>>>()?;
    let distinct: BTreeMap<_, _> = named.iter().copied().collect();
    (distinct.len() == named.len()).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Tree;

    fn paths(before: &str, after: &str) -> Vec<String> {
        let (before, after) = (Tree::parse(before).unwrap(), Tree::parse(after).unwrap());
        let (Some(before), Some(after)) = (
            Datum::of(before.root().unwrap()),
            Datum::of(after.root().unwrap()),
        ) else {
            panic!("plain data");
        };
        changes(&before, &after).iter().map(Change::path).collect()
    }

    #[test]
    fn a_difference_is_named_by_its_field() {
        assert_eq!(paths("a: {b: 1, c: 2}\n", "a: {c: 3, b: 1}\n"), ["a.c"]);
        assert_eq!(paths("a: {x.y/z: 1}\n", "a: {}\n"), ["a[\"x.y/z\"]"]);
        assert_eq!(paths("a: [1, 2]\n", "a: [1, 3, 4]\n"), ["a[1]", "a[2]"]);
        assert!(paths("a: {b: 1}\n", "{a: {b: 1}}\n").is_empty());
    }

    #[test]
    fn annotations_are_named_one_by_one_also_when_they_are_the_first() {
        assert_eq!(
            paths("t: {}\n", "t: {metadata: {annotations: {a: x, b: y}}}\n"),
            ["t.metadata.annotations.a", "t.metadata.annotations.b"]
        );
    }

    #[test]
    fn items_with_names_are_compared_by_name() {
        let before = "c: [{name: app, image: a:1}, {name: side, image: s:1}]\n";
        let after =
            "c: [{name: new, image: n:1}, {name: app, image: a:2}, {name: side, image: s:1}]\n";
        assert_eq!(paths(before, after), ["c[app].image", "c[new]"]);
    }

    #[test]
    fn another_order_is_a_difference() {
        let before = "c: [{name: a}, {name: b}]\n";
        assert_eq!(paths(before, "c: [{name: b}, {name: a}]\n"), ["c"]);
    }
}
