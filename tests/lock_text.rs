//! Laws of the lock's text, for locks that nobody wrote: what is written is read again as it was, what was changed by hand
//! is found, and no text at all brings the reader down. Go's YAML readers judge what is written.

#[path = "support/go_yaml.rs"]
mod go_yaml;
#[path = "lock_text/invent.rs"]
mod invent;
#[path = "docs/markdown.rs"]
mod markdown;
#[path = "lock_text/page.rs"]
mod page;

use countersign::config::{Decode, HashKind, Keep};
use countersign::diag::{Code, Report};
use countersign::lock::read::read;
use countersign::lock::write::write;
use countersign::lock::{Entry, Generation, Lock, Picked, Selection, order, suffix};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::{Value, json};

/// The same cases at every run.
fn cases(count: u32) -> Config {
    Config {
        cases: count,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..Config::default()
    }
}

fn again(text: &str) -> Result<Lock, Report> {
    read("countersign.lock", text)
}

/// A text with its entries in another order.
fn turned(text: &str, by: usize) -> String {
    let mut parts: Vec<&str> = text.split("\n- name: ").collect();
    let end = parts.len();
    let last = parts[end - 1].trim_end_matches('\n');
    parts[end - 1] = last;
    parts[1..].rotate_left(by % end.saturating_sub(1).max(1));
    parts[1..].reverse();
    parts.join("\n- name: ") + "\n"
}

/// The one entry of a pinned secret.
fn pinned(mut generation: Generation) -> Option<Entry> {
    generation.suffix.as_ref()?;
    order::generation(&mut generation);
    generation.suffix = suffix::suffix("config", "name", &generation);
    Some(Entry {
        name: "name".to_owned(),
        config: "config".to_owned(),
        namespace: None,
        current: Some(generation),
        keep: Keep::default(),
        previous: Vec::new(),
    })
}

/// Changes a field that counts and leaves the suffix as it is; `None`: there is nothing of that number.
fn forge(entry: &mut Entry, which: usize) -> Option<()> {
    let more = |text: &mut String| text.push('x');
    let current = entry.current.as_mut()?;
    let source = &mut current.sources[0];
    match (current.hash, which) {
        (HashKind::Content | HashKind::Keyed, 0) => {
            current.digest = Some(countersign::hash::digest(&["another"]));
        }
        (HashKind::Keyed, 1) | (HashKind::Version, 0) => more(&mut current.secret_type),
        (HashKind::Version, 1) => more(&mut entry.name),
        (HashKind::Version, 2) => more(&mut entry.config),
        (HashKind::Version, 3) => {
            source.runner_namespace = None;
            more(source.secret.namespace.get_or_insert_default());
        }
        (HashKind::Version, 4) => more(&mut source.secret.mount),
        (HashKind::Version, 5) => more(&mut source.secret.path),
        (HashKind::Version, 6) => source.version = source.version.map(|v| (v ^ 1) | 2),
        (HashKind::Version, 7) => source.created = Some("2025-01-01T00:00:00Z".to_owned()),
        (HashKind::Version, 8..) => forge_keys(&mut source.keys, which)?,
        _ => return None,
    }
    Some(())
}

fn forge_keys(keys: &mut Selection, which: usize) -> Option<()> {
    match keys {
        // the names are those of the version: only that all are taken counts
        Selection::All(_) if which == 8 => {
            *keys = Selection::Picked(vec![Picked {
                key: "a".to_owned(),
                from: "a".to_owned(),
                decode: Decode::Text,
            }]);
        }
        Selection::All(_) => return None,
        Selection::Picked(picked) => match which {
            8 => picked.first_mut()?.key.push('x'),
            9 => picked.first_mut()?.from.push('x'),
            10 => {
                let first = picked.first_mut()?;
                first.decode = match first.decode {
                    Decode::Text => Decode::Base64,
                    Decode::Base64 => Decode::Text,
                };
            }
            11 => drop(picked.get(1).is_some().then(|| picked.remove(0))?),
            _ => return None,
        },
    }
    Some(())
}

/// What a text says of the sources, as JSON.
fn said(lock: &Lock) -> Vec<Value> {
    let current = lock.entries.iter().filter_map(|e| e.current.as_ref());
    let sources = current
        .flat_map(|c| &c.sources)
        .map(|source| match &source.keys {
            Selection::All(names) => json!([source.secret.path, source.created, names]),
            Selection::Picked(picked) => {
                let from: Vec<_> = picked.iter().map(|p| &p.from).collect();
                json!([source.secret.path, source.created, from])
            }
        });
    sources.collect()
}

/// The same, from what a reader of Go's made of it.
fn read_by_go(document: &Value) -> Vec<Value> {
    let entries = document["secrets"].as_array().into_iter().flatten();
    let sources = entries.flat_map(|e| e["sources"].as_array().into_iter().flatten());
    let each = sources.map(|source| {
        let from = |one: &Value| one.get("key").unwrap_or(one).clone();
        let keys: Vec<Value> = match &source["keys"] {
            Value::Object(keys) => keys.values().map(from).collect(),
            _ => source["allKeys"].as_array().cloned().unwrap_or_default(),
        };
        json!([source["path"], source["created"], keys])
    });
    each.collect()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn what_is_written_is_read_again(lock in invent::lock()) {
        let text = write(&lock);
        prop_assert_eq!(again(&text), Ok(lock), "{}", text);
    }

    #[test]
    fn the_order_of_entries_says_nothing(lock in invent::lock(), by in any::<usize>()) {
        let text = write(&lock);
        let other = turned(&text, by);
        prop_assert_eq!(again(&other).map(|lock| write(&lock)), Ok(text));
    }

    #[test]
    fn the_order_of_what_is_given_says_nothing(lock in invent::lock()) {
        let mut other = lock.clone();
        other.entries.reverse();
        for entry in &mut other.entries {
            entry.previous.reverse();
            let previous = entry.previous.iter_mut().map(|p| &mut p.generation);
            for generation in entry.current.iter_mut().chain(previous) {
                generation.sources.reverse();
                generation.object.labels.reverse();
                generation.object.operator.annotations.reverse();
                for source in &mut generation.sources {
                    match &mut source.keys {
                        Selection::All(names) => names.reverse(),
                        Selection::Picked(picked) => picked.reverse(),
                    }
                }
            }
        }
        prop_assert_eq!(write(&other), write(&lock));
    }

    #[test]
    fn a_change_of_one_field_that_counts_is_found(generation in invent::generation(), which in 0..12usize) {
        let Some(mut entry) = pinned(generation) else { return Ok(()) };
        if forge(&mut entry, which).is_none() { return Ok(()) }
        let text = write(&Lock { entries: vec![entry] });
        let codes = again(&text).map_err(|report| report.diagnostics.iter().map(|d| d.code).collect());
        prop_assert_eq!(codes, Err(vec![Code::LockForged]), "{}", text);
    }

    #[test]
    fn no_text_brings_the_reader_down(lock in invent::lock(), cuts in proptest::collection::vec((any::<usize>(), any::<usize>(), 0..8usize), 1..4)) {
        let mut text = write(&lock);
        for (at, len, what) in cuts {
            let floor = |at: usize| (0..=at).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
            let start = floor(at % (text.len() + 1));
            let end = floor((start + len % 30).min(text.len())).max(start);
            let pieces = ["", "\n", "  ", "- ", ": ", "\"", "{", "\n- name: a\n  config: b\n"];
            text.replace_range(start..end, pieces[what]);
        }
        if let Ok(lock) = again(&text) {
            prop_assert_eq!(again(&write(&lock)), Ok(lock));
        }
    }

    #[test]
    fn readers_of_go_take_it_for_the_same(lock in invent::lock()) {
        let text = write(&lock);
        let reading = go_yaml::read(&text);
        let want = said(&lock);
        prop_assert_eq!(reading.sigs.as_ref().map(read_by_go), Some(want.clone()), "{}", text);
        prop_assert_eq!(reading.v3.as_ref().map(|all| read_by_go(&all[0])), Some(want), "{}", text);
    }
}
