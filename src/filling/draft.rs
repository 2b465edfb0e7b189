//! Which keys of which paths get a value, and where from: a draft of each new version.
//!
//! Says no to what would overwrite a value, to what nothing takes, and to what cannot be written with
//! check-and-set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::found::{Finding, Gap, Gone, Standing, said};
use super::generate::Recipe;
use super::given::Given;
use crate::config::fields::{list, nearest};
use crate::diag::{Code, Diagnostic, Report};
use crate::value::SecretValue;
use crate::vault::login::Login;
use crate::vault::writing::Expects;
use crate::vault::{Engine, SecretPath};

/// A version that is to be written.
pub struct Draft {
    /// Where.
    pub secret: SecretPath,
    /// As whom, where the runner leaves that to the config.
    pub login: Option<Arc<Login>>,
    /// What stands there now; anything else is not written over.
    pub expects: Expects,
    /// The path and its state, for a line of text.
    pub state: String,
    /// What is set, by name.
    pub sets: Vec<Set>,
    /// Keys that stay without a value.
    pub left: Vec<String>,
}

/// One key that is set.
pub struct Set {
    /// Its name.
    pub key: String,
    /// What is stored is base64 of what the Secret will hold.
    pub base64: bool,
    /// Where the value comes from.
    pub from: From,
}

/// Where a value comes from.
pub enum From {
    /// Somebody is asked.
    Asked,
    /// It was given.
    Given(SecretValue),
    /// It is drawn.
    Drawn(Recipe),
}

/// What the user brings.
pub struct Brought {
    /// By key.
    pub given: BTreeMap<String, Given>,
    /// What is drawn.
    pub recipes: Vec<Recipe>,
    /// Whether everything else is asked for.
    pub asks: bool,
}

/// A key to be set.
struct Slot<'f> {
    finding: usize,
    gap: Gap<'f>,
}

/// Drafts for everything that has no value. One that sets nothing only says what is left.
///
/// # Errors
/// Paths that cannot be seen or written, and whatever was brought that is not missing.
pub fn drafts(findings: &[Finding], brought: Brought) -> Result<Vec<Draft>, Report> {
    let mut report = Report::default();
    let mut slots = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        if let Standing::Unknown(refusal) = &finding.standing {
            report.push(said(refusal));
        } else if finding.lacks() {
            report.diagnostics.extend(unwritable(finding));
        }
        let gaps = finding.gaps().into_iter();
        slots.extend(gaps.map(|gap| Slot { finding: at, gap }));
    }
    // what was brought may be for what cannot be seen
    report.check(())?;
    let mut from = BTreeMap::new();
    let desk = Desk { findings, slots };
    for recipe in brought.recipes {
        let name = format!("`--generate {}`", recipe.key);
        match desk.place(&recipe.key, &name, true) {
            Ok(at) if from.contains_key(&(at, recipe.key.clone())) => report.push(
                Diagnostic::error(Code::Usage, format!("{name} is there twice"))
                    .hint("name each key once."),
            ),
            Ok(at) => drop(from.insert((at, recipe.key.clone()), From::Drawn(recipe))),
            Err(problem) => report.push(problem),
        }
    }
    for (key, Given { number, value }) in brought.given {
        let name = format!("key {number} of the mapping on stdin");
        match desk.place(&key, &name, false) {
            Ok(at) if from.contains_key(&(at, key.clone())) => report.push(
                Diagnostic::error(Code::Usage, format!("{name} is one of `--generate`"))
                    .hint("give a value, or let it be made."),
            ),
            Ok(at) if desk.base64(at, &key) && !value.is_base64() => report.push(
                Diagnostic::error(
                    Code::BadValue,
                    format!("the value of `{key}` is not base64"),
                )
                .hint("the config says `decode: base64`: give standard base64 with padding."),
            ),
            Ok(at) => drop(from.insert((at, key), From::Given(value))),
            Err(problem) => report.push(problem),
        }
    }
    if brought.asks {
        for slot in &desk.slots {
            let key = (slot.finding, slot.gap.key.to_owned());
            from.entry(key).or_insert(From::Asked);
        }
        report.diagnostics.extend(desk.nameless());
    }
    report.check(())?;
    Ok(desk.drafts(from))
}

/// Why nothing can be written at a path that lacks something.
fn unwritable(finding: &Finding) -> Option<Diagnostic> {
    let secret = &finding.expected.secret;
    if secret.engine == Engine::KvV1 {
        let message = format!("{secret} is kv-v1, where a write replaces whatever stands there");
        return Some(Diagnostic::error(Code::CannotFill, message).hint(format!(
            "write all of its keys by hand, with `vault kv put -mount={} {} …`; what is left out is lost.",
            secret.mount, secret.path
        )));
    }
    let version = finding.expected.version?;
    let message = format!("a config pins version {version} of {secret}, and that cannot change");
    Some(
        Diagnostic::error(Code::CannotFill, message)
            .hint("take `version` out of the config, or name one that has the keys."),
    )
}

/// Keys that want a value, and what stands at their paths.
struct Desk<'f> {
    findings: &'f [Finding],
    slots: Vec<Slot<'f>>,
}

impl Desk<'_> {
    /// The path at which something that was brought is missing. A key that nobody knows is shown only
    /// where `public` says that it is no secret.
    fn place(&self, key: &str, name: &str, public: bool) -> Result<usize, Diagnostic> {
        let slots = self.slots.iter().filter(|slot| slot.gap.key == key);
        let mut at: Vec<usize> = slots.map(|slot| slot.finding).collect();
        if at.is_empty() {
            at = self.takes_any(key);
        }
        match at.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.not_missing(key, name, public)),
            several => {
                let paths = several.iter().map(|at| self.findings[*at].expected.path());
                let paths: BTreeSet<String> = paths.collect();
                let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
                let message = format!("`{key}` is missing at {}", list(&paths));
                Err(Diagnostic::error(Code::Usage, message)
                    .hint("fill one path at a time, with `--path MOUNT/PATH`."))
            }
        }
    }

    /// Paths without this key whose keys are all taken, whatever they are called.
    fn takes_any(&self, key: &str) -> Vec<usize> {
        let takes = |finding: &Finding| {
            let free = match &finding.standing {
                Standing::Absent | Standing::Gone(_) => true,
                Standing::There(there) => !there.keys.contains(key),
                Standing::Unknown(_) => false,
            };
            free && !finding.expected.every.is_empty()
        };
        let each = self.findings.iter().enumerate();
        each.filter(|(_, finding)| takes(finding))
            .map(|(at, _)| at)
            .collect()
    }

    fn not_missing(&self, key: &str, name: &str, public: bool) -> Diagnostic {
        for finding in self.findings {
            let Standing::There(there) = &finding.standing else {
                continue;
            };
            if there.keys.contains(key) {
                let secret = &finding.expected.secret;
                let message = format!("{secret} has `{key}` already, and it is left as it is");
                let hint = "leave the key out; `--placeholders` replaces what only holds a place. To change a value, write it with `vault kv patch` and run `countersign lock --upgrade`.";
                return Diagnostic::error(Code::KeyPresent, message).hint(hint);
            }
        }
        let missing: BTreeSet<&str> = self.slots.iter().map(|slot| slot.gap.key).collect();
        let hint = match nearest(key, missing.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if missing.is_empty() => "nothing is missing.".to_owned(),
            None => {
                let missing: Vec<&str> = missing.into_iter().collect();
                format!("missing are {}.", list(&missing))
            }
        };
        let shown = if public {
            format!("`{key}`")
        } else {
            name.to_owned()
        };
        Diagnostic::error(
            Code::Usage,
            format!("{shown} is nothing that the configs take"),
        )
        .hint(hint)
    }

    fn base64(&self, finding: usize, key: &str) -> bool {
        let mut slots = self.slots.iter();
        slots.any(|slot| slot.finding == finding && slot.gap.key == key && slot.gap.base64)
    }

    /// Paths of which every key is taken, and no name is known: nobody can be asked.
    fn nameless(&self) -> Vec<Diagnostic> {
        let each = self.findings.iter();
        let nameless = each.filter(|finding| finding.lacks() && finding.gaps().is_empty());
        nameless
            .map(|finding| {
                let message = format!(
                    "{}, and the config names no key of it",
                    finding.state()
                );
                Diagnostic::error(Code::Usage, message).hint(
                    "name the keys: give them with `--stdin`, or let them be made with `--generate KEY`.",
                )
            })
            .collect()
    }

    fn drafts(self, mut from: BTreeMap<(usize, String), From>) -> Vec<Draft> {
        let mut out = Vec::new();
        for (at, finding) in self.findings.iter().enumerate() {
            let of_it = self.slots.iter().filter(|slot| slot.finding == at);
            let open: BTreeMap<&str, bool> = of_it.map(|s| (s.gap.key, s.gap.base64)).collect();
            let mine = from.extract_if(.., |(finding, _), _| *finding == at);
            let sets: Vec<Set> = mine
                .map(|((_, key), from)| Set {
                    base64: open.get(key.as_str()).copied().unwrap_or_default(),
                    key,
                    from,
                })
                .collect();
            let set = |key: &&str| sets.iter().any(|set| set.key == **key);
            let left = open.keys().filter(|key| !set(key));
            let left: Vec<String> = left.map(|key| (*key).to_owned()).collect();
            let Some(expects) = expects(&finding.standing) else {
                continue;
            };
            if !sets.is_empty() || !left.is_empty() {
                out.push(Draft {
                    secret: finding.expected.secret.clone(),
                    login: finding.expected.login.clone(),
                    expects,
                    state: finding.state(),
                    sets,
                    left,
                });
            }
        }
        out
    }
}

fn expects(standing: &Standing) -> Option<Expects> {
    match standing {
        Standing::Absent => Some(Expects::Nothing),
        Standing::Gone(Gone::Deleted | Gone::Destroyed) => Some(Expects::Gone),
        Standing::There(there) => there.version.map(Expects::Version),
        Standing::Gone(Gone::NoVersion) | Standing::Unknown(_) => None,
    }
}
