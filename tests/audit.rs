//! The audit log: its form, the numbers in it, and what happens when it cannot be written.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "audit/failing.rs"]
mod failing;
#[path = "support/json_schema.rs"]
mod json_schema;
#[path = "audit/numbers.rs"]
mod numbers;
#[path = "audit/schema.rs"]
mod schema;
