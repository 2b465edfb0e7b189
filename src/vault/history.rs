//! What a store knows of the versions of one secret, without any value.
//!
//! Locks and their checks ask it: which version is the newest that can be read, is a pinned one
//! still what it was, what will go soon. This must not know how a server says it, or a clock.

/// The versions of a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// By number, ascending; none where the engine has no versions, or none was written yet.
    pub versions: Vec<VersionFact>,
    /// How many the server keeps: the next write drops the version `newest + 1 - max_versions` and
    /// what is older. Where the token may not read the mount's own setting it is what the list
    /// proves, or `None`, and then the next write drops nothing.
    pub max_versions: Option<u64>,
    /// Only the newest version is known: the policy grants no look at the list.
    pub partial: bool,
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFact {
    /// Its number.
    pub version: u64,
    /// The server's own text, byte for byte; empty where a file store does not say.
    pub created: String,
    /// Soft-deleted or expired; may be undeleted.
    pub deleted: bool,
    /// Cannot come back.
    pub destroyed: bool,
    /// Who wrote it, as one printable line, where the server tells.
    pub created_by: Option<String>,
    /// When it will delete itself; the server's own text, always a time stamp.
    pub deletes_at: Option<String>,
}

impl History {
    /// The newest version that can be read.
    #[must_use]
    pub fn newest_live(&self) -> Option<&VersionFact> {
        self.versions.iter().rfind(|version| version.live())
    }

    /// A version by its number.
    #[must_use]
    pub fn version(&self, number: u64) -> Option<&VersionFact> {
        let at = self.versions.binary_search_by_key(&number, |v| v.version);
        at.ok().and_then(|at| self.versions.get(at))
    }
}

impl VersionFact {
    /// Whether it can be read.
    #[must_use]
    pub fn live(&self) -> bool {
        !self.deleted && !self.destroyed
    }
}
