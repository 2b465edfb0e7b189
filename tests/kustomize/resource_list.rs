//! A `ResourceList` as callers other than kustomize write it, fed by hand: comments and all.

use serde_json::{Value, json};

use crate::app::{PLAIN_BASE, app, config};
use crate::built::text;
use crate::folder::{Folder, stdout};

const HEAD: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";

/// Comments, somebody's notes in annotations, and a config among the items.
fn commented() -> String {
    let indented = config("Secret", "").replace('\n', "\n  ");
    format!(
        "{HEAD}items:
# the workload
- apiVersion: v1
  kind: Pod
  metadata:
    name: orders # ours
    annotations:
      internal.config.kubernetes.io/seqindent: 'compact'
  spec:
    containers:
    - name: app # the only one
      image: app:1
      envFrom: [{{secretRef: {{name: orders-db}}}}]
- {indented}
"
    )
}

fn items(output: &std::process::Output) -> Vec<Value> {
    let list: Value = serde_yaml::from_str(&stdout(output)).expect("it is YAML");
    assert_eq!(list["apiVersion"], "config.kubernetes.io/v1");
    assert_eq!(list["kind"], "ResourceList");
    list["items"].as_array().expect("items is a list").clone()
}

fn folder() -> Folder {
    Folder::with(&[&app("Secret"), PLAIN_BASE])
}

#[test]
fn comments_and_annotations_of_the_items_stay() {
    let output = folder().function(&commented());
    let text = stdout(&output);
    for kept in [
        "# the workload\n",
        "    name: orders # ours\n",
        "      internal.config.kubernetes.io/seqindent: 'compact'\n",
        "    - name: app # the only one\n",
    ] {
        assert!(text.contains(kept), "{kept:?} is gone from:\n{text}");
    }
    let items = items(&output);
    let kinds: Vec<&Value> = items.iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["Pod", "Secret"]);
    assert_eq!(
        items[0]["spec"]["containers"][0]["envFrom"][0]["secretRef"]["name"],
        items[1]["metadata"]["name"]
    );
}

#[test]
fn json_and_flow_style_are_read_and_answered() {
    let folder = folder();
    let block = items(&folder.function(&commented()));
    let list: Value = serde_yaml::from_str(&commented()).expect("it is YAML");
    for text in [
        list.to_string(),
        serde_json::to_string_pretty(&list).expect("it is JSON"),
    ] {
        assert_eq!(items(&folder.function(&text)), block, "{text}");
    }
    let flow = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: {}\n",
        list["items"]
    );
    assert_eq!(items(&folder.function(&flow)), block);
}

#[test]
fn a_list_of_the_older_version_is_answered_too() {
    let output =
        folder().function(&commented().replace("kubernetes.io/v1\n", "kubernetes.io/v1beta1\n"));
    assert!(stdout(&output).contains("kind: \"Secret\""));
}

#[test]
fn a_list_without_items_comes_back() {
    let output = folder().function(&format!("{HEAD}items: []\n"));
    assert_eq!(items(&output), [Value::Null; 0]);
}

#[test]
fn a_config_map_as_function_config_is_passed_over() {
    let list = format!(
        "{}functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {{name: fn}}\n  data: {{a: b}}\n",
        commented()
    );
    let folder = folder();
    assert_eq!(
        items(&folder.function(&list)),
        items(&folder.function(&commented()))
    );
}

#[test]
fn a_config_alone_becomes_its_secret() {
    let indented = config("Secret", "").replace('\n', "\n  ");
    let list = format!("{HEAD}items: []\nfunctionConfig:\n  {indented}\n");
    let items = items(&folder().function(&list));
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["kind"], "Secret");
}

#[test]
fn warnings_are_results_as_well() {
    let output = folder().function(&commented());
    let list: Value = serde_yaml::from_str(&stdout(&output)).expect("it is YAML");
    let severities: Vec<String> = list["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|r| text(r, "/severity"))
        .collect();
    assert!(
        severities.iter().all(|severity| severity == "warning") && !severities.is_empty(),
        "{list}"
    );
}

#[test]
fn a_failure_has_results_and_no_items() {
    let output = folder().function(&commented().replace("shop/orders", "shop/nowhere"));
    assert_eq!(output.status.code(), Some(3));
    let list: Value = serde_yaml::from_slice(&output.stdout).expect("it is YAML");
    assert_eq!(list["items"], json!([]));
    assert_eq!(list["results"][0]["severity"], "error");
}

#[test]
fn what_is_no_resource_list_is_refused() {
    for input in [
        "",
        "just text",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    ] {
        let output = folder().function(input);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{input:?}");
        assert!(output.stdout.is_empty(), "{input:?}");
        assert!(
            stderr.contains("error[not-a-resource-list]: stdin is not a ResourceList"),
            "{stderr}"
        );
        assert!(stderr.contains("countersign render -"), "{stderr}");
    }
}

#[test]
fn a_resource_list_without_items_comes_back_as_it_is() {
    for input in [&format!("{HEAD}items: null\n"), HEAD] {
        let output = folder().function(input);
        assert_eq!(output.status.code(), Some(0), "{input}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), *input);
    }
}

#[test]
fn a_broken_resource_list_is_answered_without_a_single_item() {
    let list = commented();
    let cut = &list[..list.find("secretRef").expect("it is there")];
    for input in [
        &format!("{HEAD}items: {{a: b}}\n"),
        &format!("{HEAD}items: text\n"),
        &format!("{HEAD}items: [\n"),
        cut,
        &format!("{list}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: second}}\n"),
    ] {
        let output = folder().function(input);
        assert_eq!(output.status.code(), Some(1), "{input}");
        let answer: Value = serde_yaml::from_slice(&output.stdout).expect("it is YAML");
        assert_eq!(answer["items"], json!([]), "{input}");
        assert_eq!(answer["results"][0]["severity"], "error", "{input}");
        assert!(!output.stderr.is_empty(), "{input}");
    }
}
