//! Kubernetes-like objects as data: which fields they have, not how they are written.

use super::tape::Tape;
use crate::pipeline::NAME;

/// A node of an object.
#[derive(Clone, Debug)]
pub enum Node {
    /// A string.
    Text(String),
    /// Written as it is: a number, a bool, a null, a date.
    Literal(&'static str),
    /// Ordered pairs.
    Map(Vec<(String, Node)>),
    /// Items.
    List(Vec<Node>),
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn map(pairs: Vec<(&str, Node)>) -> Node {
    Node::Map(
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

/// What stands in fields that are nobody's business.
const TEXTS: &[&str] = &[
    "web",
    "",
    "yes",
    "0644",
    "1e3",
    "null",
    "2026-11-01",
    "a: b",
    "# no comment",
    "- dash",
    "{{ .Values.env }}",
    "it's",
    "say \"hi\"",
    "C:\\temp",
    "two\nlines",
    "trailing\n",
    " lead",
    "tab\there",
    "ключ 🔑",
    "orders-db",
    "orders-db-old",
    "xorders-db",
    "*star",
    "&and",
    "!bang",
    "%percent",
    "@at",
    "`tick`",
    "a\u{a0}b",
    "=",
    "<<",
    "~",
    "[",
    "key: |",
];
const LITERALS: &[&str] = &[
    "8080",
    "0644",
    "true",
    "yes",
    "null",
    "~",
    "1.5",
    "2026-11-01",
    "0o17",
    "1_000",
    ".inf",
    "",
];

fn value(tape: &mut Tape) -> Node {
    match tape.choose(4) {
        3 => Node::Literal(tape.pick(LITERALS)),
        _ => text(tape.pick(TEXTS)),
    }
}

/// The managed name, mostly; otherwise one that must be left alone.
fn secret_name(tape: &mut Tape) -> Node {
    text(tape.pick(&[NAME, NAME, NAME, "orders", "orders-db-admin", "ORDERS-DB"]))
}

/// Metadata with annotations in all the ways that they can be there or not.
fn metadata(tape: &mut Tape, name: &str) -> Node {
    let mut pairs = vec![("name", text(name))];
    if tape.rarely(6) {
        pairs.push(("namespace", text("shop")));
    }
    let annotations = match tape.choose(7) {
        1 => Some(map(vec![])),
        2 => Some(Node::Literal("null")),
        3 => Some(Node::Literal("")),
        4 => Some(map(vec![("a", value(tape)), ("b/c", value(tape))])),
        5 => Some(map(vec![(
            "countersign.dev/config-hash",
            text("6ct58987ht"),
        )])),
        6 => Some(map(vec![
            ("a", text("b")),
            ("countersign.dev/snapshot", text("1.0:6ct58987ht")),
        ])),
        _ => None,
    };
    if let Some(annotations) = annotations {
        pairs.insert(tape.choose(2), ("annotations", annotations));
    }
    if tape.rarely(4) {
        pairs.push((
            "labels",
            map(vec![("app", text(NAME)), ("tier", value(tape))]),
        ));
    }
    map(pairs)
}

fn container(tape: &mut Tape) -> Node {
    let mut pairs = vec![
        ("name", text("main")),
        ("image", text("registry.example.com/web:1.2")),
    ];
    let key = [("name", secret_name(tape)), ("key", text("DB_PASSWORD"))];
    match tape.choose(4) {
        1 => pairs.push((
            "envFrom",
            Node::List(vec![map(vec![(
                "secretRef",
                map(vec![("name", secret_name(tape))]),
            )])]),
        )),
        2 => pairs.push(("args", Node::List(vec![value(tape), value(tape)]))),
        3 => {}
        _ => {
            let from = map(vec![("secretKeyRef", map(key.to_vec()))]);
            let env = map(vec![("name", text("DB_PASSWORD")), ("valueFrom", from)]);
            pairs.push((
                "env",
                Node::List(vec![
                    map(vec![("name", text("A")), ("value", value(tape))]),
                    env,
                ]),
            ));
        }
    }
    map(pairs)
}

fn pod_spec(tape: &mut Tape) -> Node {
    let mut pairs = vec![(
        "containers",
        Node::List((0..=tape.choose(2)).map(|_| container(tape)).collect()),
    )];
    if tape.rarely(2) {
        let secret = map(vec![
            ("secretName", secret_name(tape)),
            ("defaultMode", Node::Literal("0400")),
        ]);
        pairs.push((
            "volumes",
            Node::List(vec![map(vec![("name", text("db")), ("secret", secret)])]),
        ));
    }
    if tape.rarely(3) {
        pairs.push((
            "imagePullSecrets",
            Node::List(vec![map(vec![("name", secret_name(tape))])]),
        ));
    }
    map(pairs)
}

fn template(tape: &mut Tape) -> Node {
    let mut pairs = match tape.choose(4) {
        1 => vec![],
        2 => vec![("metadata", Node::Literal("null"))],
        3 => vec![(
            "metadata",
            map(vec![("labels", map(vec![("app", text("web"))]))]),
        )],
        _ => vec![("metadata", metadata(tape, "web"))],
    };
    pairs.push(("spec", pod_spec(tape)));
    map(pairs)
}

/// One object.
pub fn object(tape: &mut Tape) -> Node {
    let kinds = [
        ("Deployment", "apps/v1"),
        ("Pod", "v1"),
        ("CronJob", "batch/v1"),
        ("Ingress", "networking.k8s.io/v1"),
        ("ConfigMap", "v1"),
        ("Widget", "example.com/v1"),
    ];
    let (kind, api_version) = kinds[tape.choose(kinds.len())];
    let body = match kind {
        "Deployment" => (
            "spec",
            map(vec![
                ("replicas", Node::Literal("2")),
                ("template", template(tape)),
            ]),
        ),
        "CronJob" => {
            let job = map(vec![("spec", map(vec![("template", template(tape))]))]);
            (
                "spec",
                map(vec![("schedule", text("0 3 * * *")), ("jobTemplate", job)]),
            )
        }
        "Pod" => ("spec", pod_spec(tape)),
        "Ingress" => (
            "spec",
            map(vec![(
                "tls",
                Node::List(vec![map(vec![("secretName", secret_name(tape))])]),
            )]),
        ),
        "ConfigMap" => (
            "data",
            map(vec![("a.conf", value(tape)), ("b", value(tape))]),
        ),
        _ => (
            "spec",
            map(vec![("note", value(tape)), ("password", secret_name(tape))]),
        ),
    };
    let mut pairs = vec![
        ("apiVersion", text(api_version)),
        ("kind", text(kind)),
        ("metadata", metadata(tape, "web")),
        body,
    ];
    if tape.rarely(4) {
        pairs.rotate_left(2);
    }
    map(pairs)
}
