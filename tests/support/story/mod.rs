//! How a story folder becomes a test: lay out its world, go through its steps, compare, apply laws.
//!
//! Knows nothing of what the program does; it only sees arguments, files, a store and two streams.

mod action;
mod check;
mod clock;
mod compare;
mod diff;
pub mod folder;
mod git;
mod laws;
mod needles;
#[path = "../proxy/mod.rs"]
mod proxy;
mod reader;
mod run;
pub mod server;
mod times;
mod told;
mod untouched;
mod versions;
mod working_copy;
mod world;
mod writes;
mod written;

use compare::Wants;
use folder::{Scene, Step, Story};
use libtest_mimic::Trial;
use run::{Outcome, Stage};
use times::without_quotes;
use working_copy::WorkingCopy;
use world::World;

/// Tells a whole story; the error is what a person reads.
pub fn tell(story: &Story) -> Result<(), String> {
    check::check(story)?;
    let world = World::of(story);
    let mut wants = Wants::of(story);
    let mut seen = Vec::new();
    for (index, step) in story.steps.iter().enumerate() {
        world.moves_on(index + 1, step);
        let run = step.run.as_ref();
        seen.push(run.map(|scene| play(&world, step, scene, &seen, &mut wants)));
    }
    wants.finish()
}

/// One run: what it shows, and the laws.
fn play(
    world: &World,
    step: &Step,
    scene: &Scene,
    seen: &[Option<Outcome>],
    wants: &mut Wants,
) -> Outcome {
    let env = world.env(scene);
    let stage = Stage { world, scene, env };
    let before = WorkingCopy::of(&world.app());
    let outcome = run::run(&stage, scene.door, &scene.args);
    let after = WorkingCopy::of(&world.app());
    let earlier = |number: Option<usize>| seen[number? - 1].as_ref();
    let shown = &step.shown;
    wants.exit(&shown.run, scene.exit, &outcome);
    if let Some(earlier) = earlier(step.same) {
        wants.same(&shown.run, earlier, &outcome);
    } else if let Some(earlier) = earlier(step.changes) {
        let changes = diff::unified(&earlier.stdout, &outcome.stdout);
        wants.text(&shown.changes, &changes);
    } else {
        wants.text(&shown.stdout, &outcome.stdout);
    }
    wants.text(&shown.stderr, &outcome.stderr);
    wants.text(&shown.requests, &outcome.requests);
    let written = before.diff(&after, |bytes| world.settle(&without_quotes(bytes)));
    wants.text(&shown.files, &written);
    if let Err(law) = laws::hold(&stage, (&before, &after), &outcome) {
        wants.broken(&shown.run, &law);
    }
    outcome
}

/// What the harness itself has to get right: a law that sees nothing proves nothing.
pub fn self_tests() -> Vec<Trial> {
    [
        action::self_tests,
        check::self_tests,
        clock::self_tests,
        diff::self_tests,
        laws::self_tests,
        needles::self_tests,
        run::self_tests,
        times::self_tests,
        told::self_tests,
        untouched::self_tests,
        versions::self_tests,
        working_copy::self_tests,
        writes::self_tests,
        written::self_tests,
    ]
    .iter()
    .flat_map(|tests| tests())
    .collect()
}
