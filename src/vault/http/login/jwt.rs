//! Where the signed token of a login comes from: what the runner names, a pod's service account, or
//! the CI system around us.

use std::io::Read;

use std::time::Duration;

use reqwest::blocking::Client;
use reqwest::header::AUTHORIZATION;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::HttpStore;
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::http::connection::header;
use crate::vault::login::{Login, Method, audience, refuse};
use crate::vault::settings::{Actions, Proof};

/// Where Kubernetes puts the token of a pod's service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Longest time for a token of GitHub.
const ACTIONS: Duration = Duration::from_secs(20);

/// Nobody signs longer tokens.
const MAX_TOKEN: u64 = 1 << 20;

impl HttpStore {
    /// The signed token for a login at `kubernetes` or `jwt`, for its audience.
    pub(super) fn signed_token(&self, login: &Login) -> Result<Zeroizing<String>, Refusal> {
        let (jwt, place) = self.found(login)?;
        audience::check(login, &jwt, &place)?;
        Ok(jwt)
    }

    /// The token, and what messages call the place where it was.
    fn found(&self, login: &Login) -> Result<(Zeroizing<String>, String), Refusal> {
        let proofs = &self.settings.auth.proofs;
        let from = |proof: &Proof| Ok((self.reveal(proof)?, format!("`{}`", proof.variable())));
        if let Some(proof) = &proofs.jwt {
            return from(proof);
        }
        if login.method == Method::Kubernetes {
            let account = Proof::File {
                variable: SERVICE_ACCOUNT.to_owned(),
                path: SERVICE_ACCOUNT.into(),
            };
            return from(&account).map_err(|_| {
                refuse::lacking(
                    login,
                    "COUNTERSIGN_AUTH_JWT_FILE",
                    &format!("there is no `{SERVICE_ACCOUNT}` to read: mount the token of the service account, or set the variable."),
                )
            });
        }
        if let Some(proof) = &proofs.ci.token {
            return from(proof);
        }
        if let Some(actions) = &proofs.ci.actions {
            let place = "the answer of GitHub Actions".to_owned();
            let time = ACTIONS.min(self.remaining());
            return Ok((ask(actions, login, time)?, place));
        }
        Err(refuse::lacking(
            login,
            &proofs.ci.variable,
            "at GitLab give the job `id_tokens` with that name, at GitHub `permissions: {id-token: write}`; elsewhere set `COUNTERSIGN_AUTH_JWT` or `COUNTERSIGN_AUTH_JWT_FILE`.",
        ))
    }
}

/// Has GitHub Actions make a token for the audience of the login.
fn ask(actions: &Actions, login: &Login, time: Duration) -> Result<Zeroizing<String>, Refusal> {
    let failed = |how: String| {
        Refusal::new(
            Code::LoginCredential,
            format!("GitHub Actions {how}"),
            "check `permissions: {id-token: write}` of the job, and what stands between it and `ACTIONS_ID_TOKEN_REQUEST_URL`.",
        )
    };
    let bearer = Zeroizing::new(format!("Bearer {}", *actions.bearer));
    let mut url = actions.url.clone();
    if let Some(audience) = &login.audience {
        url.query_pairs_mut().append_pair("audience", audience);
    }
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(time)
        .build()
        .map_err(|_| failed("cannot be asked for a token".into()))?;
    let bearer = header(&bearer, "ACTIONS_ID_TOKEN_REQUEST_TOKEN")?;
    let response = client.get(url).header(AUTHORIZATION, bearer).send();
    let response = response.map_err(|_| failed("does not answer".into()))?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(failed(format!("gives no signed token: {status}")));
    }
    let mut body = Zeroizing::new(Vec::new());
    let read = response.take(MAX_TOKEN).read_to_end(&mut body);
    let made: Option<Made> = read.ok().and_then(|_| serde_json::from_slice(&body).ok());
    let made = made.ok_or_else(|| failed("answers without a signed token".into()))?;
    Ok(Zeroizing::new(made.value))
}

#[derive(Deserialize)]
struct Made {
    value: String,
}
