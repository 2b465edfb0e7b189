//! The store behind HTTP: Vault and OpenBao. The only network.
//!
//! `kv` decides what is asked and what an answer means; this module asks it, in parallel with a
//! bound, each distinct question once. Nothing happens before the first question: no token helper
//! runs and no root certificate is loaded for a run that needs no secret.

mod connection;
mod courtesy;
mod diagnose;
mod exchange;
mod failure;
mod history;
mod inspect;
mod keyring;
mod limits;
mod login;
mod parallel;
mod proof;
mod quoted;
pub mod request;
mod retry;
mod retry_after;
mod session;
#[cfg(test)]
mod tests;
mod token_helper;
mod write;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::vault::inspect::Inspector;
use crate::vault::kv::facts::{Facts, Mount, Versions};
use crate::vault::kv::request::{namespace_header, target};
use crate::vault::kv::said::declines;
use crate::vault::kv::{Answer, Endpoint, answer, endpoints, refuse};
use crate::vault::settings::Settings;
use crate::vault::{Ask, Engine, History, Reading, Refusal, Store, rfc3339};
use connection::Connection;
use courtesy::Courtesy;
pub use limits::Limits;
use request::Scope;
use retry::Policy;
use session::Sessions;

/// Vault or OpenBao, as the runner's environment names it.
pub struct HttpStore {
    settings: Settings,
    /// Without a slash at its end, for messages and comparisons.
    address: String,
    policy: Policy,
    limits: Limits,
    courtesy: Courtesy,
    connection: OnceLock<Result<Arc<Connection>, Refusal>>,
    sessions: Sessions,
    started: Mutex<Option<Instant>>,
    mounts: Mutex<Mounts>,
    /// A failure of the whole store: nothing more is asked.
    halted: OnceLock<Refusal>,
}

/// Engines that are known, by namespace and mount path.
type Mounts = HashMap<(Option<String>, String), Mount>;

/// An answer and where it came from.
struct Fetched {
    endpoint: Endpoint,
    answer: Answer,
}

impl HttpStore {
    /// Keeps the settings; connects when the first secret is asked.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            address: settings.address.as_str().trim_end_matches('/').to_owned(),
            policy: Policy::new(settings.retries),
            settings,
            limits: Limits::default(),
            courtesy: Courtesy::default(),
            connection: OnceLock::new(),
            sessions: Sessions::default(),
            started: Mutex::default(),
            mounts: Mutex::default(),
            halted: OnceLock::new(),
        }
    }

    /// The same store within other limits than the usual ones.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The question with the runner's namespace where the config names none, and with the login that
    /// counts: where two configs come to the same, it is one question.
    fn completed(&self, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        if ask.secret.namespace.is_none() {
            ask.secret.namespace.clone_from(&self.settings.namespace);
        }
        ask.login = self.login(ask.login.as_ref());
        ask
    }

    /// A successful answer to a question.
    fn fetch(&self, ask: &Ask) -> Result<Fetched, Refusal> {
        let namespace = namespace_header(ask.secret.namespace.as_deref().unwrap_or_default())?;
        let scope = Scope {
            namespace: namespace.as_deref(),
            login: ask.login.as_ref(),
        };
        if ask.secret.engine == Engine::KvV1 {
            // A plain read of another engine may create a credential, so look before reading.
            self.refuse_other_engines(ask, scope)?;
        }
        let Fetched { endpoint, answer } = self.first_answer(ask, endpoints(ask), scope)?;
        if answer.status == 200 {
            return Ok(Fetched { endpoint, answer });
        }
        Err(self.diagnose(ask, endpoint, &answer, scope))
    }

    /// Asks the endpoints in their order until one does not decline; the last one may.
    fn first_answer(
        &self,
        ask: &Ask,
        (preferred, last): (&[Endpoint], Endpoint),
        scope: Scope<'_>,
    ) -> Result<Fetched, Refusal> {
        for endpoint in preferred.iter().copied() {
            let answer = self.get(&target(ask, endpoint)?, scope)?;
            let Some(why) = declines(&answer) else {
                return Ok(Fetched { endpoint, answer });
            };
            let segment = endpoint.segment();
            tracing::info!("`{segment}` of {} is {why}, asking elsewhere", ask.secret);
        }
        let answer = self.get(&target(ask, last)?, scope)?;
        Ok(Fetched {
            endpoint: last,
            answer,
        })
    }

    fn read_answer(&self, ask: &Ask, fetched: &Fetched) -> Result<Reading, Refusal> {
        let Fetched { endpoint, answer } = fetched;
        answer::interpret(ask, *endpoint, answer, now()).map_err(|said| {
            // A list of versions tells which ones there are, also where the wanted one is not.
            let versions = match endpoint {
                Endpoint::Metadata => Versions::read(answer),
                Endpoint::Data | Endpoint::Subkeys | Endpoint::Plain => None,
            };
            let facts = Facts {
                versions,
                ..Facts::default()
            };
            refuse::refusal(&said, ask, *endpoint, &self.address, &facts)
        })
    }

    fn connection(&self) -> Result<&Arc<Connection>, Refusal> {
        let connection = self
            .connection
            .get_or_init(|| Connection::open(&self.settings, &self.address).map(Arc::new));
        connection.as_ref().map_err(Clone::clone)
    }

    fn mounts(&self) -> MutexGuard<'_, Mounts> {
        // What another thread left there is complete: entries are only ever inserted.
        self.mounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HttpStore {
    /// The run is over, whether it succeeded or not: no token of ours outlives it.
    fn drop(&mut self) {
        self.sessions.keyring.end();
    }
}

impl Store for HttpStore {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        let asks: Vec<Ask> = asks.iter().map(|ask| self.completed(ask)).collect();
        let fetched = self.ask_each(&asks, |ask| self.fetch(ask));
        asks.iter()
            .map(|ask| match &fetched[ask] {
                Ok(fetched) => self.read_answer(ask, fetched),
                Err(refusal) => Err(refusal.clone()),
            })
            .collect()
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        self.histories(asks)
    }

    fn address(&self) -> Option<&str> {
        Some(&self.address)
    }

    fn namespace(&self) -> Option<&str> {
        self.settings.namespace.as_deref()
    }

    fn inspector(&self) -> Option<&dyn Inspector> {
        Some(self)
    }
}

/// The clock, to tell whether a deletion time has passed.
fn now() -> rfc3339::Instant {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    (
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        since.subsec_nanos(),
    )
}
