//! Logging in: each method's requests in their order, and the token on the keyring before anything
//! else happens to it.
//!
//! What is asked and what answers mean is decided in `vault::login`. A request that could use up a
//! credential is made once at most.

mod jwt;

use std::sync::Arc;
use std::time::Instant;

use zeroize::Zeroizing;

use super::HttpStore;
use super::keyring::Alive;
use super::proof;
use super::request::{Bearer, Repeat, Request, Scope, Verb};
use super::session::{Opened, Ours};
use crate::vault::Refusal;
use crate::vault::kv::Answer;
use crate::vault::kv::request::namespace_header;
use crate::vault::login::answer::{Given, given, text};
use crate::vault::login::request::{self, Step};
use crate::vault::login::{Login, Method, refuse, wrapped};
use crate::vault::settings::{Proof, Token};

impl HttpStore {
    /// Whether the login uses up a credential that the runner does not get again by itself.
    pub(super) fn burns(&self, login: &Login) -> bool {
        let secret_id = &self.settings.auth.proofs.secret_id;
        login.method == Method::AppRole && !matches!(secret_id, Some(Proof::Command { .. }))
    }

    /// Makes a login that was made `earlier` times before.
    pub(super) fn log_in(&self, login: &Login, earlier: u32) -> Result<Ours, Refusal> {
        let connection = self.connection()?;
        let _pending = self.sessions.keyring.expect()?;
        tracing::info!("logging in at {login} by {}", login.method.word());
        let since = Instant::now();
        let answer = match login.method {
            Method::AppRole => self.by_app_role(login)?,
            Method::KubernetesAppRole => self.by_kubernetes_app_role(login)?,
            Method::Kubernetes | Method::Jwt => self.by_signed_token(login)?,
            Method::Userpass | Method::Ldap => self.by_password(login)?,
            Method::Cert => self.by_certificate(login)?,
            // the runner's token is no login: `Settings::login` gives none for it
            Method::Token => return Err(refuse::nothing(login, &self.address)),
        };
        let grant = match given(&answer) {
            Given::Grant(grant) => grant,
            Given::SecondFactor => return Err(refuse::second_factor(login, &self.address)),
            Given::Nothing => return Err(refuse::nothing(login, &self.address)),
        };
        let token = Arc::new(grant.token);
        if grant.is_kept {
            self.sessions.keyring.add(Alive {
                token: Arc::clone(&token),
                namespace: namespace(login)?,
                connection: Arc::clone(connection),
            });
        }
        Ok(Ours {
            token,
            lease: grant.lease.map(|lease| (lease, since)),
            is_renewable: grant.is_renewable,
            earlier,
        })
    }

    fn by_app_role(&self, login: &Login) -> Result<Answer, Refusal> {
        let proofs = &self.settings.auth.proofs;
        let role_id = proofs.role_id.as_ref().ok_or_else(|| {
            let way_out = "set it, or `COUNTERSIGN_AUTH_ROLE_ID_FILE`.";
            refuse::lacking(login, "COUNTERSIGN_AUTH_ROLE_ID", way_out)
        })?;
        let secret_id = proofs.secret_id.as_ref().ok_or_else(|| {
            let way_out = "set it, or the same with `_FILE` or `_COMMAND` behind it.";
            refuse::lacking(login, "COUNTERSIGN_AUTH_SECRET_ID", way_out)
        })?;
        let (role_id, mut secret_id) = (self.reveal(role_id)?, self.reveal(secret_id)?);
        if proofs.is_wrapped {
            secret_id = self.unwrapped(login, &secret_id)?;
        }
        let step = request::approle(login.mount(), &role_id, &secret_id)?;
        self.once(login, step, Bearer::Nobody, &[&role_id, &secret_id])
    }

    pub(super) fn reveal(&self, proof: &Proof) -> Result<Zeroizing<String>, Refusal> {
        proof::reveal(proof, self.remaining())
    }

    /// What is in a wrapping token, if that was made where it should.
    fn unwrapped(&self, login: &Login, token: &str) -> Result<Zeroizing<String>, Refusal> {
        // held until it is open: a wrapping token opens once, however many logins need what is in it
        let mut opened = self.sessions.opened();
        if let Some(Opened { origin, secret_id }) = &*opened {
            wrapped::check_origin(login, origin)?;
            return Ok(secret_id.clone());
        }
        let (origin, secret_id) = self.open(login, token)?;
        *opened = Some(Opened {
            origin,
            secret_id: secret_id.clone(),
        });
        Ok(secret_id)
    }

    /// Opens a wrapping token; with the place where it was made.
    fn open(&self, login: &Login, token: &str) -> Result<(String, Zeroizing<String>), Refusal> {
        let place = "COUNTERSIGN_AUTH_SECRET_ID";
        let wrapping = Token::new(token.to_owned(), place)?;
        let look = Step {
            target: "/v1/sys/wrapping/lookup".to_owned(),
            body: request::wrapping(token),
        };
        let seen = self.step(login, look, Bearer::Nobody, Repeat::Freely)?;
        match seen.status {
            200 => {}
            400 | 404 => return Err(wrapped::opened(login, &self.address)),
            _ => return Err(refuse::refusal(login, &self.address, &seen, &[token])),
        }
        let origin = text(&seen, "creation_path").map_or_else(String::new, |path| path.to_string());
        wrapped::check_origin(login, &origin)?;
        let open = Step {
            target: "/v1/sys/wrapping/unwrap".to_owned(),
            body: Zeroizing::new(b"{}".to_vec()),
        };
        let opened = self.step(login, open, Bearer::This(&wrapping), Repeat::UntilSent)?;
        match opened.status {
            200 => match text(&opened, "secret_id") {
                Some(secret_id) => Ok((origin, secret_id)),
                None => Err(refuse::nothing(login, &self.address)),
            },
            400 | 403 | 404 => Err(wrapped::opened(login, &self.address)),
            _ => Err(refuse::refusal(login, &self.address, &opened, &[token])),
        }
    }

    /// As the service account, which asks for a `SecretID`; its own token is revoked at once.
    fn by_kubernetes_app_role(&self, login: &Login) -> Result<Answer, Refusal> {
        let account = Login {
            method: Method::Kubernetes,
            ..login.clone()
        };
        let first = self.log_in(&account, 0)?;
        let second = self.as_app_role(login, &first.token);
        self.sessions.keyring.revoke(&first.token);
        second
    }

    fn as_app_role(&self, login: &Login, first: &Token) -> Result<Answer, Refusal> {
        let role_id = if let Some(proof) = &self.settings.auth.proofs.role_id {
            self.reveal(proof)?
        } else {
            let namespace = namespace(login)?;
            let target = request::role_id(login)?;
            let answer = self.exchange(&Request {
                bearer: Bearer::This(first),
                ..Request::get(&target, scope(namespace.as_deref()))
            })?;
            self.text_of(login, &answer, "role_id")?
        };
        let step = request::secret_id(login)?;
        let answer = self.step(login, step, Bearer::This(first), Repeat::UntilSent)?;
        let secret_id = self.text_of(login, &answer, "secret_id")?;
        let second = Login {
            method: Method::AppRole,
            mount: Some(request::app_role_mount(login).to_owned()),
            ..login.clone()
        };
        let step = request::approle(second.mount(), &role_id, &secret_id)?;
        self.once(&second, step, Bearer::Nobody, &[&role_id, &secret_id])
    }

    fn by_signed_token(&self, login: &Login) -> Result<Answer, Refusal> {
        let jwt = self.signed_token(login)?;
        let step = request::signed(login, &jwt)?;
        self.again(login, step, &[&jwt])
    }

    fn by_password(&self, login: &Login) -> Result<Answer, Refusal> {
        let proofs = &self.settings.auth.proofs;
        let username = proofs
            .username
            .as_deref()
            .ok_or_else(|| refuse::lacking(login, "COUNTERSIGN_AUTH_USERNAME", "set it."))?;
        let password = proofs.password.as_ref().ok_or_else(|| {
            let way_out = "set it, or the same with `_FILE` or `_COMMAND` behind it.";
            refuse::lacking(login, "COUNTERSIGN_AUTH_PASSWORD", way_out)
        })?;
        let password = self.reveal(password)?;
        let step = request::password(login, username, &password)?;
        self.again(login, step, &[&password])
    }

    fn by_certificate(&self, login: &Login) -> Result<Answer, Refusal> {
        if self.settings.identity.is_none() {
            let way_out = "set it and `VAULT_CLIENT_KEY`: the certificate of the connection is what is looked at.";
            return Err(refuse::lacking(login, "VAULT_CLIENT_CERT", way_out));
        }
        self.again(login, request::certificate(login)?, &[])
    }

    /// A step that may be made again, answered with 200.
    fn again(&self, login: &Login, step: Step, sent: &[&str]) -> Result<Answer, Refusal> {
        let answer = self.step(login, step, Bearer::Nobody, Repeat::Freely)?;
        self.succeeded(login, answer, sent)
    }

    /// A step that uses something up, answered with 200.
    fn once(
        &self,
        login: &Login,
        step: Step,
        bearer: Bearer<'_>,
        sent: &[&str],
    ) -> Result<Answer, Refusal> {
        let answer = self.step(login, step, bearer, Repeat::UntilSent)?;
        self.succeeded(login, answer, sent)
    }

    fn succeeded(&self, login: &Login, answer: Answer, sent: &[&str]) -> Result<Answer, Refusal> {
        if answer.status == 200 {
            return Ok(answer);
        }
        Err(refuse::refusal(login, &self.address, &answer, sent))
    }

    fn text_of(
        &self,
        login: &Login,
        answer: &Answer,
        field: &str,
    ) -> Result<Zeroizing<String>, Refusal> {
        if answer.status != 200 {
            return Err(refuse::role(login, &self.address, answer, field));
        }
        text(answer, field).ok_or_else(|| refuse::nothing(login, &self.address))
    }

    fn step(
        &self,
        login: &Login,
        Step { target, body }: Step,
        bearer: Bearer<'_>,
        repeat: Repeat,
    ) -> Result<Answer, Refusal> {
        let namespace = namespace(login)?;
        self.exchange(&Request {
            bearer,
            repeat,
            ..Request::change(Verb::Post, &target, scope(namespace.as_deref()), body)
        })
    }
}

fn namespace(login: &Login) -> Result<Option<String>, Refusal> {
    namespace_header(login.namespace.as_deref().unwrap_or_default())
}

fn scope(namespace: Option<&str>) -> Scope<'_> {
    Scope {
        namespace,
        login: None,
    }
}
