//! What somebody may write into a repository to hurt whoever renders it, through the real binary: each
//! ends in a clear error, or in a result where it is legal, within bounded memory and time.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(unix)]

#[path = "hostile/attack.rs"]
mod attack;
#[path = "hostile/bombs.rs"]
mod bombs;
#[path = "hostile/charts.rs"]
mod charts;
#[path = "hostile/children.rs"]
mod children;
#[path = "hostile/devices.rs"]
mod devices;
#[path = "hostile/locks.rs"]
mod locks;
#[path = "hostile/names.rs"]
mod names;
#[path = "hostile/oddities.rs"]
mod oddities;
