//! When each step of a story began, so that a time which the program took from its clock can be told
//! by the step that made it.
//!
//! Clocks of programs count seconds. Two steps share none once a time was seen: the later one begins
//! when the clock has gone on, and so what is kept and what is made anew never look alike.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use libtest_mimic::Trial;

/// The beginnings of steps.
#[derive(Default)]
pub struct Clock {
    /// The second, and the number of the step.
    begun: Vec<(String, usize)>,
    /// The latest time that was seen.
    latest: Option<String>,
}

impl Clock {
    /// A step begins.
    pub fn begin(&mut self, step: usize) {
        while self.latest.as_ref().is_some_and(|latest| now() <= *latest) {
            thread::sleep(Duration::from_millis(10));
        }
        self.begun.push((now(), step));
    }

    /// The step that made a time, `2`, or made it by adding whole hours, `2+72h`; a time of another
    /// clock has none.
    pub fn step_of(&mut self, time: &str) -> Option<String> {
        self.word_at(time, &now())
    }

    fn word_at(&mut self, time: &str, now: &str) -> Option<String> {
        if time <= now {
            return Some(self.step_at(time, now)?.to_string());
        }
        let (at, by) = (seconds(time)?, seconds(now)?);
        let hours = (at - by).div_ceil(HOUR);
        let step = self.step_at(&rfc3339(at - hours * HOUR), now)?;
        Some(format!("{step}+{hours}h"))
    }

    fn step_at(&mut self, time: &str, now: &str) -> Option<usize> {
        if time > now {
            return None;
        }
        let begun = self.begun.iter().rev();
        let step = begun.clone().find(|(begun, _)| begun.as_str() <= time)?.1;
        if self.latest.as_deref() < Some(time) {
            self.latest = Some(time.to_owned());
        }
        Some(step)
    }
}

const HOUR: u64 = 3600;

fn seconds(time: &str) -> Option<u64> {
    let (seconds, _) = countersign::vault::rfc3339::parse(time)?;
    u64::try_from(seconds).ok()
}

fn now() -> String {
    rfc3339(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
}

/// As text, which sorts as the times do.
fn rfc3339(seconds: u64) -> String {
    let (mut day, second) = (seconds / 86_400, seconds % 86_400);
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{year}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
        day + 1
    )
}

/// A time that is told by the wrong step would hide what moved.
pub fn self_tests() -> Vec<Trial> {
    vec![
        Trial::test("harness: seconds become dates", || {
            for (seconds, text) in [
                (0, "1970-01-01T00:00:00Z"),
                (951_782_399, "2000-02-28T23:59:59Z"),
                (951_868_799, "2000-02-29T23:59:59Z"),
                (1_798_761_599, "2026-12-31T23:59:59Z"),
                (4_107_542_400, "2100-03-01T00:00:00Z"),
            ] {
                assert_eq!(rfc3339(seconds), text);
            }
            Ok(())
        }),
        Trial::test("harness: a time is told by the step that made it", || {
            let at = |second: usize| format!("2026-11-01T09:00:{second:02}Z");
            let mut clock = Clock {
                begun: vec![(at(10), 1), (at(20), 2)],
                latest: None,
            };
            let mut told = |time: usize| clock.step_at(&at(time), &at(25));
            let got = [9, 10, 19, 20, 25, 26].map(&mut told);
            assert_eq!(got, [None, Some(1), Some(1), Some(2), Some(2), None]);
            assert_eq!(clock.latest, Some(at(25)));
            let mut word = |time: &str| clock.word_at(time, &at(25));
            assert_eq!(word("2026-11-04T09:00:12Z"), Some("1+72h".to_owned()));
            assert_eq!(word("2026-11-04T09:00:26Z"), None);
            Ok(())
        }),
    ]
}
