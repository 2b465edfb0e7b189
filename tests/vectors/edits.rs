//! The edits of fixtures/vectors/edits.yaml: a document, one change, and the text that has to come out of it.
//!
//! Go judges the vectors as well: what they expect must read as the document did, with just that change.

use countersign::yaml::edit::{Edit, ScalarSpot, apply, prove, sort};
use countersign::yaml::slot::{Closed, Slot};
use countersign::yaml::{NodeRef, Tree};
use serde::Deserialize;

use crate::go_yaml;

const KEY: &str = "countersign.dev/config-hash";
const HASH: &str = "6ct58987ht";
const OLD: &str = "orders-db";
const NEW: &str = "orders-db-2456789bcd";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    comment: String,
    document: String,
    /// Path of a scalar that says `orders-db` and shall say `orders-db-2456789bcd`.
    rename: Option<String>,
    /// Path of an object whose annotations shall have the config hash.
    annotate: Option<String>,
    /// The text that comes out, or why none does.
    becomes: Option<String>,
    refused: Option<String>,
}

/// Follows keys, and numbers into sequences.
fn follow<'a, 't>(root: NodeRef<'a, 't>, path: &str) -> Option<NodeRef<'a, 't>> {
    path.split('/')
        .filter(|step| !step.is_empty())
        .try_fold(root, |node, step| {
            let item = step.parse().ok().and_then(|n: usize| node.items().nth(n));
            item.or_else(|| node.get(step))
        })
}

/// Makes the change as the pipeline does, or says in one word why not.
fn change(vector: &Vector) -> Result<String, String> {
    let document = vector.document.as_str();
    let tree = Tree::parse(document).map_err(|error| {
        if error.divergent {
            "divergent"
        } else {
            "syntax"
        }
    })?;
    let root = tree.root().ok_or("empty")?;
    let mut edits = match (&vector.rename, &vector.annotate) {
        (Some(path), None) => rename(follow(root, path).ok_or("absent")?, document)?,
        (None, Some(path)) => annotate(follow(root, path).ok_or("absent")?, document)?,
        _ => panic!("{}: one of `rename` and `annotate`", vector.comment),
    };
    sort(&mut edits);
    let changed = apply(document, &edits)?;
    prove(tree.digest(), &edits, &changed)?;
    Ok(changed)
}

fn rename(node: NodeRef<'_, '_>, document: &str) -> Result<Vec<Edit>, String> {
    if node.string() != Some(OLD) {
        return Err("no such string".to_owned());
    }
    let spot = ScalarSpot::of(node);
    if spot.shared {
        return Err("shared".to_owned());
    }
    let edit = spot.replace(document, OLD, NEW);
    // it is told before it is made
    assert_eq!(spot.is_replaceable(document, OLD), edit.is_some());
    Ok(vec![edit.ok_or("layout")?])
}

fn annotate(node: NodeRef<'_, '_>, document: &str) -> Result<Vec<Edit>, String> {
    let slot = Slot::find(node, &["metadata", "annotations"], &[KEY]);
    let slot = slot.map_err(|closed| match closed {
        Closed::Shared => "shared",
        Closed::Layout => "layout",
        Closed::NotAMapping => "not a mapping",
    })?;
    let entries = [(KEY, HASH.to_owned())];
    let edits = slot.set(document, &entries);
    assert_eq!(slot.takes(document, &entries), edits.is_some());
    Ok(edits.ok_or("shared")?)
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("../../fixtures/vectors/edits.yaml");
    serde_yaml::from_str(text).expect("the vectors are YAML")
}

#[test]
fn an_edit_changes_what_it_means_to_and_no_other_byte() {
    let vectors = vectors();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let want = vector
            .becomes
            .clone()
            .ok_or(vector.refused.clone().unwrap_or_default());
        let found = change(vector);
        if found != want {
            wrong.push(format!(
                "{}:\nwant  {want:?}\nfound {found:?}",
                vector.comment
            ));
        }
    }
    assert!(
        vectors.len() > 80,
        "only {} vectors were read",
        vectors.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The change, made to what Go read.
fn meant(mut document: serde_json::Value, vector: &Vector) -> serde_json::Value {
    let path = |path: &str| format!("/{path}").trim_end_matches('/').to_owned();
    if let Some(place) = vector
        .rename
        .as_deref()
        .and_then(|at| document.pointer_mut(&path(at)))
    {
        *place = NEW.into();
    }
    if let Some(mut object) = vector
        .annotate
        .as_deref()
        .and_then(|at| document.pointer_mut(&path(at)))
    {
        for key in ["metadata", "annotations"] {
            if object[key].is_null() {
                object[key] = serde_json::json!({});
            }
            object = &mut object[key];
        }
        object[KEY] = HASH.into();
    }
    document
}

#[test]
fn go_reads_the_edited_text_as_the_same_document_with_that_change() {
    let mut wrong = Vec::new();
    for vector in vectors() {
        let Some(becomes) = &vector.becomes else {
            continue;
        };
        let (before, after) = (go_yaml::read(&vector.document), go_yaml::read(becomes));
        for (reader, before, after) in [("v2", before.v2, after.v2), ("v3", before.v3, after.v3)] {
            let meant = before.map(|all| {
                all.into_iter()
                    .map(|one| meant(one, &vector))
                    .collect::<Vec<_>>()
            });
            if meant != after {
                wrong.push(format!(
                    "{}, {reader}:\nmeant {meant:?}\nreads {after:?}",
                    vector.comment
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
