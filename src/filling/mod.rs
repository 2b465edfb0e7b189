//! What configs expect of the store and the store lacks, and the versions that set it right.
//!
//! Gets what a build defines and a store; gives findings for `missing` and drafts for `fill`. Opens no
//! terminal, reads no file and writes nowhere; a value only passes through, in the type that can do
//! nothing with it.

pub mod command;
pub mod draft;
pub mod expected;
pub mod found;
pub mod generate;
pub mod given;
pub mod json;
pub mod text;
pub mod written;
