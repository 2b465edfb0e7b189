//! The law of written files: with the same lock, stock kustomize and kubectl make of them what a render makes.
//!
//! For every render of a kustomization whose lock lies in it, and whose secrets need no value: the files are
//! written, the one line is added, and the tools build it on a PATH without countersign. What written files cannot
//! do is left out on both sides: stamps, and what tells a tool to replace a Job. Names carry the prefix and suffix
//! of the layer itself, which runs before any door.

use std::fs;

use libtest_mimic::Trial;
use serde_json::Value;

use super::diff;
use super::folder::Door;
use super::reader;
use super::run::{Outcome, Stage, call, stock};
use super::working_copy::WorkingCopy;

/// What a build adds that written files cannot.
const STAMPS: &[&str] = &["countersign.dev/config-hash", "countersign.dev/snapshot"];
/// What a Job says to the tool that applies it.
const REPLACED: &[&str] = &[
    "argocd.argoproj.io/sync-options",
    "kustomize.toolkit.fluxcd.io/force",
];

/// Checks it where it applies.
pub fn law(stage: &Stage, outcome: &Outcome) -> Result<(), String> {
    let Some(folder) = folder(stage) else {
        return Ok(());
    };
    let app = stage.world.app();
    let before = WorkingCopy::of(&app);
    let held = holds(stage, &folder, outcome);
    before.restore(&app);
    stage.world.asked();
    held
}

/// The kustomization that is rendered, and has its lock in it.
fn folder(stage: &Stage) -> Option<String> {
    let args: Vec<&str> = stage.scene.args.iter().map(String::as_str).collect();
    let folder = match (stage.scene.door, args.as_slice()) {
        (Door::Render, [folder]) => *folder,
        (Door::Pipe, [folder, "|", lock]) if *lock == format!("--lock={folder}") => *folder,
        _ => return None,
    };
    let path = stage.world.app().join(folder);
    let text = fs::read_to_string(path.join("kustomization.yaml")).ok()?;
    let fits = path.join("countersign.lock").exists() && !text.contains("components:");
    fits.then(|| folder.to_owned())
}

fn holds(stage: &Stage, folder: &str, outcome: &Outcome) -> Result<(), String> {
    let app = stage.world.app();
    let lock = app.join(folder).join("countersign.lock");
    let locked = fs::read(&lock).unwrap();
    let said = call(stage, "countersign", &["lock", "--write", folder], &[]);
    let stderr = String::from_utf8_lossy(&said.stderr);
    let cannot = ["error[cannot-deliver]", "`lock: none`"];
    if cannot.iter().any(|words| stderr.contains(words)) {
        return Ok(());
    }
    if !said.status.success() {
        return Err(format!(
            "law: a lock that can be rendered can be written, but:\n{stderr}"
        ));
    }
    // nobody writes for a lock that is not as `lock` leaves it
    if fs::read(&lock).unwrap() != locked {
        return Ok(());
    }
    let file = app.join(folder).join("kustomization.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\ncomponents: [countersign]\n")).unwrap();
    let layer: Value = serde_yaml::from_str(&text).unwrap();
    let want = objects(&outcome.raw, Some(&layer))?;
    for (program, output) in stock(stage, folder) {
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("law: {program} builds written files, but:\n{said}"));
        }
        let got = objects(&output.stdout, None)?;
        if got != want {
            let difference = diff::unified(want.as_bytes(), got.as_bytes());
            return Err(format!(
                "law: a render (-) and written files in {program} (+) give the same objects, but:\n{}",
                String::from_utf8_lossy(&difference)
            ));
        }
    }
    Ok(())
}

/// All objects as sorted text; `layer`: names as this kustomization makes them.
fn objects(text: &[u8], layer: Option<&Value>) -> Result<String, String> {
    let objects = reader::objects(text)?;
    let json = objects.iter().map(|o| serde_json::to_value(o).unwrap());
    let mut all: Vec<Value> = json.collect();
    let generations: Vec<String> = all
        .iter()
        .filter(|object| object["kind"] == "VaultStaticSecret")
        .filter_map(|object| object["metadata"]["name"].as_str().map(str::to_owned))
        .collect();
    let part = |name: &str| {
        layer
            .and_then(|layer| layer[name].as_str())
            .unwrap_or_default()
    };
    let (prefix, suffix) = (part("namePrefix"), part("nameSuffix"));
    for object in &mut all {
        without(object);
        rename(object, &generations, &|name| {
            format!("{prefix}{name}{suffix}")
        });
    }
    let mut all: Vec<String> = all.iter().map(|object| format!("{object:#}\n")).collect();
    all.sort();
    Ok(all.join("---\n"))
}

fn rename(value: &mut Value, names: &[String], new: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) if names.contains(text) => *text = new(text),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names, new)),
        Value::Object(map) => map.values_mut().for_each(|value| rename(value, names, new)),
        _ => {}
    }
}

/// Takes out what only a build with countersign has, and the mappings that are empty then.
fn without(value: &mut Value) {
    let is_job = value["kind"] == "Job";
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(without);
            map.retain(|key, value| {
                let gone = STAMPS.contains(&key.as_str());
                !gone && value.as_object().is_none_or(|inner| !inner.is_empty())
            });
            if let Some(annotations) = map.get_mut("metadata").filter(|_| is_job) {
                let annotations = annotations["annotations"].as_object_mut();
                if let Some(annotations) = annotations {
                    annotations.retain(|key, _| !REPLACED.contains(&key.as_str()));
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without),
        _ => {}
    }
}

/// A law that compares nothing proves nothing.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: what written files lack is seen, and a layer's own prefix is no difference",
        || {
            let text = |name: &str, more: &str| {
                format!(
                    "kind: VaultStaticSecret\nmetadata: {{name: {name}, annotations: {{countersign.dev/snapshot: x}}}}\n\
                     ---\nkind: Pod\nspec: {{secret: {name}{more}}}\n"
                )
            };
            let layer = serde_json::json!({"namePrefix": "prod-"});
            let want = objects(text("a", "").as_bytes(), Some(&layer)).unwrap();
            assert_eq!(objects(text("prod-a", "").as_bytes(), None).unwrap(), want);
            for other in [text("a", ""), text("prod-a", ", key: k")] {
                assert_ne!(objects(other.as_bytes(), None).unwrap(), want, "{other}");
            }
            Ok(())
        },
    )]
}
