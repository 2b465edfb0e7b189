//! The law of rendering, with Go as the judge: exactly the names changed, and nothing else.

use countersign::hash::is_suffix;
use serde_json::Value;

use super::difference::{differences, secret_names, stamp, unstamped};
use crate::go_yaml;
use crate::pipeline::NAME;

/// Every Go reader that could read `before` must read `after` as the same objects with the managed name replaced, at
/// every place where it names a Secret and only there; otherwise what is wrong.
pub fn only_names_changed(before: &str, after: &str) -> Result<(), String> {
    let (old, new) = (go_yaml::read(before), go_yaml::read(after));
    for (reader, old, new) in [("v2", old.v2, new.v2), ("v3", old.v3, new.v3)] {
        let Some(old) = old else { continue };
        let verdict = match new {
            Some(new) => documents(&old, &new),
            None => Err("it can read the input but not the output".to_owned()),
        };
        verdict
            .map_err(|why| format!("Go's {reader}: {why}\n{before}\n=>\n{after}\n({before:?})"))?;
    }
    Ok(())
}

fn documents(old: &[Value], new: &[Value]) -> Result<(), String> {
    let old: Vec<&Value> = old.iter().filter(|d| !d.is_null()).collect();
    let (ours, new): (Vec<&Value>, Vec<&Value>) = new
        .iter()
        .filter(|d| !d.is_null())
        .partition(|d| is_ours(d));
    let [generation] = ours[..] else {
        return Err(format!("{} objects of ours", ours.len()));
    };
    let name = generation["metadata"]["name"].as_str().unwrap_or_default();
    if !name
        .strip_prefix(NAME)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(is_suffix)
    {
        return Err(format!("the generation is called `{name}`"));
    }
    if old.len() != new.len() {
        return Err(format!("{} documents became {}", old.len(), new.len()));
    }
    old.iter()
        .zip(&new)
        .try_for_each(|(old, new)| document(old, new, name))
}

fn is_ours(document: &Value) -> bool {
    document["metadata"]["annotations"]["countersign.dev/secret"] == NAME
}

fn document(old: &Value, new: &Value, generation: &str) -> Result<(), String> {
    let changes = differences(&unstamped(old), &unstamped(new));
    for change in &changes {
        let renamed = change.before.as_ref().is_some_and(|b| b == NAME)
            && change.after.as_ref().is_some_and(|a| a == generation);
        if !renamed {
            return Err(format!("a change that was not meant: {change:?}"));
        }
    }
    let (named, left) = (
        occurrences(&secret_names(old)),
        occurrences(&secret_names(new)),
    );
    if left > 0 {
        return Err(format!("{left} of {named} references were left"));
    }
    if changes.len() != named {
        return Err(format!("{} changes for {named} references", changes.len()));
    }
    match (stamp(old), stamp(new)) {
        (_, None) if named > 0 && old["kind"] != "Ingress" => {
            Err("a workload without a stamp".into())
        }
        (old, new) if named == 0 && old != new => {
            Err("a stamp for a workload that uses nothing".into())
        }
        _ => Ok(()),
    }
}

fn occurrences(names: &[&str]) -> usize {
    names.iter().filter(|name| **name == NAME).count()
}
