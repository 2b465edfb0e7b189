//! What is printed, held against the two readers behind each other that Argo CD has.

use std::fs;

use countersign::yaml::emit::Value;
use serde_json::json;
use tempfile::TempDir;

use crate::go_yaml;
use crate::server::Server;

/// A plain folder with these files.
fn app(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    folder
}

fn object(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}

#[test]
fn an_object_of_ours_survives_both_readers_whatever_is_in_it() {
    // what JSON and YAML have in common: no surrogates, no NUL
    let all = (1..=0x10_ffff_u32).filter(|n| *n < 0x3000 || *n % 97 == 0 || *n & 0xfff0 == 0xfff0);
    let text: String = all.filter_map(char::from_u32).collect();
    let value = |text: &str| {
        Value::Mapping(vec![
            ("kind".into(), Value::text("Secret")),
            ("stringData".into(), Value::texts([("a", text)])),
        ])
    };
    let line = value(&text).to_json() + "\n";
    assert_eq!(line.matches('\n').count(), 1);
    let lines = line.repeat(2);
    let read = go_yaml::argocd(lines.trim_end()).expect("both servers read it");
    assert_eq!(read.len(), 2);
    for object in read {
        let survived: Vec<char> = object["stringData"]["a"]
            .as_str()
            .expect("text")
            .chars()
            .collect();
        let given: Vec<char> = text.chars().collect();
        let lost: Vec<_> = given
            .iter()
            .zip(&survived)
            .filter(|(a, b)| a != b)
            .take(3)
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
        assert_eq!(given.len(), survived.len());
    }
}

#[test]
fn documents_of_users_arrive_whatever_separates_them() {
    let folder = app(&[
        (
            "a.yaml",
            &format!("{}...\n{}", object("one"), object("two")),
        ),
        (
            "b.yaml",
            &format!("%YAML 1.2\n--- # third\n{}", object("three")),
        ),
        (
            "c.yaml",
            "--- {apiVersion: v1, kind: ConfigMap, metadata: {name: four}}\n",
        ),
        (
            "d.json",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"five\"}}",
        ),
        ("e.yaml", "# nothing but a comment\n---\nnull\n"),
        (
            "f.yaml",
            &(object("six") + "data:\n  text: |+\n    kept\n\n\n"),
        ),
    ]);
    let objects = Server::new().generate(folder.path()).objects();
    let names: Vec<_> = objects
        .iter()
        .map(|o| o["metadata"]["name"].clone())
        .collect();
    assert_eq!(names, ["one", "two", "three", "four", "five", "six"]);
    assert_eq!(objects[5]["data"]["text"], "kept\n\n\n");
}

#[test]
fn what_is_no_object_fails_without_being_shown() {
    let folder = app(&[("values.yaml", "password: s3cr3t-value\n")]);
    let answer = Server::new().generate(folder.path());
    assert_eq!(
        answer.failure(),
        "error[not-a-manifest]: document 1 is no object that Argo CD takes: it has no `apiVersion`\nhint: see what `countersign render .` prints there; what is no manifest belongs into another folder.\n"
    );
}

#[test]
fn no_manifests_at_all_have_to_be_meant() {
    let folder = app(&[("a.yaml", "# later\n")]);
    let answer = Server::new().generate(folder.path());
    assert!(
        answer
            .failure()
            .starts_with("error[no-manifests]: the application has no manifests\n")
    );
    let allowed = json!([{"name": "allow-empty", "string": "true"}]);
    let answer = Server::new().parameters(&allowed).generate(folder.path());
    assert_eq!(answer.objects(), Vec::<serde_json::Value>::new());
}

#[test]
fn texts_of_users_arrive_as_they_are_or_not_at_all() {
    let data = "data:\r\n  a: |\r\n    ---\r\n    ...\r\n    %YAML\r\n  b: \"\\u2028 \\u2029 \u{1f600}\"\r\n";
    let windows = (object("one") + "data:\n").replace('\n', "\r\n");
    let folder = app(&[
        ("a.yaml", &windows.replace("data:\r\n", data)),
        (
            "b.json",
            "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"two\"}}]}",
        ),
    ]);
    let objects = Server::new().generate(folder.path()).objects();
    assert_eq!(objects[0]["data"]["a"], "---\n...\n%YAML\n");
    assert_eq!(objects[0]["data"]["b"], "\u{2028} \u{2029} \u{1f600}");
    assert_eq!(objects[1]["items"][0]["metadata"]["name"], "two");
    // a line break to YAML, although it was escaped: it would arrive as a space
    fs::write(
        folder.path().join("c.yaml"),
        object("three") + "data: {a: \"s3cr3t-\\N\"}\n",
    )
    .expect("it is written");
    let answer = Server::new().generate(folder.path());
    assert_eq!(
        answer.failure(),
        "error[yaml-divergent]: document 3 holds the character U+0085, which Argo CD changes or refuses on its way\nhint: write it into a file that the program decodes itself, as base64 for instance.\n"
    );
}

#[test]
fn every_character_that_is_let_through_arrives() {
    let all =
        (0x20..=0x10_ffff_u32).filter(|n| *n < 0x3000 || *n % 97 == 0 || *n & 0xfff0 == 0xfff0);
    let lost = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    let kept = all.filter_map(char::from_u32).filter(|c| !lost(*c));
    let text: String = kept.collect();
    let escaped: String = text
        .chars()
        .map(|c| format!("\\U{:08x}", u32::from(c)))
        .collect();
    let folder = app(&[(
        "a.yaml",
        &(object("a") + "data: {a: \"" + &escaped + "\"}\n"),
    )]);
    let objects = Server::new().generate(folder.path()).objects();
    assert!(objects[0]["data"]["a"] == text, "something was lost");
}
