//! How a story folder becomes a test: lay out its world, run the program in it, compare, apply laws.
//!
//! Knows nothing of what the program does; it only sees arguments, files, a store and two streams.

mod compare;
mod diff;
pub mod folder;
mod laws;
mod needles;
mod proxy;
mod reader;
mod run;
pub mod server;
mod times;
mod untouched;
mod world;

use folder::{Scene, Story};
use libtest_mimic::Trial;
use run::Outcome;
use world::World;

/// Tells a whole story; the error is what a person reads.
pub fn tell(story: &Story) -> Result<(), String> {
    folder::check(story)?;
    let world = World::of(story);
    let mut wants = compare::Wants::of(story);
    let first = scene(&world, &story.scene, &mut wants, None)?;
    if let Some(then) = &story.then {
        world.moves_on();
        scene(&world, then, &mut wants, Some(&first))?;
    }
    wants.finish()
}

/// One run: what it shows, and the laws.
fn scene(
    world: &World,
    scene: &Scene,
    wants: &mut compare::Wants,
    before: Option<&Outcome>,
) -> Result<Outcome, String> {
    let outcome = run::run(world, scene, scene.door, &scene.args);
    wants.exit(scene.exit, &outcome);
    match before {
        None => wants.text("stdout.yaml", &outcome.stdout),
        Some(before) => wants.text("then.diff", &diff::unified(&before.stdout, &outcome.stdout)),
    }
    let prefix = if before.is_some() { "then-" } else { "" };
    wants.text(&format!("{prefix}stderr.txt"), &outcome.stderr);
    wants.text(&format!("{prefix}requests.txt"), &outcome.requests);
    laws::hold(world, scene, &outcome)?;
    Ok(outcome)
}

/// What the harness itself has to get right: a law that sees nothing proves nothing.
pub fn self_tests() -> Vec<Trial> {
    let mut trials = needles::self_tests();
    trials.extend(laws::self_tests());
    trials.extend(diff::self_tests());
    trials.extend(untouched::self_tests());
    trials
}
