//! Streams as users and programs write them, and what Argo CD is given of them.

use super::framed;

const JSON: &str =
    "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"a\"}}\n";

fn object(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}

fn refused(text: &str) -> String {
    let report = framed(text, false).expect_err("it is refused");
    report.diagnostics[0].message.clone()
}

#[test]
fn documents_keep_their_bytes_and_get_separators_that_are_understood() {
    let (a, b) = (object("a"), object("b"));
    let plain = format!("---\n{a}---\n{b}---\n");
    for stream in [
        format!("{a}---\n{b}"),
        format!("---\n{a}---\n{b}"),
        format!("\u{feff}{a}--- # second\n{b}"),
        format!("%YAML 1.2\n---\n{a}...\n{b}"),
        format!("{a}...\n# comment\n%YAML 1.1\n---\n{b}...\n"),
        format!("{a}---\n# only a comment\n---\nnull\n---\n{}", b.trim_end()),
    ] {
        assert_eq!(framed(&stream, false).as_ref(), Ok(&plain), "{stream}");
    }
}

#[test]
fn what_stands_behind_a_separator_moves_to_a_line_of_its_own() {
    let flow = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
    let stream = format!("--- {flow}\n");
    assert_eq!(
        framed(&stream, false),
        Ok(format!("---\n    {flow}\n---\n"))
    );
}

#[test]
fn lines_of_json_need_nothing_between_them_unless_others_follow() {
    let lines = JSON.repeat(2);
    assert_eq!(framed(&format!("---\n{JSON}---\n{JSON}"), false), Ok(lines));
    let other = object("b");
    assert_eq!(
        framed(&format!("---\n{JSON}---\n{other}"), false),
        Ok(format!("---\n{JSON}---\n{other}---\n"))
    );
}

#[test]
fn what_is_no_object_is_named_without_its_text() {
    for (text, why) in [
        ("password: s3cr3t-x\n", "it has no `apiVersion`"),
        ("apiVersion: v1\npassword: s3cr3t-x\n", "it has no `kind`"),
        (
            "apiVersion: v1\nkind: Secret\nstringData: {a: s3cr3t-x}\n",
            "its `Secret` has no `metadata.name`",
        ),
        (
            "apiVersion: v1\nkind: List\nitems: [{a: s3cr3t-x}]\n",
            "an item of its `List` is no object: it has no `apiVersion`",
        ),
        (
            "a: |\n s3cr3t-x\n---b: 1\n",
            "a line in it begins with `---`, where Argo CD would cut it",
        ),
        (
            "%TAG ! tag:s3cr3t-x,2026:\n---\nkind: A\n",
            "it has a directive, which Argo CD does not read",
        ),
    ] {
        let message = refused(text);
        assert_eq!(
            message,
            format!("document 1 is no object that Argo CD takes: {why}")
        );
    }
}

#[test]
fn nothing_is_an_error_unless_it_is_meant() {
    for text in ["", "# nothing\n", "---\nnull\n"] {
        assert_eq!(refused(text), "the application has no manifests");
        assert_eq!(framed(text, true), Ok(String::new()));
    }
}

#[test]
fn what_argo_cd_would_change_is_refused_without_being_shown() {
    let refused = |text: &str| {
        let report = framed(text, false).expect_err("it is refused");
        report.diagnostics[0].message.clone()
    };
    let with = |text: &str| object("a") + "data: {a: " + text + "}\n";
    for (text, code) in [
        (with("\"s3cr3t-\\N\""), "0085"),
        (with("\"s3cr3t-\\x7f\""), "007F"),
        (with("\"s3cr3t-\\uffff\""), "FFFF"),
        (format!("{JSON}---\n{}", with("\"\\u0085\"")), "0085"),
    ] {
        let message = refused(&text);
        let end =
            format!(" holds the character U+{code}, which Argo CD changes or refuses on its way");
        assert!(message.ends_with(&end), "{message}");
    }
    // lines of JSON keep their escapes, and everything else may stand anywhere
    for text in [
        JSON.replace("\"a\"}", "\"a\\u0085\"}"),
        with("\"\\u2029 \\U0001f600 \u{a0}\""),
    ] {
        assert!(framed(&text, false).is_ok(), "{text}");
    }
}

#[test]
fn line_ends_of_windows_stay() {
    let (a, b) = (object("a"), object("b"));
    let stream = format!("# shop\n---\n{a}data:\n  a: |\n    ---\n    ...\n---\n{b}...\n");
    let framed = framed(&stream.replace('\n', "\r\n"), false).expect("it is read");
    let documents: Vec<&str> = framed.split("---\n").collect();
    assert_eq!(documents.len(), 4, "{framed}");
    assert!(documents[1].contains("    ---\r\n    ...\r\n"));
    assert_eq!(documents[2], b.replace('\n', "\r\n"));
}

#[test]
fn a_stream_with_line_ends_of_old_macs_is_never_cut_elsewhere_than_argo_cd_cuts_it() {
    let stream = format!("{}---\n{}", object("a"), object("b")).replace('\n', "\r");
    // one document to Argo CD, two to YAML
    assert!(framed(&stream, false).is_err());
}
