//! The history of secrets from a server: one list each, and once the setting of each mount.
//!
//! Where the policy gives no list, the newest version is looked at, through the endpoint that shows
//! least. What the answers mean is decided in `kv`.

use super::{Fetched, HttpStore, now};
use crate::vault::kv::Endpoint;
use crate::vault::kv::facts::{Facts, mount_max_versions};
use crate::vault::kv::history::{ENDPOINTS, Told, told};
use crate::vault::kv::refuse::{refusal, unlisted};
use crate::vault::kv::request::{config_target, namespace_header};
use crate::vault::kv::said::{Said, said};
use crate::vault::{Ask, Depth, Engine, History, Refusal, SecretPath};

/// A mount and its namespace.
type MountPath = (Option<String>, String);

impl HttpStore {
    pub(super) fn histories(&self, secrets: &[SecretPath]) -> Vec<Result<History, Refusal>> {
        let secrets: Vec<SecretPath> = secrets.iter().map(|s| self.completed(s)).collect();
        let told = self.ask_each(&secrets, |secret| self.versions_of(secret));
        let listed = |secret: &&SecretPath| matches!(told[*secret], Ok(Some(Told::List(_))));
        let mounts: Vec<MountPath> = secrets.iter().filter(listed).map(mount_path).collect();
        let settings = self.ask_each(&mounts, |mount| Ok(self.max_versions_of(mount)));
        let now = now();
        let history = |secret: &SecretPath| match &told[secret] {
            Ok(Some(told)) => {
                let mount = settings.get(&mount_path(secret));
                Ok(told.history(now, mount.and_then(|setting| setting.clone().ok()?)))
            }
            Ok(None) => Ok(History::default()),
            Err(refusal) => Err(refusal.clone()),
        };
        secrets.iter().map(history).collect()
    }

    /// What the server tells of the versions of a secret; nothing is asked where there are none.
    fn versions_of(&self, secret: &SecretPath) -> Result<Option<Told>, Refusal> {
        if secret.engine == Engine::KvV1 {
            return Ok(None);
        }
        let ask = Ask {
            secret: secret.clone(),
            version: None,
            depth: Depth::Metadata,
        };
        let namespace = namespace_header(secret.namespace.as_deref().unwrap_or_default())?;
        let Fetched { endpoint, answer } =
            self.first_answer(&ask, ENDPOINTS, namespace.as_deref())?;
        let refusal =
            |said: &Said, endpoint| refusal(said, &ask, endpoint, &self.address, &Facts::default());
        if answer.status == 200 {
            let told = told(endpoint, &answer).map_err(|said| refusal(&said, endpoint))?;
            return Ok(Some(told));
        }
        Err(match said(&answer) {
            said @ Said::Gone { .. } => unlisted(&said, &ask, endpoint, &self.address),
            // Each of the three would do; the list is what should be granted.
            said @ Said::Denied => refusal(&said, Endpoint::Metadata),
            _ => self.diagnose(&ask, endpoint, &answer, namespace.as_deref()),
        })
    }

    /// The mount's own setting, where the token may read it. A failure here only means that less is
    /// known.
    fn max_versions_of(&self, (namespace, mount): &MountPath) -> Option<u64> {
        let namespace = namespace_header(namespace.as_deref().unwrap_or_default()).ok()?;
        let answer = self.get(&config_target(mount).ok()?, namespace.as_deref());
        mount_max_versions(&answer.ok()?)
    }
}

fn mount_path(secret: &SecretPath) -> MountPath {
    (secret.namespace.clone(), secret.mount.clone())
}
