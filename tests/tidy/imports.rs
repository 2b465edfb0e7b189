//! Which part of the crate may know which other part.

use std::collections::BTreeSet;

use crate::project::{File, none, program};

/// A folder or file of `src`, and what of the crate it may know besides its own folder. The longest
/// name that fits a file decides.
#[rustfmt::skip]
const KNOWS: &[(&str, &[&str])] = &[
    ("value.rs", &[]),
    ("child.rs", &[]),
    ("hash.rs", &[]),
    ("interrupt.rs", &[]),
    ("yaml", &[]),
    // the place and the picture of a node are what a person is shown
    ("yaml/picture.rs", &["diag"]),
    ("diag", &[]),
    // `results` are an object of ours, and two constants say what a config is called in them
    ("diag/results.rs", &["yaml::emit", "config::KIND", "config::API_VERSION"]),
    ("vault", &["diag", "value"]),
    ("vault/http/keyring.rs", &["diag", "interrupt"]),
    ("vault/http/token_helper.rs", &["child", "diag"]),
    ("vault/http/proof.rs", &["child", "diag"]),
    ("config", &["diag", "kube::names", "kube::types", "vault::Engine", "vault::SecretPath", "vault::login", "yaml"]),
    // not `value`: data comes as text that `mint` has encoded
    ("kube", &["config", "diag", "hash", "vault::Engine", "vault::SecretPath", "yaml"]),
    ("kube/static_secret.rs", &["config", "lock::Pinned", "vault::Engine", "yaml"]),
    // a digest is all it knows of data
    ("lock", &["config", "diag", "hash", "kube::id", "kube::names", "vault", "yaml"]),
    // what the runner allows: names and rules, no stage and no lock
    ("policy", &["config", "diag", "vault::Engine", "vault::login", "vault::SecretPath", "vault::settings::normal_address", "yaml"]),
    ("stage", &["config", "diag", "hash", "kube", "yaml"]),
    ("stage/permit.rs", &["config", "diag", "lock", "policy", "vault::SecretPath", "vault::settings::normal_address"]),
    ("stage/plan.rs", &["config", "diag", "kube", "lock", "policy::Policy", "vault::Depth", "vault::settings::normal_address"]),
    ("stage/locked.rs", &["config", "diag", "kube::id", "kube::own", "lock"]),
    // what was removed is known from the lock
    ("stage/rewrite/gone.rs", &["diag", "kube", "lock::tombstones::Tombstone", "stage"]),
    ("stage/previous.rs", &["config", "diag", "lock", "vault::Depth"]),
    ("stage/subject.rs", &["config", "lock", "vault::Depth", "vault::login"]),
    ("stage/resolve.rs", &["config", "diag", "kube", "value", "vault"]),
    // names and versions: neither what was read nor who wants to know
    ("stage/facts.rs", &["config::Delivery", "lock::Pinned", "vault::SecretPath"]),
    ("stage/generation.rs", &["config", "hash", "lock"]),
    ("stage/mint.rs", &["config", "diag", "hash", "kube", "lock", "value", "vault::Depth", "yaml"]),
    // two rendered streams and their locks; no stage, no store
    ("review", &["config", "diag::Place", "diag::safe", "kube", "lock", "vault::Engine", "vault::SecretPath", "yaml"]),
    // a first text out of what manifests say; no store and no lock
    ("starting", &["config", "diag", "kube", "stage::Input", "yaml"]),
    ("stage/write.rs", &["diag", "lock::Lock", "yaml"]),
    ("locking", &["config", "diag", "hash", "kube", "lock", "stage", "vault", "yaml"]),
    // files out of a lock: what a render makes of it that asks nobody
    ("written", &["config", "diag", "hash", "kube", "lock", "locking", "stage", "vault::nobody", "yaml"]),
    // what is asked is decided by the stages and the store; who may be asked is written down here
    ("grants", &["config", "diag", "lock", "locking", "stage::plan", "stage::previous", "vault"]),
    // what is expected of a store, not how a lock holds it
    ("filling", &["config", "diag", "locking", "value", "vault", "yaml"]),
    // findings from facts: who looked them up is not its business
    ("doctor", &["config::fields::nearest", "diag", "grants", "kube::access::GROUP", "vault", "yaml"]),
    // what a line says; who writes it is an edge, and no stage knows that anybody does
    ("audit", &["diag", "stage::facts", "vault"]),
    ("door", &["diag", "stage", "yaml"]),
    ("door/kustomize.rs", &["child", "diag", "door::program"]),
    ("door/program", &["child", "diag"]),
    ("door/revision/git.rs", &["child", "diag"]),
    ("door/tools.rs", &["child"]),
    ("door/below.rs", &["config::API_VERSION", "diag", "lock", "stage"]),
    // how a lock is called tells where it belongs
    ("door/builds.rs", &["config::API_VERSION", "config::KIND", "lock::FILE", "yaml"]),
    ("door/locks.rs", &["diag", "lock"]),
    // takes configs out of what a function got
    ("door/recorder.rs", &["config", "diag", "kube::id", "yaml"]),
    // looks configs up again where the user wrote them, after kustomize took the lines away
    ("door/origin.rs", &["config::KIND", "diag", "kube::id", "yaml"]),
    ("door/terminal.rs", &["diag", "interrupt"]),
    // how written files are known again; what should stand in them is not its business
    ("door/written.rs", &["diag", "kube::own", "written", "yaml"]),
    ("door/unwritten.rs", &["config::KIND", "diag", "kube::access::GROUP", "kube::own", "written", "yaml"]),
    // tells by the text of a stream whose it is
    ("door/helm", &["diag"]),
    // how a lock is called tells where an application has one
    ("door/argocd", &["diag", "door", "lock::FILE", "stage::Input", "yaml"]),
    // reads what a chart depends on
    ("door/helm/chart", &["diag", "door::argocd::Application", "door::files", "door::program", "written::helm", "yaml"]),
    ("door/helm/chart/written.rs", &["diag", "door::files", "door::program", "written::File", "written::helm"]),
    ("cli", &["diag"]),
    ("cli/args.rs", &["vault::settings::duration"]),
    ("cli/settings", &["diag", "door::files", "door::journal", "door::kustomize::TASK", "policy", "stage::package::WRITE_SECRETS", "vault"]),
    ("cli/args/helm.rs", &["door::argocd"]),
    ("command/init.rs", &["cli", "diag", "door", "kube::names", "locking::objects", "starting"]),
    // opens edges and calls the core; knows no stage from inside
    ("command", &["cli", "config::Config", "config::LockMode", "diag", "doctor", "door", "grants", "learn", "lock", "locking", "policy", "render", "review", "Runner", "stage", "vault::nobody", "vault::signed", "vault::Store", "yaml::parallel"]),
    ("command/written.rs", &["config::BuildTool", "diag", "door", "lock", "written"]),
    ("command/audited.rs", &["audit", "cli", "diag", "door", "lock", "locking", "vault::Store", "vault::SecretPath"]),
    ("command/missing.rs", &["cli", "diag", "door", "filling", "policy::Policy", "vault::Store"]),
    // carries values from where they are typed or drawn to where they are written
    ("command/fill", &["cli", "config::LockMode", "config::fields", "diag", "door", "filling", "lock", "locking", "value", "vault::writing"]),
    // asks for names of keys, as whom each config says
    ("command/doctor", &["cli", "config", "diag", "doctor", "door", "grants", "lock", "locking", "stage", "vault::Depth", "vault::inspect", "vault::login", "vault::signed"]),
    ("lib.rs", &["audit::trail", "config::Config", "diag", "lock", "locking::Learned", "policy::Policy", "stage", "vault::Store", "vault::signed"]),
    ("main.rs", &["cli", "command", "diag", "door"]),
];

/// Modules that only the command line may name: the stores behind the trait.
const STORES: &[&str] = &["vault::http", "vault::file_store"];

#[test]
fn imports_go_one_way() {
    let mut problems = Vec::new();
    for file in program() {
        let name = file.path.strip_prefix("src/").expect("it lies there");
        let own = name.split(['/', '.']).next().unwrap_or_default();
        let knows = knows(name);
        for import in imports(&file) {
            let allowed =
                within(&import, own) || knows.iter().any(|module| within(&import, module));
            let store = own != "vault" && STORES.iter().any(|store| within(&import, store));
            if !allowed || (store && name != "cli/settings.rs") {
                problems.push(format!("{} may not know `{import}`", file.path));
            }
        }
    }
    none(&problems);
}

#[test]
fn the_table_of_imports_names_what_is_there() {
    let names: Vec<String> = program().into_iter().map(|file| file.path).collect();
    for (part, _) in KNOWS {
        let there = names
            .iter()
            .any(|name| belongs(&name["src/".len()..], part));
        assert!(there, "there is no `{part}`");
    }
}

/// The row of a file.
fn knows(name: &str) -> &'static [&'static str] {
    let fitting = KNOWS.iter().filter(|(part, _)| belongs(name, part));
    let row = fitting.max_by_key(|(part, _)| part.len());
    row.map_or_else(|| panic!("`{name}` has no row"), |(_, knows)| knows)
}

/// Whether a file is a part or lies in it; `http.rs` and what lies beside it in `http/` are one part.
fn belongs(name: &str, part: &str) -> bool {
    name.strip_prefix(part)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".rs")
}

fn within(import: &str, module: &str) -> bool {
    import
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What a file names of the crate: `vault::http::HttpStore` for `crate::vault::http::HttpStore`. A
/// group is taken apart: `crate::diag::{Code, Place}` are `diag::Code` and `diag::Place`.
fn imports(file: &File) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // the binary names the library from outside, `lib.rs` its own modules directly
    let start = match file.path.as_str() {
        "src/main.rs" => "countersign::",
        "src/lib.rs" => "\nuse ",
        _ => "crate::",
    };
    assert!(
        !file.text.contains("super::super"),
        "{}: from two levels up, import by `crate::`",
        file.path
    );
    let code = file.code();
    for (at, _) in code.match_indices(start) {
        let rest = &code[at + start.len()..];
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
            .unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches(':');
        if !rest[end..].starts_with('{') {
            found.insert(path.to_owned());
            continue;
        }
        let group = rest[end + 1..].split("};").next().unwrap_or_default();
        assert!(
            !path.is_empty(),
            "{}: import each module by its own `use`",
            file.path
        );
        for member in group.split(',').map(str::trim).filter(|m| !m.is_empty()) {
            found.insert(format!(
                "{path}::{}",
                member.trim_start_matches("self").trim_start_matches('{')
            ));
        }
    }
    found.retain(|import| !import.starts_with("std") && !import.is_empty());
    found
}
