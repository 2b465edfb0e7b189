//! How much a run may ask of a server: for how long, and how many things at once.
//!
//! The runner decides; a repository never does.

use std::time::Duration;

/// Limits of one run.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// All requests together, from the first one on.
    pub run: Duration,
    /// Requests that are on their way at the same time.
    pub parallel: usize,
}

/// What the command line says where nobody says anything.
impl Default for Limits {
    fn default() -> Self {
        Self {
            run: Duration::from_mins(1),
            parallel: 16,
        }
    }
}

/// The limit that a request met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// That of the run, `--timeout`.
    Run(Duration),
    /// That of each request, `VAULT_CLIENT_TIMEOUT`.
    Request(Duration),
}
