//! The words in which a new version is asked for: beside `Store`, and seen by no stage.
//!
//! A build never writes to a store. Whoever fills in what is missing does, and only on top of what was
//! seen before: everything else is refused by the server.

use std::sync::Arc;

use super::login::Login;
use super::{Ask, Depth, Refusal, SecretPath};
use crate::value::SecretValue;

/// What has to stand at a path for a write to go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expects {
    /// Nothing.
    Nothing,
    /// Versions, of which the newest was deleted or destroyed.
    Gone,
    /// This version, as the newest.
    Version(u64),
}

/// A new version: what stood there before, and these keys.
pub struct Write {
    /// Which path, of a kv-v2 engine.
    pub secret: SecretPath,
    /// As whom, where the runner leaves that to the config.
    pub login: Option<Arc<Login>>,
    /// What it is put on top of.
    pub expects: Expects,
    /// Keys that are not there, with their values.
    pub keys: Vec<(String, SecretValue)>,
}

impl Write {
    /// The question for what stands there.
    #[must_use]
    pub fn ask(&self, depth: Depth) -> Ask {
        Ask {
            secret: self.secret.clone(),
            version: None,
            depth,
            login: self.login.clone(),
        }
    }
}

/// A store that can be written to.
pub trait Writer {
    /// The time that a run may take begins anew: somebody has typed in between.
    fn begin_anew(&self);

    /// Writes with check-and-set, once at most, and gives the number of the new version.
    fn write(&self, write: &Write) -> Result<u64, Refusal>;
}
