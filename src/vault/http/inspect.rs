//! What `doctor` asks: the server's health, and what the token is and may do.
//!
//! A capability that is asked for is not used: nothing here reads a secret. Each is one request.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::HttpStore;
use super::request::{Bearer, Repeat, Request, Scope, Verb};
use crate::vault::Refusal;
use crate::vault::inspect::{self, Asker, Capabilities, Health, Holder, Inspector};
use crate::vault::kv::Answer;
use crate::vault::kv::refuse::{no_namespace, of_the_server};
use crate::vault::kv::request::namespace_header;
use crate::vault::kv::said::{Said, said};
use crate::vault::login::Login;

/// With 200 for every state that the body tells anyway: a standby is no busy server.
const HEALTH: &str = "/v1/sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200";

impl HttpStore {
    /// The answer, if there is one; `None`: a policy forbids the question.
    fn inspected<A>(
        &self,
        request: &Request<'_>,
        read: fn(&Answer) -> Option<A>,
    ) -> Result<Option<A>, Refusal> {
        let answer = self.exchange(request)?;
        if answer.status != 200 {
            return match said(&answer) {
                Said::Denied => Ok(None),
                Said::NoNamespace => Err(no_namespace(request.scope.namespace.unwrap_or_default())),
                said => Err(of_the_server(&said, &self.address)),
            };
        }
        let foreign = Said::Foreign { status: 200 };
        let read = read(&answer).ok_or_else(|| of_the_server(&foreign, &self.address));
        read.map(Some)
    }
}

impl Inspector for HttpStore {
    fn health(&self) -> Result<Health, Refusal> {
        // it is no part of any namespace
        let request = Request {
            bearer: Bearer::Nobody,
            ..Request::get(HEALTH, Scope::default())
        };
        let health = self.inspected(&request, inspect::health)?;
        health.ok_or_else(|| of_the_server(&Said::Foreign { status: 403 }, &self.address))
    }

    fn counts(&self, said: Option<&Arc<Login>>) -> Option<Arc<Login>> {
        self.login(said)
    }

    fn holder(&self, asker: &Asker) -> Result<Option<Holder>, Refusal> {
        let namespace = namespace_header(asker.namespace.as_deref().unwrap_or_default())?;
        let scope = Scope {
            namespace: namespace.as_deref(),
            login: asker.login.as_ref(),
        };
        let request = Request::get("/v1/auth/token/lookup-self", scope);
        self.inspected(&request, inspect::holder)
    }

    fn capabilities(
        &self,
        asker: &Asker,
        paths: &[String],
    ) -> Result<Option<Capabilities>, Refusal> {
        let namespace = namespace_header(asker.namespace.as_deref().unwrap_or_default())?;
        let scope = Scope {
            namespace: namespace.as_deref(),
            login: asker.login.as_ref(),
        };
        let body = serde_json::json!({ "paths": paths }).to_string();
        let target = "/v1/sys/capabilities-self";
        let request = Request {
            // a question, although it has a body
            repeat: Repeat::Freely,
            ..Request::change(Verb::Post, target, scope, Zeroizing::new(body.into_bytes()))
        };
        self.inspected(&request, inspect::capabilities)
    }
}
