//! Writing a new version with check-and-set: by PATCH where something stands, so that nothing has to be
//! read, else with all of it.
//!
//! A write is sent once. When its answer is lost, nobody knows whether it was made, and that is said.

use super::request::{Request, Scope, Verb};
use super::{Answer, HttpStore};
use crate::vault::kv::endpoints;
use crate::vault::kv::request::{data_target, namespace_header};
use crate::vault::kv::said::{Said, said};
use crate::vault::kv::write::{Outcome, declined, failed, keys, merged, outcome, overtaken};
use crate::vault::writing::{Expects, Write, Writer};
use crate::vault::{Ask, Depth, Refusal};
use zeroize::Zeroizing;

impl Writer for HttpStore {
    fn begin_anew(&self) {
        self.restart();
    }

    fn write(&self, write: &Write) -> Result<u64, Refusal> {
        let ask = self.completed(&write.ask(Depth::Keys));
        let target = data_target(&ask.secret)?;
        let namespace = namespace_header(ask.secret.namespace.as_deref().unwrap_or_default())?;
        let scope = Scope {
            namespace: namespace.as_deref(),
            login: ask.login.as_ref(),
        };
        let way = Way {
            store: self,
            write,
            ask: &ask,
            target: &target,
            scope,
        };
        let outcome = match write.expects {
            Expects::Nothing => way.post(keys(write, 0)?)?,
            Expects::Gone => match way.gone_version()? {
                Some(version) => way.post(keys(write, version)?)?,
                None => Outcome::Overtaken,
            },
            Expects::Version(version) => match way.send(Verb::Patch, keys(write, version)?)? {
                Outcome::Declined => {
                    tracing::info!("{} cannot be patched, writing all of it", write.secret);
                    way.replace(version)?
                }
                other => other,
            },
        };
        match outcome {
            Outcome::Written(version) => Ok(version),
            Outcome::Overtaken => Err(overtaken(&write.secret)),
            Outcome::Declined => Err(declined(write)),
            Outcome::Failed(said) => Err(failed(&said, write, &self.address)),
        }
    }
}

/// One write on its way.
struct Way<'w> {
    store: &'w HttpStore,
    write: &'w Write,
    ask: &'w Ask,
    target: &'w str,
    scope: Scope<'w>,
}

impl Way<'_> {
    fn post(&self, body: Zeroizing<Vec<u8>>) -> Result<Outcome, Refusal> {
        self.send(Verb::Post, body)
    }

    fn send(&self, verb: Verb, body: Zeroizing<Vec<u8>>) -> Result<Outcome, Refusal> {
        let request = Request::change(verb, self.target, self.scope, body);
        let answer = self.store.exchange(&request).map_err(|mut refusal| {
            refusal.hint.push_str(
                " If the server got the write, `countersign missing` does not name the keys any more.",
            );
            refusal
        })?;
        Ok(outcome(&answer))
    }

    /// Reads what stands there and writes it again, together with the new keys.
    fn replace(&self, version: u64) -> Result<Outcome, Refusal> {
        let read = self.store.get(self.target, self.scope)?;
        match merged(self.write, version, &read) {
            Ok(Some(body)) => self.post(body),
            Ok(None) => Ok(Outcome::Overtaken),
            Err(Said::Denied) => Ok(Outcome::Declined),
            Err(said) => Ok(Outcome::Failed(said)),
        }
    }

    /// The number of the newest version, if that still cannot be read.
    fn gone_version(&self) -> Result<Option<u64>, Refusal> {
        let fetched = self
            .store
            .first_answer(self.ask, endpoints(self.ask), self.scope)?;
        let answer: &Answer = &fetched.answer;
        Ok(match said(answer) {
            _ if answer.status == 200 => None,
            Said::Gone { version, .. } => Some(version),
            Said::Absent => None,
            said => return Err(failed(&said, self.write, &self.store.address)),
        })
    }
}
