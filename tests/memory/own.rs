//! The memory of this very process, searched for texts that the search itself does not hold.
//!
//! Knows nothing of what is searched.

use std::fmt;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

/// What a needle is hidden with.
const VEIL: u8 = 0xa5;
/// So much is read at a time.
const PART: usize = 1 << 20;

/// A text, hidden: it stands nowhere as it is.
pub struct Needle {
    /// What it is, for messages.
    pub what: &'static str,
    veiled: Vec<u8>,
}

impl Needle {
    /// Hides a text that goes away by itself.
    pub fn of(what: &'static str, text: &[u8]) -> Self {
        let veiled = text.iter().map(|byte| byte ^ VEIL).collect();
        Self { what, veiled }
    }

    fn positions(&self, bytes: &[u8]) -> Vec<usize> {
        let first = self.veiled[0] ^ VEIL;
        let starts = memchr::memchr_iter(first, bytes);
        let is_here = |at: &usize| {
            let here = bytes[*at..].iter().take(self.veiled.len());
            let here = here.map(|byte| byte ^ VEIL);
            here.eq(self.veiled.iter().copied())
        };
        starts.filter(is_here).collect()
    }
}

/// A needle, and where it lies.
pub struct Found {
    /// Which needle.
    pub what: &'static str,
    address: usize,
    /// As the system calls it: `[heap]`, `[stack]`, a file, or nothing.
    mapping: String,
}

impl fmt::Display for Found {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} at {:#x} in {}",
            self.what, self.address, self.mapping
        )
    }
}

/// Searches all memory that this process may read and write.
pub fn search(needles: &[Needle]) -> Vec<Found> {
    let memory = File::open("/proc/self/mem").unwrap();
    let longest = needles.iter().map(|needle| needle.veiled.len()).max();
    let overlap = longest.unwrap_or(0);
    let mut part = vec![0; PART];
    // what is read lies here, and would be found again
    let own = part.as_ptr().addr()..part.as_ptr().addr() + PART;
    let mut found: Vec<Found> = Vec::new();
    for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
        let mut fields = line.split_whitespace();
        let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).unwrap());
        let mut at = start;
        while at < end {
            let length = PART.min(end - at);
            // what was unmapped meanwhile holds nothing any more
            let Ok(()) = memory.read_exact_at(&mut part[..length], at as u64) else {
                break;
            };
            for needle in needles {
                for position in needle.positions(&part[..length]) {
                    let address = at + position;
                    let known = |one: &Found| (one.address, one.what) == (address, needle.what);
                    if !own.contains(&address) && !found.iter().any(known) {
                        found.push(Found {
                            what: needle.what,
                            address,
                            mapping: format!(
                                "{range} {}",
                                fields.clone().nth(3).unwrap_or("no file")
                            ),
                        });
                    }
                }
            }
            at += if at + length == end {
                length
            } else {
                length - overlap
            };
        }
    }
    found
}
