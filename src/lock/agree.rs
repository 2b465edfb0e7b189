//! In which ways a lock does not say what a config says, each by its own name.
//!
//! `render` refuses every one of them; `lock` looks at the same list to decide what has to be locked
//! again. What emitted objects merely say besides (labels, the operator's settings) is not compared:
//! it does not determine the data.

use super::pair::pairs;
use super::{Generation, Pinned, Selection};
use crate::config::{Decode, Entries, HashKind, ManagedSecret, Source};
use crate::diag::Place;
use crate::vault::SecretPath;

/// One way in which they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Lower-case fact about the secret, to be read after its name.
    pub fact: String,
    /// The source that it concerns, by its place in the config; `None`: the secret as a whole.
    pub source: Option<usize>,
    /// The one key that it concerns, where the config has it.
    pub key: Option<String>,
}

impl Reason {
    /// About the secret as a whole.
    #[must_use]
    pub fn whole(fact: String) -> Self {
        Self {
            fact,
            source: None,
            key: None,
        }
    }

    /// Where in the config it is seen, as near as that can be told.
    #[must_use]
    pub fn place<'c>(&self, managed: &'c ManagedSecret) -> &'c Place {
        let entries = match &managed.entries {
            Entries::Picked(entries) => entries.as_slice(),
            Entries::All => &[],
        };
        let entry = entries
            .iter()
            .find(|entry| self.key.as_ref() == Some(&entry.key));
        let source = || managed.sources.get(self.source?);
        let place = entry.map(|entry| &entry.place);
        place
            .or_else(|| source().map(|source| &source.place))
            .unwrap_or(&managed.place)
    }
}

/// What differs, and the one key in which it does.
type Fact = (String, Option<String>);

/// All differences, in a stable order; none: the lock covers the config.
#[must_use]
pub fn reasons(managed: &ManagedSecret, locked: &Generation) -> Vec<Reason> {
    let mut found = Vec::new();
    let mut whole = |fact: String| found.push(Reason::whole(fact));
    let followed = locked.suffix.is_none();
    if managed.follow != followed {
        whole(if followed {
            "is pinned now and was locked as one that follows Vault".to_owned()
        } else {
            "follows Vault now and was locked as a pinned one".to_owned()
        });
        return found;
    }
    if managed.delivery != locked.delivery {
        whole(format!(
            "has the delivery `{}` and was locked with `{}`",
            managed.delivery.word(),
            locked.delivery.word()
        ));
    }
    if !managed.follow && managed.hash != locked.hash {
        whole(format!(
            "has `hash: {}` and was locked with `{}`",
            managed.hash.word(),
            locked.hash.word()
        ));
    }
    if managed.secret_type != locked.secret_type {
        whole(format!(
            "has the type `{}` and was locked with `{}`",
            managed.secret_type, locked.secret_type
        ));
    }
    if managed.name_suffix != locked.name_suffix && !managed.follow {
        whole("was locked with another `nameSuffix`".to_owned());
    }
    if managed.hash == HashKind::Keyed && !managed.follow {
        match (&managed.hash_key, &locked.hash_key) {
            (Some(key), Some(pinned))
                if key.source.secret == pinned.secret
                    && key.key == pinned.key
                    && (key.source.version.is_none() || key.source.version == pinned.version) => {}
            _ => whole("has another `hashKey` than the one it was locked with".to_owned()),
        }
    }
    sources(managed, locked, &mut found);
    found
}

fn sources(managed: &ManagedSecret, locked: &Generation, found: &mut Vec<Reason>) {
    let paired = pairs(managed, locked);
    let is_free = |pin: &&Pinned| !paired.iter().flatten().any(|p| std::ptr::eq(*p, *pin));
    let mut free: Vec<&Pinned> = locked.sources.iter().filter(is_free).collect();
    let mut strange = Vec::new();
    let mut push = |source: Option<usize>, facts: Vec<Fact>| {
        let reasons = facts.into_iter();
        found.extend(reasons.map(|(fact, key)| Reason { fact, source, key }));
    };
    for (at, source) in managed.sources.iter().enumerate() {
        match paired[at] {
            Some(pinned) => push(Some(at), keys(&selection(managed, at), &pinned.keys)),
            None => strange.push((at, source)),
        }
    }
    for (at, source, pinned) in moved(managed, &mut strange, &mut free) {
        let places = place_of_source(source, pinned).into_iter();
        let mut facts: Vec<Fact> = places.map(|fact| (fact, None)).collect();
        facts.extend(keys(&selection(managed, at), &pinned.keys));
        push(Some(at), facts);
    }
    for (at, source) in strange {
        let fact = format!("reads {} too, which was not locked", source.secret);
        push(Some(at), vec![(fact, None)]);
    }
    for gone in free {
        let fact = format!("does not read {} any more, which was locked", gone.secret);
        push(None, vec![(fact, None)]);
    }
}

/// Whether a source of a config and a pin belong together.
type Alike<'a> = &'a dyn Fn(usize, &Source, &Pinned) -> bool;

/// Sources that were given another place: what is most alike belongs together. Takes them out of
/// both lists.
fn moved<'c, 'l>(
    managed: &ManagedSecret,
    strange: &mut Vec<(usize, &'c Source)>,
    free: &mut Vec<&'l Pinned>,
) -> Vec<(usize, &'c Source, &'l Pinned)> {
    let likenesses: [Alike<'_>; 4] = [
        &|_, source, pinned| source.secret == pinned.secret,
        &|_, source, pinned| source.secret.path == pinned.secret.path,
        &|at, _, pinned| selection(managed, at) == pinned.keys,
        &|_, _, _| true,
    ];
    let mut found = Vec::new();
    for (round, alike) in likenesses.into_iter().enumerate() {
        // what nothing speaks for is taken for moved only if each has its place then
        if round == 3 && strange.len() != free.len() {
            break;
        }
        strange.retain(|(at, source)| {
            let Some(pinned) = free.iter().position(|pin| alike(*at, source, pin)) else {
                return true;
            };
            found.push((*at, *source, free.remove(pinned)));
            false
        });
    }
    found
}

fn place_of_source(source: &Source, pinned: &Pinned) -> Vec<String> {
    let (now, then) = (&source.secret, &pinned.secret);
    let mut facts = Vec::new();
    let mut differ = |what: &str, now: &str, then: &str| {
        if now != then {
            facts.push(format!("has the {what} {now} and was locked with {then}"));
        }
    };
    let quoted = |text: &str| format!("`{text}`");
    let namespace = |secret: &SecretPath| {
        let named = secret.namespace.as_deref();
        named.map_or_else(|| "of the runner".to_owned(), quoted)
    };
    differ("Vault namespace", &namespace(now), &namespace(then));
    differ("mount", &quoted(&now.mount), &quoted(&then.mount));
    differ("path", &quoted(&now.path), &quoted(&then.path));
    differ(
        "engine",
        &quoted(now.engine.word()),
        &quoted(then.engine.word()),
    );
    if let (Some(now), Some(then)) = (source.version, pinned.version)
        && now != then
    {
        facts.push(format!("wants version {now} and was locked at {then}"));
    }
    facts
}

/// What a config takes from its source number `at`, in the words of a lock; all keys without their
/// names, which only a store knows.
#[must_use]
pub fn selection(managed: &ManagedSecret, at: usize) -> Selection {
    match &managed.entries {
        Entries::All => Selection::All(Vec::new()),
        Entries::Picked(entries) => {
            let of_source = entries.iter().filter(|entry| entry.source == at);
            let mut picked: Vec<_> = of_source
                .map(|entry| super::Picked {
                    key: entry.key.clone(),
                    from: entry.from.clone(),
                    decode: entry.decode,
                })
                .collect();
            picked.sort();
            Selection::Picked(picked)
        }
    }
}

fn keys(now: &Selection, then: &Selection) -> Vec<Fact> {
    let (now, then) = match (now, then) {
        (Selection::All(_), Selection::All(_)) => return Vec::new(),
        (Selection::All(_), Selection::Picked(_)) => {
            return vec![("takes every key and was locked with some".to_owned(), None)];
        }
        (Selection::Picked(_), Selection::All(_)) => {
            return vec![("takes some keys and was locked with all".to_owned(), None)];
        }
        (Selection::Picked(now), Selection::Picked(then)) => (now, then),
    };
    let mut facts = Vec::new();
    for one in now {
        let mut differs = |fact: String| facts.push((fact, Some(one.key.clone())));
        match then.iter().find(|other| other.key == one.key) {
            None => differs(format!("has the new key `{}`", one.key)),
            Some(other) if other.from != one.from => differs(format!(
                "takes `{}` from `{}` and was locked with `{}`",
                one.key, one.from, other.from
            )),
            Some(other) if other.decode != one.decode => {
                let word = |decode| match decode {
                    Decode::Text => "text",
                    Decode::Base64 => "base64",
                };
                differs(format!(
                    "reads `{}` as {} and was locked as {}",
                    one.key,
                    word(one.decode),
                    word(other.decode)
                ));
            }
            Some(_) => {}
        }
    }
    for gone in then.iter().filter(|t| now.iter().all(|n| n.key != t.key)) {
        let fact = format!("does not have the key `{}` any more", gone.key);
        facts.push((fact, None));
    }
    facts
}
