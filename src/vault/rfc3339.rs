//! Reads the time stamps of KV metadata, so far as two of them can be compared.
//!
//! Stamps are passed on byte for byte; this exists to ask "is it one?" and "has it passed?". It
//! must not know a clock: the caller says what time it is.

/// Seconds and nanoseconds since 1970; ordered as time is.
pub type Instant = (i64, u32);

/// The instant of `2026-11-21T02:30:07.952902875Z` or of the same with `+01:00`.
#[must_use]
pub fn parse(text: &str) -> Option<Instant> {
    let (date, time) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
        return None;
    }
    let (year, month, day) = (
        number(date, 0, 4)?,
        number(date, 5, 2)?,
        number(date, 8, 2)?,
    );
    let (hour, minute, second) = (
        number(time, 0, 2)?,
        number(time, 3, 2)?,
        number(time, 6, 2)?,
    );
    let separators = [
        date.get(4..5)?,
        date.get(7..8)?,
        time.get(2..3)?,
        time.get(5..6)?,
    ];
    let in_range = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if separators != ["-", "-", ":", ":"] || !in_range {
        return None;
    }
    let (nanos, zone) = fraction(time.get(8..)?)?;
    let offset = match zone {
        "Z" | "z" => 0,
        _ => offset(zone)?,
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    Some((seconds, nanos))
}

/// `len` digits at `start`.
fn number(text: &str, start: usize, len: usize) -> Option<i64> {
    let digits = text.get(start..start + len)?;
    let all = digits.bytes().all(|b| b.is_ascii_digit());
    if all { digits.parse().ok() } else { None }
}

/// `.952902875Z` → nanoseconds and the rest.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    if len == 0 {
        return None;
    }
    let nanos: String = rest[..len]
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    Some((nanos.parse().ok()?, &rest[len..]))
}

/// `+01:00` → seconds.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (number(zone, 1, 2)?, number(zone, 4, 2)?);
    let shaped = zone.len() == 6 && zone.get(3..4)? == ":" && hours < 24 && minutes < 60;
    shaped.then_some(sign * (hours * 3600 + minutes * 60))
}

/// Days since 1970-01-01 in the Gregorian calendar, with the year starting in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_of_the_server_is_an_instant() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some((0, 0)));
        assert_eq!(
            parse("2026-11-21T02:30:07.952902875Z"),
            Some((1_795_228_207, 952_902_875))
        );
        assert_eq!(
            parse("2000-02-29T23:59:59.5Z"),
            Some((951_868_799, 500_000_000))
        );
        assert_eq!(parse("1970-01-01T01:00:00+01:00"), Some((0, 0)));
        assert_eq!(parse("1969-12-31T23:00:00-01:00"), Some((0, 0)));
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "yesterday",
            "2026-11-21",
            "2026-13-21T02:30:07Z",
            "2026-11-21 02:30:07Z",
            "2026-11-21T02:30:07",
            "2026-11-21T02:30:07.Z",
            "2026-11-21T02:30:07+1:00",
            "2026/11/21T02:30:07Z",
            "2026-11-21T02:30:0éZ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
