//! Asks the Go program of tests/tools/goyaml how Go's YAML libraries read a text.
//!
//! One process serves a whole test binary: a question costs microseconds, so that properties can ask thousands.

#![allow(dead_code, reason = "each test binary asks its own questions")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;

static JUDGE: LazyLock<Mutex<Judge>> = LazyLock::new(|| Mutex::new(Judge::start()));

struct Judge {
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    // ends by itself when `questions` is closed
    _process: Child,
}

impl Judge {
    fn start() -> Self {
        let program = std::env::var_os("COUNTERSIGN_TEST_GOYAML")
            .expect("COUNTERSIGN_TEST_GOYAML names the judge of YAML: run `make test`");
        let mut process = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "{} does not start ({error}): run `make test`",
                    program.display()
                )
            });
        let questions = process.stdin.take().expect("stdin is a pipe");
        let answers = BufReader::new(process.stdout.take().expect("stdout is a pipe"));
        Self {
            questions,
            answers,
            _process: process,
        }
    }

    fn ask(&mut self, mode: &str, text: &str) -> Value {
        let mut question = format!("{mode} {}\n", text.len());
        question.push_str(text);
        self.questions
            .write_all(question.as_bytes())
            .expect("the judge listens");
        let mut answer = String::new();
        self.answers
            .read_line(&mut answer)
            .expect("the judge answers");
        serde_json::from_str(&answer).expect("the judge speaks JSON")
    }
}

fn ask(mode: &str, text: &str) -> Value {
    // a failed test poisons the lock between two whole questions: the judge is still fine
    JUDGE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .ask(mode, text)
}

/// What each reader makes of a stream; `None` where it refuses. Strings and bools are themselves, a number is
/// `{"!int": …}` or `{"!float": …}`, a time `{"!time": …}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// kubectl and the API machinery: the first document only, as JSON.
    pub sigs: Option<Value>,
    /// Helm: all documents.
    pub v2: Option<Vec<Value>>,
    /// kustomize: all documents.
    pub v3: Option<Vec<Value>>,
}

/// Asks all three readers.
pub fn read(text: &str) -> Reading {
    let mut answer = ask("read", text);
    let mut documents = |reader: &str| match answer[reader].take() {
        Value::Array(documents) => Some(documents),
        _ => None,
    };
    let (v2, v3) = (documents("v2"), documents("v3"));
    Reading {
        sigs: answer["sigs"].get("document").cloned(),
        v2,
        v3,
    }
}

/// The objects that Argo CD gets from a plugin's stdout, which it reads twice; or why it refuses it.
pub fn argocd(text: &str) -> Result<Vec<Value>, String> {
    let mut answer = ask("argocd", text);
    match answer["objects"].take() {
        Value::Array(objects) => Ok(objects),
        _ => Err(answer["refused"].to_string()),
    }
}

/// What a health check of Argo CD, a script in Lua, says of an object: its status, and a message.
pub fn health(script: &str, object: &Value) -> (String, String) {
    let asked = serde_json::json!({"script": script, "object": object});
    let answer = ask("health", &asked.to_string());
    let text = |key: &str| match answer[key].as_str() {
        Some(text) => text.to_owned(),
        None => panic!("the check fails: {answer}"),
    };
    (text("status"), text("message"))
}

/// One node as v3 sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Below the root.
    pub depth: u64,
    /// `mapping`, `sequence`, `scalar` or `alias`.
    pub kind: String,
    /// Text of a scalar.
    pub value: String,
    /// `!!str`, `!!int`, … of a scalar, guessed where none is written.
    pub tag: String,
}

/// The nodes of a text with one document, in order; `None` when v3 refuses it or sees several documents.
pub fn nodes(text: &str) -> Option<Vec<Node>> {
    let answer = ask("nodes", text);
    let word = |node: &Value, at: usize| node[at].as_str().expect("a text").to_owned();
    let nodes = answer.as_array()?.iter().map(|node| Node {
        depth: node[0].as_u64().expect("a depth"),
        kind: word(node, 1),
        value: word(node, 2),
        tag: word(node, 3),
    });
    Some(nodes.collect())
}
