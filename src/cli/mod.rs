//! The command line: what was typed, what was decided, how it ends.

pub mod args;
pub mod errors_md;
pub mod exit;
pub mod explain;
pub mod harden;
pub mod login;
pub mod manual;
pub mod plugins;
pub mod schemas;
pub mod settings;
