//! Names that want to be something else: none of the three forms lets them.

use std::fmt::Write as _;

use countersign::diag::safe::terminal;
use countersign::lock::Lock;
use countersign::review::json::json;
use countersign::review::markdown::markdown;
use countersign::review::text::text;
use countersign::review::{Review, Side, compare};
use countersign::yaml::scalar::quote;

use crate::locks::{entry, generation, pinned};

const NAMES: &[&str] = &[
    "`a` is fine",
    "a`",
    "```\n",
    "~~~",
    "| a | b |",
    "a\\|b\\",
    "\n/approve\n/merge",
    "/close",
    "@everyone",
    "a @octocat b",
    "#1 !2 $3 %4 &5",
    "GH-12",
    "https://evil.example/?a=b",
    "www.evil.example",
    "mailto:a@b.example",
    "<img src=x onerror=alert(1)>",
    "</details></td>",
    "<!-- ",
    "-->",
    "&lt;b&gt;&#64;all",
    "[x](javascript:alert(1))",
    "![i](http://t.example)",
    "**bold** _it_ *it*",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "\x1b[31mred\x1b[0m\x07",
    "\u{9b}31m",
    "a\u{202e}b\u{2066}c",
    "pass\u{200b}word",
    "\r\nover",
    "::set-output name=a::b",
    "##[add-mask]a",
    "##vso[task.setvariable variable=a]b",
    "\"]; click s0 \"javascript:alert(1)\"",
    "\"--> w9",
    "%%{init: {}}%%",
    "end",
    "subgraph",
    "{{ .Values }} ${{ secrets.A }}",
    ":tada:",
    "",
    " ",
];

/// A plan in which a name stands wherever one can: managed secret, config, namespace, mount, path,
/// key, time, object, field, container, warning and note.
fn plan(name: &str) -> Review {
    let quoted = quote(name);
    // an empty namespace is none
    let namespace = if name.is_empty() { "x" } else { name };
    let within = quote(namespace);
    let side = |version: u64| {
        let mut manifests = String::new();
        let suffix = format!("g{version}");
        let _ = write!(
            manifests,
            "---\napiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nmetadata:\n  name: {object}\n  namespace: {within}\n  annotations: {{countersign.dev/secret: {quoted}, countersign.dev/generation: {generation}}}\nspec: {{path: {quoted}, destination: {{name: {object}, create: true}}}}\n",
            object = quote(&format!("{name}{suffix}")),
            generation = quote(&suffix),
        );
        for kind in ["Deployment", "StatefulSet"] {
            let _ = write!(
                manifests,
                "---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {quoted}, namespace: {within}}}\nspec:\n  template:\n    metadata: {{annotations: {{{field}: x{version}}}}}\n    spec:\n      containers:\n      - name: {quoted}\n        image: a:{version}\n        env: [{{name: {quoted}, valueFrom: {{secretKeyRef: {{name: {object}, key: {quoted}}}}}}}]\n",
                field = quote(&format!("{name}.x")),
                object = quote(&format!("{name}g{version}")),
            );
        }
        let _ = write!(
            manifests,
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {quoted}}}\nimmutable: true\ndata: {{{quoted}: x{version}}}\n"
        );
        let mut source = pinned(name, version, name, &[name]);
        name.clone_into(&mut source.secret.mount);
        source.secret.namespace = Some(namespace.to_owned());
        let mut one = generation(&format!("g{version}"), vec![source]);
        one.secret_type = format!("{name}{version}");
        let mut entry = entry(name, Some(one));
        name.clone_into(&mut entry.config);
        entry.namespace = Some(namespace.to_owned());
        Side {
            manifests,
            locks: vec![Lock {
                entries: vec![entry],
            }],
            notes: vec![format!("a note of `{name}`")],
        }
    };
    let mut before = side(1);
    // a key that goes
    before.locks[0].entries[0]
        .current
        .as_mut()
        .expect("it has one")
        .sources[0]
        .keys = countersign::lock::Selection::All(vec![format!("{name}-old")]);
    compare(&before, &side(2))
}

#[test]
fn the_plan_of_these_tests_says_something_of_everything() {
    let review = plan("plain");
    assert!(review.rolls());
    let said = text(&review, false);
    for part in [
        "secrets",
        "workloads",
        "objects",
        "the operator",
        "warnings",
        "notes",
    ] {
        assert!(said.contains(&format!("\n{part}\n")), "{part}\n{said}");
    }
    assert!(markdown(&review).contains("```mermaid"));
}

#[test]
fn a_terminal_and_a_log_show_names_as_names() {
    for name in NAMES {
        for (colour, form) in [
            (false, text(&plan(name), false)),
            (true, text(&plan(name), true)),
        ] {
            let mut plain = form;
            for code in ["0", "1", "31", "32", "33"] {
                plain = plain.replace(&format!("\x1b[{code}m"), "");
            }
            for line in plain.lines() {
                assert_eq!(terminal(line), line, "{name:?}");
                let start = line.trim_start();
                assert!(
                    !start.starts_with('/') && !start.starts_with("::"),
                    "{name:?}: {line}"
                );
                assert!(!line.contains("##"), "{name:?}: {line}");
                assert!(colour || !line.contains('\x1b'), "{name:?}");
            }
        }
    }
}

/// A line of a comment without its code spans, in which nothing has a meaning.
fn outside_of_code(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    assert_eq!(parts.len() % 2, 1, "a code span is open: {line}");
    parts.iter().step_by(2).copied().collect()
}

#[test]
fn in_a_comment_names_stand_in_code_spans_and_nowhere_else() {
    let plain = markdown(&plan("plain"));
    for name in NAMES {
        let comment = markdown(&plan(name));
        // line by line the same comment, so no name has made a line, a cell or a fence
        assert_eq!(
            comment.lines().count(),
            plain.lines().count(),
            "{name:?}\n{comment}"
        );
        let mut in_picture = false;
        for (line, model) in comment.lines().zip(plain.lines()) {
            if line.starts_with("```") {
                assert_eq!(line, model, "{name:?}");
                in_picture = !in_picture;
                continue;
            }
            if in_picture {
                is_a_line_of_a_picture(line);
                continue;
            }
            assert_eq!(outside_of_code(line), outside_of_code(model), "{name:?}");
            assert_eq!(
                line.matches('|').count(),
                model.matches('|').count(),
                "{name:?}"
            );
            assert_eq!(terminal(line), line, "{name:?}");
        }
    }
}

/// Ours but for the label, and the label is letters, digits, four signs and entities.
fn is_a_line_of_a_picture(line: &str) {
    let label = line
        .split_once('"')
        .and_then(|(_, rest)| rest.rsplit_once('"'))
        .map_or("", |(label, _)| label);
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-_./#;".contains(c);
    assert!(label.chars().all(harmless), "{line}");
    let frame = line.replace(label, "");
    let ours = |c: char| c.is_ascii_alphanumeric() || " -->()[]\"".contains(c);
    assert!(frame.chars().all(ours), "{line}");
    for entity in label.split('#').skip(1) {
        let (number, _) = entity.split_once(';').expect("an entity ends");
        assert!(number.chars().all(|c| c.is_ascii_digit()), "{line}");
    }
}

#[test]
fn json_keeps_the_names_and_shows_nothing_to_act_upon() {
    for name in NAMES {
        let form = json(&plan(name));
        for line in form.lines() {
            assert_eq!(terminal(line), line, "{name:?}");
            assert!(!line.contains("##"), "{name:?}");
        }
        let plan: serde_json::Value = serde_json::from_str(&form).expect("it is JSON");
        let secret = &plan["secrets"][0];
        assert_eq!(secret["name"], *name);
        assert_eq!(secret["sources"][0]["path"], *name);
        assert_eq!(secret["keysAdded"][0], *name);
        assert_eq!(plan["notes"][0], format!("before: a note of `{name}`"));
    }
}
