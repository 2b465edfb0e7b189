//! `countersign policy …`: what Vault has to allow.

pub mod generate;
