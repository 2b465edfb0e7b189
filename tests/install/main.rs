//! What a user installs: plugins where their tools look, manual pages, completions, `make install`. With the real tools, in
//! homes of the tests' own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(unix)]

mod completions;
mod make;
mod manual;
mod plugins;
mod scratch;
