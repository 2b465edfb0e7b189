//! What can be wrong with a server, or with the way to it.
//!
//! Each is what a client sees of it on the wire; nothing here knows how the program takes it.

use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;
use std::thread;
use std::time::Duration;

use super::request::{Answer, Request};
use super::wire::Wire;
use super::{Gone, Served};

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another answer than the server's.
    Answer {
        /// HTTP status.
        status: u16,
        /// Lines, each with its end.
        headers: Cow<'static, str>,
        /// As it is sent.
        body: &'static str,
    },
    /// The server's answer, with a text in it replaced.
    Altered(&'static str, &'static str),
    /// An error with this status that quotes the token of the request.
    Quotes(u16),
    /// A redirect to this place; `{self}` is the proxy's address, `{path}` what was asked.
    Redirect(&'static str),
    /// The request is taken, and nothing comes.
    HangBeforeHeaders,
    /// Headers come, and then nothing.
    HangAfterHeaders,
    /// The connection is closed without an answer.
    Closed,
    /// The connection is reset, and the request never read.
    Reset,
    /// Half of the server's answer, and then the connection is closed.
    Cut,
    /// An answer of 100 MiB.
    Huge,
    /// The server's answer, a byte a second.
    Drip,
    /// The token is revoked before the server sees the request.
    TokenEnds,
}

/// A fault and the requests that meet it.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// What goes wrong.
    pub fault: Fault,
    /// Only requests whose path contains this.
    pub path: &'static str,
    /// Which of them, counted from 0.
    pub which: Range<usize>,
}

impl Trouble {
    /// Whether a request can meet it.
    pub fn concerns(&self, path: &str) -> bool {
        path.contains(self.path)
    }

    /// Whether the request with this number meets it.
    pub fn hits(&self, path: &str, number: usize) -> bool {
        self.concerns(path) && self.which.contains(&number)
    }
}

impl Fault {
    /// What a sealed server says to everything.
    pub const SEALED: Self = Self::says(503, r#"{"errors":["Vault is sealed"]}"#);

    /// An answer with a status and a body.
    pub const fn says(status: u16, body: &'static str) -> Self {
        Self::Answer {
            status,
            headers: Cow::Borrowed(""),
            body,
        }
    }

    pub(super) fn play(
        &self,
        mut wire: Wire,
        request: &Request,
        proxy: &Served,
        server: &str,
    ) -> Result<(), Gone> {
        let forwarded = || request.forward(&proxy.client, server);
        match self {
            Self::Answer {
                status,
                headers,
                body,
            } => wire.answer(&answer(*status, headers, body))?,
            Self::Altered(from, to) => {
                let mut answer = forwarded()?;
                let text = String::from_utf8(answer.body)?;
                assert!(text.contains(from), "`{from}` is not in the answer");
                answer.body = text.replace(from, to).into_bytes();
                wire.answer(&answer)?;
            }
            Self::Quotes(status) => {
                let token = request.header("x-vault-token");
                let body = format!(r#"{{"errors":["no good: {token}"]}}"#);
                wire.answer(&answer(*status, "", &body))?;
            }
            Self::Redirect(place) => {
                let place = place.replace("{self}", &proxy.own);
                let place = place.replace("{path}", &request.path);
                wire.answer(&answer(307, &format!("Location: {place}\r\n"), ""))?;
            }
            Self::HangBeforeHeaders => wire.hold()?,
            Self::HangAfterHeaders => {
                wire.head(&answer(200, "", ""), 100)?;
                wire.hold()?;
            }
            Self::Closed | Self::Reset => {}
            Self::Cut => {
                let answer = forwarded()?;
                wire.head(&answer, answer.body.len())?;
                wire.write_all(&answer.body[..answer.body.len() / 2])?;
            }
            Self::Huge => {
                let piece = vec![b'a'; 1 << 20];
                wire.head(&answer(200, "", ""), 100 * piece.len())?;
                (0..100).try_for_each(|_| wire.write_all(&piece))?;
            }
            Self::Drip => {
                let answer = forwarded()?;
                wire.head(&answer, answer.body.len())?;
                for byte in answer.body {
                    wire.write_all(&[byte])?;
                    wire.flush()?;
                    thread::sleep(Duration::from_secs(1));
                }
            }
            Self::TokenEnds => {
                let token = request.header("x-vault-token");
                let revoke = proxy
                    .client
                    .post(format!("{server}/v1/auth/token/revoke-self"))
                    .header("X-Vault-Token", token);
                // a second request of the run finds it revoked already
                revoke.send()?;
                wire.answer(&forwarded()?)?;
            }
        }
        Ok(())
    }
}

/// An answer of the proxy's own.
pub fn answer(status: u16, headers: &str, body: &str) -> Answer {
    Answer {
        status,
        headers: headers.to_owned(),
        body: body.as_bytes().to_vec(),
    }
}
