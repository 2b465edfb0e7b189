//! How `run.yaml` is spelt: a story of one run, of two with `then`, or of many `steps`.
//!
//! All three become steps, so that nothing else has to know how a story was told.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::folder::{Door, Scene, Shown, Step, Story};

/// The second run: where it differs from the first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Then {
    args: Option<Vec<String>>,
    exit: Option<u8>,
}

/// Reads a folder.
pub fn read(path: PathBuf) -> Story {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path.join("run.yaml"));
    let text = text.unwrap_or_else(|e| panic!("{name}/run.yaml: {e}"));
    parse(&text, path).unwrap_or_else(|e| panic!("{name}/run.yaml: {e}"))
}

fn parse(text: &str, path: PathBuf) -> Result<Story, String> {
    let mut run: Map<String, Value> = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
    let tools = take(&mut run, "tools")?.unwrap_or_default();
    let store = take(&mut run, "store")?.unwrap_or_default();
    let told = take(&mut run, "steps")?;
    let many_steps = told.is_some();
    let steps = match told {
        Some(steps) if run.is_empty() => numbered(steps)?,
        Some(_) => return Err("beside `steps` stand `store` and `tools` alone".to_owned()),
        None => one_or_two(run, &path)?,
    };
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Ok(Story {
        name,
        path,
        steps,
        many_steps,
        store,
        tools,
    })
}

fn numbered(mut steps: Vec<Step>) -> Result<Vec<Step>, String> {
    for (index, step) in steps.iter_mut().enumerate() {
        let door = step.run.as_ref().map(|scene| scene.door);
        step.shown = of_step(index + 1, step.name.as_deref(), door)?;
    }
    Ok(steps)
}

fn one_or_two(mut run: Map<String, Value>, folder: &Path) -> Result<Vec<Step>, String> {
    let then: Option<Then> = take(&mut run, "then")?;
    let scene: Scene = serde_json::from_value(Value::Object(run)).map_err(|e| e.to_string())?;
    let second = then.map(|then| Step {
        files: Some("then".to_owned()).filter(|then| folder.join(then).is_dir()),
        run: Some(Scene {
            args: then.args.unwrap_or_else(|| scene.args.clone()),
            exit: then.exit.unwrap_or(scene.exit),
            ..scene.clone()
        }),
        changes: Some(1),
        shown: alone("then-", "then.diff"),
        ..Step::default()
    });
    let first = Step {
        run: Some(scene),
        shown: alone("", "stdout.yaml"),
        ..Step::default()
    };
    Ok([first].into_iter().chain(second).collect())
}

fn take<T: DeserializeOwned>(
    run: &mut Map<String, Value>,
    field: &str,
) -> Result<Option<T>, String> {
    let value = run.remove(field);
    let read = value.map(|value| serde_json::from_value(value));
    read.transpose().map_err(|e| format!("`{field}`: {e}"))
}

/// What shows a run of a story without steps.
fn alone(prefix: &str, stdout: &str) -> Shown {
    Shown {
        run: prefix.to_owned(),
        stdout: stdout.to_owned(),
        changes: stdout.to_owned(),
        stderr: format!("{prefix}stderr.txt"),
        requests: format!("{prefix}requests.txt"),
        files: format!("{prefix}files.diff"),
    }
}

fn of_step(number: usize, name: Option<&str>, door: Option<Door>) -> Result<Shown, String> {
    let slug = name.map(|name| format!("-{name}")).unwrap_or_default();
    if !slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(format!(
            "step {number}: a `name` is made of letters, digits and `-`"
        ));
    }
    let ending = if door == Some(Door::Plain) {
        "txt"
    } else {
        "yaml"
    };
    let of = |end: &str| format!("{number}{slug}.{end}");
    Ok(Shown {
        run: format!("step {number}{slug}: "),
        stdout: of(&format!("stdout.{ending}")),
        changes: of("stdout.diff"),
        stderr: of("stderr.txt"),
        requests: of("requests.txt"),
        files: of("diff"),
    })
}

/// What a story says must be what is done.
pub fn self_tests() -> Vec<Trial> {
    let parse = |text: &str| parse(text, PathBuf::from("no-such-folder"));
    vec![
        Trial::test("harness: `then` is the second of two steps", move || {
            let steps = parse("{door: render, args: [a], exit: 2, then: {args: [b]}}")?.steps;
            let [_, then] = steps.as_slice() else {
                return Err("two steps".into());
            };
            let run = then.run.as_ref().unwrap();
            assert_eq!((run.args[0].as_str(), run.exit), ("b", 2));
            assert_eq!(then.changes, Some(1));
            assert_eq!(then.shown.changes, "then.diff");
            Ok(())
        }),
        Trial::test("harness: a field that no story has is refused", move || {
            for wrong in [
                "{door: render, arg: [a]}",
                "{door: render, then: {stdin: a}}",
                "steps: [{runs: {door: plain}}]",
                "steps: [{run: {door: plain, tools: [git]}}]",
                "steps: [{vault: [{put: {path: a, date: {}}}]}]",
                "steps: [{vault: [{rotate: {path: a}}]}]",
                "{door: plain, steps: [{git: all}]}",
                "steps: [{name: ../a, git: all}]",
            ] {
                assert!(parse(wrong).is_err(), "{wrong}");
            }
            let right = "{store: openbao, steps: [{name: lock, run: {door: plain, args: [lock]}}]}";
            assert_eq!(parse(right)?.steps[0].shown.stdout, "1-lock.stdout.txt");
            Ok(())
        }),
    ]
}
