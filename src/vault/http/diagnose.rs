//! More questions after a failure, so that its hint says what to change.
//!
//! They may fail as they like: a failure here only means a plainer hint. The look at the mount is
//! also what keeps a kv-v1 read from reaching an engine that makes credentials.

use super::request::Scope;
use super::{HttpStore, now};
use crate::vault::kv::facts::{Facts, Mount, Versions};
use crate::vault::kv::refuse::{other_engine, refusal, wrong_mount};
use crate::vault::kv::request::{mount_target, target, versions_target};
use crate::vault::kv::said::{Said, said};
use crate::vault::kv::{Answer, Endpoint};
use crate::vault::{Ask, Engine, Refusal};

impl HttpStore {
    /// The best refusal for an answer that is not 200.
    pub(super) fn diagnose(
        &self,
        ask: &Ask,
        endpoint: Endpoint,
        answer: &Answer,
        scope: Scope<'_>,
    ) -> Refusal {
        let said = said(answer);
        let mut facts = Facts::default();
        let is_v2 = ask.secret.engine == Engine::KvV2;
        let is_pinned = is_v2 && ask.version.is_some();
        if matches!(said, Said::Gone { .. }) || (said == Said::Absent && is_pinned) {
            self.look_at_versions(ask, scope, &mut facts);
        }
        if said == Said::Absent && is_pinned && facts.versions.is_none() && !facts.path_is_absent {
            facts.path_is_absent = self.has_no_newest(ask, endpoint, scope);
        }
        let may_be_elsewhere = said == Said::Absent && is_v2 && facts.versions.is_none();
        if may_be_elsewhere || said == Said::UnsupportedPath {
            facts.mount = self.mount(ask, scope).unwrap_or_default();
        }
        refusal(&said, ask, endpoint, &self.address, &facts)
    }

    /// Refuses what is mounted if it is known to be no kv-v1 engine.
    pub(super) fn refuse_other_engines(&self, ask: &Ask, scope: Scope<'_>) -> Result<(), Refusal> {
        match self.mount(ask, scope)? {
            None => Ok(()),
            Some(mount) => match mount.engine() {
                Some(Engine::KvV1) => Ok(()),
                Some(found) => Err(other_engine(&ask.secret, found)),
                None => Err(wrong_mount(ask, &mount.kind)),
            },
        }
    }

    fn look_at_versions(&self, ask: &Ask, scope: Scope<'_>, facts: &mut Facts) {
        let answer = versions_target(&ask.secret).and_then(|target| self.get(&target, scope));
        let Ok(answer) = answer else {
            return;
        };
        facts.path_is_absent = answer.status != 200 && said(&answer) == Said::Absent;
        facts.versions = Versions::read(&answer);
        facts.newest_live = facts.versions.as_ref().and_then(|v| v.newest_live(now()));
    }

    /// Whether the server says that there is no newest version either. Without a look at the list
    /// this tells an absent path from a version that is gone.
    fn has_no_newest(&self, ask: &Ask, endpoint: Endpoint, scope: Scope<'_>) -> bool {
        let newest = Ask {
            version: None,
            ..ask.clone()
        };
        let answer = target(&newest, endpoint).and_then(|target| self.get(&target, scope));
        answer.is_ok_and(|answer| answer.status != 200 && said(&answer) == Said::Absent)
    }

    /// What is mounted, asked once for each mount; `None` where the server does not say. A token
    /// without any right below the mount is not told, and cannot read there either.
    fn mount(&self, ask: &Ask, scope: Scope<'_>) -> Result<Option<Mount>, Refusal> {
        let key = (scope.namespace.map(str::to_owned), ask.secret.mount.clone());
        // Held while asking, so that reads of the same mount wait for one answer.
        let mut mounts = self.mounts();
        if let Some(known) = mounts.get(&key) {
            return Ok(Some(known.clone()));
        }
        let answer = self.get(&mount_target(&ask.secret)?, scope)?;
        if let Some(mount) = Mount::read(&answer) {
            mounts.insert(key, mount.clone());
            return Ok(Some(mount));
        }
        match said(&answer) {
            // Not kept: the token may have rights below another path of the mount.
            Said::Denied | Said::Absent | Said::NoRoute | Said::UnsupportedPath => Ok(None),
            said => {
                let (facts, endpoint) = (Facts::default(), Endpoint::Plain);
                Err(refusal(&said, ask, endpoint, &self.address, &facts))
            }
        }
    }
}
