//! What can happen in a run, as far as somebody may have to account for it. Borrows names; no value
//! and no digest of one fits in here.

use crate::diag::Code;
use crate::stage::facts::{Emitted, Used};
use crate::vault::inspect::Holder;
use crate::vault::login::Login;
use crate::vault::{Depth, SecretPath};

/// One thing that happened.
pub enum Event<'e> {
    /// A run begins.
    Start(Start),
    /// The store is asked for the first time in somebody's name.
    Login(As<'e>),
    /// A secret was read, or was not given.
    Read(Read<'e>),
    /// A version was written, or was not taken.
    Write(Written<'e>),
    /// An object of ours stands in the output.
    Emit(&'e Emitted),
    /// A manifest uses managed secrets.
    Use(&'e Used),
    /// A lock is about to be written.
    Lock {
        /// Which file.
        file: String,
    },
    /// The run is over.
    End {
        /// With this code.
        exit: u8,
        /// Of its errors, each once; none: it succeeded.
        errors: Vec<Code>,
    },
}

/// What a run is about.
pub struct Start {
    /// Where it runs.
    pub folder: String,
    /// What it was given.
    pub paths: Vec<String>,
    /// Where secrets are read: `vault`, or `file:…`.
    pub store: String,
}

/// In whose name.
pub struct As<'e> {
    /// The server.
    pub address: &'e str,
    /// How; `None`: with the token that the runner has.
    pub login: Option<&'e Login>,
    /// What the server calls whoever that is; `None`: it may not be asked, or it failed.
    pub who: Option<Holder>,
    /// Why it failed.
    pub error: Option<Code>,
}

/// A question and what became of it.
pub struct Read<'e> {
    /// Which secret.
    pub secret: &'e SecretPath,
    /// The namespace that it was asked in.
    pub namespace: Option<&'e str>,
    /// Which version was given, or asked for; `None`: the newest, or of an engine without any.
    pub version: Option<u64>,
    /// The server's own text.
    pub created: Option<&'e str>,
    /// How much was asked.
    pub depth: Depth,
    /// For which managed secrets.
    pub wanted: Vec<String>,
    /// Why there is no answer.
    pub error: Option<Code>,
}

/// A new version and what became of it.
pub struct Written<'e> {
    /// Which secret.
    pub secret: &'e SecretPath,
    /// The namespace that it was written in.
    pub namespace: Option<&'e str>,
    /// Which version it is.
    pub version: Option<u64>,
    /// The names of the keys that are new.
    pub keys: Vec<&'e str>,
    /// For which managed secrets.
    pub wanted: Vec<String>,
    /// Why there is none.
    pub error: Option<Code>,
}
