//! The table of codes: one row for each mistake that has its own way out.
//!
//! `countersign explain CODE`, `docs/errors.md` and the exit code all come from here. The explanation
//! of a code is the file `explain/<name>.md` beside this one; without it the crate does not build. A
//! code's name is stable once released. It must not know how a diagnostic looks or who raises it.

/// Whose fault it is; decides the exit code (see `cli::exit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The manifests, files or the environment that were given cannot be processed.
    Input,
    /// A `VaultSecrets` object or the command line is wrong.
    Config,
    /// The secret store does not hold, or does not give, what is asked.
    Store,
    /// The lock is missing or does not cover the config.
    Lock,
    /// A program that had to be run is missing or failed.
    Tool,
    /// A bug of countersign.
    Internal,
    /// Never an error: something worth knowing.
    Notice,
}

/// One row of the table.
pub struct Row {
    /// The variant.
    pub code: Code,
    /// Kebab-case name.
    pub name: &'static str,
    /// Whose fault.
    pub fault: Fault,
    /// What it means, why it is refused and what to do: Markdown, a few sentences.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($($variant:ident $name:literal $fault:ident)*) => {
        /// A stable name for a mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        // The explanations are prose for users: OpenBao and ConfigMap are words there, not code.
        #[allow(clippy::doc_markdown)]
        pub enum Code { $(
            #[doc = include_str!(concat!("explain/", $name, ".md"))]
            $variant,
        )* }

        /// All codes, in the order of `docs/errors.md`.
        pub const TABLE: &[Row] = &[$(Row {
            code: Code::$variant,
            name: $name,
            fault: Fault::$fault,
            explanation: include_str!(concat!("explain/", $name, ".md")),
        },)*];
    };
}

codes! {
    YamlSyntax "yaml-syntax" Input
    YamlDivergent "yaml-divergent" Input
    AliasedAnchor "aliased-anchor" Input
    UnsupportedLayout "unsupported-layout" Input
    TooLarge "too-large" Input
    ReadFailed "read-failed" Input
    WriteFailed "write-failed" Input
    AuditLog "audit-log" Input
    NotAResourceList "not-a-resource-list" Input
    EmptyRelease "empty-release" Input
    NotAManifest "not-a-manifest" Input
    NoManifests "no-manifests" Input
    ForeignSecret "foreign-secret" Input
    AmbiguousReference "ambiguous-reference" Input
    AmbiguousNamespace "ambiguous-namespace" Input
    DuplicateKey "duplicate-key" Config
    UnknownField "unknown-field" Config
    WrongType "wrong-type" Config
    MissingField "missing-field" Config
    BadValue "bad-value" Config
    DuplicateName "duplicate-name" Config
    BadName "bad-name" Config
    BadKey "bad-key" Config
    NameTooLong "name-too-long" Config
    UndefinedParameter "undefined-parameter" Config
    BadTemplate "bad-template" Config
    CannotDeliver "cannot-deliver" Config
    ValuesInPackage "values-in-package" Config
    MissingTypeKey "missing-type-key" Config
    AddressMismatch "address-mismatch" Config
    FunctionEnvironment "function-environment" Config
    PolicyDenied "policy-denied" Config
    NoPolicy "no-policy" Config
    PolicyVariable "policy-variable" Config
    NoConfig "no-config" Notice
    Usage "usage" Config
    CannotFill "cannot-fill" Config
    KeyPresent "key-present" Config
    SecretTooLarge "secret-too-large" Store
    SecretAbsent "secret-absent" Store
    VersionAbsent "version-absent" Store
    VersionDeleted "version-deleted" Store
    VersionDestroyed "version-destroyed" Store
    MissingKey "missing-key" Store
    BadBase64 "bad-base64" Store
    Denied "denied" Store
    NoToken "no-token" Store
    BadToken "bad-token" Store
    LoginFailed "login-failed" Store
    LoginCredential "login-credential" Store
    WrappedSecretOpened "wrapped-secret-opened" Store
    WrappedSecretForeign "wrapped-secret-foreign" Store
    WrittenMeanwhile "written-meanwhile" Store
    WrongEngine "wrong-engine" Store
    DynamicEngine "dynamic-engine" Store
    MountAbsent "mount-absent" Store
    NamespaceAbsent "namespace-absent" Store
    Sealed "sealed" Store
    Unreachable "unreachable" Store
    Tls "tls" Store
    PlainHttp "plain-http" Store
    Redirected "redirected" Store
    RateLimited "rate-limited" Store
    Unavailable "unavailable" Store
    ServerError "server-error" Store
    BadAnswer "bad-answer" Store
    StoreSetting "store-setting" Store
    FileStoreBroken "file-store-broken" Store
    LockMissing "lock-missing" Lock
    LockBroken "lock-broken" Lock
    LockConflict "lock-conflict" Lock
    LockNewer "lock-newer" Lock
    LockForged "lock-forged" Lock
    LockStale "lock-stale" Lock
    LockRewritten "lock-rewritten" Lock
    WrittenEdited "written-edited" Lock
    WrittenUnlisted "written-unlisted" Lock
    ToolMissing "tool-missing" Tool
    ToolFailed "tool-failed" Tool
    Internal "internal-error" Internal
    FileStore "file-store" Notice
    Unlocked "unlocked" Notice
    Unreviewed "unreviewed" Notice
    PreviousGone "previous-gone" Store
    UncoveredMention "uncovered-mention" Notice
    OtherNamespace "other-namespace" Notice
    RemovedSecret "removed-secret" Notice
    StampNoEffect "stamp-no-effect" Notice
    SkipVerify "skip-verify" Notice
    LockUnnamed "lock-unnamed" Notice
    ReleaseKeepsValues "release-keeps-values" Notice
    HooksUnseen "hooks-unseen" Notice
    NoHistory "no-history" Notice
    PinAtRisk "pin-at-risk" Notice
}

impl Code {
    /// The row of this code.
    #[must_use]
    pub fn row(self) -> &'static Row {
        // The table is made by the same macro as the enum, in the same order.
        &TABLE[self as usize]
    }

    /// Kebab-case name, as printed in brackets.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The code of that name, for `countersign explain`.
    #[must_use]
    pub fn named(name: &str) -> Option<Code> {
        TABLE
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_finds_its_own_row() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.code as usize, index, "{}", row.name);
            assert_eq!(Code::named(row.name), Some(row.code));
        }
        assert_eq!(Code::named("no-such-code"), None);
    }

    #[test]
    fn names_are_kebab_case() {
        let legal = |name: &str| {
            name.split('-').all(|word| {
                !word.is_empty()
                    && word
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            })
        };
        assert!(TABLE.iter().all(|row| legal(row.name)));
    }
}
