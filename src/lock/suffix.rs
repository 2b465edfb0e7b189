//! The suffix of a generation, from nothing but what a lock says of it.
//!
//! `stage::mint` makes names with it and `lock::read` finds forged ones with it, so the two cannot
//! come apart. Where the data itself is hashed, the digest of it stands for the data.

use super::{Generation, Selection};
use crate::config::{Decode, HashKind};
use crate::hash;

/// The suffix of the generation of `config`'s secret `name`; `None` where a digest that is needed
/// is not there.
#[must_use]
pub fn suffix(config: &str, name: &str, generation: &Generation) -> Option<String> {
    let secret_type = &generation.secret_type;
    match generation.hash {
        HashKind::Content => hash::short_of(generation.digest.as_deref()?),
        HashKind::Keyed => Some(hash::digest_suffix(
            secret_type,
            generation.digest.as_deref()?,
        )),
        HashKind::Version => Some(hash::digest_suffix(
            secret_type,
            &hash::digest(&version_fields(config, name, generation)),
        )),
    }
}

/// Everything that determines the data, and whose it is; nothing of the runner.
fn version_fields(config: &str, name: &str, generation: &Generation) -> Vec<String> {
    let mut fields = vec![
        generation.scheme.to_string(),
        config.to_owned(),
        name.to_owned(),
        generation.secret_type.clone(),
    ];
    for source in &generation.sources {
        let secret = &source.secret;
        fields.extend([
            "source".to_owned(),
            secret.namespace.clone().unwrap_or_default(),
            secret.mount.clone(),
            secret.path.clone(),
            source.version.map_or_else(String::new, |v| v.to_string()),
            source.created.clone().unwrap_or_default(),
        ]);
        match &source.keys {
            // which they are is known of a fixed version; a lock that says less is found by it
            Selection::All(names) => {
                fields.push("all".to_owned());
                fields.extend(names.iter().cloned());
            }
            Selection::Picked(picked) => {
                for one in picked {
                    let decode = if one.decode == Decode::Base64 {
                        "base64"
                    } else {
                        ""
                    };
                    fields.extend([
                        "key".to_owned(),
                        one.key.clone(),
                        one.from.clone(),
                        decode.to_owned(),
                    ]);
                }
            }
        }
    }
    fields
}
