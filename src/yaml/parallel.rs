//! The same pure work on many documents, on as many cores as there are; order is kept.
//!
//! Below a certain size a thread costs more than it saves.

/// Less than this many bytes of work is done on the calling thread.
const WORTH_A_THREAD: usize = 256 * 1024;

/// `work` on every item, results in the items' order. `size` estimates bytes of work.
pub fn map<I: Sync, R: Send>(
    items: &[I],
    size: impl Fn(&I) -> usize,
    work: impl Fn(&I) -> R + Sync,
) -> Vec<R> {
    let total: usize = items.iter().map(&size).sum();
    let threads = std::thread::available_parallelism()
        .map_or(1, std::num::NonZero::get)
        .min(8);
    if total < WORTH_A_THREAD || threads == 1 {
        return items.iter().map(work).collect();
    }
    let share = total / threads + 1;
    let mut chunks = Vec::with_capacity(threads);
    let (mut start, mut sum) = (0, 0);
    for (at, item) in items.iter().enumerate() {
        sum += size(item);
        if sum >= share {
            chunks.push(&items[start..=at]);
            (start, sum) = (at + 1, 0);
        }
    }
    chunks.push(&items[start..]);
    let work = &work;
    std::thread::scope(|scope| {
        let running: Vec<_> = chunks
            .into_iter()
            .map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<_>>()))
            .collect();
        let mut all = Vec::with_capacity(items.len());
        for thread in running {
            match thread.join() {
                Ok(part) => all.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}
