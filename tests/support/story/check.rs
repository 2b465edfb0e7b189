//! What a story must not get wrong, so that none tests less than it seems to.

use std::fs;

use libtest_mimic::Trial;

use super::folder::{Door, Step, Story};

/// It is told in a few lines, has no file that nobody reads and no step that means nothing.
pub fn check(story: &Story) -> Result<(), String> {
    let told = fs::read_to_string(story.path.join("story.md")).unwrap_or_default();
    let lines = told.lines().count();
    if !(3..=8).contains(&lines) {
        return Err(format!("story.md has {lines} lines; 3 to 8 are right"));
    }
    let laid: Vec<&String> = story.steps.iter().flat_map(|step| &step.files).collect();
    for entry in fs::read_dir(&story.path).unwrap() {
        let file = entry.unwrap().file_name().to_string_lossy().into_owned();
        let known = ["story.md", "run.yaml", "vault.yaml", "in", "want"].contains(&file.as_str());
        if !known && !laid.contains(&&file) {
            return Err(format!("`{file}`: nothing reads this"));
        }
    }
    for folder in laid {
        if !story.path.join(folder).is_dir() {
            return Err(format!("`files: {folder}`: there is no such folder"));
        }
    }
    (1..=story.steps.len()).try_for_each(|number| {
        meaning(&story.steps, number).map_err(|problem| format!("step {number}: {problem}"))
    })
}

fn meaning(steps: &[Step], number: usize) -> Result<(), &'static str> {
    let step = &steps[number - 1];
    let before = step.vault.len() + step.remove.len();
    if before == 0 && step.files.is_none() && step.git.is_none() && step.run.is_none() {
        return Err("nothing happens in it");
    }
    if step.same.is_some() && step.changes.is_some() {
        return Err("`same` and `changes` exclude each other");
    }
    if let Some(earlier) = step.same.or(step.changes) {
        let runs = |n: usize| (1..=steps.len()).contains(&n) && steps[n - 1].run.is_some();
        if earlier >= number || !runs(earlier) || !runs(number) {
            return Err("`same` and `changes` compare a run with that of an earlier step");
        }
    }
    let prints = step.run.as_ref().filter(|scene| scene.prints);
    if prints.is_some_and(|scene| scene.exit == 0 || scene.door != Door::Plain) {
        return Err("`prints` is for reports of the door `plain` that end with a code");
    }
    Ok(())
}

/// A step that proves nothing is told.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: a step that proves nothing is refused",
        || {
            let steps = |text: &str| -> Vec<Step> {
                let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
                serde_json::from_value(value).unwrap()
            };
            let holds = |text: &str| {
                let steps = steps(text);
                (1..=steps.len()).all(|number| meaning(&steps, number).is_ok())
            };
            assert!(holds(
                "[{run: {door: render}}, {git: all}, {same: 1, run: {door: render}}]"
            ));
            assert!(holds("[{run: {door: plain, exit: 2, prints: true}}]"));
            for wrong in [
                "[{name: nothing}]",
                "[{same: 1, run: {door: render}}]",
                "[{changes: 2, run: {door: render}}, {run: {door: render}}]",
                "[{git: all}, {same: 1, run: {door: render}}]",
                "[{run: {door: render}}, {same: 1, git: all}]",
                "[{run: {door: render}}, {same: 1, changes: 1, run: {door: render}}]",
                "[{run: {door: render}}, {same: 0, run: {door: render}}]",
                "[{run: {door: plain, prints: true}}]",
                "[{run: {door: render, exit: 2, prints: true}}]",
            ] {
                assert!(!holds(wrong), "{wrong}");
            }
            Ok(())
        },
    )]
}
