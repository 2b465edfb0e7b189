//! `keep`, of a config and of one secret: how long previous generations are emitted.

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
