//! A config that names another lock file takes its entries with it: where a secret stands is no
//! question of the file.

use std::collections::HashSet;

use super::Learned;
use super::known::Known;
use crate::lock::{Entry, Lock};

/// A lock, and what belongs into it.
pub type Part<'a> = (&'a mut Lock, &'a [Learned]);

/// Moves entries to the locks into which their secrets belong now.
pub fn move_entries(parts: &mut [Part<'_>]) {
    for to in 0..parts.len() {
        let learned = parts[to].1;
        let known = Known::of(parts[to].0, learned);
        let absent = learned.iter().filter(|one| known.entry(one).is_none());
        let mut absent: Vec<&Learned> = absent.collect();
        for from in 0..parts.len() {
            let found = take(&mut parts[from], &mut absent);
            parts[to].0.entries.extend(found);
        }
    }
}

/// The entries of secrets, but for those that the part needs itself; they are absent no more.
fn take(part: &mut Part<'_>, absent: &mut Vec<&Learned>) -> Vec<Entry> {
    let (lock, own) = part;
    let known = Known::of(lock, own);
    let free = |one: &Learned| known.entry(one).filter(|entry| !known.is_defined(entry));
    let wanted = absent.iter().filter_map(|one| free(one));
    let wanted: HashSet<*const Entry> = wanted.map(std::ptr::from_ref).collect();
    absent.retain(|one| free(one).is_none());
    let places = lock.entries.iter().map(std::ptr::from_ref);
    let goes: Vec<bool> = places.map(|entry| wanted.contains(&entry)).collect();
    let mut goes = goes.into_iter();
    let leaves = |_: &mut Entry| goes.next() == Some(true);
    lock.entries.extract_if(.., leaves).collect()
}
