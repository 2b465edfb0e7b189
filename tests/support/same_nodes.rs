//! Compares, node by node, what our tree shows of a document with what Go shows.

use countersign::yaml::Tree;
use countersign::yaml::tree::Kind;

use crate::go_yaml;

/// What our tree says, in the words of the judge.
fn ours(tree: &Tree<'_>) -> Vec<(u64, &'static str, String, bool)> {
    let nodes = (0..).map_while(|at| tree.node(at));
    nodes
        .map(|node| {
            let kind = match node.kind() {
                Kind::Scalar => "scalar",
                Kind::Mapping => "mapping",
                Kind::Sequence => "sequence",
                Kind::Alias => "alias",
            };
            let scalar = node.kind() == Kind::Scalar;
            let text = node.scalar().filter(|_| scalar).unwrap_or_default();
            (
                node.depth() as u64,
                kind,
                text.to_owned(),
                scalar && node.string().is_some(),
            )
        })
        .collect()
}

/// Says how the two readings differ, if both readers accept the text.
pub fn difference(text: &str) -> Option<String> {
    let tree = Tree::parse(text).ok()?;
    let theirs = go_yaml::nodes(text)?;
    let ours = ours(&tree);
    if ours.len() != theirs.len() {
        return Some(format!("{} nodes, Go has {}", ours.len(), theirs.len()));
    }
    ours.iter()
        .zip(&theirs)
        .find_map(|((depth, kind, value, string), node)| {
            let same = (*depth, *kind, value.as_str())
                == (node.depth, node.kind.as_str(), node.value.as_str());
            // a tag that Go does not know leaves a string a string
            let typed = [
                "!!null",
                "!!bool",
                "!!int",
                "!!float",
                "!!timestamp",
                "!!binary",
                "!!merge",
            ];
            let guessed = *string && typed.contains(&node.tag.as_str());
            (!same || guessed)
                .then(|| format!("{depth} {kind} {value:?} string: {string}, Go has {node:?}"))
        })
}
