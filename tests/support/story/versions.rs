//! What the tools say in a way of their own, version by version: `make matrix` tells stories with several.
//!
//! Only what a tool itself decides is settled here, and only if it is exactly what that version does.

use std::collections::BTreeMap;
use std::env;
use std::process::Command;
use std::sync::Mutex;

use libtest_mimic::Trial;

/// What `doctor` looks for and gives the version of.
const TOLD: [&str; 2] = ["helm", "kustomize"];
/// From here on Helm ends documents with an empty line.
const PARTED: (u32, u32) = (4, 2);

/// The version of a tool of this run, where `doctor` tells it, as a fixed word.
pub fn settled(mut text: String) -> String {
    for tool in TOLD {
        let told = format!("`{tool}` is ");
        if text.contains(&told) {
            let (major, minor) = version(tool);
            text = text.replace(
                &format!("{told}{major}.{minor}"),
                &format!("{told}[version]"),
            );
        }
    }
    text
}

/// What Helm 4 printed, as its first versions part documents.
pub fn as_parted_by_helm_4(text: Vec<u8>) -> Vec<u8> {
    if version("helm4") < PARTED {
        return text;
    }
    let together = String::from_utf8(text.clone())
        .ok()
        .and_then(|text| together(&text));
    together.map_or(text, String::into_bytes)
}

/// Documents without the empty line that each ends with, but for the one before the hooks, or the last;
/// `None`: this is not so.
fn together(text: &str) -> Option<String> {
    let documents: Vec<&str> = text.strip_suffix('\n')?.split("\n---\n").collect();
    let without = documents.iter().filter(|one| !one.ends_with('\n')).count();
    let ends: Vec<&str> = documents
        .iter()
        .map(|one| one.strip_suffix('\n').unwrap_or(one))
        .collect();
    (without == 1).then(|| ends.join("\n---\n") + "\n")
}

/// Major and minor of what stands for a tool in this run.
fn version(tool: &str) -> (u32, u32) {
    static KNOWN: Mutex<BTreeMap<String, (u32, u32)>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    *known.entry(tool.to_owned()).or_insert_with(|| {
        let variable = format!("COUNTERSIGN_TEST_{}", tool.to_uppercase());
        let program = env::var_os(&variable).unwrap_or_else(|| panic!("`{variable}` is not set"));
        let said = Command::new(program).arg("version").output().unwrap();
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        numbers(&said).unwrap_or_else(|| panic!("{tool}: no version in {said}"))
    })
}

fn numbers(said: &str) -> Option<(u32, u32)> {
    let words = said.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let mut versions = words.filter_map(|word| {
        let mut numbers = word.strip_prefix('v')?.split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    versions.next()
}

pub fn self_tests() -> Vec<Trial> {
    let test = || {
        assert_eq!(numbers("v5.8.1\n"), Some((5, 8)));
        let helm = "version.BuildInfo{Version:\"v4.3.1\", GitCommit:\"\", GoVersion:\"go1.26\"}";
        assert_eq!(numbers(helm), Some((4, 3)));
        assert_eq!(numbers("(devel)"), None);
        let plain = "---\na: 1\n---\nb: 2\n";
        for parted in ["---\na: 1\n\n---\nb: 2\n", "---\na: 1\n---\nb: 2\n\n"] {
            assert_eq!(together(parted).unwrap(), plain);
        }
        assert_eq!(together(plain), None);
        Ok(())
    };
    vec![Trial::test(
        "harness: a version is what its tool says",
        test,
    )]
}
