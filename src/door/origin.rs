//! EDGE: a mistake in a config that went through kustomize is shown where the user wrote it.
//!
//! kustomize takes lines and comments away. The object's name and the field's path are left, so the
//! files below the kustomization are read again and the field is looked up there. Where it is not
//! found (a remote base, a value that a patch brings) the message stays as it is.

use std::path::{Path, PathBuf};

use super::listed::{Part, listed};
use crate::config::KIND;
use crate::diag::{Code, Diagnostic, Place};
use crate::kube::id::ObjectId;
use crate::yaml::picture::Located;
use crate::yaml::split::split;
use crate::yaml::{NodeRef, Tree};

/// More files than this are not looked through for a picture.
const FILES: usize = 500;

/// Points diagnostics about configs at the files below `folder`; `built` is what they point at now.
pub fn find(diagnostics: &mut [Diagnostic], folder: &Path, built: &str) {
    let prefix = format!("{KIND}/");
    let wanted = |place: &Place| {
        let object = place
            .object
            .as_deref()
            .is_some_and(|o| o.starts_with(&prefix));
        object && place.file.as_deref() == Some(built)
    };
    if !diagnostics
        .iter()
        .any(|d| d.place.as_deref().is_some_and(wanted))
    {
        return;
    }
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    listed(folder, &[Part::Object, Part::Worker], &mut |listed| {
        // what is written inline has no lines of its own
        let Some(path) = listed.path else { return };
        let known = files.iter().any(|(known, _)| *known == path);
        if !known && listed.text.contains(KIND) && files.len() < FILES {
            files.push((path, listed.text));
        }
    });
    for diagnostic in diagnostics {
        let Some(place) = diagnostic
            .place
            .as_deref_mut()
            .filter(|place| wanted(place))
        else {
            continue;
        };
        let name = place
            .object
            .as_deref()
            .and_then(|o| o.strip_prefix(&prefix));
        let of_key = matches!(
            diagnostic.code,
            Code::UnknownField | Code::BadKey | Code::DuplicateKey
        );
        if let Some(found) = name.and_then(|name| look(&files, name, place, of_key)) {
            *place = found;
        }
    }
}

fn look(files: &[(PathBuf, String)], name: &str, place: &Place, of_key: bool) -> Option<Place> {
    let field = place.field.as_deref().unwrap_or_default();
    let mut found = None;
    for (path, text) in files {
        for unit in split(text) {
            let lines = text[..unit.start].matches('\n').count();
            let located = Located {
                file: path.display().to_string().into(),
                first_line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
                text: &text[unit],
            };
            let Ok(tree) = Tree::parse(located.text) else {
                continue;
            };
            let Some(root) = tree.root() else { continue };
            let id = ObjectId::of(root);
            // overlays may have put something before or after the name
            if id.kind != KIND || id.name.is_empty() || !name.contains(&*id.name) {
                continue;
            }
            let Some((key, value)) = follow(root, root, field) else {
                continue;
            };
            let here = Place {
                object: place.object.clone(),
                field: place.field.clone(),
                ..located.place_of(if of_key { key } else { value })
            };
            if id.name == name {
                return Some(here);
            }
            // two that could be meant are none
            found = if found.is_none() {
                Some(here)
            } else {
                return None;
            };
        }
    }
    found
}

/// `spec.secrets[0].data.ca.crt.path`: keys may contain dots, so the longest that fits is taken.
/// The key that leads to the field, where there is one, and the field itself.
fn follow<'a, 't>(
    node: NodeRef<'a, 't>,
    leader: NodeRef<'a, 't>,
    field: &str,
) -> Option<(NodeRef<'a, 't>, NodeRef<'a, 't>)> {
    let rest = field.strip_prefix('.').unwrap_or(field);
    if rest.is_empty() {
        return Some((leader, node));
    }
    if let Some(index) = rest.strip_prefix('[') {
        let (number, rest) = index.split_once(']')?;
        let item = node.items().nth(number.parse().ok()?)?;
        return follow(item, item, rest);
    }
    let fits = |key: &str| {
        rest.strip_prefix(key)
            .is_some_and(|after| after.is_empty() || after.starts_with(['.', '[']))
    };
    let keys = node
        .entries()
        .filter_map(|(key, value)| Some((key.scalar()?, key, value)));
    let (name, key, value) = keys
        .filter(|(name, ..)| fits(name))
        .max_by_key(|(name, ..)| name.len())?;
    follow(value, key, &rest[name.len()..])
}
