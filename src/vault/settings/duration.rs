//! Durations as Go writes them, or plain seconds.

use std::time::Duration;

/// Units and their nanoseconds; longer names before those they start with.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

/// `90`, `90s`, `1m30s`, `1.5h`.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let mut nanos = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let (unit, size) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit))?;
        nanos += amount * size;
        rest = &rest[unit.len()..];
    }
    Duration::try_from_secs_f64(nanos / 1e9).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_go_s_or_seconds() {
        for (text, millis) in [
            ("90", 90_000),
            ("0", 0),
            ("1m30s", 90_000),
            ("1.5h", 5_400_000),
            ("250ms", 250),
            ("1h0m0s", 3_600_000),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in [
            "",
            "s",
            "1x",
            "-1s",
            "1m 30s",
            "1.2.3s",
            "1m30",
            "99999999999999999999h9",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
