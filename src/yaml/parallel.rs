//! The same pure work on many documents, on as many cores as there are; order is kept.
//!
//! Threads take small batches, so that a core which is busy with something else holds nobody up.
//! Below a certain size a thread costs more than it saves.

use std::num::NonZero;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A search for some texts takes as long as parsing one byte in so many.
pub const SEARCHED: usize = 16;

/// Less than this many bytes of work is done on the calling thread.
const WORTH_A_THREAD: usize = 256 * 1024;
/// Bytes of work that a thread takes at a time.
const BATCH: usize = 64 * 1024;

/// `work` on every item, results in the items' order. `size` estimates bytes of work.
pub fn map<I: Sync, R: Send>(
    items: &[I],
    size: impl Fn(&I) -> usize,
    work: impl Fn(&I) -> R + Sync,
) -> Vec<R> {
    let all = |batch: &[I]| batch.iter().map(&work).collect::<Vec<R>>();
    batched(items, size, all).into_iter().flatten().collect()
}

/// The same for `work` that makes one result of several neighbours.
pub fn batched<I: Sync, R: Send>(
    items: &[I],
    size: impl Fn(&I) -> usize,
    work: impl Fn(&[I]) -> R + Sync,
) -> Vec<R> {
    let total: usize = items.iter().map(&size).sum();
    if total < WORTH_A_THREAD {
        return vec![work(items)];
    }
    let threads = threads();
    let batches = batches(items, size);
    let next = AtomicUsize::new(0);
    let take_batches = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(at) else { break };
            done.push((at, work(&items[batch.clone()])));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(8))
            .map(|_| scope.spawn(take_batches))
            .collect();
        let mut done = take_batches();
        for thread in others {
            match thread.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// `work` on every item, each a matter of its own that takes long; results in the items' order.
pub fn each<I: Sync, R: Send>(items: &[I], work: impl Fn(&I) -> R + Sync) -> Vec<R> {
    map(items, |_| WORTH_A_THREAD, work)
}

fn batches<I>(items: &[I], size: impl Fn(&I) -> usize) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (at, item) in items.iter().enumerate() {
        sum += size(item);
        if sum >= BATCH {
            batches.push(start..at + 1);
            (start, sum) = (at + 1, 0);
        }
    }
    batches.push(start..items.len());
    batches
}

/// How many threads the system has room for. Asked once: the answer stands in several files of the
/// system, and reading them takes longer than a small document.
fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items_however_they_are_shared_out() {
        let items: Vec<usize> = (0..1000).collect();
        for size in [1, WORTH_A_THREAD / 900, BATCH, 3 * BATCH] {
            let squares = map(&items, |_| size, |n| n * n);
            assert!(
                squares
                    .iter()
                    .enumerate()
                    .all(|(n, square)| *square == n * n)
            );
            assert_eq!(squares.len(), items.len());
        }
    }

    #[test]
    fn work_that_takes_long_is_shared_out_one_by_one() {
        assert_eq!(each(&[3, 1, 2], |n| n * 2), [6, 2, 4]);
        assert_eq!(
            batches(&[(); 3], |()| WORTH_A_THREAD),
            [0..1, 1..2, 2..3, 3..3]
        );
    }

    #[test]
    fn batches_cover_every_item_once() {
        let items: Vec<usize> = (0..100).map(|n| n * 3000).collect();
        let batches = batches(&items, |n| *n);
        assert!(batches.len() > 10);
        let covered: Vec<usize> = batches.into_iter().flatten().collect();
        assert_eq!(covered, (0..100).collect::<Vec<_>>());
    }
}
