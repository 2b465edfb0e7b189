//! `countersign policy …`: what Vault has to allow, and what this machine allows.

pub mod check;
pub mod generate;
