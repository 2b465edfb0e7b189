//! One managed secret on its way through `resolve` and `mint`, wherever it comes from: a config, a
//! config with its lock, or the lock alone.

use std::sync::Arc;

use crate::config::{GitOps, ManagedSecret, Operator, Source, StampRules};
use crate::lock::{Generation, Pinned};
use crate::vault::Depth;
use crate::vault::login::Login;

/// What has to be made.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The name of its config.
    pub config: &'a str,
    /// What is wanted.
    pub managed: &'a ManagedSecret,
    /// What VaultStaticSecret objects say.
    pub operator: &'a Operator,
    /// Whose protection the objects carry.
    pub gitops: Option<GitOps>,
    /// What the config says about the stamp.
    pub stamp: &'a StampRules,
    /// Namespace of what is emitted.
    pub namespace: Option<&'a str>,
    /// How much of its sources has to be read; `None`: nothing at all.
    pub depth: Option<Depth>,
    /// As whom it is read, where its config says so.
    pub login: Option<&'a Arc<Login>>,
    /// Where it stands.
    pub locked: Option<&'a Generation>,
    /// A generation that is only kept for old pods: where its version is gone, it goes as well.
    pub previous: bool,
}

impl<'a> Subject<'a> {
    /// The lock's pin of one of its sources.
    #[must_use]
    pub fn pin(&self, source: &Source) -> Option<&'a Pinned> {
        let mut sources = self.managed.sources.iter();
        let at = sources.position(|own| std::ptr::eq(own, source))?;
        self.locked?.pin(self.managed, at)
    }
}
