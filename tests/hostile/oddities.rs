//! Bytes that are no text, and text that readers of YAML do not agree about.

use crate::attack::{CONFIG, Folder, LOCKED};

const READ: &str = "kind: ConfigMap\nmetadata: {name: orders-db, namespace: other}\n";

#[test]
fn bytes_that_are_no_text_are_refused_in_every_file() {
    let folder = Folder::with(&[("config.yaml", CONFIG.as_bytes())]);
    for bytes in [
        &b"kind: Pod\xff\n"[..],
        b"\xff\xfek\0i\0n\0d\0",
        b"a: \xed\xa0\x80\n",
        b"\xc0\x80",
    ] {
        let said = "is not UTF-8";
        folder.file("other.yaml", bytes);
        folder
            .run(&["render", "config.yaml", "other.yaml"])
            .refused(1, said);
        folder.run(&["render", "."]).refused(1, said);
        folder
            .run(&["render", "config.yaml", "--config", "other.yaml"])
            .refused(1, said);
        folder.run(&["uses", "kvv2/shop/db", "."]).refused(1, said);
        Folder::stream(bytes).run(&["render", "-"]).refused(1, said);
        Folder::stream(bytes).run(&[]).refused(1, said);
        let locked = Folder::with(&[
            ("config.yaml", LOCKED.as_bytes()),
            ("countersign.lock", bytes),
        ]);
        locked.run(&["render", "."]).refused(1, said);
        let store = Folder::with(&[("config.yaml", CONFIG.as_bytes()), ("vault.yaml", bytes)]);
        store.run(&["render", "config.yaml"]).refused(1, said);
    }
}

#[test]
fn nul_and_marks_of_byte_order_within_a_text_are_refused() {
    for text in [
        "x: a\0b\n",
        "x: \u{feff}orders-db\n",
        "\u{feff}y: 1\n",
        "\u{feff}\u{feff}z: 1\n",
    ] {
        Folder::stream(format!("{READ}{text}").as_bytes())
            .run(&["render", "-"])
            .refused(1, "error[yaml-");
        let config = format!("{CONFIG}{text}");
        Folder::with(&[("config.yaml", config.as_bytes())])
            .run(&["render", "config.yaml"])
            .refused(1, "error[yaml-");
    }
    // within quotes it is a character, in front of a file what some editors write
    let quoted = format!("{READ}x: \"\u{feff}\"\n");
    Folder::stream(quoted.as_bytes())
        .run(&["render", "-"])
        .fine();
    let config = format!("\u{feff}{CONFIG}");
    Folder::with(&[("config.yaml", config.as_bytes())])
        .run(&["render", "config.yaml"])
        .fine();
}

#[test]
fn a_list_that_is_none_returns_no_items() {
    let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
    for text in [
        format!("{head}items: 7\n"),
        format!("{head}items: {{a: b}}\n"),
        format!("{head}items: [\n"),
        format!("{head}items: []\n---\n{head}"),
        format!("{head}items: []\nfunctionConfig: [{CONFIG}]\n"),
        "ResourceList config.kubernetes.io/".to_owned(),
        String::new(),
    ] {
        let ended = Folder::with(&[("list.yaml", text.as_bytes())])
            .stdin("list.yaml")
            .run(&[]);
        assert!(
            ended.code.is_some_and(|code| code != 0),
            "{text}: {}",
            ended.stdout
        );
        assert!(ended.stderr.contains("error["), "{text}: {}", ended.stderr);
        assert!(!ended.stdout.contains("items:\n-"), "{}", ended.stdout);
    }
}

#[test]
fn what_git_keeps_is_no_manifest_whatever_its_branches_are_called() {
    let folder = Folder::with(&[("config.yaml", CONFIG.as_bytes())]);
    let alone = folder.run(&["render", "."]);
    folder.file(".git/refs/heads/x.yaml", b"0123456789abcdef0123\n");
    folder.file(".git/objects.json", b"\xff\xff");
    let beside = folder.run(&["render", "."]);
    beside.fine();
    assert_eq!(beside.stdout, alone.stdout);
}
