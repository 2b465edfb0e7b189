//! What `countersign lock`, `outdated`, `uses` and `prune` do: the lock as something that is worked
//! on.
//!
//! Gets configs, the old lock, a store and the time; gives the new lock. Reads and writes no file,
//! and knows no door.

mod ask;
pub mod check;
pub mod clock;
pub mod file;
pub mod known;
pub mod moved;
pub mod objects;
mod offline;
pub mod online;
pub mod outdated;
pub mod prune;
pub mod shown;
pub mod soon;
pub mod summary;
pub mod update;
pub mod uses;

use std::sync::Arc;

use crate::config::{Config, ManagedSecret};
use crate::stage::subject::Subject;
use crate::stage::unfollowed::Unfollowed;
use crate::vault::Depth;

/// One managed secret that a build defines.
#[derive(Clone, Debug)]
pub struct Learned {
    /// Its config.
    pub config: Arc<Config>,
    /// The secret itself.
    pub managed: ManagedSecret,
    /// Namespace of what is emitted, where it is known.
    pub namespace: Option<String>,
    /// Where manifests name it in a way that nothing but countersign can follow.
    pub unfollowed: Vec<Unfollowed>,
}

impl Learned {
    /// On its way through `resolve` and `mint`, as `managed` says.
    #[must_use]
    pub fn subject<'a>(&'a self, managed: &'a ManagedSecret, depth: Option<Depth>) -> Subject<'a> {
        Subject {
            config: &self.config.name,
            managed,
            operator: &self.config.operator,
            gitops: self.config.gitops,
            stamp: &self.config.stamp,
            namespace: self.namespace.as_deref(),
            depth,
            login: self.config.login.as_ref(),
            locked: None,
            previous: false,
        }
    }
}
