//! Names that are more than names: whatever is printed acts upon no terminal.

use crate::attack::{CONFIG, Folder, LOCKED, STORE};

/// Moves the cursor, sets a title, hides, reorders, rings, and ends lines, as double-quoted YAML says it.
const NASTY: &str = r"a\e[2J\e]0;x\a\x9b31m\u202eb\u200b\u2066\ufeff\r\n\t\x7f\b\u2028\U000E0041z";

/// Every way in which a text can act upon a terminal: a character that is not shown as itself.
#[track_caller]
fn harmless(text: &str, what: &str) {
    let acts =
        |c: &char| *c != '\n' && countersign::diag::safe::terminal(&c.to_string()) != c.to_string();
    let found: Vec<char> = text.chars().filter(acts).collect();
    assert!(found.is_empty(), "{what}: {found:?} in {text}");
}

/// Texts in which one name after the other is nasty.
fn spoilt(text: &str, names: &[&str]) -> Vec<String> {
    let each = names.iter().map(|name| {
        assert!(text.contains(name), "{name}");
        text.replacen(name, &name.replace("NAME", &format!("\"{NASTY}\"")), 1)
    });
    each.collect()
}

#[test]
fn no_name_in_a_config_acts_upon_a_terminal() {
    let config = CONFIG.replace(
        "{mount: kvv2}",
        "{mount: kvv2, address: a, namespace: n, engine: kv-v2}",
    );
    let fields = [
        ("name: shop,", "name: NAME,"),
        ("namespace: shop}", "namespace: NAME}"),
        (
            "apiVersion: countersign.dev/v1alpha1",
            "apiVersion: countersign.dev/NAME",
        ),
        ("delivery: Secret", "delivery: NAME"),
        ("lock: none", "lock: NAME"),
        ("lock: none", "lock: {file: NAME}"),
        ("mount: kvv2", "mount: NAME"),
        ("address: a", "address: NAME"),
        ("namespace: n", "namespace: NAME"),
        ("engine: kv-v2", "engine: NAME"),
        ("name: orders-db", "name: NAME"),
        ("path: shop/db", "path: NAME"),
        ("path: shop/db", "path: shop/db, keys: {NAME: password}"),
        ("path: shop/db", "path: shop/db, keys: {A: NAME}"),
        ("path: shop/db", "path: shop/db, type: NAME"),
        ("path: shop/db", "path: shop/db, labels: {NAME: a}"),
        ("path: shop/db", "path: shop/db, annotations: {a: NAME}"),
        ("path: shop/db", "path: shop/db, NAME: NAME"),
        ("path: shop/db", "path: 'a{{ b }}', NAME: 1"),
        ("  vault:", "  NAME: 1\n  vault:"),
        ("  vault:", "  parameters: {NAME: 1}\n  vault:"),
        (
            "  vault:",
            "  references: [{kind: NAME, path: a/b}]\n  vault:",
        ),
        (
            "  vault:",
            "  references: [{kind: A, path: NAME}]\n  vault:",
        ),
        ("  vault:", "  stamp: {exclude: {NAME: [a]}}\n  vault:"),
        (
            "  vault:",
            "  stamp: {live: {ConfigMap/a: [NAME]}}\n  vault:",
        ),
        ("  vault:", "  gitops: NAME\n  vault:"),
    ];
    for (field, spoilt) in fields {
        assert!(config.contains(field), "{field}");
        let nasty = spoilt.replace("NAME", &format!("\"{NASTY}\""));
        let config = config.replacen(field, &nasty, 1);
        let folder = Folder::with(&[("config.yaml", config.as_bytes())]);
        for args in [
            &["-vv", "render", "config.yaml"][..],
            &["-vv", "lock", "."],
            &["uses", "a/b", "."],
        ] {
            let ended = folder.run(args);
            harmless(&ended.stderr, spoilt);
            if args[0] != "-vv" || ended.code != Some(0) {
                harmless(&ended.stdout, spoilt);
            }
        }
    }
}

#[test]
fn no_name_in_a_lock_acts_upon_a_terminal() {
    let folder = Folder::with(&[("config.yaml", LOCKED.as_bytes())]);
    folder.run(&["lock", "."]).fine();
    let lock = std::fs::read_to_string(folder.path().join("countersign.lock")).unwrap();
    let lines: Vec<&str> = lock
        .lines()
        .filter(|line| line.contains(": ") || line.contains("- "))
        .collect();
    for line in lines.into_iter().skip(1) {
        let key = line
            .rfind(": ")
            .map_or(line.find("- ").map_or(0, |at| at + 2), |at| at + 2);
        let spoilt = format!("{}\"{NASTY}\"", &line[..key]);
        folder.file(
            "countersign.lock",
            lock.replacen(line, &spoilt, 1).as_bytes(),
        );
        for args in [
            &["render", "."][..],
            &["lock", "--check", "."],
            &["lock", "--dry-run", "."],
            &["uses", "kvv2/shop/db", "."],
            &["uses", "kvv2/shop/db", "--format", "json", "."],
            &["outdated", "."],
            &["outdated", "--format", "json", "."],
            &["prune", ".", "config.yaml"],
        ] {
            let ended = folder.run(args);
            assert!(ended.code.is_some(), "{spoilt} {args:?}: {ended:?}");
            harmless(&ended.stderr, &spoilt);
            harmless(&ended.stdout, &spoilt);
        }
    }
}

#[test]
fn no_name_in_a_manifest_or_a_store_acts_upon_a_terminal() {
    let pod = "\
kind: NAME
metadata: {name: NAME, namespace: NAME, annotations: {NAME: NAME, other: orders-db}}
spec: {containers: [{name: c, NAME: NAME, env: [{name: NAME, valueFrom: {secretKeyRef: {name: orders-db, key: NAME}}}]}], NAME: orders-db}
";
    let manifests = [
        pod.replace("NAME", &format!("\"{NASTY}\"")),
        pod.replacen("NAME", "Pod", 1)
            .replace("NAME", &format!("\"{NASTY}\"")),
        pod.replacen("NAME", "Secret", 1)
            .replacen("NAME", "orders-db", 1)
            .replace("NAME", &format!("\"{NASTY}\"")),
        format!("orders-db: [\"{NASTY}\"\n"),
        format!("a: *\"{NASTY}\" orders-db\n"),
        "\u{1b}[2J: orders-db\n".to_owned(),
    ];
    for manifest in manifests {
        let ended = Folder::stream(manifest.as_bytes()).run(&["-vv", "render", "-"]);
        assert!(ended.code.is_some(), "{ended:?}");
        harmless(&ended.stderr, &manifest);
    }
    for store in spoilt(
        &STORE.replace("kvv2", "NAME").replace("password", "NAME"),
        &["NAME"],
    )
    .into_iter()
    .chain(spoilt(&STORE.replace("shop/db", "NAME"), &["NAME"]))
    .chain(spoilt(&STORE.replace("password", "NAME"), &["NAME"]))
    .chain(spoilt(
        &STORE.replace("2026-11-01T09:00:00Z", "NAME"),
        &["NAME"],
    ))
    .chain(spoilt(&STORE.replace("FileStore", "NAME"), &["NAME"]))
    {
        let config = CONFIG.replace("shop/db", "shop/dc, keys: {A: passwort}");
        for config in [config.as_str(), CONFIG] {
            let folder = Folder::with(&[
                ("config.yaml", config.as_bytes()),
                ("vault.yaml", store.as_bytes()),
            ]);
            harmless(
                &folder.run(&["-vv", "render", "config.yaml"]).stderr,
                &store,
            );
        }
    }
}

#[test]
fn no_name_of_a_file_acts_upon_a_terminal() {
    let name = "a\u{1b}[2J\u{202e}\n.yaml";
    let folder = Folder::with(&[
        ("config.yaml", CONFIG.as_bytes()),
        (name, b"a: [orders-db\n"),
    ]);
    for args in [
        &["render", "config.yaml", name][..],
        &["render", "."],
        &["uses", "a/b", name],
        &["lock", name, "--config", name],
    ] {
        let ended = folder.run(args);
        assert!(ended.code.is_some(), "{ended:?}");
        harmless(&ended.stderr, "a file");
        harmless(&ended.stdout, "a file");
    }
}

#[test]
fn the_results_of_a_function_act_upon_no_terminal() {
    let config = CONFIG
        .replace("delivery: Secret", &format!("delivery: \"{NASTY}\""))
        .replace('\n', "\n  ");
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  {}",
        config.trim_end()
    );
    let ended = Folder::with(&[("list.yaml", list.as_bytes())])
        .stdin("list.yaml")
        .run(&[]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    harmless(&ended.stderr, "stderr");
    harmless(&ended.stdout, "results");
}
