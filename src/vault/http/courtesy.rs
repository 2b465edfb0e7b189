//! One at a time, once a server has said that it is asked too much.
//!
//! Many requests that are refused together would be repeated together, and refused again until none
//! may be repeated any more. Alone, each of them finds what its own pause has left.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who may ask.
#[derive(Default)]
pub struct Courtesy {
    is_due: AtomicBool,
    turn: Mutex<()>,
}

impl Courtesy {
    /// The server has said so; this holds for the rest of the run.
    pub fn begin(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }

    /// The right to ask, for as long as it is kept; `None`: everybody has it.
    pub fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        let is_due = self.is_due.load(Ordering::Relaxed);
        // nothing is kept behind the lock that a panic could have left half done
        is_due.then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
