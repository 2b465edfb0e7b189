//! `Retry-After`: how long a server asks to be left alone, as seconds or as a date.
//!
//! A date is compared with the server's own `Date`, so that a clock that goes wrong here or there
//! makes no difference. Pure.

use crate::vault::rfc3339::{self, Instant};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Seconds to wait; `None` where it says nothing that can be read.
pub fn seconds(retry_after: &str, date: Option<&str>, now: Instant) -> Option<u64> {
    let text = retry_after.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (then, _) = instant(text)?;
    let (start, _) = date.and_then(instant).unwrap_or(now);
    // what has passed already asks for no wait
    Some(u64::try_from(then - start).unwrap_or(0))
}

/// `Wed, 21 Oct 2026 07:28:00 GMT`, the one form that servers still write.
fn instant(text: &str) -> Option<Instant> {
    let (_, text) = text.trim().split_once(", ")?;
    let mut words = text.strip_suffix(" GMT")?.split(' ');
    let mut word = || words.next();
    let (day, month, year, time) = (word()?, word()?, word()?, word()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    rfc3339::parse(&format!("{year}-{month:02}-{day}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_understood() {
        let date = Some("Sat, 21 Nov 2026 11:00:00 GMT");
        let now = rfc3339::parse("2026-11-21T10:59:50Z").unwrap_or_default();
        for (text, date, want) in [
            ("0", None, Some(0)),
            (" 7 ", date, Some(7)),
            ("Sat, 21 Nov 2026 11:00:05 GMT", date, Some(5)),
            ("Sat, 21 Nov 2026 11:00:05 GMT", None, Some(15)),
            ("Sat, 21 Nov 2026 11:00:05 GMT", Some("today"), Some(15)),
            ("Fri, 20 Nov 2026 11:00:05 GMT", date, Some(0)),
            ("Sat, 21 Nov 9999 11:00:00 GMT", date, Some(251_603_539_200)),
            ("-1", date, None),
            ("soon", date, None),
            ("Saturday, 21-Nov-26 11:00:05 GMT", date, None),
            ("Sat, 21 Nov 2026 11:00:05", date, None),
            ("Sat, 21 Foo 2026 11:00:05 GMT", date, None),
        ] {
            assert_eq!(seconds(text, date, now), want, "{text}");
        }
    }
}
