//! Tokens of our own that are alive. Each is revoked when the run ends, however it ends.
//!
//! It must not know how a token was made or what it reads. A token that was given never gets here.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderName;

use super::connection::{Connection, header};
use super::exchange::join;
use crate::diag::Code;
use crate::interrupt::{Interrupt, watch};
use crate::vault::Refusal;
use crate::vault::settings::Token;

/// How long a server may take to revoke all tokens: the run is over by then, and waits for nothing else.
const REVOKE: Duration = Duration::from_secs(5);

/// So many tokens are revoked at the same time.
const AT_ONCE: usize = 16;

/// How long an interrupted run waits for the answer to a login that is on its way.
const LOGIN: Duration = Duration::from_secs(2);

/// Shared with whoever hears signals.
#[derive(Default)]
pub struct Keyring {
    state: Mutex<State>,
    settled: Condvar,
}

#[derive(Default)]
struct State {
    alive: Vec<Alive>,
    /// Logins that were sent and are not answered.
    pending: usize,
    interrupted: bool,
}

/// A token, and what revoking it takes.
pub struct Alive {
    /// The token.
    pub token: Arc<Token>,
    /// Where it was made.
    pub namespace: Option<String>,
    /// How to get there.
    pub connection: Arc<Connection>,
}

/// A login that is on its way.
pub struct Pending<'k>(&'k Keyring);

impl Keyring {
    /// Before a login is sent. From now on a signal ends the run only after what it gives is revoked.
    pub fn expect(self: &Arc<Self>) -> Result<Pending<'_>, Refusal> {
        watch(self);
        let mut state = self.state();
        if state.interrupted {
            return Err(Refusal::new(
                Code::LoginFailed,
                "the run was interrupted before the login",
                "start it again.",
            ));
        }
        state.pending += 1;
        Ok(Pending(self))
    }

    /// Takes a token that has just been made.
    pub fn add(&self, alive: Alive) {
        self.state().alive.push(alive);
    }

    /// Revokes one token now.
    pub fn revoke(&self, token: &Arc<Token>) {
        let mut state = self.state();
        let mut alive = state.alive.iter();
        let found = alive.position(|one| Arc::ptr_eq(&one.token, token));
        let one = found.map(|at| state.alive.swap_remove(at));
        drop(state);
        if let Some(one) = one {
            revoke(&[one]);
        }
    }

    /// Revokes all of them. In a run that was interrupted this does not return: whoever heard the
    /// signal revokes them and ends the process, and nothing more may be printed until then.
    pub fn end(&self) {
        let mut state = self.state();
        if state.interrupted {
            drop(state);
            loop {
                std::thread::park();
            }
        }
        let alive = std::mem::take(&mut state.alive);
        drop(state);
        revoke(&alive);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // every change of the state is one step, so that it is whole after a panic as well
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Interrupt for Keyring {
    /// Stops the making of tokens and revokes what there is.
    fn interrupt(&self) {
        let mut state = self.state();
        state.interrupted = true;
        let waited = self
            .settled
            .wait_timeout_while(state, LOGIN, |state| state.pending > 0);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let alive = std::mem::take(&mut state.alive);
        drop(state);
        revoke(&alive);
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.0.state().pending -= 1;
        self.0.settled.notify_all();
    }
}

/// Revokes tokens side by side, so that a server that hangs holds up the end of the run once.
fn revoke(alive: &[Alive]) {
    let end = Instant::now() + REVOKE;
    let next = AtomicUsize::new(0);
    let each = || {
        while let Some(one) = alive.get(next.fetch_add(1, Ordering::Relaxed)) {
            one.revoke(end.saturating_duration_since(Instant::now()));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..alive.len().min(AT_ONCE) {
            scope.spawn(each);
        }
        each();
    });
}

impl Alive {
    fn revoke(&self, time: Duration) {
        let Ok(token) = header(self.token.reveal(), "VAULT_TOKEN") else {
            return;
        };
        let Connection {
            client,
            base,
            headers,
        } = &*self.connection;
        let mut request = client
            .post(join(base, "/v1/auth/token/revoke-self"))
            .headers(headers.clone())
            .header(HeaderName::from_static("x-vault-token"), token)
            .timeout(time);
        if let Some(namespace) = &self.namespace {
            request = request.header(HeaderName::from_static("x-vault-namespace"), namespace);
        }
        match request.send().map(|response| response.status().as_u16()) {
            Ok(200 | 204) => tracing::info!("the token of the login is revoked"),
            Ok(status) => tracing::warn!("the token of the login is not revoked: {status}"),
            Err(_) => tracing::warn!("the token of the login is not revoked: no answer"),
        }
    }
}
