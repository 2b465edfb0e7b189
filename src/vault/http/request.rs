//! One request as data: what is asked of the server, as whom, and whether it may be asked twice.
//!
//! It must not know addresses, time or sockets; `exchange` adds these. Bodies hold credentials and
//! values, so that a request has no `Debug`.

use std::sync::Arc;

use reqwest::Method;
use zeroize::Zeroizing;

use crate::vault::login::Login;
use crate::vault::settings::Token;

/// What is done at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Read.
    Get,
    /// The names below a path.
    List,
    /// Do, or write.
    Post,
    /// Write.
    Put,
    /// Change some fields: the body is a JSON merge patch.
    Patch,
}

/// In which namespace something is asked, and as whom.
#[derive(Clone, Copy, Default)]
pub struct Scope<'r> {
    /// Of Vault or OpenBao; `None`: the root namespace.
    pub namespace: Option<&'r str>,
    /// What a config names, where the runner leaves it to that; `None`: the runner itself.
    pub login: Option<&'r Arc<Login>>,
}

/// Whose token goes along.
pub enum Bearer<'r> {
    /// That of the scope.
    Own,
    /// Nobody's: a login.
    Nobody,
    /// This one: what a login gave for one step, or a wrapping token.
    This(&'r Token),
}

/// When a request that failed may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Whatever happened: a read.
    Freely,
    /// Only while it cannot have reached the server: it writes, or uses up a credential.
    UntilSent,
}

/// A request to a target (`/v1/…`).
pub struct Request<'r> {
    /// What is done.
    pub verb: Verb,
    /// Path and query.
    pub target: &'r str,
    /// Where.
    pub scope: Scope<'r>,
    /// Who asks.
    pub bearer: Bearer<'r>,
    /// JSON.
    pub body: Option<Zeroizing<Vec<u8>>>,
    /// Whether it may be made twice.
    pub repeat: Repeat,
}

impl<'r> Request<'r> {
    /// A read.
    #[must_use]
    pub fn get(target: &'r str, scope: Scope<'r>) -> Self {
        Self {
            verb: Verb::Get,
            target,
            scope,
            bearer: Bearer::Own,
            body: None,
            repeat: Repeat::Freely,
        }
    }

    /// A change, made once at most.
    #[must_use]
    pub fn change(verb: Verb, target: &'r str, scope: Scope<'r>, body: Zeroizing<Vec<u8>>) -> Self {
        Self {
            verb,
            body: Some(body),
            repeat: Repeat::UntilSent,
            ..Self::get(target, scope)
        }
    }
}

impl Verb {
    /// The method of HTTP.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Verb::Get => Method::GET,
            // a method of Vault's own; its name is a legal one
            Verb::List => Method::from_bytes(b"LIST").unwrap_or(Method::GET),
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Patch => Method::PATCH,
        }
    }

    /// What a body of this request is.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Verb::Patch => "application/merge-patch+json",
            Verb::Get | Verb::List | Verb::Post | Verb::Put => "application/json",
        }
    }
}
