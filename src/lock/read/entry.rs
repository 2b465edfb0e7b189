//! One entry of `secrets`: whose it is, its generation now, and the ones before.

use super::Reading;
use super::generation::{self, Whose};
use crate::config::Keep;
use crate::config::fields::Fields;
use crate::config::keep::keep;
use crate::diag::{Code, Diagnostic, Place};
use crate::kube::names;
use crate::lock::{Entry, Generation, Previous};
use crate::vault::rfc3339;
use crate::yaml::NodeRef;

const ENTRY: &[&str] = &[
    "name",
    "config",
    "namespace",
    "generation",
    "follow",
    "delivery",
    "type",
    "nameSuffix",
    "immutable",
    "hash",
    "scheme",
    "digest",
    "hashKey",
    "sources",
    "operator",
    "labels",
    "annotations",
    "gitops",
    "keep",
    "previous",
];
const PREVIOUS: &[&str] = &[
    "generation",
    "since",
    "until",
    "delivery",
    "type",
    "nameSuffix",
    "immutable",
    "hash",
    "scheme",
    "digest",
    "hashKey",
    "sources",
    "operator",
    "labels",
    "annotations",
    "gitops",
];
/// A hyphen and the ten characters of a suffix.
const SUFFIX_LENGTH: usize = 11;

/// Reads one entry; what is wrong with it has been reported when there is none.
pub fn entry(reading: &Reading<'_>, item: NodeRef<'_, '_>, at: &str) -> Option<Entry> {
    let fields = reading.reader.fields(item, at, ENTRY, &[])?;
    fields.required("name", super::RESTORE);
    fields.required("config", super::RESTORE);
    let short = |name: &str| {
        let long = name.len() + SUFFIX_LENGTH > names::NAME_MAX;
        names::name_fault(name).or(long.then_some("with its suffix it is too long"))
    };
    let long = |name: &str| {
        let long = name.len() > names::NAME_MAX;
        names::name_fault(name).or(long.then_some("it is longer than 253 characters"))
    };
    let name = legal(&fields, "name", short);
    let config = legal(&fields, "config", long);
    let namespace = legal(&fields, "namespace", names::namespace_fault);
    let whose = Whose {
        name: name.as_deref(),
        config: config.as_deref(),
    };
    let followed = fields.boolean("follow").unwrap_or(false);
    let current = current(reading, &fields, &whose, followed);
    let previous = previous(reading, &fields, &whose);
    // what a generation says must be that of one
    let stray = ENTRY[5..ENTRY.len() - 1]
        .iter()
        .find(|field| fields.get(field).is_some());
    let empty = fields.items("previous").is_empty();
    if fields.get("generation").is_none() && !followed && (stray.is_some() || empty) {
        fields.required("generation", super::RESTORE);
    }
    let entry = Entry {
        name: name?,
        config: config?,
        namespace,
        current,
        keep: keep(&fields, Keep::default()),
        previous,
    };
    one_of_each(&fields, &entry);
    Some(entry)
}

fn current(
    reading: &Reading<'_>,
    fields: &Fields<'_, '_>,
    whose: &Whose<'_>,
    followed: bool,
) -> Option<Generation> {
    let pinned = fields.get("generation");
    if let Some(node) = pinned.filter(|_| followed) {
        let message = format!("{} is pinned and follows Vault at once", whose.shown());
        let hint = "leave out `generation` or `follow`, then run `countersign lock`.";
        let at = fields.path("generation");
        fields
            .reader
            .error_hint(node, &at, Code::LockBroken, message, hint);
        return None;
    }
    if pinned.is_none() && !followed {
        return None;
    }
    let place = match fields.get("name").filter(|_| whose.name.is_some()) {
        Some(name) => reading.places.of(name, fields.path("name")),
        None => Place::default(),
    };
    generation::generation(fields, whose, followed, place)
}

fn previous(reading: &Reading<'_>, fields: &Fields<'_, '_>, whose: &Whose<'_>) -> Vec<Previous> {
    let items = fields.items("previous").into_iter();
    let each = items.filter_map(|(item, at)| {
        let fields = reading.reader.fields(item, &at, PREVIOUS, &[])?;
        let pinned = fields.required("generation", super::RESTORE);
        let (since, until) = (moment(&fields, "since"), moment(&fields, "until"));
        let place = match pinned {
            Some(node) => reading.places.of(node, fields.path("generation")),
            None => Place::default(),
        };
        let generation = generation::generation(&fields, whose, false, place)?;
        if !generation.name_suffix {
            let at = fields.path("nameSuffix");
            let node = fields.get("nameSuffix").unwrap_or(fields.node);
            let message =
                "a previous generation without its suffix in the name would be another object";
            let hint = super::RESTORE;
            fields
                .reader
                .error_hint(node, &at, Code::LockBroken, message, hint);
        }
        Some(Previous {
            since: since?,
            until: until?,
            generation,
        })
    });
    each.collect()
}

/// A text that Kubernetes accepts where it will stand.
fn legal(
    fields: &Fields<'_, '_>,
    field: &str,
    fault: impl Fn(&str) -> Option<&'static str>,
) -> Option<String> {
    let node = fields.get(field)?;
    let text = fields.text(field)?;
    if let Some(fault) = fault(&text) {
        let message = format!("`{text}` cannot be the {field} of a secret: {fault}");
        let at = fields.path(field);
        fields.reader.error(node, &at, Code::LockBroken, message);
        return None;
    }
    Some(text)
}

/// No clock is that wrong, and there is room for any `keep.atLeast` behind it.
const LATEST: &str = "5000";

/// A time of our own clock: `2026-11-21T10:00:00Z`.
fn moment(fields: &Fields<'_, '_>, field: &str) -> Option<String> {
    let node = fields.required(field, super::RESTORE)?;
    let text = fields.text(field)?;
    let ours = text.len() == 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
    // `until` is later than `since`, and a year has four digits
    if !ours || rfc3339::parse(&text).is_none() || text.as_str() > LATEST {
        let message = format!("`{field}` is no time of the form `2026-11-21T10:00:00Z`");
        let at = fields.path(field);
        fields.reader.error(node, &at, Code::LockBroken, message);
        return None;
    }
    Some(text)
}

/// Reports generations of one entry that would be the same objects.
fn one_of_each(fields: &Fields<'_, '_>, entry: &Entry) {
    let previous = entry.previous.iter().map(|p| &p.generation);
    let all: Vec<&Generation> = entry.current.iter().chain(previous).collect();
    for (at, one) in all.iter().enumerate() {
        let before = &all[..at];
        let message = match &one.suffix {
            Some(suffix) if before.iter().any(|b| b.is_called_like(one)) => {
                format!(
                    "two generations of `{}` have the suffix `{suffix}`",
                    entry.name
                )
            }
            _ if !one.name_suffix && before.iter().any(|b| !b.name_suffix) => {
                format!(
                    "two generations of `{0}` are called `{0}`, without a suffix",
                    entry.name
                )
            }
            _ => continue,
        };
        let hint = "delete one of the two.";
        let said = Diagnostic::error(Code::LockBroken, message);
        fields.reader.push(said.at(one.place.clone()).hint(hint));
    }
}
