//! Every place in one manifest where a site table says that a Secret or ConfigMap is named.
//!
//! The tables become a trie of keys, followed once through the tree; lists are walked, aliases and
//! merge keys are followed with a budget, so that nested aliases cannot multiply. Knows no managed
//! names: what a mention means is decided by the stages.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::id::ObjectId;
use super::sites::path::segments;
use super::sites::{Form, Keys, Namespace, Target, When, object_sites, pod_sites};
use super::workload::Workload;
use crate::config::Reference;
use crate::yaml::edit::ScalarSpot;
use crate::yaml::{Kind, NodeRef};

/// More visits than this in one manifest can only be an alias bomb.
const BUDGET: usize = 1_000_000;

/// In which namespace the named object stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum In {
    /// The manifest's own.
    Own,
    /// This one.
    Named(Box<str>),
    /// The manifest does not tell.
    Any,
}

/// Which keys of the named object are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Used<'t> {
    /// All of them.
    All,
    /// These.
    Keys(Box<[Cow<'t, str>]>),
}

/// One mention.
#[derive(Clone, Debug)]
pub struct Mention<'t> {
    /// Secret or ConfigMap.
    pub target: Target,
    /// What the scalar says: the name, or `namespace/name`.
    pub text: Cow<'t, str>,
    /// Which of the two.
    form: Form,
    /// Where the named object stands.
    pub namespace: In,
    /// What is used of it.
    pub used: Used<'t>,
    /// The scalar.
    pub spot: ScalarSpot,
    /// It stands in a pod template that takes the stamp.
    pub in_template: bool,
    /// Its path alone says that it is one, and it is the bare name.
    pub by_path: bool,
}

impl Mention<'_> {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.form {
            Form::Name => &self.text,
            Form::NamespaceSlashName => {
                let parts = self.text.split_once('/');
                parts.map_or(&self.text, |(_, name)| name)
            }
        }
    }
}

/// A name that is a site as far as its path goes.
#[derive(Clone, Copy)]
struct Leaf {
    target: Target,
    keys: Keys,
    namespace: Namespace,
    form: Form,
    when: &'static [When],
}

impl Leaf {
    const SECRET: Leaf = Leaf {
        target: Target::Secret,
        keys: Keys::All,
        namespace: Namespace::Own,
        form: Form::Name,
        when: &[],
    };
}

/// Keys that lead on, and what stands here.
type TrieNode = (Vec<(String, usize)>, Option<Leaf>);

#[derive(Default)]
struct Trie {
    nodes: Vec<TrieNode>,
}

impl Trie {
    fn insert(&mut self, path: &str, leaf: Leaf) {
        if self.nodes.is_empty() {
            self.nodes.push((Vec::new(), None));
        }
        let mut at = 0;
        for key in segments(path) {
            at = if let Some((_, next)) = self.nodes[at].0.iter().find(|(k, _)| *k == key) {
                *next
            } else {
                let next = self.nodes.len();
                self.nodes.push((Vec::new(), None));
                self.nodes[at].0.push((key, next));
                next
            };
        }
        self.nodes[at].1.get_or_insert(leaf);
    }
}

static POD: LazyLock<Trie> = LazyLock::new(|| {
    let mut trie = Trie::default();
    for site in pod_sites() {
        trie.insert(
            site.path,
            Leaf {
                target: site.target,
                keys: site.keys,
                ..Leaf::SECRET
            },
        );
    }
    trie
});

/// All mentions of one manifest, or `None` when aliases multiply beyond any use.
#[must_use]
pub fn mentions<'t>(
    root: NodeRef<'_, 't>,
    id: &ObjectId<'_>,
    workload: Option<&Workload>,
    extra: &[Reference],
) -> Option<Box<[Mention<'t>]>> {
    let mut walk = Walk {
        found: Vec::new(),
        budget: BUDGET,
        in_template: false,
    };
    let mut trie = Trie::default();
    for site in object_sites(&id.kind, id.group()) {
        let leaf = Leaf {
            namespace: site.namespace,
            form: site.form,
            when: site.when,
            ..Leaf::SECRET
        };
        trie.insert(&site.path, leaf);
    }
    for reference in extra {
        if reference.kind == id.kind && reference.group.as_deref().is_none_or(|g| g == id.group()) {
            trie.insert(&reference.path, Leaf::SECRET);
        }
    }
    if let Some(workload) = workload {
        walk.in_template = workload.stamped;
        for (template, shared) in templates(root, workload) {
            if let Some(spec) = template.get("spec") {
                walk.visit(spec, &POD, 0, None, shared || spec.kind() == Kind::Alias);
            }
        }
        walk.in_template = false;
    }
    if !trie.nodes.is_empty() {
        walk.visit(root, &trie, 0, None, false);
    }
    // a site may be named by two tables
    walk.found.sort_by_key(|m| (m.spot.node, !m.in_template));
    walk.found.dedup_by_key(|m| m.spot.node);
    (walk.budget > 0).then(|| walk.found.into_boxed_slice())
}

/// The pod templates of a workload, and whether an alias leads there.
#[must_use]
pub fn templates<'a, 't>(
    root: NodeRef<'a, 't>,
    workload: &Workload,
) -> Vec<(NodeRef<'a, 't>, bool)> {
    let mut at = vec![(root, false)];
    let keys: Vec<String> = if workload.template.is_empty() {
        Vec::new()
    } else {
        segments(workload.template)
    };
    for key in keys {
        let mut next = Vec::new();
        for (node, shared) in at {
            let values = node.get(&key).into_iter();
            for value in values.chain(node.items().filter_map(|item| item.get(&key))) {
                next.push((
                    value,
                    shared || value.kind() == Kind::Alias || value.is_shared(),
                ));
            }
        }
        at = next;
    }
    // a list at the end of the path
    at.into_iter()
        .flat_map(|(node, shared)| {
            let node = node.resolved();
            if node.kind() == Kind::Sequence {
                node.items().map(|i| (i.resolved(), shared)).collect()
            } else {
                vec![(node, shared)]
            }
        })
        .collect()
}

struct Walk<'t> {
    found: Vec<Mention<'t>>,
    budget: usize,
    in_template: bool,
}

impl<'t> Walk<'t> {
    fn visit(
        &mut self,
        node: NodeRef<'_, 't>,
        trie: &Trie,
        state: usize,
        parent: Option<NodeRef<'_, 't>>,
        shared: bool,
    ) {
        if self.budget == 0 {
            return;
        }
        self.budget -= 1;
        let shared = shared || node.kind() == Kind::Alias;
        let node = node.resolved();
        match node.kind() {
            Kind::Sequence => {
                for item in node.items() {
                    self.visit(item, trie, state, parent, shared);
                }
            }
            Kind::Mapping => {
                for (key, value) in node.entries() {
                    self.descend(key, value, trie, state, node, shared);
                }
                for merged in node.merged() {
                    for (key, value) in merged.entries() {
                        self.descend(key, value, trie, state, node, true);
                    }
                }
            }
            Kind::Scalar => {
                if let Some(leaf) = &trie.nodes[state].1 {
                    self.record(node, *leaf, parent, shared);
                }
            }
            Kind::Alias => {}
        }
    }

    fn descend(
        &mut self,
        key: NodeRef<'_, 't>,
        value: NodeRef<'_, 't>,
        trie: &Trie,
        state: usize,
        parent: NodeRef<'_, 't>,
        shared: bool,
    ) {
        let Some(name) = key.scalar() else { return };
        if let Some((_, next)) = trie.nodes[state].0.iter().find(|(k, _)| k == name) {
            self.visit(value, trie, *next, Some(parent), shared);
        }
    }

    fn record(
        &mut self,
        node: NodeRef<'_, 't>,
        leaf: Leaf,
        parent: Option<NodeRef<'_, 't>>,
        shared: bool,
    ) {
        let text = node.text().filter(|t| !t.is_empty());
        let Some(text) = text.filter(|_| node.string().is_some()) else {
            return;
        };
        let sibling = |field: &str| parent.and_then(|p| p.get(field));
        if !leaf
            .when
            .iter()
            .all(|when| holds(when, sibling(when.field)))
        {
            return;
        }
        let mut namespace = match leaf.namespace {
            Namespace::Own => In::Own,
            Namespace::Any => In::Any,
            Namespace::Sibling(field) => match sibling(field).and_then(NodeRef::string) {
                Some(template) if template.contains("${") => In::Any,
                Some(namespace) => In::Named(namespace.into()),
                None => In::Own,
            },
        };
        if leaf.form == Form::NamespaceSlashName
            && let Some((before, _)) = text.split_once('/')
        {
            namespace = In::Named(before.into());
        }
        let used = match leaf.keys {
            Keys::All => Used::All,
            Keys::Key(field) => sibling(field)
                .and_then(NodeRef::text)
                .map_or(Used::All, |key| Used::Keys(Box::new([key]))),
            Keys::Items(field) => match sibling(field).filter(|n| !n.is_null()) {
                None => Used::All,
                Some(items) => Used::Keys(
                    items
                        .items()
                        .filter_map(|item| item.get("key")?.text())
                        .collect(),
                ),
            },
        };
        let mut spot = ScalarSpot::of(node);
        spot.shared |= shared;
        let is_bare = leaf.form == Form::Name || !text.contains('/');
        self.found.push(Mention {
            by_path: is_bare && leaf.when.iter().all(|when| when.or_absent),
            target: leaf.target,
            text,
            form: leaf.form,
            namespace,
            used,
            spot,
            in_template: self.in_template,
        });
    }
}

fn holds(when: &When, field: Option<NodeRef<'_, '_>>) -> bool {
    let Some(field) = field.filter(|n| !n.is_null()) else {
        return when.or_absent;
    };
    let accepted =
        |node: NodeRef<'_, '_>| node.scalar().is_some_and(|text| when.is.contains(&text));
    accepted(field) || field.items().any(accepted)
}
