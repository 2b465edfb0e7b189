//! A config that names another lock file takes its entries with it: where a secret stands is no
//! question of the file.

use super::Learned;
use super::update::entry_of;
use crate::lock::{Entry, Lock};

/// A lock, and what belongs into it.
pub type Part<'a> = (&'a mut Lock, &'a [Learned]);

/// Moves entries to the locks into which their secrets belong now.
pub fn move_entries(parts: &mut [Part<'_>]) {
    for to in 0..parts.len() {
        let learned = parts[to].1;
        for one in learned {
            if entry_of(parts[to].0, one).is_some() {
                continue;
            }
            let found = (0..parts.len()).find_map(|from| take(&mut parts[from], one));
            parts[to].0.entries.extend(found);
        }
    }
}

/// The entry of a secret, unless the part needs it itself.
fn take(part: &mut Part<'_>, one: &Learned) -> Option<Entry> {
    let (lock, own) = part;
    let entry = entry_of(lock, one)?;
    let needed = own
        .iter()
        .any(|other| entry_of(lock, other).is_some_and(|known| std::ptr::eq(known, entry)));
    let at = lock
        .entries
        .iter()
        .position(|known| std::ptr::eq(known, entry))?;
    (!needed).then(|| lock.entries.remove(at))
}
