//! Documents and comments name what exists.

use std::path::Path;

use crate::project::{files, none, pages, sources};

#[test]
fn documents_and_comments_name_only_paths_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tops = [
        "src/",
        "tests/",
        "docs/",
        "examples/",
        "plugin/",
        "fixtures/",
        "benches/",
        ".ci/",
    ];
    let mut problems = Vec::new();
    for file in sources()
        .into_iter()
        .chain(files(&["tests"], ".rs"))
        .chain(pages())
    {
        for named in file.text.split(['`', '\n']) {
            let path = named
                .split("::")
                .next()
                .unwrap_or_default()
                .trim_end_matches('/');
            let plain = !path.is_empty()
                && path
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if plain && tops.iter().any(|top| named.starts_with(top)) && !root.join(path).exists() {
                problems.push(format!("{} names `{named}`", file.path));
            }
        }
    }
    none(&problems);
}

#[test]
fn links_between_pages_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut problems = Vec::new();
    for page in pages() {
        let folder = root.join(&page.path);
        let folder = folder.parent().expect("a file has a folder");
        for rest in page.text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap_or_default();
            let target = link.split('#').next().unwrap_or_default();
            if !link.contains("://") && !target.is_empty() && !folder.join(target).exists() {
                problems.push(format!("{} links to `{link}`", page.path));
            }
        }
    }
    none(&problems);
}

#[test]
fn the_page_names_every_version_that_is_tried() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| std::fs::read_to_string(root.join(file)).expect("it is there");
    let page = read("docs/kustomize.md");
    let (_, tried) = page.split_once("## Tried with\n").expect("a chapter");
    let tried = tried.split("\n## ").next().unwrap_or_default();
    let table = read("tests/tools/versions");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let mut seen = 0;
    for row in rows {
        let columns: Vec<&str> = row.split_whitespace().collect();
        if ["kustomize", "kubectl", "helm", "helm4"].contains(&columns[0]) {
            let version = columns[3].trim_start_matches('v');
            assert!(tried.contains(version), "{}: {version}", columns[0]);
            seen += 1;
        }
    }
    assert!(seen > 4, "more than one version of each is tried");
}
