//! The history of secrets from a server: one list each, and once the setting of each mount.
//!
//! Where the policy gives no list, the newest version is looked at, through the endpoint that shows
//! least. What the answers mean is decided in `kv`.

use std::sync::Arc;

use super::request::Scope;
use super::{Fetched, HttpStore, now};
use crate::vault::kv::Endpoint;
use crate::vault::kv::facts::{Facts, mount_max_versions};
use crate::vault::kv::history::{ENDPOINTS, Told, told};
use crate::vault::kv::refuse::{refusal, unlisted};
use crate::vault::kv::request::{config_target, namespace_header};
use crate::vault::kv::said::{Said, said};
use crate::vault::login::Login;
use crate::vault::{Ask, Engine, History, Refusal};

/// A mount, its namespace, and as whom it is asked.
type MountPath = (Option<String>, String, Option<Arc<Login>>);

impl HttpStore {
    pub(super) fn histories(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        let asks: Vec<Ask> = asks.iter().map(|ask| self.completed(ask)).collect();
        let told = self.ask_each(&asks, |ask| self.versions_of(ask));
        let listed = |ask: &&Ask| matches!(told[*ask], Ok(Some(Told::List(_))));
        let mounts: Vec<MountPath> = asks.iter().filter(listed).map(mount_path).collect();
        let settings = self.ask_each(&mounts, |mount| Ok(self.max_versions_of(mount)));
        let now = now();
        let history = |ask: &Ask| match &told[ask] {
            Ok(Some(told)) => {
                let mount = settings.get(&mount_path(ask));
                Ok(told.history(now, mount.and_then(|setting| setting.clone().ok()?)))
            }
            Ok(None) => Ok(History::default()),
            Err(refusal) => Err(refusal.clone()),
        };
        asks.iter().map(history).collect()
    }

    /// What the server tells of the versions of a secret; nothing is asked where there are none.
    fn versions_of(&self, ask: &Ask) -> Result<Option<Told>, Refusal> {
        if ask.secret.engine == Engine::KvV1 {
            return Ok(None);
        }
        let namespace = namespace_header(ask.secret.namespace.as_deref().unwrap_or_default())?;
        let scope = Scope {
            namespace: namespace.as_deref(),
            login: ask.login.as_ref(),
        };
        let Fetched { endpoint, answer } = self.first_answer(ask, ENDPOINTS, scope)?;
        let refusal =
            |said: &Said, endpoint| refusal(said, ask, endpoint, &self.address, &Facts::default());
        if answer.status == 200 {
            let told = told(endpoint, &answer).map_err(|said| refusal(&said, endpoint))?;
            return Ok(Some(told));
        }
        Err(match said(&answer) {
            said @ Said::Gone { .. } => unlisted(&said, ask, endpoint, &self.address),
            // Each of the three would do; the list is what should be granted.
            said @ Said::Denied => refusal(&said, Endpoint::Metadata),
            _ => self.diagnose(ask, endpoint, &answer, scope),
        })
    }

    /// The mount's own setting, where the token may read it. A failure here only means that less is
    /// known.
    fn max_versions_of(&self, (namespace, mount, login): &MountPath) -> Option<u64> {
        let namespace = namespace_header(namespace.as_deref().unwrap_or_default()).ok()?;
        let scope = Scope {
            namespace: namespace.as_deref(),
            login: login.as_ref(),
        };
        let answer = self.get(&config_target(mount).ok()?, scope);
        mount_max_versions(&answer.ok()?)
    }
}

fn mount_path(ask: &Ask) -> MountPath {
    let secret = &ask.secret;
    let login = ask.login.clone();
    (secret.namespace.clone(), secret.mount.clone(), login)
}
