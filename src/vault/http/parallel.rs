//! Many questions on their way at once, with a bound, each distinct one once.
//!
//! It knows when asking on is pointless, and nothing of what is asked.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::HttpStore;
use crate::vault::Refusal;

impl HttpStore {
    /// Asks distinct questions. The first goes alone: what fails for all of them (no token, no
    /// server) is then found with one request instead of many.
    pub(super) fn ask_each<'q, Q, A>(
        &self,
        questions: &'q [Q],
        ask: impl Fn(&Q) -> Result<A, Refusal> + Sync,
    ) -> HashMap<&'q Q, Result<A, Refusal>>
    where
        Q: Eq + Hash + Sync,
        A: Send + Sync,
    {
        let mut seen = HashSet::new();
        let distinct: Vec<&Q> = questions.iter().filter(|q| seen.insert(*q)).collect();
        let slots: Vec<OnceLock<_>> = distinct.iter().map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        let step = || {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let (Some(question), Some(slot)) = (distinct.get(i), slots.get(i)) else {
                return false;
            };
            slot.get_or_init(|| self.unless_halted(|| ask(question)));
            true
        };
        step();
        std::thread::scope(|scope| {
            for _ in 1..distinct.len().min(self.limits.parallel + 1) {
                scope.spawn(|| while step() {});
            }
        });
        let answers = slots.into_iter().filter_map(OnceLock::into_inner);
        distinct.into_iter().zip(answers).collect()
    }

    fn unless_halted<A>(&self, ask: impl FnOnce() -> Result<A, Refusal>) -> Result<A, Refusal> {
        if let Some(refusal) = self.halted.get() {
            return Err(refusal.clone());
        }
        let result = ask();
        if let Err(refusal) = &result
            && refusal.is_of_the_whole_store()
        {
            // Only the first such failure counts. Those that were on their way with it may have met
            // another one of the same server: one of them is enough for a person.
            return Err(self.halted.get_or_init(|| refusal.clone()).clone());
        }
        result
    }
}
