//! Rendered documents as a plugin's stdout: Argo CD reads it twice, each time with readers of its own.
//!
//! The documents keep their bytes. What stands between them is made anew: Argo CD's reader knows only `---`,
//! loses what follows `...`, refuses directives, and takes a stream that opens with `{` for JSON, in which a
//! YAML document cannot stand. It shows a document without kind or name to everybody, hence they are looked
//! for here.

use std::fmt::Write as _;

use crate::diag::{Code, Diagnostic, Report};
use crate::yaml::split::{only_comments, split, starts_document};
use crate::yaml::{NodeRef, Tree};

/// The documents of a stream for Argo CD; `ours` says which of them are lines of JSON that we wrote.
///
/// # Errors
/// Everything that is no object, and that there is none at all unless that is allowed.
pub fn framed(text: &str, allow_empty: bool) -> Result<String, Report> {
    let mut report = Report::default();
    let mut documents = Vec::new();
    for (at, range) in split(text).into_iter().enumerate() {
        let one = text[range].trim_start_matches('\u{feff}');
        if only_comments(one) {
            continue;
        }
        match document(one).and_then(|document| Ok(says_something(&document)?.then_some(document)))
        {
            Ok(document) => documents.extend(document.map(|document| (at + 1, document))),
            Err(why) => report.push(unreadable(at + 1, &why)),
        }
    }
    if documents.is_empty() && !allow_empty && !report.has_errors() {
        report.push(
            Diagnostic::error(Code::NoManifests, "the application has no manifests")
                .hint("see what its folder holds; where that is meant, set the parameter `allow-empty` to `true`."),
        );
    }
    let lines = documents
        .iter()
        .all(|(_, document)| is_line_of_json(document));
    for (number, document) in &documents {
        if let Some(character) = lost(document, lines) {
            report.push(altered(*number, character));
        }
    }
    let mut out = String::with_capacity(text.len() + 8 * documents.len());
    for (_, document) in &documents {
        if !lines {
            out.push_str("---\n");
        }
        out.push_str(document);
    }
    if !lines {
        // the server takes a line break off the end, which may belong to the last value
        out.push_str("---\n");
    }
    report.check(out)
}

/// Whether a document stands on a line of its own as JSON: nothing has to stand between such documents.
fn is_line_of_json(document: &str) -> bool {
    document.starts_with('{')
        && document.find('\n') == Some(document.len() - 1)
        && serde_json::from_str::<serde::de::IgnoredAny>(document).is_ok()
}

/// A character that does not survive. As lines of JSON the stream is read as JSON first, which leaves escapes
/// as they are; anything else becomes JSON without any, which is then read as YAML.
fn lost(document: &str, lines: bool) -> Option<char> {
    // in YAML no control characters; and NEL, which is a line break to it
    let is_lost = |c: &char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    if lines || !document.contains('\\') {
        return document.chars().find(is_lost);
    }
    let tree = Tree::parse(document).ok()?;
    let mut nodes: Vec<NodeRef<'_, '_>> = tree.root().into_iter().collect();
    while let Some(node) = nodes.pop() {
        if let Some(found) = node.scalar().and_then(|text| text.chars().find(is_lost)) {
            return Some(found);
        }
        nodes.extend(node.children());
    }
    None
}

/// One document without what separates it from others; it ends with a line break.
fn document(text: &str) -> Result<String, String> {
    let mut text = text;
    while !starts_document(text) && text.starts_with(['%', '#', '\n', '\r']) {
        let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
        if line.starts_with('%') && !line.starts_with("%YAML") {
            return Err("it has a directive, which Argo CD does not read".to_owned());
        }
        text = rest;
    }
    let mut out = String::with_capacity(text.len() + 1);
    if starts_document(text) {
        let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
        let after = line[3..].trim_end();
        if !after.is_empty() && !after.trim_start().starts_with('#') {
            let _ = writeln!(out, "   {after}");
        }
        text = rest;
    }
    // `...` closes a document, if anything does
    let last = text
        .trim_end_matches(['\n', '\r'])
        .rfind('\n')
        .map_or(0, |n| n + 1);
    let closed = text[last..].starts_with("...") && !text[last..].starts_with("....");
    out.push_str(if closed { &text[..last] } else { text });
    if !out.ends_with('\n') {
        out.push('\n');
    }
    if out.lines().any(|line| line.starts_with("---")) {
        return Err("a line in it begins with `---`, where Argo CD would cut it".to_owned());
    }
    Ok(out)
}

/// Whether a document says anything; if so, it is an object with a kind and a name, or a list of such.
fn says_something(document: &str) -> Result<bool, String> {
    let tree = Tree::parse(document).map_err(|problem| problem.message)?;
    match tree.root() {
        None => Ok(false),
        Some(root) if root.is_null() => Ok(false),
        Some(root) => object(root).map(|()| true),
    }
}

fn object(node: NodeRef<'_, '_>) -> Result<(), String> {
    let text = |path: &str| {
        let found = node.at(path).and_then(NodeRef::string);
        found.filter(|text| !text.is_empty())
    };
    if text("apiVersion").is_none() {
        return Err("it has no `apiVersion`".to_owned());
    }
    let Some(kind) = text("kind") else {
        return Err("it has no `kind`".to_owned());
    };
    if let Some(items) = node.get("items").filter(|_| kind.ends_with("List")) {
        return items.items().try_for_each(|item| {
            object(item).map_err(|why| format!("an item of its `{kind}` is no object: {why}"))
        });
    }
    if text("metadata/name").is_none() && text("metadata/generateName").is_none() {
        return Err(format!("its `{kind}` has no `metadata.name`"));
    }
    Ok(())
}

fn unreadable(number: usize, why: &str) -> Diagnostic {
    let message = format!("document {number} is no object that Argo CD takes: {why}");
    Diagnostic::error(Code::NotAManifest, message)
        .hint("see what `countersign render .` prints there; what is no manifest belongs into another folder.")
}

fn altered(number: usize, character: char) -> Diagnostic {
    let code = u32::from(character);
    let message = format!(
        "document {number} holds the character U+{code:04X}, which Argo CD changes or refuses on its way"
    );
    Diagnostic::error(Code::YamlDivergent, message)
        .hint("write it into a file that the program decodes itself, as base64 for instance.")
}

#[cfg(test)]
mod tests;
