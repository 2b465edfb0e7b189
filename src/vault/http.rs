//! The store behind HTTP: Vault and OpenBao with the runner's token. The only network.
//!
//! `kv` decides what is asked and what an answer means; this module asks it, in parallel with a
//! bound, each distinct question once. Nothing happens before the first question: no token helper
//! runs and no root certificate is loaded for a run that needs no secret.

mod connection;
mod diagnose;
mod exchange;
mod failure;
mod retry;
#[cfg(test)]
mod tests;
mod token_helper;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::vault::kv::facts::{Facts, Mount};
use crate::vault::kv::request::{namespace_header, target};
use crate::vault::kv::said::declines;
use crate::vault::kv::{Answer, Endpoint, answer, endpoints, refuse};
use crate::vault::settings::Settings;
use crate::vault::{Ask, Engine, Reading, Refusal, Store, rfc3339};
use connection::Connection;
use retry::Policy;

/// Questions that are on their way at the same time.
const PARALLEL: usize = 16;

/// Vault or OpenBao, as the runner's environment names it.
pub struct HttpStore {
    settings: Settings,
    /// Without a slash at its end, for messages and comparisons.
    address: String,
    policy: Policy,
    connection: OnceLock<Result<Connection, Refusal>>,
    started: OnceLock<Instant>,
    mounts: Mutex<Mounts>,
    /// A failure of the whole store: nothing more is asked.
    halted: OnceLock<Refusal>,
}

/// Engines that are known, by namespace and mount path.
type Mounts = HashMap<(Option<String>, String), Mount>;

/// A successful answer and where it came from.
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
            connection: OnceLock::new(),
            started: OnceLock::new(),
            mounts: Mutex::default(),
            halted: OnceLock::new(),
        }
    }

    /// The question with the runner's namespace where the config names none.
    fn completed(&self, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        if ask.secret.namespace.is_none() {
            ask.secret.namespace.clone_from(&self.settings.namespace);
        }
        ask
    }

    /// Fetches distinct questions. The first goes alone: what fails for all of them (no token, no
    /// server) is then found with one request instead of sixteen.
    fn fetch_all(&self, asks: &[&Ask]) -> Vec<Result<Fetched, Refusal>> {
        let slots: Vec<OnceLock<_>> = asks.iter().map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        let step = || {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let (Some(ask), Some(slot)) = (asks.get(i), slots.get(i)) else {
                return false;
            };
            slot.get_or_init(|| self.fetch_unless_halted(ask));
            true
        };
        step();
        std::thread::scope(|scope| {
            for _ in 1..asks.len().min(PARALLEL + 1) {
                scope.spawn(|| while step() {});
            }
        });
        slots.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    fn fetch_unless_halted(&self, ask: &Ask) -> Result<Fetched, Refusal> {
        if let Some(refusal) = self.halted.get() {
            return Err(refusal.clone());
        }
        let result = self.fetch(ask);
        if let Err(refusal) = &result
            && refusal.is_of_the_whole_store()
        {
            // Only the first such failure counts; a later one says the same.
            let _ = self.halted.set(refusal.clone());
        }
        result
    }

    /// Asks the endpoints in their order until one gives an answer.
    fn fetch(&self, ask: &Ask) -> Result<Fetched, Refusal> {
        let namespace = namespace_header(ask.secret.namespace.as_deref().unwrap_or_default())?;
        if ask.secret.engine == Engine::KvV1 {
            // A plain read of another engine may create a credential, so look before reading.
            self.refuse_other_engines(ask, namespace.as_deref())?;
        }
        let (preferred, last) = endpoints(ask);
        for endpoint in preferred.iter().copied() {
            let answer = self.get(&target(ask, endpoint)?, namespace.as_deref())?;
            let Some(why) = declines(&answer) else {
                return self.checked(ask, endpoint, answer, namespace.as_deref());
            };
            let segment = endpoint.segment();
            tracing::info!("`{segment}` of {} is {why}, asking elsewhere", ask.secret);
        }
        let answer = self.get(&target(ask, last)?, namespace.as_deref())?;
        self.checked(ask, last, answer, namespace.as_deref())
    }

    fn checked(
        &self,
        ask: &Ask,
        endpoint: Endpoint,
        answer: Answer,
        namespace: Option<&str>,
    ) -> Result<Fetched, Refusal> {
        if answer.status == 200 {
            return Ok(Fetched { endpoint, answer });
        }
        Err(self.diagnose(ask, endpoint, &answer, namespace))
    }

    fn read_answer(&self, ask: &Ask, fetched: &Fetched) -> Result<Reading, Refusal> {
        let Fetched { endpoint, answer } = fetched;
        answer::interpret(ask, *endpoint, answer, now()).map_err(|said| {
            refuse::refusal(&said, ask, *endpoint, &self.address, &Facts::default())
        })
    }

    fn connection(&self) -> Result<&Connection, Refusal> {
        let connection = self
            .connection
            .get_or_init(|| Connection::open(&self.settings, &self.address));
        connection.as_ref().map_err(Clone::clone)
    }

    fn mounts(&self) -> MutexGuard<'_, Mounts> {
        // What another thread left there is complete: entries are only ever inserted.
        self.mounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for HttpStore {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        let asks: Vec<Ask> = asks.iter().map(|ask| self.completed(ask)).collect();
        let mut distinct: Vec<&Ask> = Vec::new();
        let mut places: HashMap<&Ask, usize> = HashMap::new();
        for ask in &asks {
            places.entry(ask).or_insert_with(|| {
                distinct.push(ask);
                distinct.len() - 1
            });
        }
        let fetched = self.fetch_all(&distinct);
        asks.iter()
            .map(|ask| match &fetched[places[ask]] {
                Ok(fetched) => self.read_answer(ask, fetched),
                Err(refusal) => Err(refusal.clone()),
            })
            .collect()
    }

    fn address(&self) -> Option<&str> {
        Some(&self.address)
    }

    fn namespace(&self) -> Option<&str> {
        self.settings.namespace.as_deref()
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
