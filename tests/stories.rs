//! One test for each folder of `fixtures/stories`, through the real program and a real OpenBao.
//!
//! `cargo test --test stories comments` runs a chapter; `SNAPSHOTS=overwrite` (`make accept`) records
//! `want/` again, and the diff is the review. What a folder may hold is told in
//! `fixtures/stories/README.md`, what is done with it in `support/story`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/openbao.rs"]
mod openbao;
#[path = "support/story/mod.rs"]
mod story;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stories");
    let stories = story::folder::all(&folder);
    let told = stories
        .into_iter()
        .map(|story| Trial::test(story.name.clone(), move || Ok(story::tell(&story)?)));
    let trials = told.chain(story::self_tests()).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    story::server::stop();
    conclusion.exit_code()
}
