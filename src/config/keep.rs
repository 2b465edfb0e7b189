//! `keep`, of a config and of one secret: how long previous generations are emitted.

use std::fmt;

use super::Keep;
use super::fields::Fields;
use crate::diag::Code;
use crate::yaml::Kind;

/// A unit of `atLeast` in seconds.
const UNITS: &[(&str, i64)] = &[("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

/// What `fields` says under `keep`: a count, or `{count, atLeast}`. What it does not say comes from
/// `outer`.
pub fn keep(fields: &Fields<'_, '_>, outer: Keep) -> Keep {
    let Some(node) = fields.get("keep") else {
        return outer;
    };
    if node.resolved().kind() != Kind::Mapping {
        let count = count(fields, "keep");
        return Keep {
            count: count.unwrap_or(outer.count),
            ..outer
        };
    }
    let at = fields.path("keep");
    let Some(inner) = fields.reader.fields(node, &at, &["count", "atLeast"], &[]) else {
        return outer;
    };
    Keep {
        count: count(&inner, "count").unwrap_or(outer.count),
        at_least: at_least(&inner).unwrap_or(outer.at_least),
    }
}

/// As a config says it: `count: 1, atLeast: 3d`.
impl fmt::Display for Keep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "count: {}, atLeast: {}", self.count, self.time())
    }
}

impl Keep {
    /// `atLeast` in the largest unit that fits.
    #[must_use]
    pub fn time(&self) -> String {
        let mut units = UNITS.iter().rev();
        let fits = units.find(|(_, seconds)| self.at_least % seconds == 0);
        let (unit, seconds) = fits.unwrap_or(&UNITS[0]);
        format!("{}{unit}", self.at_least / seconds)
    }
}

/// A whole number from 0 on.
fn count(fields: &Fields<'_, '_>, field: &str) -> Option<u64> {
    if fields.get(field)?.scalar() == Some("0") {
        return Some(0);
    }
    fields.positive(field)
}

fn at_least(fields: &Fields<'_, '_>) -> Option<i64> {
    let node = fields.get("atLeast")?;
    let text = fields.text("atLeast")?;
    let seconds = UNITS.iter().find_map(|(unit, seconds)| {
        let number = text.strip_suffix(unit)?;
        let digits = number.len() <= 6 && number.bytes().all(|b| b.is_ascii_digit());
        number
            .parse::<i64>()
            .ok()
            .filter(|_| digits)?
            .checked_mul(*seconds)
    });
    if seconds.is_none() {
        fields.reader.error_hint(
            node,
            &fields.path("atLeast"),
            Code::BadValue,
            "expected a number and a unit",
            "write for instance `72h`; the units are `s`, `m`, `h` and `d`.",
        );
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_the_largest_unit_that_fits() {
        let said = |at_least| Keep { count: 1, at_least }.time();
        let times = [0, 90, 120, 12 * 3600, 72 * 3600].map(said);
        assert_eq!(times, ["0d", "90s", "2m", "12h", "3d"]);
    }
}
