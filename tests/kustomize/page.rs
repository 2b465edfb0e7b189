//! The examples of `docs/kustomize.md`, in the order in which a reader meets them.

use std::fs;
use std::path::Path;

use crate::app::{STORE, component};
use crate::built::Built;
use crate::folder::{Folder, stdout};

#[test]
fn every_example_of_the_page_builds_and_fits_together() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kustomize.md");
    let page = fs::read_to_string(page).expect("it is checked in");
    let folder = Folder::with(&[STORE, &component()]);
    let mut commands = 0;
    for block in page.split("```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').expect("a language");
        match language {
            "yaml" => {
                let (name, contents) = text.split_once('\n').expect("a name");
                let name = name
                    .strip_prefix("# ")
                    .expect("the first line names the file");
                folder.write(name, contents);
            }
            "sh" if text.starts_with("countersign plugin install ") => {
                stdout(&folder.shell(text));
            }
            "sh" => {
                let built = Built::of(folder.shell(text));
                let mut made = built.names("Secret");
                made.extend(built.names("VaultStaticSecret"));
                assert!(
                    made.iter().any(|name| name.contains("orders-db-")),
                    "{text}{made:?}"
                );
                commands += 1;
            }
            other => panic!("no block of this page is `{other}`"),
        }
    }
    assert!(commands > 5, "{commands}");
}
