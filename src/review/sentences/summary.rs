//! How much a review says, in one line.

use crate::review::{Effect, Review, SecretReview, Status};

/// `2 workloads roll, 1 secret moves`
#[must_use]
pub fn summary(review: &Review) -> String {
    let workloads = |wanted: &dyn Fn(&Effect) -> bool| {
        let workloads = review.workloads.iter();
        workloads.filter(|w| wanted(&w.effect)).count()
    };
    let secrets = |wanted: &[Status]| {
        let secrets = review.secrets.iter();
        secrets.filter(|s| wanted.contains(&s.status)).count()
    };
    let rolls = workloads(&Effect::rolls);
    let refused = workloads(&|e| matches!(e, Effect::Refused(_)))
        + review
            .objects
            .iter()
            .filter(|o| !o.refused.is_empty())
            .count();
    let renamed = review
        .secrets
        .iter()
        .filter(|s| matches!(s.status, Status::Renamed(_)))
        .count();
    let mut parts = vec![if rolls == 0 {
        "no workload rolls".to_owned()
    } else {
        count(rolls, "workload rolls", "workloads roll")
    }];
    let mut part = |number: usize, one: &str, many: &str| {
        if number > 0 {
            parts.push(count(number, one, many));
        }
    };
    part(
        refused,
        "change would be refused",
        "changes would be refused",
    );
    part(
        secrets(&[Status::Moved, Status::Rewritten]),
        "secret moves",
        "secrets move",
    );
    part(
        secrets(&[Status::RolledBack]),
        "secret goes back",
        "secrets go back",
    );
    part(
        secrets(&[Status::Added]),
        "secret is added",
        "secrets are added",
    );
    part(
        secrets(&[Status::Removed]),
        "secret is removed",
        "secrets are removed",
    );
    part(renamed, "secret is renamed", "secrets are renamed");
    part(
        secrets(&[Status::Changed]),
        "secret changes",
        "secrets change",
    );
    part(
        secrets(&[Status::Unreviewed, Status::Unlocked]),
        "secret is unreviewed",
        "secrets are unreviewed",
    );
    part(review.cautions.len(), "warning", "warnings");
    if parts.len() == 1 && review.objects.is_empty() {
        return "nothing changes".to_owned();
    }
    parts.join(", ")
}

/// How much there is besides of which nothing is said; nothing where there is nothing.
#[must_use]
pub fn untouched(review: &Review) -> String {
    let stays = |s: &&SecretReview| s.status == Status::Unchanged;
    let secrets = review.secrets.iter().filter(stays).count();
    let parts = [
        (review.untouched_workloads, "workload", "workloads"),
        (secrets, "secret", "secrets"),
    ];
    let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> = parts.map(|(n, one, many)| count(n, one, many)).collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("untouched: {}", parts.join(", "))
    }
}

/// `1 thing`, `2 things`
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
