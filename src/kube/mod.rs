//! What Kubernetes objects look like: names, where they mention Secrets, where pods stand.

pub mod access;
pub mod component;
pub mod data;
pub mod function;
pub mod gitops;
pub mod hook;
pub mod id;
pub mod maker;
pub mod manifest;
pub mod mention;
pub mod names;
pub mod own;
pub mod secret;
pub mod sites;
pub mod static_secret;
pub mod stray;
pub mod types;
pub mod workload;
