//! `docs/audit.schema.json` says what stands in a log: every field of it, and no other. The logs are
//! those of the stories.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::json_schema::check;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema() -> Value {
    let text = fs::read_to_string(root().join("docs/audit.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// All lines that any story shows.
fn lines() -> Vec<Value> {
    let mut lines = Vec::new();
    for story in fs::read_dir(root().join("fixtures/stories")).unwrap() {
        for file in fs::read_dir(story.unwrap().path().join("want"))
            .into_iter()
            .flatten()
        {
            let text = fs::read_to_string(file.unwrap().path()).unwrap_or_default();
            let here = text
                .lines()
                .filter_map(|line| line.find("{\"time\":").map(|at| &line[at..]));
            lines.extend(here.map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    lines
}

#[test]
fn every_line_of_every_story_is_what_the_schema_says_and_all_of_it_is_met() {
    let schema = schema();
    let mut met = BTreeSet::new();
    for line in lines() {
        let event = line["event"].as_str().unwrap();
        let checked = check(&schema, event, &line);
        assert!(checked.wrong.is_empty(), "{:#?}\n{line}", checked.wrong);
        met.extend(checked.met);
    }
    for (name, described) in schema["$defs"].as_object().unwrap() {
        for property in described["properties"].as_object().unwrap().keys() {
            let at = format!("{name}.{property}");
            assert!(met.contains(&at), "no story shows `{at}`");
        }
    }
}

#[test]
fn a_line_that_is_wrong_is_found() {
    let schema = schema();
    let emitted = lines()
        .into_iter()
        .find(|line| line["event"] == "emit")
        .unwrap();
    let damages: [fn(&mut Value); 5] = [
        |line| line["schemaVersion"] = 2.into(),
        |line| line["value"] = "s3cr3t-password".into(),
        |line| line["document"] = "1".into(),
        |line| line["delivery"] = "Pigeon".into(),
        |line| line["sources"][0]["digest"] = "92414529".into(),
    ];
    for damage in damages {
        let mut line = emitted.clone();
        damage(&mut line);
        let found = check(&schema, "emit", &line).wrong;
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
