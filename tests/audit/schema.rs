//! `docs/audit.schema.json` says what stands in a log: every field of it, and no other. The logs are
//! those of the stories.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

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

/// Where a value is not what the schema says; `seen` collects the properties that were met.
fn wrong(schema: &Value, value: &Value, at: &str, seen: &mut BTreeSet<String>) -> Vec<String> {
    let mut out = Vec::new();
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    if !types.contains(&kind(value).into()) {
        out.push(format!("{at} is {value}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        out.push(format!("{at} is {value}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        if value.get(name).is_none() {
            out.push(format!("{at}: `{name}` is missing"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        let at = format!("{at}.{name}");
        match schema["properties"].get(name) {
            Some(rule) => {
                out.extend(wrong(rule, inner, &at, seen));
                seen.insert(at);
            }
            None => out.push(format!("{at} is not described")),
        }
    }
    for item in value.as_array().into_iter().flatten() {
        let named = schema["items"]["$ref"].as_str();
        let (rule, at) = match named.and_then(|name| name.strip_prefix("#/$defs/")) {
            Some(name) => (self::schema()["$defs"][name].clone(), name),
            None => (schema["items"].clone(), at),
        };
        out.extend(wrong(&rule, item, at, seen));
    }
    out
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn every_line_of_every_story_is_what_the_schema_says_and_all_of_it_is_met() {
    let schema = schema();
    let mut seen = BTreeSet::new();
    for line in lines() {
        let event = line["event"].as_str().unwrap();
        let found = wrong(&schema["$defs"][event], &line, event, &mut seen);
        assert!(found.is_empty(), "{found:#?}\n{line}");
    }
    for (name, described) in schema["$defs"].as_object().unwrap() {
        for property in described["properties"].as_object().unwrap().keys() {
            let at = format!("{name}.{property}");
            assert!(seen.contains(&at), "no story shows `{at}`");
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
        let found = wrong(
            &schema["$defs"]["emit"],
            &line,
            "emit",
            &mut BTreeSet::new(),
        );
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
