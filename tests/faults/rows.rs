//! The rows of the table: what is wrong, and what has to come of it.
//!
//! What fails for good is tried twice (`VAULT_MAX_RETRIES=1`), so that the table is soon full; how
//! often a person's run tries is in the unit tests of the transport.

#[path = "rows/answers.rs"]
mod answers;
#[path = "rows/logins.rs"]
mod logins;
#[path = "rows/tokens.rs"]
mod tokens;
#[path = "rows/ways.rs"]
mod ways;

use std::borrow::Cow;
use std::ops::Range;

use crate::door::Door;
use crate::ground::{Certificate, SECRETS};
use crate::proxy::fault::{Fault, Trouble};

/// A fault and its outcome.
pub struct Row {
    /// As the table calls it.
    pub name: &'static str,
    /// What stands where the server should.
    pub front: Front,
    /// More variables.
    pub env: Vec<(&'static str, &'static str)>,
    /// More arguments.
    pub args: Vec<&'static str>,
    /// Whom the server sees.
    pub token: Token,
    /// How many secrets are asked for.
    pub secrets: usize,
    /// Through which doors.
    pub doors: Vec<Door>,
    /// What has to come of it.
    pub want: Want,
}

/// What stands where the server should.
pub enum Front {
    /// A proxy that does something wrong.
    Faulty(Trouble),
    /// A proxy with TLS and this certificate.
    Tls(Certificate),
    /// A proxy with TLS that is called without, or one without TLS that is called with it.
    Mistaken(Option<Certificate>),
    /// This address.
    Address(&'static str),
}

/// Which token is given.
#[derive(Clone, Copy)]
pub enum Token {
    /// One that lasts.
    Lasting,
    /// One for a single request.
    OneUse,
}

/// What has to come of it.
pub enum Want {
    /// Nothing is asked twice.
    Success,
    /// Something is asked again, and then it goes well.
    Retried,
    /// One error with this code, which says all of this; `ADDR` is the address.
    Error(&'static str, &'static [&'static str]),
}

/// Every request, however often.
const ALWAYS: Range<usize> = 0..usize::MAX;
/// The first request of a run, and not its repetition.
const ONCE: Range<usize> = 0..1;

fn row(name: &'static str, front: Front, want: Want) -> Row {
    Row {
        name,
        front,
        env: vec![("VAULT_MAX_RETRIES", "1")],
        args: Vec::new(),
        token: Token::Lasting,
        secrets: SECRETS.len(),
        doors: Door::WITH_TOKEN.to_vec(),
        want,
    }
}

fn faulty(name: &'static str, fault: Fault, which: Range<usize>, want: Want) -> Row {
    let trouble = Trouble {
        fault,
        path: "",
        which,
    };
    row(name, Front::Faulty(trouble), want)
}

/// Something that is wrong once; the repetition succeeds.
fn passing(name: &'static str, fault: Fault) -> Row {
    faulty(name, fault, ONCE, Want::Retried)
}

fn lasting(
    name: &'static str,
    fault: Fault,
    code: &'static str,
    phrases: &'static [&'static str],
) -> Row {
    faulty(name, fault, ALWAYS, Want::Error(code, phrases))
}

impl Row {
    fn with(mut self, args: &[&'static str]) -> Self {
        self.args.extend(args);
        self
    }

    fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.env.push((name, value));
        self
    }

    /// Only these doors tell something of it.
    fn through(mut self, doors: &[Door]) -> Self {
        self.doors = doors.to_vec();
        self
    }

    /// Only requests for one secret meet it.
    fn at(mut self, path: &'static str) -> Self {
        if let Front::Faulty(trouble) = &mut self.front {
            trouble.path = path;
        }
        self
    }
}

fn says(status: u16, headers: &'static str, body: &'static str) -> Fault {
    Fault::Answer {
        status,
        headers: Cow::Borrowed(headers),
        body,
    }
}

/// All rows.
pub fn all() -> Vec<Row> {
    let parts = [
        answers::busy(),
        answers::talkative(),
        answers::states(),
        answers::odd(),
        ways::silent(),
        ways::redirects(),
        ways::tls(),
        ways::absent(),
        tokens::tokens(),
        tokens::clocks(),
        logins::logins(),
        logins::revocations(),
    ];
    parts.into_iter().flatten().collect()
}
