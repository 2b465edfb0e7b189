//! The three forms of each plan, whole texts only, and what holds for all of them.

use std::fs;

use countersign::review::json::json;
use countersign::review::markdown::markdown;
use countersign::review::text::text;
use countersign::review::{Review, Side, What, compare};

use crate::plans::{folders, review, root, side};

/// Compares with a checked-in file, or writes it where that was asked for.
#[track_caller]
fn holds(folder: &str, file: &str, got: &str) {
    let path = root().join(folder).join(file);
    if std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite") {
        fs::write(&path, got).expect("the checkout can be written to");
    }
    let want = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        want == got,
        "{folder}/{file} says\n{want}\nand the plan says\n{got}"
    );
}

#[test]
fn a_person_sees_what_moves_and_what_rolls() {
    for folder in folders() {
        holds(&folder, "want.txt", &text(&review(&folder), false));
    }
}

#[test]
fn a_program_reads_the_same_as_json() {
    for folder in folders() {
        holds(&folder, "want.json", &json(&review(&folder)));
    }
}

#[test]
fn a_pull_request_shows_the_same_as_markdown() {
    for folder in folders() {
        holds(&folder, "want.md", &markdown(&review(&folder)));
    }
}

#[test]
fn colour_is_all_that_colour_changes() {
    for folder in folders() {
        let review = review(&folder);
        let coloured = text(&review, true);
        assert!(coloured.contains("\x1b[1m"), "{folder}: nothing is bold");
        let mut plain = coloured;
        for code in ["0", "1", "31", "32", "33"] {
            plain = plain.replace(&format!("\x1b[{code}m"), "");
        }
        assert_eq!(plain, text(&review, false), "{folder}");
    }
}

#[test]
fn a_side_compared_with_itself_changes_nothing() {
    for folder in folders() {
        for name in ["before", "after"] {
            let side = side(&folder, name);
            let review = compare(&side, &side.clone());
            assert!(!review.rolls(), "{folder}/{name}");
            assert!(review.objects.is_empty(), "{folder}/{name}");
            assert!(review.workloads.is_empty(), "{folder}/{name}");
            assert!(review.cautions.is_empty(), "{folder}/{name}");
            assert!(review.operations.is_empty(), "{folder}/{name}");
        }
    }
}

#[test]
fn what_is_added_one_way_is_removed_the_other_way() {
    for folder in folders() {
        let (before, after) = (side(&folder, "before"), side(&folder, "after"));
        let (there, back) = (compare(&before, &after), compare(&after, &before));
        let ids = |review: &Review, what| {
            let objects = review.objects.iter().filter(|o| o.what == what);
            objects.map(|o| o.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            ids(&there, What::Added),
            ids(&back, What::Removed),
            "{folder}"
        );
        assert_eq!(
            ids(&there, What::Removed),
            ids(&back, What::Added),
            "{folder}"
        );
        assert_eq!(
            ids(&there, What::Changed),
            ids(&back, What::Changed),
            "{folder}"
        );
        assert_eq!(there.rolls(), back.rolls(), "{folder}");
    }
}

#[test]
fn the_order_of_documents_means_nothing() {
    let reversed = |side: &Side| {
        let documents: Vec<&str> = side.manifests.split("---\n").collect();
        let manifests = documents.into_iter().rev().filter(|d| !d.trim().is_empty());
        let manifests = manifests.map(|d| format!("---\n{d}")).collect();
        Side {
            manifests,
            ..side.clone()
        }
    };
    for folder in folders() {
        let (before, after) = (side(&folder, "before"), side(&folder, "after"));
        let got = compare(&reversed(&before), &after);
        assert_eq!(json(&got), json(&review(&folder)), "{folder}");
    }
}

#[test]
fn no_form_holds_a_value() {
    for folder in folders() {
        let review = review(&folder);
        for form in [text(&review, true), json(&review), markdown(&review)] {
            assert!(!form.contains("s3cr3t-"), "{folder}");
            assert!(!form.contains("czNjcjN0"), "{folder}: base64 of it");
        }
    }
}

#[test]
fn the_page_shows_what_a_plan_prints() {
    let page = root().join("../../docs/plan.md");
    let page = fs::read_to_string(page).expect("the page");
    let folder = "a-leaked-secret-goes-at-once-and-old-pods-are-warned-of";
    let block = format!("```text\n{}```\n", text(&review(folder), false));
    assert!(page.contains(&block), "docs/plan.md shows\n{block}");
}

#[test]
fn the_page_names_every_status_and_effect() {
    let page = root().join("../../docs/plan.md");
    let page = fs::read_to_string(page).expect("the page");
    let schema = root().join("../../docs/plan.schema.json");
    let schema = fs::read_to_string(schema).expect("the schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("it is JSON");
    for (definition, property) in [
        ("secret", "status"),
        ("effect", "kind"),
        ("warning", "kind"),
    ] {
        let words = &schema["$defs"][definition]["properties"][property]["enum"];
        for word in words.as_array().expect("words") {
            let word = word.as_str().expect("a word");
            assert!(
                page.contains(&format!("`{word}`")),
                "docs/plan.md lacks `{word}`"
            );
        }
    }
}
