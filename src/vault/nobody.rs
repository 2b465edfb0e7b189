//! A store that is never asked: for runs that have to do without any.

use super::{Ask, History, Reading, Refusal, Store};
use crate::diag::Code;

/// Answers no question. A run that asks it all the same has a mistake of ours in it.
pub struct Nobody;

fn refusal() -> Refusal {
    Refusal::new(
        Code::Internal,
        "a run that reads nothing asked for a secret",
        "please report it; nothing was read and nothing was written.",
    )
}

impl Store for Nobody {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        asks.iter().map(|_| Err(refusal())).collect()
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        asks.iter().map(|_| Err(refusal())).collect()
    }

    fn address(&self) -> Option<&str> {
        None
    }

    fn namespace(&self) -> Option<&str> {
        None
    }
}
