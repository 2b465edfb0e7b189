//! What the token may do on each path that `render` and `lock` ask, and what it may do besides.
//!
//! Which paths these are is decided where policies are generated, so that both say the same.

use std::collections::{BTreeMap, BTreeSet};

use super::{Count, Finding, Group, Severity, login};
use crate::grants::Purpose;
use crate::grants::needs::{Need, needs};
use crate::grants::uses::Use;
use crate::vault::inspect::{Asker, Capabilities};
use crate::vault::kv::endpoints;
use crate::vault::{Ask, Depth, SecretPath};

/// A path that nobody has: whoever may read it may read every path of its mount.
const PROBE: &str = "countersign-doctor-asks-for-no-secret";
/// So many paths stand in one message.
const SHOWN: usize = 3;
/// What is needed to write, and more.
const MORE: &[&str] = &["create", "update", "patch", "delete", "sudo"];

/// What is needed for one managed secret, by one who asks.
pub struct Wanted<'u> {
    /// The secret.
    pub used: &'u Use,
    /// Who asks; the namespace is that of each path.
    pub asker: Asker,
}

/// What was asked and answered, by whom and where.
pub type Answers = BTreeMap<Asker, Capabilities>;

/// One path that somebody needs.
struct Line {
    asker: Asker,
    need: Need,
    label: String,
}

/// Which paths have to be asked for.
#[must_use]
pub fn questions(wanted: &[Wanted<'_>]) -> BTreeMap<Asker, Vec<String>> {
    let mut out: BTreeMap<Asker, BTreeSet<String>> = BTreeMap::new();
    for purpose in [Purpose::Render, Purpose::Lock] {
        for Line { asker, need, .. } in lines(purpose, wanted) {
            let paths = out.entry(asker).or_default();
            paths.extend(need.instead);
            paths.insert(need.path);
        }
    }
    for one in wanted {
        for source in &one.used.managed.sources {
            let asker = of(&one.asker, source.secret.namespace.as_deref());
            let paths = out.entry(asker).or_default();
            paths.insert(probe(&source.secret.mount));
            paths.extend(shown_by(&source.secret));
        }
    }
    out.into_iter()
        .map(|(asker, paths)| (asker, paths.into_iter().collect()))
        .collect()
}

/// Whether rendering asks the store for anything; so it may where nothing is known.
#[must_use]
pub fn render_asks(used: &[Use]) -> bool {
    let asks = |one: &Use| !needs(Purpose::Render, one).is_empty();
    used.is_empty() || used.iter().any(asks)
}

/// What is missing, and what is too much.
#[must_use]
pub fn findings(wanted: &[Wanted<'_>], answers: &Answers) -> Vec<Finding> {
    let mut out = Vec::new();
    let render = of_purpose(Purpose::Render, wanted, answers, Severity::Error, &mut out);
    // a runner that may render is not asked to lock as well
    let lock = match render {
        Some(true) => Severity::Note,
        _ => Severity::Warning,
    };
    of_purpose(Purpose::Lock, wanted, answers, lock, &mut out);
    out.extend(too_much(answers));
    out
}

/// Whether the names of the keys of a secret can be asked for.
#[must_use]
pub fn shows_keys(one: &Wanted<'_>, answers: &Answers) -> bool {
    let mut sources = one.used.managed.sources.iter();
    sources.all(|source| {
        let secret = &source.secret;
        let asker = of(&one.asker, secret.namespace.as_deref());
        let Some(capabilities) = answers.get(&asker) else {
            return true;
        };
        let can = |path: &String| capabilities.get(path).is_some_and(|can| reads(can));
        shown_by(secret).iter().any(can)
    })
}

/// Where the names of the keys of a secret are shown.
fn shown_by(secret: &SecretPath) -> Vec<String> {
    let keys = Ask {
        depth: Depth::Keys,
        ..Ask::history(secret.clone())
    };
    let (preferred, last) = endpoints(&keys);
    let all = preferred.iter().copied().chain([last]);
    all.map(|endpoint| format!("{}/{}{}", secret.mount, endpoint.segment(), secret.path))
        .collect()
}

/// Whether all is allowed; `None`: nothing is needed, or nobody could be asked.
fn of_purpose(
    purpose: Purpose,
    wanted: &[Wanted<'_>],
    answers: &Answers,
    severity: Severity,
    out: &mut Vec<Finding>,
) -> Option<bool> {
    let word = purpose.word();
    let check = match purpose {
        Purpose::Lock => "lock-rights",
        _ => "render-rights",
    };
    let lines = lines(purpose, wanted);
    if lines.is_empty() {
        let message = match purpose {
            Purpose::Lock => "`lock` asks for nothing: no secret here is pinned",
            _ => "`render` asks for nothing: a lock holds all that it needs",
        };
        out.push(Finding::ok(Group::Access, check, message));
        return None;
    }
    let mut missing: BTreeMap<(Asker, String, &str), BTreeSet<String>> = BTreeMap::new();
    let mut allowed: BTreeSet<(Option<String>, String)> = BTreeSet::new();
    let mut is_known = false;
    for Line { asker, need, label } in lines {
        let Some(capabilities) = answers.get(&asker) else {
            continue;
        };
        is_known = true;
        let can = |path: &String| capabilities.get(path).is_some_and(|can| reads(can));
        if can(&need.path) || need.instead.as_ref().is_some_and(can) {
            allowed.insert((asker.namespace, need.path));
        } else {
            let key = (asker, need.path, need.what);
            missing.entry(key).or_default().insert(label);
        }
    }
    if !is_known {
        return None;
    }
    if missing.is_empty() {
        let paths = Count(allowed.len(), "path");
        let message = format!("the token may read all that `{word}` asks: {paths}");
        out.push(Finding::ok(Group::Access, check, message));
        return Some(true);
    }
    let hint = format!("`countersign policy generate --for {word}` writes the policy that has it.");
    for ((asker, path, what), labels) in missing {
        let namespace = asker.namespace.iter();
        let mut place: String = namespace.map(|n| format!(" in namespace `{n}`")).collect();
        if let Some(login) = &asker.login {
            place.push_str(&format!(", as {}", login::called(login)));
        }
        let labels = shown(&labels);
        let message = format!("`{word}` may not read `{path}`{place}");
        // how many versions a mount keeps is only good to know
        let is_extra = path.ends_with("/config") && purpose == Purpose::Lock;
        let severity = if is_extra { Severity::Note } else { severity };
        let finding = Finding::new(Group::Access, check, severity, message);
        out.push(
            finding
                .why(format!("{what} of {labels}"))
                .hint(hint.clone()),
        );
    }
    Some(false)
}

fn too_much(answers: &Answers) -> Vec<Finding> {
    let mut out = Vec::new();
    let of = |check, message: String| {
        let finding = Finding::new(Group::Access, check, Severity::Note, message);
        finding.hint("a role that renders and locks needs `read` on single paths: `countersign policy generate`.")
    };
    let (mut writes, mut wide) = (BTreeSet::new(), BTreeSet::new());
    for capabilities in answers.values() {
        for (path, can) in capabilities {
            if can.iter().any(|can| can == "root") {
                return vec![of(
                    "too-much",
                    "the token may do everything on every path".to_owned(),
                )];
            }
            if let Some(mount) = path.strip_suffix(&probe("")) {
                if reads(can) {
                    wide.insert(mount.to_owned());
                }
            } else if can.iter().any(|can| MORE.contains(&can.as_str())) {
                writes.insert(path.clone());
            }
        }
    }
    if !writes.is_empty() {
        let message = format!("the token may also change {}", shown(&writes));
        out.push(of("too-much", message));
    }
    if !wide.is_empty() {
        let message = format!("the token may read every path of {}", shown(&wide));
        out.push(of("too-much", message));
    }
    out
}

fn lines(purpose: Purpose, wanted: &[Wanted<'_>]) -> Vec<Line> {
    let each = wanted.iter().flat_map(|one| {
        let needs = needs(purpose, one.used).into_iter();
        needs.map(|need| Line {
            asker: of(&one.asker, need.namespace.as_deref()),
            label: one.used.label(),
            need,
        })
    });
    each.collect()
}

fn of(asker: &Asker, namespace: Option<&str>) -> Asker {
    Asker {
        login: asker.login.clone(),
        namespace: namespace.map(str::to_owned),
    }
}

fn probe(mount: &str) -> String {
    format!("{mount}/data/{PROBE}")
}

fn reads(can: &[String]) -> bool {
    can.iter().any(|can| can == "read" || can == "root")
}

/// `a`, `b`, `c` and 4 more.
fn shown(names: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect();
    let quoted = quoted.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => quoted,
        more => format!("{quoted} and {more} more"),
    }
}
