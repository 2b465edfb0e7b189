//! A plan of one workload and of hundreds: what a comment has room for, and what it says of the rest.

use std::fmt::Write as _;

use countersign::lock::Lock;
use countersign::review::markdown::markdown;
use countersign::review::text::text;
use countersign::review::{Review, Side, compare};

use crate::locks::{CREATED, entry, generation, pinned};

/// What GitHub takes.
const GITHUB: usize = 65_536;

/// Each workload uses one of the secrets, and all of the secrets move.
fn plan(workloads: usize, secrets: usize) -> Review {
    let side = |version: u64| {
        let mut manifests = String::new();
        for n in 0..secrets {
            let _ = write!(
                manifests,
                "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: secret-{n}-v{version}\n  namespace: shop\n  annotations: {{countersign.dev/secret: secret-{n}, countersign.dev/generation: v{version}}}\n"
            );
        }
        for n in 0..workloads {
            let secret = n % secrets;
            let _ = write!(
                manifests,
                "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a-workload-with-a-name-of-ordinary-length-{n:04}, namespace: shop}}\nspec: {{template: {{spec: {{containers: [{{name: app, envFrom: [{{secretRef: {{name: secret-{secret}-v{version}}}}}]}}]}}}}}}\n"
            );
        }
        let entries = (0..secrets).map(|n| {
            let source = pinned(&format!("team/secret-{n}"), version, CREATED, &["a", "b"]);
            entry(
                &format!("secret-{n}"),
                Some(generation(&format!("v{version}"), vec![source])),
            )
        });
        Side {
            manifests,
            locks: vec![Lock {
                entries: entries.collect(),
            }],
            notes: Vec::new(),
        }
    };
    compare(&side(1), &side(2))
}

/// Rows of the table of workloads that name one.
fn rows(comment: &str) -> usize {
    let rows = comment
        .lines()
        .filter(|line| line.starts_with("| `Deployment/"));
    rows.count()
}

/// Every table has its cells, everything that opens closes.
fn is_whole(comment: &str) {
    let count = |text: &str| comment.matches(text).count();
    assert_eq!(count("<details>"), count("</details>"));
    assert_eq!(
        comment.lines().filter(|l| l.starts_with("```")).count() % 2,
        0
    );
    for row in comment.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.matches('|').count(), 4, "{row}");
    }
    for line in comment.lines() {
        assert_eq!(
            line.matches('`').count() % 2,
            usize::from(line.starts_with("```")),
            "{line}"
        );
    }
}

#[test]
fn one_workload_needs_no_picture() {
    let comment = markdown(&plan(1, 1));
    is_whole(&comment);
    assert_eq!(rows(&comment), 1);
    assert!(!comment.contains("mermaid"));
    assert!(comment.starts_with("### countersign plan: 1 workload rolls, 1 secret moves"));
}

#[test]
fn a_few_workloads_are_drawn_and_many_are_not() {
    for (workloads, drawn) in [(2, true), (40, true), (41, false)] {
        let comment = markdown(&plan(workloads, 2));
        is_whole(&comment);
        assert_eq!(comment.contains("```mermaid"), drawn, "{workloads}");
        let arrows = comment.lines().filter(|l| l.contains(" --> ")).count();
        assert_eq!(arrows, if drawn { workloads } else { 0 });
    }
}

#[test]
fn two_hundred_workloads_stand_in_the_table_all_of_them() {
    let comment = markdown(&plan(200, 20));
    is_whole(&comment);
    assert!(comment.chars().count() < GITHUB);
    assert_eq!(rows(&comment), 200);
    assert!(comment.starts_with("### countersign plan: 200 workloads roll, 20 secrets move"));
}

#[test]
fn what_has_no_room_is_counted() {
    for (workloads, secrets) in [(1000, 1), (1000, 1000), (2000, 50), (1, 2000)] {
        let review = plan(workloads, secrets);
        let comment = markdown(&review);
        is_whole(&comment);
        let length = comment.chars().count();
        assert!(length < GITHUB, "{workloads}, {secrets}: {length}");
        assert!(
            length > GITHUB / 2,
            "{workloads}, {secrets}: there was room"
        );
        let more = comment.lines().find(|line| line.starts_with("| … and "));
        if rows(&comment) < workloads {
            let more = more.expect("it is counted").trim_start_matches("| … and ");
            let more = more.split(' ').next().expect("a number");
            assert_eq!(more, (workloads - rows(&comment)).to_string());
        }
        let secrets_shown = comment.lines().any(|line| line.starts_with("| `secret-0`"));
        assert!(secrets_shown, "the table of secrets has a place, too");
    }
}

#[test]
fn the_text_has_room_for_all() {
    let review = plan(1000, 10);
    let text = text(&review, false);
    let rolling = text.lines().filter(|line| line.ends_with("`: rolls"));
    assert_eq!(rolling.count(), 1000);
}
