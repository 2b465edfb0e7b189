//! One request and its answer: headers, deadline, retries, a standby's redirect, a bounded body.
//!
//! The token goes to the address of the settings and nowhere else: redirects are followed by hand,
//! once, and only within the same origin. What could burn a credential or write twice is made again
//! only while no byte of it can have left this machine.

use std::io::Read;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use reqwest::Url;
use reqwest::blocking::Response;
use reqwest::header::{
    CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use zeroize::Zeroizing;

use super::limits::Limit;
use super::request::{Repeat, Request, Scope};
use super::{HttpStore, connection, failure, now, quoted, retry, retry_after};
use crate::vault::Refusal;
use crate::vault::kv::Answer;
use crate::vault::settings::Token;

/// Larger answers are refused; the server itself takes no larger bodies.
const MAX_BODY: usize = 32 << 20;

/// What one try gave.
enum Try {
    Answered {
        answer: Answer,
        retry_after: Option<u64>,
    },
    Failed {
        refusal: Refusal,
        is_passing: bool,
        /// The server may have acted upon it.
        was_sent: bool,
    },
}

impl Try {
    /// Whether the same request may be made again, and may then do better.
    fn can_be_repeated(&self, repeat: Repeat) -> bool {
        match self {
            Try::Answered { answer, .. } => {
                repeat == Repeat::Freely && retry::is_worth_repeating(answer.status)
            }
            Try::Failed {
                is_passing,
                was_sent,
                ..
            } => *is_passing && (repeat == Repeat::Freely || !was_sent),
        }
    }

    /// Whether the server is asked more than it allows.
    fn is_too_much(&self) -> bool {
        matches!(self, Try::Answered { answer, .. } if answer.status == 429)
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Try::Answered { retry_after, .. } => *retry_after,
            Try::Failed { .. } => None,
        }
    }

    fn result(self) -> Result<Answer, Refusal> {
        match self {
            Try::Answered { answer, .. } => Ok(answer),
            Try::Failed { refusal, .. } => Err(refusal),
        }
    }
}

impl HttpStore {
    /// Reads a target (`/v1/…`).
    pub(super) fn get(&self, target: &str, scope: Scope<'_>) -> Result<Answer, Refusal> {
        self.exchange(&Request::get(target, scope))
    }

    /// Makes a request with a token, again where that may help, does no harm, and time is left.
    pub(super) fn repeat(
        &self,
        request: &Request<'_>,
        token: Option<&Token>,
    ) -> Result<Answer, Refusal> {
        let mut attempt = 0;
        let mut turn = None;
        loop {
            turn = turn.or_else(|| self.courtesy.turn());
            let tried = self.attempt(request, token)?;
            if tried.is_too_much() {
                self.courtesy.begin();
            }
            if !tried.can_be_repeated(request.repeat) {
                return tried.result();
            }
            match self.policy.wait(attempt, tried.retry_after()) {
                Some(wait) if wait < self.remaining() => {
                    tracing::debug!("trying again in {wait:?}");
                    let then = Instant::now() + wait;
                    // who has to wait for a turn has waited meanwhile
                    turn = turn.or_else(|| self.courtesy.turn());
                    std::thread::sleep(then.saturating_duration_since(Instant::now()));
                }
                _ => return tried.result(),
            }
            attempt += 1;
        }
    }

    fn attempt(&self, request: &Request<'_>, token: Option<&Token>) -> Result<Try, Refusal> {
        let connection = self.connection()?;
        let mut url = join(&connection.base, request.target);
        let mut redirected = false;
        loop {
            let limit = self.limit()?;
            let response = match self.send(request, token, url.clone(), limit)? {
                Ok(response) => response,
                Err(failed) => return Ok(failed),
            };
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                let token = token.map(|token| token.reveal().as_bytes());
                return Ok(self.answer(response, limit, token));
            }
            let place = location(&response, &self.settings.address);
            match place {
                Some(place) if !redirected && place.origin() == self.settings.address.origin() => {
                    url.set_path(place.path());
                    url.set_query(place.query());
                    redirected = true;
                }
                place => {
                    return Err(failure::redirected(
                        &self.settings.address,
                        &self.settings.named,
                        place.as_ref(),
                    ));
                }
            }
        }
    }

    /// Sends one request.
    fn send(
        &self,
        request: &Request<'_>,
        token: Option<&Token>,
        url: Url,
        limit: Limit,
    ) -> Result<Result<Response, Try>, Refusal> {
        let connection = self.connection()?;
        let timeout = match limit {
            Limit::Run(_) => self.remaining(),
            Limit::Request(own) => own,
        };
        let mut builder = connection
            .client
            .request(request.verb.method(), url)
            .headers(connection.headers.clone())
            .timeout(timeout);
        if let Some(token) = token {
            let token = connection::header(token.reveal(), "VAULT_TOKEN")?;
            builder = builder.header(HeaderName::from_static("x-vault-token"), token);
        }
        // The name was checked to be printable, so it is a header.
        if let Some(Ok(value)) = request.scope.namespace.map(HeaderValue::from_str) {
            builder = builder.header(HeaderName::from_static("x-vault-namespace"), value);
        }
        if let Some(body) = &request.body {
            builder = builder
                .header(CONTENT_TYPE, request.verb.content_type())
                .body(body.to_vec());
        }
        Ok(builder.send().map_err(|error| {
            let (refusal, is_passing) =
                failure::of_request(&error, &self.address, &self.settings, limit);
            Try::Failed {
                refusal,
                is_passing,
                was_sent: !error.is_connect(),
            }
        }))
    }

    fn answer(&self, mut response: Response, limit: Limit, token: Option<&[u8]>) -> Try {
        let status = response.status().as_u16();
        let retry_after = header_text(response.headers(), RETRY_AFTER).and_then(|text| {
            retry_after::seconds(text, header_text(response.headers(), DATE), now())
        });
        let mut body = Zeroizing::new(Vec::new());
        let most = MAX_BODY as u64 + 1;
        match response.by_ref().take(most).read_to_end(&mut body) {
            Ok(_) if body.len() > MAX_BODY => {
                // no Vault does that, and sixteen of these at once are more than a runner has room for
                let refusal = failure::too_large(&self.address);
                let _ = self.halted.set(refusal.clone());
                Try::Failed {
                    refusal,
                    is_passing: false,
                    was_sent: true,
                }
            }
            Ok(_) => Try::Answered {
                answer: quoted::without(Answer { status, body }, token),
                retry_after,
            },
            Err(error) => Try::Failed {
                refusal: failure::of_body(&error, &self.address, &self.settings.named, limit),
                is_passing: true,
                was_sent: true,
            },
        }
    }

    /// What is left of the time for the whole run, which begins with the first request.
    pub(super) fn remaining(&self) -> Duration {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let started = started.get_or_insert_with(Instant::now);
        self.limits.run.saturating_sub(started.elapsed())
    }

    /// The time for the whole run begins with the next request.
    pub(super) fn restart(&self) {
        *self.started.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What ends the next request: what is left of the run, or what one alone may take.
    fn limit(&self) -> Result<Limit, Refusal> {
        let (remaining, run) = (self.remaining(), Limit::Run(self.limits.run));
        if remaining.is_zero() {
            return Err(failure::too_late(&self.address, &self.settings.named, run));
        }
        let own = self.settings.timeout.filter(|own| *own < remaining);
        Ok(own.map_or(run, Limit::Request))
    }
}

/// A target below the address's own path.
pub(super) fn join(base: &Url, target: &str) -> Url {
    let mut url = base.clone();
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(p, q)| (p, Some(q)));
    let prefix = base.path().trim_end_matches('/').to_owned();
    url.set_path(&(prefix + path));
    url.set_query(query);
    url
}

fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Where a redirect leads.
fn location(response: &Response, address: &Url) -> Option<Url> {
    let text = response.headers().get(LOCATION)?.to_str().ok()?;
    address.join(text).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::vault::http::request::Verb;
    use crate::vault::http::tests::fake::{Fake, nobody};
    use crate::vault::http::tests::store_with;

    #[test]
    fn targets_are_joined_without_changing_their_encoding() {
        let joined =
            |base: &str, target: &str| join(&Url::parse(base).unwrap(), target).to_string();
        assert_eq!(
            joined("https://h:1", "/v1/kv/data/a%20b%3F%2E?version=3"),
            "https://h:1/v1/kv/data/a%20b%3F%2E?version=3"
        );
        assert_eq!(
            joined("https://h/vault/", "/v1/kv/a"),
            "https://h/vault/v1/kv/a"
        );
    }

    #[test]
    fn a_change_is_made_again_only_while_there_is_no_connection() {
        let nobody = nobody();
        let hangs_up = Fake::start(|_, _| String::new());
        for (address, again) in [(&nobody, true), (&hangs_up.address, false)] {
            let body = Zeroizing::new(b"{}".to_vec());
            let change = Request::change(Verb::Post, "/v1/a", Scope::default(), body);
            let tried = store_with(address, &[])
                .attempt(&change, None)
                .ok()
                .unwrap();
            assert_eq!(tried.can_be_repeated(Repeat::UntilSent), again);
            assert!(tried.can_be_repeated(Repeat::Freely));
        }
    }
}
