//! A store whose questions carry a login also where no config of the run stands behind them.
//!
//! What only a lock knows (previous generations, secrets that no config defines any more) is asked
//! with the login of a config of the same run: one for the same Vault namespace if there is one.
//! Pure: it chooses, another store asks.

use std::sync::Arc;

use super::login::Login;
use super::{Ask, History, Reading, Refusal, Store};

/// A store and the logins of a run.
pub struct Signed<'s> {
    store: &'s dyn Store,
    /// Namespaces of secrets, with the login that their config names.
    logins: Vec<(Option<String>, Arc<Login>)>,
}

impl<'s> Signed<'s> {
    /// `logins`: for each secret of a config its namespace and that config's login, in order.
    #[must_use]
    pub fn new(store: &'s dyn Store, logins: Vec<(Option<String>, Arc<Login>)>) -> Self {
        Self { store, logins }
    }

    fn signed(&self, asks: &[Ask]) -> Vec<Ask> {
        let sign = |ask: &Ask| Ask {
            login: ask
                .login
                .clone()
                .or_else(|| self.login_in(ask.secret.namespace.as_ref())),
            ..ask.clone()
        };
        asks.iter().map(sign).collect()
    }

    /// The login for what stands in a namespace and belongs to no config.
    #[must_use]
    pub fn login_in(&self, namespace: Option<&String>) -> Option<Arc<Login>> {
        let mut logins = self.logins.iter();
        let same = logins.find(|(known, _)| known.as_ref() == namespace);
        let login = same.or(self.logins.first());
        login.map(|(_, login)| Arc::clone(login))
    }
}

impl Store for Signed<'_> {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        self.store.read(&self.signed(asks))
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        self.store.history(&self.signed(asks))
    }

    fn address(&self) -> Option<&str> {
        self.store.address()
    }

    fn namespace(&self) -> Option<&str> {
        self.store.namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::login::Method;
    use crate::vault::nobody::Nobody;
    use crate::vault::{Engine, SecretPath};

    fn ask(namespace: Option<&str>) -> Ask {
        Ask::history(SecretPath {
            namespace: namespace.map(str::to_owned),
            mount: "kv".into(),
            path: "a".into(),
            engine: Engine::KvV2,
        })
    }

    #[test]
    fn a_question_without_a_login_takes_that_of_its_namespace_or_else_the_first() {
        let login = |method| Arc::new(Login::new(method));
        let logins = vec![
            (Some("team-a".to_owned()), login(Method::Jwt)),
            (Some("team-b".to_owned()), login(Method::Ldap)),
        ];
        let store = Signed::new(&Nobody, logins);
        let method = |ask: Ask| store.signed(&[ask]).remove(0).login.map(|l| l.method);
        assert_eq!(method(ask(Some("team-b"))), Some(Method::Ldap));
        assert_eq!(method(ask(Some("team-c"))), Some(Method::Jwt));
        assert_eq!(method(ask(None)), Some(Method::Jwt));
        let own = Ask {
            login: Some(login(Method::Cert)),
            ..ask(Some("team-b"))
        };
        assert_eq!(method(own), Some(Method::Cert));
    }

    #[test]
    fn without_any_login_questions_stay_as_they_are() {
        let store = Signed::new(&Nobody, Vec::new());
        assert_eq!(store.signed(&[ask(None)]), [ask(None)]);
    }
}
