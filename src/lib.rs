//! countersign: a secret change in Kubernetes becomes a reviewed pull request.
//!
//! One pipeline, one direction: **read → plan → resolve → mint → rewrite → stamp → write**.

pub mod diag;
pub mod value;
pub mod vault;
