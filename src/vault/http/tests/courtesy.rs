//! How many requests are on their way at once, before and after a server has had too much.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};

use super::fake::{Fake, response};
use super::{BUSY, SECRET, ask, store};
use crate::vault::http::Limits;
use crate::vault::{Ask, Store};

fn asks(number: usize) -> Vec<Ask> {
    (0..number).map(|i| ask(&format!("p{i}"))).collect()
}

#[test]
fn as_many_requests_are_on_their_way_as_the_runner_allows() {
    for parallel in [1, 3, 16] {
        // answers only when all of them are there: fewer at once would wait for ever
        let all_there = Arc::new(Barrier::new(parallel));
        let (within, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counted = (within.clone(), most.clone());
        let fake = Fake::start(move |number, _| {
            let (within, most) = &counted;
            most.fetch_max(within.fetch_add(1, SeqCst) + 1, SeqCst);
            // the first one goes alone
            if number > 0 {
                all_there.wait();
            }
            within.fetch_sub(1, SeqCst);
            // nobody is answered, and asks the next question, before all have left
            if number > 0 {
                all_there.wait();
            }
            response(200, "", SECRET)
        });
        let store = store(&fake).within(Limits {
            parallel,
            ..Limits::default()
        });
        let answers = store.read(&asks(1 + 2 * parallel));
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(most.load(SeqCst), parallel);
    }
}

#[test]
fn after_too_many_requests_they_go_one_at_a_time() {
    let parallel = 16;
    let all_there = Arc::new(Barrier::new(parallel));
    let within = Arc::new(AtomicUsize::new(0));
    let together = Arc::new(AtomicUsize::new(0));
    let counted = (within, together.clone());
    let fake = Fake::start(move |number, _| {
        let (within, together) = &counted;
        if number == 0 {
            return response(200, "", SECRET);
        }
        // all that the runner sends at once are refused
        if number <= parallel {
            all_there.wait();
            return response(429, "", BUSY);
        }
        if within.fetch_add(1, SeqCst) > 0 {
            together.fetch_add(1, SeqCst);
        }
        std::thread::yield_now();
        within.fetch_sub(1, SeqCst);
        response(200, "", SECRET)
    });
    let answers = store(&fake).read(&asks(60));
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(fake.requests().len(), 60 + parallel);
    assert_eq!(together.load(SeqCst), 0);
}
