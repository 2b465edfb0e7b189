//! What a run leaves behind for its log: which secrets a question is asked for, and what was made.
//!
//! The pipeline only puts names here. Without a log there is no trail, and nothing is gathered.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::stage::facts::Facts;
use crate::vault::login::Login;
use crate::vault::{Ask, SecretPath};

/// Of one run.
#[derive(Default)]
pub struct Trail {
    wanted: RefCell<HashMap<SecretPath, Vec<Wanted>>>,
    facts: RefCell<Facts>,
}

/// Who needs the answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which secret.
    pub secret: SecretPath,
    /// `None`: whatever version is asked for.
    pub version: Option<u64>,
    /// `None`: in whoever's name.
    pub login: Option<Arc<Login>>,
    /// The logical name of a managed secret.
    pub name: String,
}

impl Trail {
    /// Before anything is asked.
    pub fn wants(&self, wanted: impl IntoIterator<Item = Wanted>) {
        let mut known = self.wanted.borrow_mut();
        for one in wanted {
            known.entry(one.secret.clone()).or_default().push(one);
        }
    }

    /// For which managed secrets a question is asked, sorted. Where a config names no namespace, that
    /// of the runner is meant, `own`.
    #[must_use]
    pub fn wanted(&self, ask: &Ask, own: Option<&str>) -> Vec<String> {
        let fits = |one: &&Wanted| {
            (one.version.is_none() || one.version == ask.version)
                && (one.login.is_none() || one.login == ask.login)
        };
        let mut asked = vec![ask.secret.clone()];
        if ask.secret.namespace.as_deref() == own {
            asked.push(SecretPath {
                namespace: None,
                ..ask.secret.clone()
            });
        }
        let wanted = self.wanted.borrow();
        let known = asked.iter().filter_map(|secret| wanted.get(secret));
        let fitting = known.flatten().filter(fits);
        let mut names: Vec<String> = fitting.map(|one| one.name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// After everything was made.
    pub fn made(&self, facts: Facts) {
        self.facts.replace(facts);
    }

    /// What was made; nothing in a run that makes nothing.
    #[must_use]
    pub fn take_facts(&self) -> Facts {
        self.facts.take()
    }
}
