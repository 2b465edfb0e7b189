//! The user's YAML as text with places: never parsed into values and printed again.
//!
//! `split` cuts a stream into documents, `tree` reads one with byte spans, `edit` changes bytes
//! and proves the change, `scalar` knows how Go reads and how we write. Nothing here knows
//! Kubernetes.

pub mod edit;
pub mod emit;
pub mod items;
pub mod parallel;
pub mod picture;
pub mod scalar;
pub mod slot;
pub mod split;
pub mod tree;
mod unseen;

pub use edit::Edit;
pub use tree::{Kind, NodeRef, Tree};
