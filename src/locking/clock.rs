//! Times as a lock writes them: RFC 3339, UTC, whole seconds.
//!
//! Knows no clock: the caller says what time it is.

use crate::vault::rfc3339;

const DAY: i64 = 86_400;

/// Seconds since 1970 as `2026-11-21T10:00:00Z`.
#[must_use]
pub fn text(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Seconds since 1970; `None`: it is no such text.
#[must_use]
pub fn seconds(text: &str) -> Option<i64> {
    rfc3339::parse(text).map(|(seconds, _)| seconds)
}

/// The date of a day since 1970, in the proleptic Gregorian calendar. Counted in eras of 400 years
/// that begin in March, so that the leap day is the last of a year.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_was_written() {
        let times = [0, 951_782_400, 1_709_164_799, 1_795_255_200, 4_102_444_800];
        for time in times.into_iter().chain((0..5000).map(|n| n * 9_999_991)) {
            assert_eq!(seconds(&text(time)), Some(time), "{}", text(time));
        }
    }

    #[test]
    fn leap_days_are_days() {
        assert_eq!(text(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(text(1_709_164_799), "2024-02-28T23:59:59Z");
    }
}
