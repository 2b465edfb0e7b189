//! KV version 1 and 2 as pure functions: a question to request lines, an answer to its meaning.
//!
//! `request` says what to ask, `answer` reads what succeeded, `said` names what failed and `refuse`
//! turns that into a sentence. Nothing here opens a socket or looks at a clock, so every row of the
//! servers' behaviour is tested without a server.

pub mod answer;
pub mod facts;
pub mod history;
pub mod refuse;
pub mod request;
pub mod said;
#[cfg(test)]
mod tests;
pub mod write;

use zeroize::Zeroizing;

use crate::vault::{Ask, Depth, Engine};

/// Where a question can be put. Order and choice: see [`endpoints`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// kv-v2 `data/`: values and metadata of one version.
    Data,
    /// kv-v2 `subkeys/`: the names of the keys and the metadata of one version, no values.
    Subkeys,
    /// kv-v2 `metadata/`: all versions, no keys.
    Metadata,
    /// kv-v1: the path itself.
    Plain,
}

impl Endpoint {
    /// The segment between mount and path, for messages and policies.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Endpoint::Data => "data/",
            Endpoint::Subkeys => "subkeys/",
            Endpoint::Metadata => "metadata/",
            Endpoint::Plain => "",
        }
    }
}

/// What a server answered.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body as it came.
    pub body: Zeroizing<Vec<u8>>,
}

/// Where to ask: endpoints that show less, best first, and the one that has to answer where a
/// server or a policy does not give these.
#[must_use]
pub fn endpoints(ask: &Ask) -> (&'static [Endpoint], Endpoint) {
    match (ask.secret.engine, ask.depth) {
        (Engine::KvV1, _) => (&[], Endpoint::Plain),
        (Engine::KvV2, Depth::Values) => (&[], Endpoint::Data),
        (Engine::KvV2, Depth::Keys) => (&[Endpoint::Subkeys], Endpoint::Data),
        (Engine::KvV2, Depth::Metadata) => {
            (&[Endpoint::Subkeys, Endpoint::Metadata], Endpoint::Data)
        }
    }
}
