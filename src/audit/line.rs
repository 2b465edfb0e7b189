//! An event as one line of JSON: the form that `docs/audit.schema.json` describes.

use serde_json::{Value, json};

use super::event::{As, Event, Read, Start, Written};
use crate::diag::{Code, safe};
use crate::stage::facts::{Emitted, Origin, Standing, Used, UsedSecret};
use crate::vault::inspect::Holder;
use crate::vault::login::{Login, Method};
use crate::vault::{Depth, SecretPath};

/// Grows when a field goes or changes its meaning; one may be added at any time.
pub const SCHEMA_VERSION: u32 = 1;

/// What all lines of a run have in common.
pub struct Head<'h> {
    /// RFC 3339, UTC.
    pub time: &'h str,
    /// Of the run.
    pub id: &'h str,
    /// `render`, `function`, `lock`…
    pub command: &'h str,
}

type Fields = Vec<(&'static str, Value)>;

/// The line, with its line break.
#[must_use]
pub fn line(head: &Head<'_>, event: &Event<'_>) -> String {
    let (word, rest) = fields(event);
    let program = concat!("countersign ", env!("CARGO_PKG_VERSION"));
    let mut all: Fields = vec![
        ("time", json!(head.time)),
        ("id", json!(head.id)),
        ("event", json!(word)),
        ("command", json!(head.command)),
        ("program", json!(program)),
        ("schemaVersion", json!(SCHEMA_VERSION)),
    ];
    all.extend(rest);
    let all = all
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"));
    let line = format!("{{{}}}", all.collect::<Vec<_>>().join(","));
    safe::json(&line) + "\n"
}

fn fields(event: &Event<'_>) -> (&'static str, Fields) {
    match event {
        Event::Start(start) => ("start", of_start(start)),
        Event::Login(login) => ("login", of_login(login)),
        Event::Read(read) => ("read", of_read(read)),
        Event::Write(written) => ("write", of_written(written)),
        Event::Emit(emitted) => ("emit", of_emitted(emitted)),
        Event::Use(used) => ("use", of_used(used)),
        Event::Lock { file } => ("lock", vec![("file", json!(file))]),
        Event::End { exit, errors } => ("end", of_end(*exit, errors)),
    }
}

fn of_start(start: &Start) -> Fields {
    vec![
        ("folder", json!(start.folder)),
        ("paths", json!(start.paths)),
        ("store", json!(start.store)),
    ]
}

fn of_login(login: &As<'_>) -> Fields {
    let said = login.login;
    let who = |pick: fn(&Holder) -> Value| login.who.as_ref().map_or(Value::Null, pick);
    let name = match (&login.who, login.error) {
        (Some(who), _) => json!(who.name),
        (None, Some(_)) => Value::Null,
        (None, None) => json!("unknown"),
    };
    vec![
        ("address", json!(login.address)),
        (
            "method",
            json!(said.map_or(Method::Token, |said| said.method).word()),
        ),
        ("mount", json!(said.map(Login::mount))),
        (
            "vaultNamespace",
            json!(said.and_then(|said| said.namespace.as_deref())),
        ),
        ("role", json!(said.and_then(|said| said.role.as_deref()))),
        ("name", name),
        ("entity", who(|who| json!(who.entity))),
        ("policies", who(|who| json!(who.policies))),
        ("error", json!(login.error.map(Code::name))),
    ]
}

fn of_read(read: &Read<'_>) -> Fields {
    vec![
        ("vaultNamespace", json!(read.namespace)),
        ("mount", json!(read.secret.mount)),
        ("path", json!(read.secret.path)),
        ("engine", json!(read.secret.engine.word())),
        ("version", json!(read.version)),
        ("created", json!(read.created)),
        ("depth", json!(depth(read.depth))),
        ("secrets", json!(read.wanted)),
        ("error", json!(read.error.map(Code::name))),
    ]
}

fn of_written(written: &Written<'_>) -> Fields {
    vec![
        ("vaultNamespace", json!(written.namespace)),
        ("mount", json!(written.secret.mount)),
        ("path", json!(written.secret.path)),
        ("version", json!(written.version)),
        ("keys", json!(written.keys)),
        ("secrets", json!(written.wanted)),
        ("error", json!(written.error.map(Code::name))),
    ]
}

fn depth(depth: Depth) -> &'static str {
    match depth {
        Depth::Metadata => "metadata",
        Depth::Keys => "keys",
        Depth::Values => "values",
    }
}

fn of_emitted(emitted: &Emitted) -> Fields {
    let mut fields = vec![
        ("kind", json!(emitted.kind)),
        ("namespace", json!(emitted.namespace)),
        ("name", json!(emitted.name)),
        ("document", json!(emitted.document)),
    ];
    if let Some(origin) = &emitted.origin {
        fields.extend(of_origin(origin));
    }
    fields
}

fn of_origin(origin: &Origin) -> Fields {
    let sources: Value = origin.sources.iter().map(standing).collect();
    vec![
        ("config", json!(origin.config)),
        ("secret", json!(origin.secret)),
        ("generation", json!(origin.generation)),
        ("delivery", json!(origin.delivery.word())),
        ("previous", json!(origin.previous)),
        ("sources", sources),
    ]
}

fn standing(standing: &Standing) -> Value {
    json!({
        "vaultNamespace": standing.secret.namespace,
        "mount": standing.secret.mount,
        "path": standing.secret.path,
        "version": standing.version,
        "created": standing.created,
    })
}

fn of_used(used: &Used) -> Fields {
    let secrets: Value = used.secrets.iter().map(used_secret).collect();
    vec![
        ("kind", json!(used.kind)),
        ("namespace", json!(used.namespace)),
        ("name", json!(used.name)),
        ("file", json!(used.file.as_ref())),
        ("document", json!(used.document)),
        ("configHash", json!(used.config_hash)),
        ("snapshot", json!(used.snapshot)),
        ("secrets", secrets),
    ]
}

fn used_secret(used: &UsedSecret) -> Value {
    let sources: Vec<String> = used.sources.iter().map(at_version).collect();
    json!({
        "secret": used.secret,
        "name": used.name,
        "generation": used.generation,
        "sources": sources,
    })
}

/// `kvv2/shop/orders-db@4`, as the annotation of the object says it.
fn at_version(standing: &Standing) -> String {
    let SecretPath { mount, path, .. } = &standing.secret;
    match standing.version {
        Some(version) => format!("{mount}/{path}@{version}"),
        None => format!("{mount}/{path}"),
    }
}

fn of_end(exit: u8, errors: &[Code]) -> Fields {
    let errors: Vec<&str> = errors.iter().map(|code| code.name()).collect();
    let outcome = if errors.is_empty() {
        "success"
    } else {
        "failure"
    };
    vec![
        ("outcome", json!(outcome)),
        ("exit", json!(exit)),
        ("errors", json!(errors)),
    ]
}
