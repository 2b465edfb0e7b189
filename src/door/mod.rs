//! Ways in: each builds a `Request` and prints a `Rendered`. No logic lives here.

pub mod argocd;
pub mod below;
pub mod builds;
pub mod created;
pub mod files;
pub mod helm;
pub mod journal;
pub mod krm;
pub mod kustomize;
pub mod legacy;
pub mod listed;
pub mod locks;
pub mod origin;
pub mod plugin_homes;
pub mod program;
pub mod random;
pub mod recorder;
pub mod revision;
mod scratch;
pub mod terminal;
pub mod tools;
pub mod unwritten;
pub mod written;
