//! What a server meant by an answer that holds no secret: one name for each row of its behaviour.
//!
//! Status codes alone do not tell: a 404 is a deleted version, an absent path, a wrong engine, a
//! wrong mount or a wrong namespace. Only known shapes are recognised; text of a server is kept
//! made safe and short, and only for failures that hold no data.

use serde::Deserialize;

use crate::vault::kv::Answer;
use crate::vault::kv::answer::{Metadata, Versioned};

/// Longest text of a server that is quoted.
const MAX_QUOTE: usize = 200;

/// The meaning of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The version was soft-deleted, has expired, or was destroyed.
    Gone {
        /// Which one.
        version: u64,
        /// When it was deleted; empty when it was destroyed without that.
        deletion_time: String,
        /// Cannot come back.
        destroyed: bool,
        /// The newest version that can be read, where the answer tells.
        newest_live: Option<u64>,
    },
    /// Nothing at this path, or no such version of it.
    Absent,
    /// kv-v1 was spoken to a kv-v2 engine.
    Versioned,
    /// The answer is a lease or a login: reading it made a credential.
    Leased,
    /// Nothing is mounted there.
    NoRoute,
    /// The namespace does not exist.
    NoNamespace,
    /// The engine does not know the endpoint: it is no KV engine, or an old one.
    UnsupportedPath,
    /// A policy forbids it, or it does not exist and a policy forbids to know.
    Denied,
    /// The token is wrong, expired or used up.
    BadToken,
    /// Sealed or not initialised.
    Sealed,
    /// Too many requests.
    RateLimited,
    /// 412: this node has not seen yet what the token has.
    Stale,
    /// 472, 473, 474: a standby that does not answer reads.
    Standby,
    /// Any other failure; the text is safe to print.
    Failed {
        /// HTTP status.
        status: u16,
        /// What the server gave as its reason; may be empty.
        reason: String,
    },
    /// Not an answer of Vault or OpenBao.
    Foreign {
        /// HTTP status.
        status: u16,
    },
}

/// Why another endpoint should be tried, if it should.
#[must_use]
pub fn declines(answer: &Answer) -> Option<&'static str> {
    match said(answer) {
        _ if answer.status == 200 => None,
        Said::Denied => Some("denied by policy"),
        Said::UnsupportedPath | Said::Failed { status: 405, .. } => Some("unknown to the server"),
        _ => None,
    }
}

/// The meaning of an answer whose status is not 200.
#[must_use]
pub fn said(answer: &Answer) -> Said {
    let status = answer.status;
    let Ok(failure) = serde_json::from_slice::<Failure>(&answer.body) else {
        return match status {
            412 => Said::Stale,
            429 => Said::RateLimited,
            472..=474 => Said::Standby,
            // a load balancer says it in HTML
            502..=504 => Said::Failed {
                status,
                reason: String::new(),
            },
            _ => Said::Foreign { status },
        };
    };
    let errors = failure.errors.unwrap_or_default().join("; ");
    let has = |text: &str| errors.contains(text);
    match status {
        403 if is_about_the_token(&errors) => Said::BadToken,
        403 => Said::Denied,
        404 if has("no handler for route") => Said::NoRoute,
        404 if has("namespace not found") => Said::NoNamespace,
        404 if has("unsupported path") => Said::UnsupportedPath,
        404 if errors.is_empty() => match failure.data.and_then(|data| data.metadata) {
            Some(metadata) => metadata.gone(),
            None if is_versioned(failure.warnings) => Said::Versioned,
            None => Said::Absent,
        },
        412 => Said::Stale,
        429 => Said::RateLimited,
        472..=474 => Said::Standby,
        501 => Said::Sealed,
        503 if has("sealed") || has("not initialized") => Said::Sealed,
        _ => Said::Failed {
            status,
            reason: printable(&errors),
        },
    }
}

/// A bad token is refused before any policy is looked at, and in other words than a policy's.
fn is_about_the_token(errors: &str) -> bool {
    errors == "permission denied" || errors.contains("invalid token")
}

fn is_versioned(warnings: Option<Vec<String>>) -> bool {
    let known = "Invalid path for a versioned K/V secrets engine";
    warnings
        .unwrap_or_default()
        .iter()
        .any(|warning| warning.contains(known))
}

/// One line, short, and harmless in a terminal.
pub fn printable(text: &str) -> String {
    let line = cleaned(text);
    match line.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// One line, harmless in a terminal.
pub fn cleaned(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '`' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    words.join(" ")
}

#[derive(Deserialize)]
struct Failure {
    errors: Option<Vec<String>>,
    warnings: Option<Vec<String>>,
    data: Option<GoneData>,
}

/// `data` of a 404; the values are null, so only the metadata is looked at.
#[derive(Deserialize)]
struct GoneData {
    metadata: Option<Metadata>,
}

impl Metadata {
    /// What a 404 with metadata means.
    #[must_use]
    pub fn gone(self) -> Said {
        Said::Gone {
            version: self.version,
            deletion_time: printable(&self.state.deletion_time),
            destroyed: self.state.destroyed,
            newest_live: None,
        }
    }
}

impl Versioned {
    /// What it means that the version `number` of a listing cannot be read.
    #[must_use]
    pub fn gone(&self, number: u64, newest_live: Option<u64>) -> Said {
        Said::Gone {
            version: number,
            deletion_time: printable(&self.deletion_time),
            destroyed: self.destroyed,
            newest_live,
        }
    }
}
