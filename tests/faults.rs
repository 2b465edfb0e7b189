//! Everything that can be wrong with a server or with the way to it, through every door that asks one.
//!
//! Each fault ends in a retry that succeeds or in one clear error, with nothing on stdout; the table
//! of both is printed at the end. `cargo test --test faults redirect` runs a few rows.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "faults/door.rs"]
mod door;
#[path = "faults/ground.rs"]
mod ground;
#[path = "support/openbao.rs"]
mod openbao;
#[path = "support/proxy/mod.rs"]
mod proxy;
#[path = "faults/rows.rs"]
mod rows;
#[path = "faults/verdict.rs"]
mod verdict;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::sync::{Arc, LazyLock, Mutex};

use door::Door;
use ground::Ground;
use libtest_mimic::{Arguments, Trial};
use rows::Row;

/// Cases wait more than they work: for pauses between retries, for time that runs out.
const AT_ONCE: usize = 24;

/// What was seen, by row and door.
type Seen = Arc<Mutex<BTreeMap<(usize, Door), String>>>;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(AT_ONCE));
    let ground = Arc::new(LazyLock::new(Ground::lay as fn() -> Ground));
    let rows = Arc::new(rows::all());
    let seen = Seen::default();
    let cases = rows
        .iter()
        .enumerate()
        .flat_map(|(number, row)| row.doors.iter().map(move |door| (number, *door)));
    let trials = cases.map(|(number, door)| {
        let (ground, rows, seen) = (ground.clone(), rows.clone(), seen.clone());
        let name = format!("{}: {}", rows[number].name, door.name());
        Trial::test(name, move || {
            let outcome = door::run(&ground, &rows[number], door);
            let verdict = verdict::of(&rows[number], door, &outcome);
            let shown = verdict.clone().unwrap_or_else(|_| "NOT AS EXPECTED".into());
            seen.lock().unwrap().insert((number, door), shown);
            verdict.map(|_| ()).map_err(|why| outcome.told(&why).into())
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if !arguments.list {
        show(&rows, &seen.lock().unwrap());
    }
    drop(ground);
    conclusion.exit_code()
}

/// The table of fault and door.
fn show(rows: &[Row], seen: &BTreeMap<(usize, Door), String>) {
    let widest = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut table = format!("{:widest$}", "fault");
    for door in Door::ALL {
        table += &format!("  {:22}", door.name());
    }
    for (number, row) in rows.iter().enumerate() {
        let cells = Door::ALL.map(|door| seen.get(&(number, door)).map_or("", String::as_str));
        if cells.iter().any(|cell| !cell.is_empty()) {
            table += &format!("\n{:widest$}", row.name);
            table.extend(cells.map(|cell| format!("  {cell:22}")));
        }
    }
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    let _ = writeln!(std::io::stdout(), "\n{}\n", lines.join("\n"));
}
