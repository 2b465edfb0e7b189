//! The code map of `docs/architecture.md`: every file of `src` with the first sentence of its own
//! first paragraph, so that the map cannot say what the files do not.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use crate::session::root;

const START: &str = "<!-- code map: made from the first sentence of each file -->\n";
const END: &str = "<!-- end of the code map -->\n";

/// The page with the map as it has to be.
pub fn with_map(page: &str) -> String {
    let (top, rest) = page
        .split_once(START)
        .expect("the page says where the map starts");
    let (_, bottom) = rest
        .split_once(END)
        .expect("the page says where the map ends");
    format!("{top}{START}\n{}\n{END}{bottom}", map())
}

fn map() -> String {
    let src = root().join("src");
    let mut folders: Vec<(String, Vec<String>)> = Vec::new();
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.expect("the checkout can be read");
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let name = path
            .strip_prefix(&src)
            .expect("below it")
            .to_str()
            .expect("plain names");
        let top = match name.split_once('/') {
            Some((folder, _)) => format!("src/{folder}/"),
            None => "src/".to_owned(),
        };
        let row = format!("| `{name}` | {} |\n", sentence(path).replace('|', "\\|"));
        match folders.iter_mut().find(|(folder, _)| *folder == top) {
            Some((_, rows)) => rows.push(row),
            None => folders.push((top, vec![row])),
        }
    }
    folders.sort_by_key(|(folder, _)| folder.len() > "src/".len());
    let tables: Vec<String> = folders
        .iter()
        .map(|(folder, rows)| {
            format!(
                "### `{folder}`\n\n| file | what it is |\n|---|---|\n{}",
                rows.concat()
            )
        })
        .collect();
    tables.join("\n")
}

/// The first sentence of the paragraph that opens a file.
fn sentence(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("the checkout can be read");
    let paragraph: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    paragraph[..end].trim_end_matches('.').to_owned()
}
