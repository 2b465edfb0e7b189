//! Documents that are made from the code say what the code says.
//!
//! `SNAPSHOTS=overwrite cargo test --test docs` writes them; the diff is then reviewed like any other.

use std::path::Path;

use countersign::cli::errors_md::errors_md;

/// Compares a checked-in file with `want`, or writes it where that was asked for.
#[track_caller]
fn holds(file: &str, want: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite") {
        std::fs::write(&path, want).expect("the checkout can be written to");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == want,
        "`{file}` is not what the code says; run `SNAPSHOTS=overwrite cargo test --test docs` and review the diff"
    );
}

#[test]
fn the_page_of_errors_is_made_from_the_table_of_codes() {
    holds("docs/errors.md", &errors_md());
}
