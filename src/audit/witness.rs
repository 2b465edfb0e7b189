//! A store that tells the log what it was asked, in whose name, and whether it answered.
//!
//! It sees answers go by and takes their versions down, never what they hold. Once something could
//! not be taken down nothing more is asked.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::Log;
use super::event::{As, Event, Read};
use super::trail::Trail;
use crate::diag::Code;
use crate::vault::inspect::{Asker, Inspector};
use crate::vault::login::Login;
use crate::vault::{Ask, Depth, History, Reading, Refusal, Store};

/// What stands between a run and its store.
pub struct Witness {
    store: Rc<dyn Store>,
    pub(super) log: Rc<dyn Log>,
    pub(super) trail: Rc<Trail>,
    /// In whose names something was asked.
    seen: RefCell<Vec<Option<Arc<Login>>>>,
}

impl Witness {
    /// Looks at all that `store` is asked.
    #[must_use]
    pub fn new(store: Rc<dyn Store>, log: Rc<dyn Log>, trail: Rc<Trail>) -> Self {
        Self {
            store,
            log,
            trail,
            seen: RefCell::default(),
        }
    }

    /// Takes down who asks, when it is for the first time.
    pub(super) fn logins<'a>(&self, said: impl Iterator<Item = Option<&'a Arc<Login>>>) {
        let Some(inspector) = self.store.inspector() else {
            return;
        };
        for said in said {
            let login = inspector.counts(said);
            let mut seen = self.seen.borrow_mut();
            if !seen.contains(&login) {
                self.login(inspector, login.as_ref());
                seen.push(login);
            }
        }
    }

    fn login(&self, inspector: &dyn Inspector, login: Option<&Arc<Login>>) {
        // where the token was made it may look at itself
        let namespace = match login {
            Some(login) => login.namespace.as_deref(),
            None => self.store.namespace(),
        };
        let who = inspector.holder(&Asker {
            login: login.cloned(),
            namespace: namespace.map(str::to_owned),
        });
        let error = who.as_ref().err().map(|refusal| refusal.code);
        self.log.note(&Event::Login(As {
            address: inspector.address().unwrap_or_default(),
            login: login.map(|login| &**login),
            who: who.ok().flatten(),
            error,
        }));
    }

    fn note(&self, ask: &Ask, depth: Depth, answered: Result<Answered<'_>, &Refusal>) {
        let error = answered.as_ref().err().map(|refusal| refusal.code);
        let Answered { version, created } = answered.unwrap_or_default();
        let secret = &ask.secret;
        self.log.note(&Event::Read(Read {
            secret,
            namespace: secret.namespace.as_deref().or(self.store.namespace()),
            version: version.or(ask.version),
            created,
            depth,
            wanted: self.trail.wanted(ask, self.store.namespace()),
            error,
        }));
    }

    /// Asks where everything so far was taken down.
    fn asked<A>(
        &self,
        asks: &[Ask],
        ask: impl FnOnce() -> Vec<Result<A, Refusal>>,
        note: impl Fn(&Ask, Result<&A, &Refusal>),
    ) -> Vec<Result<A, Refusal>> {
        self.logins(asks.iter().map(|ask| ask.login.as_ref()));
        if self.log.has_failed() {
            return asks.iter().map(|_| Err(unlogged())).collect();
        }
        let answers = ask();
        for (ask, answer) in asks.iter().zip(&answers) {
            note(ask, answer.as_ref());
        }
        answers
    }
}

/// What is taken down of an answer.
#[derive(Default)]
struct Answered<'r> {
    version: Option<u64>,
    created: Option<&'r str>,
}

/// The run ends with what the log itself says; this only keeps it from going on.
pub(super) fn unlogged() -> Refusal {
    Refusal::new(Code::AuditLog, "nothing is read that cannot be logged", "")
}

impl Store for Witness {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        let read = || self.store.read(asks);
        self.asked(asks, read, |ask, answer| {
            let answered = answer.map(|reading| Answered {
                version: reading.version,
                created: reading.created.as_deref(),
            });
            self.note(ask, ask.depth, answered);
        })
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        let read = || self.store.history(asks);
        self.asked(asks, read, |ask, answer| {
            let answered = answer.map(|_| Answered::default());
            self.note(ask, Depth::Metadata, answered);
        })
    }

    fn address(&self) -> Option<&str> {
        self.store.address()
    }

    fn namespace(&self) -> Option<&str> {
        self.store.namespace()
    }

    fn inspector(&self) -> Option<&dyn Inspector> {
        self.store.inspector()
    }
}
