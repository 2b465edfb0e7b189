//! As whom each request is made: with the runner's token, with none, or with that of a login, which
//! is made once for all that ask in its name.
//!
//! A token of our own that is about to end is prolonged; where that is not possible, or where it
//! turns out to be gone, the login is made again if that uses up no credential, once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::keyring::Keyring;
use super::request::{Bearer, Repeat, Request, Scope, Verb};
use super::{HttpStore, token_helper};
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::kv::Answer;
use crate::vault::kv::said::{Said, said};
use crate::vault::login::Login;
use crate::vault::login::answer::{Given, given};
use crate::vault::settings::{Token, TokenSource};

/// A token is prolonged when less is left of its time, or a third of it if that is less.
const SOON: Duration = Duration::from_secs(20);

/// All logins of a run.
#[derive(Default)]
pub struct Sessions {
    helped: OnceLock<Result<Option<Token>, Refusal>>,
    made: Mutex<HashMap<Arc<Login>, Arc<Session>>>,
    opened: Mutex<Option<Opened>>,
    /// What has to be revoked.
    pub keyring: Arc<Keyring>,
}

/// What was in the wrapping token of the runner.
pub struct Opened {
    /// Where it was made.
    pub origin: String,
    /// Never printed.
    pub secret_id: Zeroizing<String>,
}

/// One login.
pub struct Session {
    login: Arc<Login>,
    held: Mutex<Held>,
}

/// What a login has come to.
enum Held {
    Nothing,
    Failed(Refusal),
    Token(Ours),
}

/// A token of our own.
pub struct Ours {
    /// Also on the keyring.
    pub token: Arc<Token>,
    /// How long it is good for, from when on; `None`: for ever.
    pub lease: Option<(Duration, Instant)>,
    /// Whether that can be prolonged.
    pub is_renewable: bool,
    /// How often the login was made before.
    pub earlier: u32,
}

/// As whom a request is made.
enum Who<'s> {
    Nobody,
    Runner(&'s Token),
    Session(Arc<Session>),
}

impl HttpStore {
    /// Makes a request as its bearer, again where that may help, does no harm, and time is left.
    pub fn exchange(&self, request: &Request<'_>) -> Result<Answer, Refusal> {
        match request.bearer {
            Bearer::Nobody => self.repeat(request, None),
            Bearer::This(token) => self.repeat(request, Some(token)),
            Bearer::Own => match self.who(request.scope)? {
                Who::Nobody => self.repeat(request, None),
                Who::Runner(token) => self.repeat(request, Some(token)),
                Who::Session(session) => self.in_session(&session, request),
            },
        }
    }

    /// The login that counts where a config names `said`; `None`: the runner has a token, or is
    /// behind an agent.
    pub(super) fn login(&self, said: Option<&Arc<Login>>) -> Option<Arc<Login>> {
        // a helper that fails has to say so, not to be passed over
        let is_token = || !matches!(self.own(), Ok(None));
        self.settings
            .login(said.map(|said| &**said), is_token)
            .map(Arc::new)
    }

    /// The runner's own token.
    fn own(&self) -> Result<Option<&Token>, Refusal> {
        match &self.settings.token {
            TokenSource::Given(token) => Ok(Some(token)),
            TokenSource::Absent { .. } => Ok(None),
            TokenSource::Helper(path) => {
                let helped = &self.sessions.helped;
                let token = helped.get_or_init(|| token_helper::get(path, self.remaining()));
                token.as_ref().map(Option::as_ref).map_err(Clone::clone)
            }
        }
    }

    fn who(&self, scope: Scope<'_>) -> Result<Who<'_>, Refusal> {
        if let Some(login) = self.login(scope.login) {
            let mut made = self.sessions.made();
            let session = made.entry(Arc::clone(&login)).or_insert_with(|| {
                let held = Mutex::new(Held::Nothing);
                Arc::new(Session { login, held })
            });
            return Ok(Who::Session(Arc::clone(session)));
        }
        match self.own()? {
            Some(token) => Ok(Who::Runner(token)),
            None if self.settings.is_agent => Ok(Who::Nobody),
            None => Err(self.no_token()),
        }
    }

    fn no_token(&self) -> Refusal {
        let message = format!("there is no token for `{}`", self.address);
        let looked: Vec<String> = match &self.settings.token {
            TokenSource::Absent {
                hidden: Some((empty, hidden)),
                ..
            } => {
                let hint = format!("unset `{empty}`: it is set and empty, which hides `{hidden}`.");
                return Refusal::new(Code::NoToken, message, hint);
            }
            TokenSource::Absent { looked, .. } => {
                looked.iter().map(|one| format!("`{one}`")).collect()
            }
            TokenSource::Helper(path) => {
                vec![format!("the token helper `{}`", path.display())]
            }
            TokenSource::Given(_) => Vec::new(),
        };
        Refusal::new(
            Code::NoToken,
            message,
            format!(
                "set `VAULT_TOKEN`, log in with `vault login`, or name a login with `COUNTERSIGN_AUTH_METHOD`; looked at {}.",
                looked.join(", ")
            ),
        )
    }

    fn in_session(&self, session: &Session, request: &Request<'_>) -> Result<Answer, Refusal> {
        let (token, earlier) = self.token_of(session)?;
        let answer = self.repeat(request, Some(&token))?;
        if answer.status == 403
            && said(&answer) == Said::BadToken
            && let Some(other) = self.instead(session, earlier)?
        {
            return self.repeat(request, Some(&other));
        }
        Ok(answer)
    }

    /// The token of a login, which is made now if it was not yet; with how often it was made before.
    fn token_of(&self, session: &Session) -> Result<(Arc<Token>, u32), Refusal> {
        // held while logging in, so that all others wait for the one answer
        let mut held = session.held();
        match &mut *held {
            Held::Nothing => {
                let ours = self.log_in(&session.login, 0);
                *held = ours.map_or_else(Held::Failed, Held::Token);
            }
            Held::Token(ours) if ours.ends_soon() => {
                self.prolong(&session.login, ours);
                if ours.ends_soon() && self.may_repeat(&session.login, ours.earlier) {
                    *ours = self.log_in(&session.login, ours.earlier + 1)?;
                }
            }
            _ => {}
        }
        match &*held {
            Held::Token(ours) => Ok((Arc::clone(&ours.token), ours.earlier)),
            Held::Failed(refusal) => Err(refusal.clone()),
            Held::Nothing => Err(self.no_token()),
        }
    }

    /// Another token for one that the server does not take any more; `None`: it does take it, or
    /// there cannot be another one.
    fn instead(&self, session: &Session, earlier: u32) -> Result<Option<Arc<Token>>, Refusal> {
        let mut held = session.held();
        let Held::Token(ours) = &mut *held else {
            return Ok(None);
        };
        if ours.earlier == earlier {
            if !self.may_repeat(&session.login, earlier) || self.is_known(&session.login, ours)? {
                return Ok(None);
            }
            *ours = self.log_in(&session.login, earlier + 1)?;
        }
        Ok(Some(Arc::clone(&ours.token)))
    }

    fn may_repeat(&self, login: &Login, earlier: u32) -> bool {
        earlier == 0 && !self.burns(login)
    }

    /// Whether the server still knows a token.
    fn is_known(&self, login: &Login, ours: &Ours) -> Result<bool, Refusal> {
        let scope = Scope {
            namespace: login.namespace.as_deref().filter(|name| !name.is_empty()),
            login: None,
        };
        let request = Request {
            bearer: Bearer::This(&ours.token),
            ..Request::get("/v1/auth/token/lookup-self", scope)
        };
        Ok(self.exchange(&request)?.status != 403)
    }

    /// Asks for more time. A failure here only means that there is no more.
    fn prolong(&self, login: &Login, ours: &mut Ours) {
        if !ours.is_renewable {
            return;
        }
        let scope = Scope {
            namespace: login.namespace.as_deref().filter(|name| !name.is_empty()),
            login: None,
        };
        let request = Request {
            bearer: Bearer::This(&ours.token),
            repeat: Repeat::Freely,
            ..Request::change(
                Verb::Post,
                "/v1/auth/token/renew-self",
                scope,
                Zeroizing::new(b"{}".to_vec()),
            )
        };
        let asked = Instant::now();
        let answer = self.exchange(&request);
        match answer.as_ref().map(given) {
            Ok(Given::Grant(grant)) => {
                tracing::info!("the token of the login at {login} is renewed");
                ours.lease = grant.lease.map(|lease| (lease, asked));
                ours.is_renewable = grant.is_renewable && !ours.ends_soon();
            }
            _ => ours.is_renewable = false,
        }
    }
}

impl Sessions {
    fn made(&self) -> MutexGuard<'_, HashMap<Arc<Login>, Arc<Session>>> {
        // entries are only ever inserted, so that it is whole after a panic as well
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was in the wrapping token, once somebody opened it.
    pub fn opened(&self) -> MutexGuard<'_, Option<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ours {
    /// Whether too little is left of its time for another request.
    fn ends_soon(&self) -> bool {
        self.lease.is_some_and(|(lease, since)| {
            lease.saturating_sub(since.elapsed()) <= SOON.min(lease / 3)
        })
    }
}
