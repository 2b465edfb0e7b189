//! The table of codes: one row for each mistake that has its own way out.
//!
//! `countersign explain CODE`, `docs/errors.md` and the exit code all come from here. A code's name
//! is stable once released.

/// Whose fault it is; decides the exit code (see `cli::exit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The manifests, files or the environment that were given cannot be processed.
    Input,
    /// A VaultSecrets object or the command line is wrong.
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
    ($($variant:ident $name:literal $fault:ident $explanation:literal)*) => {
        /// A stable name for a mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(
            #[doc = $explanation]
            $variant,
        )* }

        /// All codes, in the order of `docs/errors.md`.
        pub const TABLE: &[Row] = &[$(Row {
            code: Code::$variant, name: $name, fault: Fault::$fault, explanation: $explanation,
        },)*];
    };
}

codes! {
    YamlSyntax "yaml-syntax" Input "TODO-EXPLAIN"
    YamlDivergent "yaml-divergent" Input "TODO-EXPLAIN"
    AliasedAnchor "aliased-anchor" Input "TODO-EXPLAIN"
    AmbiguousKey "ambiguous-key" Input "TODO-EXPLAIN"
    TooLarge "too-large" Input "TODO-EXPLAIN"
    ReadFailed "read-failed" Input "TODO-EXPLAIN"
    WriteFailed "write-failed" Input "TODO-EXPLAIN"
    NotAResourceList "not-a-resource-list" Input "TODO-EXPLAIN"
    ForeignSecret "foreign-secret" Input "TODO-EXPLAIN"
    AmbiguousReference "ambiguous-reference" Input "TODO-EXPLAIN"
    AmbiguousNamespace "ambiguous-namespace" Input "TODO-EXPLAIN"
    DuplicateKey "duplicate-key" Config "TODO-EXPLAIN"
    UnknownField "unknown-field" Config "TODO-EXPLAIN"
    WrongType "wrong-type" Config "TODO-EXPLAIN"
    MissingField "missing-field" Config "TODO-EXPLAIN"
    BadValue "bad-value" Config "TODO-EXPLAIN"
    DuplicateName "duplicate-name" Config "TODO-EXPLAIN"
    BadName "bad-name" Config "TODO-EXPLAIN"
    BadKey "bad-key" Config "TODO-EXPLAIN"
    NameTooLong "name-too-long" Config "TODO-EXPLAIN"
    UndefinedParameter "undefined-parameter" Config "TODO-EXPLAIN"
    BadTemplate "bad-template" Config "TODO-EXPLAIN"
    CannotDeliver "cannot-deliver" Config "TODO-EXPLAIN"
    MissingTypeKey "missing-type-key" Config "TODO-EXPLAIN"
    AddressMismatch "address-mismatch" Config "TODO-EXPLAIN"
    FunctionEnvironment "function-environment" Config "TODO-EXPLAIN"
    NoConfig "no-config" Config "TODO-EXPLAIN"
    Usage "usage" Config "TODO-EXPLAIN"
    SecretTooLarge "secret-too-large" Store "TODO-EXPLAIN"
    SecretAbsent "secret-absent" Store "TODO-EXPLAIN"
    VersionAbsent "version-absent" Store "TODO-EXPLAIN"
    VersionDeleted "version-deleted" Store "TODO-EXPLAIN"
    VersionDestroyed "version-destroyed" Store "TODO-EXPLAIN"
    MissingKey "missing-key" Store "TODO-EXPLAIN"
    BadBase64 "bad-base64" Store "TODO-EXPLAIN"
    Denied "denied" Store "TODO-EXPLAIN"
    NoToken "no-token" Store "TODO-EXPLAIN"
    BadToken "bad-token" Store "TODO-EXPLAIN"
    WrongEngine "wrong-engine" Store "TODO-EXPLAIN"
    DynamicEngine "dynamic-engine" Store "TODO-EXPLAIN"
    MountAbsent "mount-absent" Store "TODO-EXPLAIN"
    NamespaceAbsent "namespace-absent" Store "TODO-EXPLAIN"
    Sealed "sealed" Store "TODO-EXPLAIN"
    Unreachable "unreachable" Store "TODO-EXPLAIN"
    Tls "tls" Store "TODO-EXPLAIN"
    Redirected "redirected" Store "TODO-EXPLAIN"
    RateLimited "rate-limited" Store "TODO-EXPLAIN"
    ServerError "server-error" Store "TODO-EXPLAIN"
    BadAnswer "bad-answer" Store "TODO-EXPLAIN"
    StoreSetting "store-setting" Store "TODO-EXPLAIN"
    FileStoreBroken "file-store-broken" Store "TODO-EXPLAIN"
    LockMissing "lock-missing" Lock "TODO-EXPLAIN"
    ToolMissing "tool-missing" Tool "TODO-EXPLAIN"
    ToolFailed "tool-failed" Tool "TODO-EXPLAIN"
    Internal "internal-error" Internal "TODO-EXPLAIN"
    FileStore "file-store" Notice "TODO-EXPLAIN"
    Unlocked "unlocked" Notice "TODO-EXPLAIN"
    Unreviewed "unreviewed" Notice "TODO-EXPLAIN"
    UncoveredMention "uncovered-mention" Notice "TODO-EXPLAIN"
    OtherNamespace "other-namespace" Notice "TODO-EXPLAIN"
    UnusedSecret "unused-secret" Notice "TODO-EXPLAIN"
    StampNoEffect "stamp-no-effect" Notice "TODO-EXPLAIN"
    SkipVerify "skip-verify" Notice "TODO-EXPLAIN"
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
        TABLE.iter().find(|row| row.name == name).map(|row| row.code)
    }
}
