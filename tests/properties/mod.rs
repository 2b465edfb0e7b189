//! The laws, each beside what it needs: documents are invented by `model` and `layout` from the choices on a `tape`.

mod damage;
mod difference;
mod judge;
mod layout;
mod model;
mod reading;
mod rendering;
mod tape;
mod text;
mod wild;

use proptest::test_runner::{Config, RngSeed};

/// The same `count` cases at every run. With `PROPTEST_CASES` in the environment so many new ones instead: a search for
/// bugs, which no test run should depend on.
fn cases(count: u32) -> Config {
    let searching = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if searching {
        config
    } else {
        Config {
            cases: count,
            rng_seed: RngSeed::Fixed(1),
            ..config
        }
    }
}
