//! One generation: its fields, whether they go together, and whether they make its suffix.
//!
//! The suffix is made again from the fields, so an edit by hand or a wrong merge does not pass for a
//! version that somebody reviewed.

use super::source::{hash_key, sources};
use crate::config::HashKind;
use crate::config::decode::{DELIVERIES, GITOPS, HASHES};
use crate::config::fields::Fields;
use crate::config::labels::labels;
use crate::config::operator::operator;
use crate::diag::{Code, Diagnostic, Place};
use crate::hash;
use crate::lock::{Dress, Generation, order, suffix};
use crate::vault::Engine;

/// Whose generation it is, as far as that could be read.
pub struct Whose<'a> {
    /// The logical name.
    pub name: Option<&'a str>,
    /// Of its config.
    pub config: Option<&'a str>,
}

impl Whose<'_> {
    /// How messages call it.
    pub fn shown(&self) -> String {
        self.name
            .map_or_else(|| "this entry".to_owned(), |name| format!("`{name}`"))
    }
}

/// Reads one; what is wrong with it has been reported when there is none.
pub fn generation(
    fields: &Fields<'_, '_>,
    whose: &Whose<'_>,
    followed: bool,
    place: Place,
) -> Option<Generation> {
    let required = |field: &str| fields.required(field, super::RESTORE).is_some();
    let own_suffix = if followed {
        None
    } else {
        Some(own_suffix(fields))
    };
    required("delivery");
    let delivery = fields.choice("delivery", DELIVERIES);
    let hash = match fields.get("hash") {
        None if followed => Some(HashKind::Version),
        _ => required("hash")
            .then(|| fields.choice("hash", HASHES))
            .flatten(),
    };
    let scheme = scheme(fields, followed);
    let sources = sources(fields, delivery, followed);
    let secret_type = fields.text("type");
    let says_type = fields.get("type").is_some();
    let name_suffix = fields.boolean("nameSuffix");
    let mut generation = Generation {
        digest: digest(fields),
        hash_key: hash_key(fields),
        object: dress(fields),
        suffix: match own_suffix {
            Some(suffix) => Some(suffix?),
            None => None,
        },
        scheme: scheme?,
        delivery: delivery?,
        hash: hash?,
        secret_type: secret_type.or((!says_type).then(|| "Opaque".to_owned()))?,
        name_suffix: name_suffix.unwrap_or(!followed),
        sources: sources?,
        place,
    };
    order::generation(&mut generation);
    agree(fields, whose, &generation);
    Some(generation)
}

fn own_suffix(fields: &Fields<'_, '_>) -> Option<String> {
    let node = fields.get("generation")?;
    let text = fields.text("generation")?;
    if !hash::is_suffix(&text) {
        let message = "`generation` has not the form of a suffix";
        let at = fields.path("generation");
        fields.reader.error(node, &at, Code::LockBroken, message);
        return None;
    }
    Some(text)
}

/// The rules by which the suffix was made; no suffix, no rules.
fn scheme(fields: &Fields<'_, '_>, followed: bool) -> Option<u32> {
    let Some(node) = fields.get("scheme") else {
        if followed {
            return Some(hash::SCHEME);
        }
        fields.required("scheme", super::RESTORE);
        return None;
    };
    let scheme = fields.positive("scheme")?;
    let known = u32::try_from(scheme)
        .ok()
        .filter(|scheme| *scheme <= hash::SCHEME);
    if known.is_none() {
        let message = format!("a newer countersign made this generation, by scheme {scheme}");
        let hint = format!(
            "use that version or a later one; this one knows schemes up to {}.",
            hash::SCHEME
        );
        let at = fields.path("scheme");
        fields
            .reader
            .error_hint(node, &at, Code::LockNewer, message, hint);
    }
    known
}

fn digest(fields: &Fields<'_, '_>) -> Option<String> {
    let node = fields.get("digest")?;
    let text = fields.text("digest")?;
    if hash::short_of(&text).is_none() {
        let message = "`digest` is not 64 lower-case hex digits";
        let at = fields.path("digest");
        fields.reader.error(node, &at, Code::LockBroken, message);
        return None;
    }
    Some(text)
}

fn dress(fields: &Fields<'_, '_>) -> Dress {
    Dress {
        operator: operator(fields),
        labels: labels(fields, "labels", true),
        annotations: labels(fields, "annotations", false),
        immutable: fields.boolean("immutable").unwrap_or(false),
        gitops: fields.choice("gitops", GITOPS),
    }
}

/// Whether fields that are right by themselves are right together.
fn agree(fields: &Fields<'_, '_>, whose: &Whose<'_>, generation: &Generation) {
    let refuse = |field: &str, message: &str| {
        let node = fields.get(field).unwrap_or(fields.node);
        let at = fields.path(field);
        fields.reader.error(node, &at, Code::LockBroken, message);
    };
    let has = |field: &str| fields.get(field).is_some();
    if generation.suffix.is_none() {
        let pinned = ["scheme", "digest", "hashKey", "nameSuffix"];
        for field in pinned.into_iter().filter(|field| has(field)) {
            refuse(
                field,
                &format!("`{field}` is given for a secret that follows Vault"),
            );
        }
        if generation.delivery.has_secret() {
            refuse("delivery", "only a VaultStaticSecret can follow Vault");
        }
        return;
    }
    let kv1 = generation
        .sources
        .iter()
        .any(|s| s.secret.engine == Engine::KvV1);
    let word = generation.hash.word();
    let mut complete = true;
    if kv1 && generation.hash == HashKind::Version {
        refuse("hash", "kv-v1 has no versions to make a suffix from");
        complete = false;
    }
    let wants = [
        ("digest", generation.hash != HashKind::Version),
        ("hashKey", generation.hash == HashKind::Keyed),
    ];
    for (field, wanted) in wants {
        if has(field) && !wanted {
            refuse(
                field,
                &format!("`{field}` is given and `hash` is `{word}`, which has none"),
            );
        } else if wanted && !has(field) {
            fields.required(field, super::RESTORE);
        }
        complete &= has(field) == wanted;
    }
    let (Some(name), Some(config)) = (whose.name, whose.config) else {
        return;
    };
    let wrong_digest = has("digest") && generation.digest.is_none();
    if complete && !wrong_digest && suffix::suffix(config, name, generation) != generation.suffix {
        forged(fields, name, generation);
    }
}

fn forged(fields: &Fields<'_, '_>, name: &str, generation: &Generation) {
    let counting = match generation.hash {
        HashKind::Content => "`digest` counts here.",
        HashKind::Keyed => "`digest` and `type` count here.",
        HashKind::Version => {
            "`config`, `name`, `type` and `scheme` count here, and of each source `namespace`, `mount`, \
             `path`, `version`, `created` and the keys."
        }
    };
    let message = format!(
        "the fields of `{name}` do not make its suffix: they were edited by hand or merged wrongly"
    );
    let hint = format!(
        "restore the lock from Git, or delete the entry and run `countersign lock`, which pins the newest versions.\n{counting}"
    );
    let said = Diagnostic::error(Code::LockForged, message);
    let said = said.at(generation.place.clone()).hint(hint);
    fields.reader.push(said);
}
