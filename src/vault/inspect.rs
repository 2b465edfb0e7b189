//! What `doctor` and the audit log ask a server of itself and of a token: questions that no build
//! has, and no value.
//!
//! The pipeline does not know them. What answers mean is read here, without a socket.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::kv::Answer;
use super::login::Login;
use super::{Refusal, Store};

/// How a server is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// It was set up.
    pub initialized: bool,
    /// It has no key to read its own data.
    pub sealed: bool,
    /// Another node is the active one.
    pub standby: bool,
    /// As it calls itself.
    pub version: String,
    /// `Vault` or `OpenBao`; `None`: it cannot be told.
    pub product: Option<&'static str>,
    /// What its clock shows, in seconds since 1970.
    pub clock: Option<i64>,
}

/// What a token is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// What the server calls it.
    pub name: String,
    /// The id of the entity behind it; a token that was made by hand has none.
    pub entity: Option<String>,
    /// Its policies, those of its entity among them.
    pub policies: Vec<String>,
    /// Seconds that are left; `None`: it does not end.
    pub ttl: Option<u64>,
    /// How many more requests it is good for; `None`: any number.
    pub uses: Option<u64>,
}

/// What a token may do, by path.
pub type Capabilities = BTreeMap<String, Vec<String>>;

/// As whom and where something is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asker {
    /// The login; `None`: the runner's own token.
    pub login: Option<Arc<Login>>,
    /// Of Vault or OpenBao.
    pub namespace: Option<String>,
}

/// A store that can be asked about itself.
pub trait Inspector: Store {
    /// How the server is; asked without any token.
    fn health(&self) -> Result<Health, Refusal>;

    /// The login that counts where a config names `said`; `None`: the runner's token does.
    fn counts(&self, said: Option<&Arc<Login>>) -> Option<Arc<Login>>;

    /// What the token is; `None`: it may not look at itself.
    fn holder(&self, asker: &Asker) -> Result<Option<Holder>, Refusal>;

    /// What the token may do on each of these paths, in one request; `None`: it may not ask.
    fn capabilities(
        &self,
        asker: &Asker,
        paths: &[String],
    ) -> Result<Option<Capabilities>, Refusal>;
}

/// The answer to `sys/health`.
#[must_use]
pub fn health(answer: &Answer) -> Option<Health> {
    let said: SaidOfHealth = serde_json::from_slice(&answer.body).ok()?;
    Some(Health {
        product: product(&said),
        initialized: said.initialized,
        sealed: said.sealed,
        standby: said.standby,
        version: said.version,
        clock: said.server_time_utc,
    })
}

/// Vault says whether it is the enterprise edition. OpenBao has none, and began with version 2.
fn product(said: &SaidOfHealth) -> Option<&'static str> {
    if said.enterprise.is_some() {
        return Some("Vault");
    }
    let major: u64 = said.version.split('.').next()?.parse().ok()?;
    (major >= 2).then_some("OpenBao")
}

/// The answer to `auth/token/lookup-self`.
#[must_use]
pub fn holder(answer: &Answer) -> Option<Holder> {
    let said: Data<SaidOfToken> = serde_json::from_slice(&answer.body).ok()?;
    let said = said.data;
    let mut policies = said.policies;
    policies.extend(said.identity_policies);
    Some(Holder {
        name: said.display_name,
        entity: said.entity_id.filter(|id| !id.is_empty()),
        policies,
        ttl: said.expire_time.is_some().then_some(said.ttl),
        // the last request of a token whose requests are counted is answered with -1
        uses: (said.num_uses != 0).then(|| u64::try_from(said.num_uses).unwrap_or(0)),
    })
}

/// The answer to `sys/capabilities-self`.
#[must_use]
pub fn capabilities(answer: &Answer) -> Option<Capabilities> {
    let said: Data<Capabilities> = serde_json::from_slice(&answer.body).ok()?;
    Some(said.data)
}

#[derive(Deserialize)]
struct SaidOfHealth {
    initialized: bool,
    sealed: bool,
    #[serde(default)]
    standby: bool,
    #[serde(default)]
    version: String,
    enterprise: Option<serde::de::IgnoredAny>,
    server_time_utc: Option<i64>,
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct SaidOfToken {
    #[serde(default)]
    display_name: String,
    entity_id: Option<String>,
    #[serde(default)]
    policies: Vec<String>,
    #[serde(default)]
    identity_policies: Vec<String>,
    #[serde(default)]
    ttl: u64,
    #[serde(default)]
    num_uses: i64,
    expire_time: Option<serde::de::IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            body: Zeroizing::new(body.into()),
        }
    }

    #[test]
    fn vault_and_openbao_are_told_apart_by_what_they_say_of_themselves() {
        let product = |more: &str| {
            let body = format!(r#"{{"initialized":true,"sealed":false{more}}}"#);
            health(&answer(&body)).and_then(|health| health.product)
        };
        assert_eq!(product(r#","version":"2.7.2""#), Some("OpenBao"));
        let vault = r#","version":"1.21.0","enterprise":false"#;
        assert_eq!(product(vault), Some("Vault"));
        let next = r#","version":"2.0.0+ent","enterprise":true"#;
        assert_eq!(product(next), Some("Vault"));
        assert_eq!(product(r#","version":"1.9.0""#), None);
        assert_eq!(product(""), None);
    }

    #[test]
    fn a_token_that_does_not_end_has_no_time_left_to_tell() {
        let of = |data: &str| holder(&answer(&format!(r#"{{"data":{data}}}"#)));
        let root = of(r#"{"ttl":0,"num_uses":0,"expire_time":null,"policies":["root"]}"#);
        let root = root.unwrap_or_default();
        assert_eq!((root.ttl, root.uses), (None, None));
        let short = of(r#"{"ttl":30,"num_uses":2,"expire_time":"2026-11-21T12:00:00Z"}"#);
        let short = short.unwrap_or_default();
        assert_eq!((short.ttl, short.uses), (Some(30), Some(2)));
        let last = of(r#"{"ttl":30,"num_uses":-1,"expire_time":"2026-11-21T12:00:00Z"}"#);
        assert_eq!(last.unwrap_or_default().uses, Some(0));
    }

    #[test]
    fn whoever_logged_in_has_an_entity_and_its_policies_as_well() {
        let of = |data: &str| holder(&answer(&format!(r#"{{"data":{data}}}"#))).unwrap_or_default();
        let ci = of(
            r#"{"id":"s.x","display_name":"jwt-ci","entity_id":"e-1","policies":["default"],"identity_policies":["orders"]}"#,
        );
        assert_eq!(
            (ci.name.as_str(), ci.entity.as_deref()),
            ("jwt-ci", Some("e-1"))
        );
        assert_eq!(ci.policies, ["default", "orders"]);
        assert_eq!(of(r#"{"display_name":"root","entity_id":""}"#).entity, None);
    }
}
