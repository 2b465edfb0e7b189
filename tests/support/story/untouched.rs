//! The law that a document which mentions no managed name comes out byte for byte.
//!
//! It cuts documents at lines with `---` and looks for names as plain text, which is cruder than the
//! program and therefore independent of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use super::folder::Door;
use super::reader;
use super::run::Stage;

/// For what `render` was given.
pub fn law(stage: &Stage, output: &[u8]) -> Result<(), String> {
    let scene = stage.scene;
    if scene.door != Door::Render {
        return Ok(());
    }
    let paths = scene
        .args
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .map(String::as_str);
    let mut files = Vec::new();
    for path in paths.chain(scene.stdin.as_deref()) {
        collect(&stage.world.app().join(path), &mut files);
    }
    let texts: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    check(&texts, &String::from_utf8_lossy(output))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        let manifest = path
            .extension()
            .is_some_and(|e| e == "yaml" || e == "yml" || e == "json");
        files.extend(manifest.then(|| path.to_owned()));
    } else if path.is_dir() && !path.join("kustomization.yaml").exists() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), files);
        }
    }
}

fn check(texts: &[String], output: &str) -> Result<(), String> {
    let configs = texts
        .iter()
        .filter_map(|text| reader::objects(text.as_bytes()).ok())
        .flatten();
    let mut names = BTreeSet::from(["countersign.dev/".to_owned(), "\\".to_owned()]);
    for config in configs.filter(|object| object["kind"].as_str() == Some("VaultSecrets")) {
        let secrets = config["spec"]["secrets"]
            .as_sequence()
            .cloned()
            .unwrap_or_default();
        names.extend(
            secrets
                .iter()
                .filter_map(|secret| secret["name"].as_str().map(str::to_owned)),
        );
    }
    let documents = texts.iter().flat_map(|text| documents(text));
    for document in documents.filter(|document| !names.iter().any(|name| document.contains(name))) {
        if !output.contains(document) {
            return Err(format!(
                "law: an untouched document stays byte for byte, but this did not:\n{document}"
            ));
        }
    }
    Ok(())
}

/// The documents of a text, without their separators and without blank ends.
fn documents(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") || line.starts_with("...") {
            out.push(&text[start..at]);
            start = at + line.len();
        }
        at += line.len();
    }
    out.push(&text[start..]);
    out.into_iter()
        .map(|d| d.trim_start_matches('\u{feff}').trim_matches(['\r', '\n']))
        .filter(|d| !d.is_empty())
        .collect()
}

/// A changed byte in a document that names nothing of ours.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: a changed byte in an untouched document is seen",
        || {
            let config = "kind: VaultSecrets\nspec: {secrets: [{name: db}]}\n";
            let texts = [format!("{config}---\na:  1\n---\nname: db\n")];
            assert!(check(&texts, "---\na:  1\n---\nname: db-x\n").is_ok());
            assert!(check(&texts, "---\na: 1\n---\nname: db-x\n").is_err());
            Ok(())
        },
    )]
}
