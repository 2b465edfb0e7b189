//! What a merge would do: plans of real renderings, of hostile names, of many workloads, and the other
//! side of a plan as git lays it out.
//!
//! A folder of `fixtures/plans` is one plan: two streams as the program rendered them (without the data
//! of its Secrets, as `plan` renders), their locks, and what a person, a program and a pull request see.
//! `SNAPSHOTS=overwrite cargo test --test review` writes what differs; the diff is then reviewed.

#[path = "review/forms.rs"]
mod forms;
#[path = "review/hostile.rs"]
mod hostile;
#[path = "support/json_schema.rs"]
mod json_schema;
#[path = "review/kinds.rs"]
mod kinds;
#[path = "review/locks.rs"]
mod locks;
#[path = "review/many.rs"]
mod many;
#[path = "review/plans.rs"]
mod plans;
#[path = "review/repository.rs"]
mod repository;
#[path = "review/revision.rs"]
mod revision;
#[path = "review/schema.rs"]
mod schema;
