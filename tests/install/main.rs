//! What a user installs: plugins where their tools look, manual pages, completions, archives, an image. With the
//! real tools, in homes of the tests' own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(unix)]

mod completions;
mod dist;
mod image;
mod make;
mod manual;
mod plugins;
mod scratch;
