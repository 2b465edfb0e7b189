//! Pages that show what commands print: each is one session, run with the real programs.

use crate::session;
use crate::{SESSIONS, beside_examples, holds, read};

/// Every `console` block of a page prints what the page shows.
#[track_caller]
fn session_holds(page: &str) {
    assert!(SESSIONS.contains(&page), "{page} is not among the sessions");
    holds(
        page,
        &session::replay(&beside_examples(), page, &read(page)),
    );
}

#[test]
fn the_page_about_argo_cd_shows_what_its_commands_print() {
    session_holds("docs/argocd.md");
}

#[test]
fn the_readme_shows_what_its_commands_print() {
    session_holds("README.md");
}

#[test]
fn the_reference_shows_what_its_commands_print() {
    session_holds("docs/reference.md");
}

#[test]
fn the_page_about_the_audit_log_shows_what_its_commands_print() {
    session_holds("docs/audit.md");
}

#[test]
fn the_page_about_ci_shows_what_its_commands_print() {
    session_holds("docs/ci.md");
}

#[test]
fn the_page_about_installing_shows_what_its_commands_print() {
    session_holds("docs/install.md");
}

#[test]
fn the_page_about_helm_shows_what_its_commands_print() {
    session_holds("docs/helm.md");
}

#[test]
fn the_page_about_written_files_shows_what_its_commands_print() {
    session_holds("docs/written-files.md");
}

#[test]
fn the_page_for_emergencies_shows_what_its_commands_print() {
    session_holds("docs/emergency.md");
}

#[test]
fn the_page_for_disasters_shows_what_its_commands_print() {
    session_holds("docs/disaster-recovery.md");
}

#[test]
fn the_page_about_the_runner_s_policy_shows_what_its_commands_print() {
    session_holds("docs/policy.md");
}

#[test]
fn the_page_about_rollouts_shows_what_its_commands_print() {
    session_holds("docs/rollouts.md");
}

#[test]
fn the_page_about_least_privilege_shows_what_its_commands_print() {
    session_holds("docs/least-privilege.md");
}

#[test]
fn the_page_about_values_shows_what_its_commands_print() {
    session_holds("docs/values.md");
}

#[test]
fn the_example_with_environments_shows_what_its_commands_print() {
    session_holds("examples/per-environment/README.md");
}

#[test]
fn the_example_with_pull_requests_shows_what_its_commands_print() {
    session_holds("examples/pull-requests/README.md");
}
