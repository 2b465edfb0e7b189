//! What a server gives for a login.

use std::time::Duration;

use serde::Deserialize;

use crate::vault::kv::Answer;
use crate::vault::settings::Token;

/// A token of our own.
pub struct Grant {
    /// Held until it is revoked.
    pub token: Token,
    /// How long it is good for; `None`: for ever.
    pub lease: Option<Duration>,
    /// Whether that can be prolonged.
    pub is_renewable: bool,
    /// Whether the server keeps it at all: a batch token ends by itself and cannot be revoked.
    pub is_kept: bool,
}

/// What a successful answer may be.
pub enum Given {
    /// A token.
    Grant(Grant),
    /// The server wants a second factor.
    SecondFactor,
    /// No answer to a login.
    Nothing,
}

/// Reads the answer to a login, or to the renewal of a token.
#[must_use]
pub fn given(answer: &Answer) -> Given {
    let Ok(Envelope { auth: Some(auth) }) = serde_json::from_slice(&answer.body) else {
        return Given::Nothing;
    };
    if auth.mfa_requirement.is_some() {
        return Given::SecondFactor;
    }
    match Token::new(auth.client_token, "the answer") {
        Ok(token) if !token.reveal().is_empty() => Given::Grant(Grant {
            token,
            lease: (auth.lease_duration > 0).then(|| Duration::from_secs(auth.lease_duration)),
            is_renewable: auth.renewable,
            is_kept: auth.token_type.as_deref() != Some("batch"),
        }),
        _ => Given::Nothing,
    }
}

/// One text of `data`.
#[must_use]
pub fn text(answer: &Answer, field: &str) -> Option<zeroize::Zeroizing<String>> {
    let mut answer: Data = serde_json::from_slice(&answer.body).ok()?;
    match answer.data.remove(field)? {
        serde_json::Value::String(text) => Some(zeroize::Zeroizing::new(text)),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Envelope {
    auth: Option<Auth>,
}

#[derive(Deserialize)]
struct Auth {
    #[serde(default)]
    client_token: String,
    #[serde(default)]
    lease_duration: u64,
    #[serde(default)]
    renewable: bool,
    token_type: Option<String>,
    mfa_requirement: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Data {
    data: serde_json::Map<String, serde_json::Value>,
}
