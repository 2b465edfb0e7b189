//! For whom a signed token was made.
//!
//! The server checks the signature; this only keeps a token that was made for somebody else from
//! being sent, with a better message than the server's. Nothing of the token is printed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::Login;
use crate::diag::Code;
use crate::vault::Refusal;

/// Refuses a token from `place` that is not for the audience of the login, where that names one.
pub fn check(login: &Login, jwt: &str, place: &str) -> Result<(), Refusal> {
    let Some(wanted) = &login.audience else {
        return Ok(());
    };
    match audiences(jwt) {
        Some(audiences) if audiences.contains(wanted) => Ok(()),
        Some(_) => Err(Refusal::new(
            Code::LoginCredential,
            format!("the signed token of {place} is not for the audience `{wanted}`"),
            "have it made for that audience, or correct `audience` of the login; it was not sent.",
        )),
        None => Err(Refusal::new(
            Code::LoginCredential,
            format!("what {place} holds is no signed token"),
            "it has to be a JWT: three parts with dots between them; it was not sent.",
        )),
    }
}

fn audiences(jwt: &str) -> Option<Vec<String>> {
    let payload = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    Some(match claims.aud {
        None => Vec::new(),
        Some(Audience::One(one)) => vec![one],
        Some(Audience::Many(many)) => many,
    })
}

#[derive(Deserialize)]
struct Claims {
    aud: Option<Audience>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::login::Method;

    #[test]
    fn a_token_for_somebody_else_is_not_sent() {
        let jwt = |claims: &str| format!("e30.{}.s1g", URL_SAFE_NO_PAD.encode(claims));
        let refused = |audience: Option<&str>, jwt: &str| {
            let mut login = Login::new(Method::Jwt);
            login.audience = audience.map(str::to_owned);
            check(&login, jwt, "`JWT`").err().map(|r| r.message)
        };
        let vault = Some("https://vault.example.com");
        for good in [
            r#"{"aud":"https://vault.example.com"}"#,
            r#"{"aud":["a","https://vault.example.com"]}"#,
        ] {
            assert_eq!(refused(vault, &jwt(good)), None);
        }
        for other in ["{}", r#"{"aud":"a"}"#, r#"{"aud":[]}"#] {
            let message = refused(vault, &jwt(other)).unwrap_or_default();
            assert!(message.contains("is not for the audience"), "{message}");
            assert_eq!(refused(None, &jwt(other)), None);
        }
        for broken in ["", "s3cr3t-jwt", "a.!.c", &jwt("[]")] {
            let message = refused(vault, broken);
            assert_eq!(message, Some("what `JWT` holds is no signed token".into()));
        }
    }
}
