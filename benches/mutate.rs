//! A million damaged inputs through the whole pipeline: none may panic, hang, end in an internal error, or come out
//! differently when they go in again.
//!
//! `cargo bench --bench mutate -- 1000000` runs so many cases, `-- 1 4711` the case 4711 alone and shows it. The cases
//! are always the same ones. It is no part of `make test`: it searches, the findings become tests.
#![allow(clippy::print_stdout, reason = "a report is what this program is for")]

#[path = "mutate/damage.rs"]
mod damage;
#[path = "mutate/seeds.rs"]
mod seeds;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use countersign::diag::Report;
use countersign::stage::{Input, Request, Shape};
use countersign::vault::file_store::FileStore;
use damage::{Random, damage};
use seeds::{SECRETS, Seeds};

/// No case is larger than some 20 KB: what takes this long does not end.
const HANGS_AFTER: Duration = Duration::from_secs(20);

const PANIC: &str = "panic";
const OTHER: &str = "another result the second time";
const REFUSED: &str = "refused the second time";

/// What must not become of any input; every other refusal is right, or at least safe.
const FINDINGS: [&str; 4] = [PANIC, OTHER, REFUSED, "internal-error"];

/// One input of the pipeline, to be run as often as needed.
struct Case {
    shape: Shape,
    manifests: String,
    config: Option<String>,
}

impl Case {
    /// The case of this number.
    fn of(number: u64, seeds: &Seeds) -> Self {
        let mut random = Random::new(number);
        if random.below(4) == 0 {
            let text = damage(&mut random, &seeds.resource_lists, 1);
            return Case {
                shape: Shape::ResourceList,
                manifests: text,
                config: None,
            };
        }
        // mostly only one of the two is damaged: two broken texts hide each other
        let broken_config = random.below(5) == 0;
        let manifests = damage(&mut random, &seeds.manifests, usize::from(!broken_config));
        let config = damage(&mut random, &seeds.configs, usize::from(broken_config));
        Case {
            shape: Shape::Stream,
            manifests,
            config: Some(config),
        }
    }

    fn run(&self, store: &FileStore, manifests: &str) -> Result<String, Report> {
        let input = |file: &str, text: &str, only_configs| Input {
            file: file.into(),
            text: text.to_owned().into(),
            only_configs,
        };
        let mut inputs = vec![input("manifests.yaml", manifests, false)];
        inputs.extend(
            self.config
                .as_deref()
                .map(|config| input("config.yaml", config, true)),
        );
        let request = Request::new(inputs, self.shape);
        let rendered = countersign::render(&request, countersign::Runner::unlocked(store))?;
        let mut out = Vec::new();
        // memory takes everything
        let _ = rendered.write_to(&mut out);
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// What became of it: `rendered`, the code of its refusal, or a finding.
    fn outcome(&self, store: &FileStore) -> &'static str {
        let once = match self.run(store, &self.manifests) {
            Ok(once) => once,
            Err(report) => return report.diagnostics.first().map_or("", |d| d.code.name()),
        };
        match self.run(store, &once) {
            _ if self.shape == Shape::ResourceList => "rendered",
            Ok(twice) if twice == once => "rendered",
            Ok(_) => OTHER,
            Err(_) => REFUSED,
        }
    }
}

fn main() -> ExitCode {
    // cargo adds `--bench`
    let numbers: Vec<u64> = std::env::args()
        .filter_map(|word| word.parse().ok())
        .collect();
    let count = numbers.first().copied().unwrap_or(10_000);
    let first = numbers.get(1).copied().unwrap_or(0);
    let seeds = Seeds::load();
    let store =
        FileStore::parse("vault.yaml", SECRETS).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let running = watch();
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    let mut slowest = (Duration::ZERO, 0);
    let mut findings = 0;
    for number in first..first + count {
        running.store(number, Ordering::Relaxed);
        let case = Case::of(number, &seeds);
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| case.outcome(&store))).unwrap_or(PANIC);
        slowest = slowest.max((start.elapsed(), number));
        *outcomes.entry(outcome).or_default() += 1;
        if FINDINGS.contains(&outcome) {
            findings += 1;
            println!("case {number}: {outcome}");
        }
        if count == 1 {
            println!(
                "{outcome}\n# manifests\n{}\n# config\n{}",
                case.manifests,
                case.config.as_deref().unwrap_or("none")
            );
            show(&case, &store);
        }
    }
    println!(
        "{count} cases: {outcomes:?}; the slowest, {}, took {:?}",
        slowest.1, slowest.0
    );
    if findings == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What comes out, and what comes out of that.
fn show(case: &Case, store: &FileStore) {
    let mut text = case.manifests.clone();
    for time in ["once", "twice"] {
        match case.run(store, &text) {
            Ok(rendered) => text = rendered,
            Err(report) => return println!("# {time}: {:#?}", report.diagnostics),
        }
        println!("# {time}\n{text}");
    }
}

/// Ends the program when one case does not end; the answer takes the number of the running case.
fn watch() -> Arc<AtomicU64> {
    let running = Arc::new(AtomicU64::new(0));
    let watched = Arc::clone(&running);
    std::thread::spawn(move || {
        let mut last = u64::MAX;
        loop {
            let now = watched.load(Ordering::Relaxed);
            if now == last {
                println!("case {now}: hangs");
                std::process::exit(1);
            }
            last = now;
            std::thread::sleep(HANGS_AFTER);
        }
    });
    running
}
